//! The number under which activities about one thing keep their order, outgoing and incoming alike.

use aws_lc_rs::digest::{SHA256, digest};

/// The first 8 bytes of the SHA-256 of `about`: an object's network id, or actor and target with a space between.
///
/// Equal keys are worked off one after the other; a chance collision costs a little waiting and nothing else.
pub fn order_key(about: &str) -> i64 {
    digest(&SHA256, about.as_bytes()).as_ref().iter().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_has_the_same_key_for_ever() {
        assert_eq!(order_key("abc"), i64::from_be_bytes([0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]));
        assert_ne!(
            order_key("https://oak.example/users/amy/statuses/1"),
            order_key("https://oak.example/users/amy/statuses/2")
        );
    }
}

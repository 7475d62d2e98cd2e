//! Hashes shown to people and programs.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};

/// SHA-256 of a text in hexadecimal digits.
pub(crate) fn sha256_hex(text: &str) -> String {
    let mut digits = String::with_capacity(64);
    for byte in digest(&SHA256, text.as_bytes()).as_ref() {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

//! The `Digest` header (RFC 3230 with the algorithm names of RFC 5843) and its successor `Content-Digest` (RFC 9530):
//! what they list, and whether it fits the body.

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::structured::byte_sequences;

/// Algorithms one header may list; more is a game, not a digest.
const MAX_ENTRIES: usize = 8;

/// Why a `Digest` header does not vouch for the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// Not a list of `algorithm=value`, the same algorithm twice, or a strong value that is not base64.
    #[error("digest header is malformed")]
    Malformed,
    /// Neither SHA-256 nor SHA-512 is listed.
    #[error("digest header lists no strong algorithm")]
    NoStrong,
    /// A listed SHA-256 or SHA-512 is not that of the body.
    #[error("digest does not match the body")]
    Mismatch,
}

/// SHA-256 of a body.
pub fn sha256(body: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, body).as_ref());
    out
}

/// The header value we send: `SHA-256=<base64>`.
pub fn header_value(sha256: &[u8; 32]) -> String {
    format!("SHA-256={}", BASE64.encode(sha256))
}

/// The `Content-Digest` value we send: `sha-256=:<base64>:`.
pub fn content_digest_value(sha256: &[u8; 32]) -> String {
    format!("sha-256=:{}:", BASE64.encode(sha256))
}

/// Checks a `Content-Digest` header (RFC 9530 §2) against the bytes that were read, by the rule of [`check`].
///
/// # Errors
/// [`DigestError`].
pub fn check_content_digest(header: &str, body: &[u8]) -> Result<(), DigestError> {
    let mut matched = false;
    for (name, claimed) in byte_sequences(header).map_err(|_| DigestError::Malformed)? {
        let algorithm = match name.as_str() {
            "sha-256" => &SHA256,
            "sha-512" => &SHA512,
            _ => continue,
        };
        if claimed != digest(algorithm, body).as_ref() {
            return Err(DigestError::Mismatch);
        }
        matched = true;
    }
    if matched { Ok(()) } else { Err(DigestError::NoStrong) }
}

/// Checks a `Digest` header against the bytes that were read.
///
/// At least one of SHA-256 and SHA-512 must be listed, and **every** listed one of them must be right: no honest
/// sender lists a wrong strong digest, and a header that vouches for two bodies vouches for none. Weak and unknown
/// algorithms are ignored, names are case-insensitive, values are padded standard base64.
///
/// # Errors
/// [`DigestError`].
pub fn check(header: &str, body: &[u8]) -> Result<(), DigestError> {
    let mut seen: Vec<String> = Vec::new();
    let mut matched = false;
    for entry in header.split(',') {
        let (name, value) = entry.trim().split_once('=').ok_or(DigestError::Malformed)?;
        let name = name.trim().to_ascii_lowercase();
        if seen.contains(&name) || seen.len() == MAX_ENTRIES {
            return Err(DigestError::Malformed);
        }
        let algorithm = match name.as_str() {
            "sha-256" => Some(&SHA256),
            "sha-512" => Some(&SHA512),
            _ => None,
        };
        seen.push(name);
        let Some(algorithm) = algorithm else { continue };
        let claimed = BASE64.decode(value.trim()).map_err(|_| DigestError::Malformed)?;
        if claimed != digest(algorithm, body).as_ref() {
            return Err(DigestError::Mismatch);
        }
        matched = true;
    }
    if matched { Ok(()) } else { Err(DigestError::NoStrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"type":"Create"}"#;

    fn good256() -> String {
        header_value(&sha256(BODY))
    }

    fn good512() -> String {
        format!("sha-512={}", BASE64.encode(digest(&SHA512, BODY)))
    }

    #[test]
    fn one_or_several_right_digests_are_accepted() {
        for header in [
            good256(),
            good256().replace("SHA-256", "sha-256"),
            good512(),
            format!("{},{}", good256(), good512()),
            format!("md5=Q2hlY2sgSW50ZWdyaXR5IQ==, {}", good256()),
            format!("  {} ", good256()),
        ] {
            assert_eq!(check(&header, BODY), Ok(()), "{header}");
        }
    }

    #[test]
    fn content_digests_follow_the_same_rule() {
        let good = content_digest_value(&sha256(BODY));
        let strong = format!("sha-512=:{}:", BASE64.encode(digest(&SHA512, BODY)));
        for header in [good.clone(), strong.clone(), format!("{good}, {strong}"), format!("md5=:AAAA:, {good}")] {
            assert_eq!(check_content_digest(&header, BODY), Ok(()), "{header}");
            assert_ne!(check_content_digest(&header, b"altered"), Ok(()), "{header}");
        }
        let other = content_digest_value(&sha256(b"other"));
        for (header, expected) in [
            (String::new(), DigestError::Malformed),
            (good256(), DigestError::Malformed),
            (good.replace(':', ""), DigestError::Malformed),
            (format!("{good},{good}"), DigestError::Malformed),
            (other.clone(), DigestError::Mismatch),
            (format!("{strong},{other}"), DigestError::Mismatch),
            ("sha-256=::".into(), DigestError::Mismatch),
            ("md5=:AAAA:".into(), DigestError::NoStrong),
        ] {
            assert_eq!(check_content_digest(&header, BODY), Err(expected), "{header}");
        }
    }

    #[test]
    fn every_game_with_digests_is_refused() {
        let other = header_value(&sha256(b"other"));
        let hex = sha256(BODY).map(|byte| format!("{byte:02x}")).concat();
        for (header, expected) in [
            (String::new(), DigestError::Malformed),
            (",".into(), DigestError::Malformed),
            ("SHA-256".into(), DigestError::Malformed),
            ("SHA-256=".into(), DigestError::Mismatch),
            (format!("SHA-256={hex}"), DigestError::Mismatch),
            (good256().trim_end_matches('=').to_owned(), DigestError::Malformed),
            (other.clone(), DigestError::Mismatch),
            (format!("{},{}", good256(), good256()), DigestError::Malformed),
            (format!("{},{}", good256(), other), DigestError::Malformed),
            (format!("{},{}", good512(), other), DigestError::Mismatch),
            ("md5=Q2hlY2sgSW50ZWdyaXR5IQ==".into(), DigestError::NoStrong),
            ("SHA-1=abc".into(), DigestError::NoStrong),
            ("a=,b=,c=,d=,e=,f=,g=,h=,i=".into(), DigestError::Malformed),
        ] {
            assert_eq!(check(&header, BODY), Err(expected), "{header}");
        }
        assert_eq!(check(&good256(), b"altered"), Err(DigestError::Mismatch));
    }
}

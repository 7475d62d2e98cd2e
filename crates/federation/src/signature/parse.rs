//! Reads the `Signature` header: tolerant of order and whitespace, strict about doubles.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Longest `Signature` header we look at, in bytes (8192-bit signatures need about 1.4 kB).
const MAX_HEADER_BYTES: usize = 8 * 1024;
/// Most parameters and most covered components.
const MAX_ITEMS: usize = 32;

/// How the signer says the signature was made (draft-cavage-12 §2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// `rsa-sha256`, what most of the Fediverse writes.
    RsaSha256,
    /// `hs2019`: "look at the key". With an RSA key every known peer means RSASSA-PKCS1-v1_5/SHA-256.
    Hs2019,
    /// Parameter absent: same as `hs2019` (draft-cavage-12 §2.1.3).
    Absent,
}

/// A `Signature` header taken apart. Nothing in it is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHeader {
    /// `keyId`, as sent.
    pub key_id: String,
    /// `algorithm`.
    pub algorithm: Algorithm,
    /// `headers`, lower-cased, in order, without doubles; `["(created)"]` when absent (draft-cavage-12 §2.1.6).
    pub covered: Vec<String>,
    /// `signature`, decoded.
    pub signature: Vec<u8>,
    /// `created`, seconds since the Unix epoch.
    pub created: Option<i64>,
    /// `expires`, seconds since the Unix epoch. Fractions, which no peer sends, are refused.
    pub expires: Option<i64>,
}

/// Why a `Signature` header cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Longer than 8 KiB or more than 32 parameters or components.
    #[error("signature header is too large")]
    TooLarge,
    /// Not a list of `name="value"`.
    #[error("signature header is malformed")]
    Malformed,
    /// A parameter or a covered component occurs twice.
    #[error("signature header names something twice")]
    Duplicate,
    /// `keyId` or `signature` is missing; in RFC 9421 `keyid`, `created`, or a signature for the label.
    #[error("signature header lacks a required parameter")]
    Missing,
    /// Neither `rsa-sha256` nor `hs2019`; in RFC 9421 neither `rsa-v1_5-sha256` nor `ed25519`.
    #[error("signature algorithm is not supported")]
    Algorithm,
    /// A covered component with parameters, or one that cannot be covered (RFC 9421).
    #[error("signature covers a component that is not supported")]
    Component,
    /// `(created)` or `(expires)` with an algorithm that has none (draft-cavage-12 §2.3).
    #[error("created and expires need algorithm hs2019")]
    CreatedWithoutHs2019,
}

/// Takes a `Signature` header value apart.
///
/// # Errors
/// [`ParseError`]. Unknown parameters are ignored, known ones may occur once.
pub fn parse(value: &str) -> Result<SignatureHeader, ParseError> {
    if value.len() > MAX_HEADER_BYTES {
        return Err(ParseError::TooLarge);
    }
    let params = parameters(value)?;
    let find = |name: &str| params.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);

    let algorithm = match find("algorithm") {
        None => Algorithm::Absent,
        Some(name) if name.eq_ignore_ascii_case("rsa-sha256") => Algorithm::RsaSha256,
        Some(name) if name.eq_ignore_ascii_case("hs2019") => Algorithm::Hs2019,
        Some(_) => return Err(ParseError::Algorithm),
    };
    let covered = components(find("headers").unwrap_or("(created)"))?;
    let created = find("created").map(seconds).transpose()?;
    let expires = find("expires").map(seconds).transpose()?;
    let names_times = covered.iter().any(|name| name == "(created)" || name == "(expires)");
    if names_times && algorithm == Algorithm::RsaSha256 {
        return Err(ParseError::CreatedWithoutHs2019);
    }
    let key_id = find("keyId").filter(|id| !id.is_empty()).ok_or(ParseError::Missing)?.to_owned();
    let signature = find("signature").filter(|text| !text.is_empty()).ok_or(ParseError::Missing)?;
    let signature = BASE64.decode(signature).map_err(|_| ParseError::Malformed)?;
    Ok(SignatureHeader { key_id, algorithm, covered, signature, created, expires })
}

/// Splits `name="value", name=123` into pairs. Commas inside quotes belong to the value; what is not quoted is a token;
/// escapes are not part of the grammar and refused.
fn parameters(value: &str) -> Result<Vec<(&str, &str)>, ParseError> {
    let mut params: Vec<(&str, &str)> = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or(ParseError::Malformed)?;
        let name = name.trim();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(ParseError::Malformed);
        }
        let after = after.trim_start();
        let (value, after) = if let Some(quoted) = after.strip_prefix('"') {
            quoted.split_once('"').ok_or(ParseError::Malformed)?
        } else {
            let (token, after) = after.find(',').map_or((after, ""), |comma| after.split_at(comma));
            let token = token.trim_end();
            if token.is_empty() || !token.bytes().all(is_token_byte) {
                return Err(ParseError::Malformed);
            }
            (token, after)
        };
        if value.contains(['\\', '\n', '\r']) {
            return Err(ParseError::Malformed);
        }
        if params.iter().any(|(seen, _)| *seen == name) {
            return Err(ParseError::Duplicate);
        }
        if params.len() == MAX_ITEMS {
            return Err(ParseError::TooLarge);
        }
        params.push((name, value.trim()));
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) if !next.trim().is_empty() => next.trim_start(),
            None if after.is_empty() => "",
            _ => return Err(ParseError::Malformed),
        };
    }
    Ok(params)
}

/// Whether a byte may stand in a token (RFC 9110 §5.6.2).
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn components(list: &str) -> Result<Vec<String>, ParseError> {
    let mut covered: Vec<String> = Vec::new();
    for name in list.split_ascii_whitespace() {
        let name = name.to_ascii_lowercase();
        if covered.contains(&name) {
            return Err(ParseError::Duplicate);
        }
        if covered.len() == MAX_ITEMS {
            return Err(ParseError::TooLarge);
        }
        covered.push(name);
    }
    if covered.is_empty() { Err(ParseError::Malformed) } else { Ok(covered) }
}

fn seconds(text: &str) -> Result<i64, ParseError> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ParseError::Malformed);
    }
    text.parse().map_err(|_| ParseError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_whitespace_do_not_matter() {
        let plain = parse(
            r#"keyId="https://a.test/u#k",algorithm="rsa-sha256",headers="(request-target) host",signature="AAAA""#,
        );
        let odd = parse(
            r#" signature="AAAA" , headers="(Request-Target)  Host",keyId = "https://a.test/u#k", algorithm="RSA-SHA256""#,
        );
        assert_eq!(plain, odd);
        assert_eq!(plain.unwrap().covered, ["(request-target)", "host"]);
    }

    #[test]
    fn numbers_may_stand_without_quotes() {
        let header = parse(r#"keyId="k",algorithm="hs2019",created=1402170695, expires=1402170699,headers="(created)",signature="AAAA""#).unwrap();
        assert_eq!((header.created, header.expires), (Some(1_402_170_695), Some(1_402_170_699)));
    }

    #[test]
    fn an_absent_header_list_means_created() {
        assert_eq!(parse(r#"keyId="k",signature="AAAA""#).unwrap().covered, ["(created)"]);
    }

    #[test]
    fn what_cannot_be_read_in_one_way_only_is_refused() {
        for (value, expected) in [
            ("", ParseError::Missing),
            ("nonsense", ParseError::Malformed),
            (r#"keyId="k""#, ParseError::Missing),
            (r#"keyId="",signature="AAAA""#, ParseError::Missing),
            (r#"keyId="k",signature="""#, ParseError::Missing),
            (r#"keyId="k",signature="%%%%""#, ParseError::Malformed),
            (r#"keyId="k",signature="AAAA"#, ParseError::Malformed),
            (r#"keyId="k" signature="AAAA""#, ParseError::Malformed),
            (r#"keyId="k",signature="AAAA","#, ParseError::Malformed),
            (r#"keyId="k\"",signature="AAAA""#, ParseError::Malformed),
            (r#"keyId="k",keyId="l",signature="AAAA""#, ParseError::Duplicate),
            (r#"keyId="k",signature="AAAA",signature="BBBB""#, ParseError::Duplicate),
            (r#"keyId="k",headers="host host",signature="AAAA""#, ParseError::Duplicate),
            (r#"keyId="k",headers="host HOST",signature="AAAA""#, ParseError::Duplicate),
            (r#"keyId="k",headers="",signature="AAAA""#, ParseError::Malformed),
            (r#"keyId="k",expires=1.5,signature="AAAA""#, ParseError::Malformed),
            (r#"keyId="k",created=-1,signature="AAAA""#, ParseError::Malformed),
            (r#"keyId="k",created=99999999999999999999,signature="AAAA""#, ParseError::Malformed),
            (r#"keyId="k",algorithm="rsa-sha1",signature="AAAA""#, ParseError::Algorithm),
            (r#"keyId="k",algorithm="hmac-sha256",signature="AAAA""#, ParseError::Algorithm),
            (r#"keyId="k",algorithm="ed25519",signature="AAAA""#, ParseError::Algorithm),
            (
                r#"keyId="k",algorithm="rsa-sha256",created=1,headers="(created)",signature="AAAA""#,
                ParseError::CreatedWithoutHs2019,
            ),
        ] {
            assert_eq!(parse(value), Err(expected), "{value}");
        }
        assert_eq!(parse(&"a".repeat(9000)), Err(ParseError::TooLarge));
        let many: Vec<String> = (0..40).map(|n| format!("p{n}=1")).collect();
        assert_eq!(parse(&many.join(",")), Err(ParseError::TooLarge));
    }
}

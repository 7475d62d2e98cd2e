//! The part of Structured Fields (RFC 8941) that signatures need: dictionaries of inner lists and of byte sequences.
//!
//! Strict and bounded. It knows nothing of what the members mean.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::parse::ParseError;

/// Longest header looked at, in bytes.
const MAX_HEADER_BYTES: usize = 8 * 1024;
/// Most members of a dictionary. Each may cost a signature check.
const MAX_MEMBERS: usize = 4;
/// Most items of an inner list, and most parameters of anything.
const MAX_ITEMS: usize = 32;

/// A bare item (RFC 8941 §3.3); decimals, which signatures do not use, are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bare {
    /// A whole number of at most 15 digits.
    Integer(i64),
    /// A quoted string.
    Text(String),
    /// A token.
    Token(String),
    /// A byte sequence.
    Bytes(Vec<u8>),
    /// `?0` or `?1`.
    Boolean(bool),
}

/// Parameters in the order they came.
pub type Params = Vec<(String, Bare)>;

/// A list of strings with parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InnerList {
    /// The strings, each with its own parameters.
    pub items: Vec<(String, Params)>,
    /// Parameters of the list.
    pub params: Params,
}

impl InnerList {
    /// In canonical form (RFC 8941 §4.1.1.1).
    pub fn serialize(&self) -> String {
        let items: Vec<String> =
            self.items.iter().map(|(name, params)| format!("{}{}", quoted(name), serialize_params(params))).collect();
        format!("({}){}", items.join(" "), serialize_params(&self.params))
    }
}

/// Reads a dictionary whose members are inner lists of strings.
///
/// # Errors
/// [`ParseError`].
pub fn inner_lists(value: &str) -> Result<Vec<(String, InnerList)>, ParseError> {
    members(value, |reader| {
        reader.expect('(')?;
        let mut items: Vec<(String, Params)> = Vec::new();
        loop {
            reader.take_while(|c| c == ' ');
            if reader.eat(')') {
                break;
            }
            if items.len() == MAX_ITEMS {
                return Err(ParseError::TooLarge);
            }
            let Bare::Text(name) = reader.bare()? else { return Err(ParseError::Malformed) };
            items.push((name, reader.params()?));
            if !reader.rest.starts_with([' ', ')']) {
                return Err(ParseError::Malformed);
            }
        }
        Ok(InnerList { items, params: reader.params()? })
    })
}

/// Reads a dictionary whose members are byte sequences; their parameters are ignored.
///
/// # Errors
/// [`ParseError`].
pub fn byte_sequences(value: &str) -> Result<Vec<(String, Vec<u8>)>, ParseError> {
    members(value, |reader| {
        let Bare::Bytes(bytes) = reader.bare()? else { return Err(ParseError::Malformed) };
        reader.params()?;
        Ok(bytes)
    })
}

fn members<T>(
    value: &str,
    read: impl Fn(&mut Reader<'_>) -> Result<T, ParseError>,
) -> Result<Vec<(String, T)>, ParseError> {
    if value.len() > MAX_HEADER_BYTES {
        return Err(ParseError::TooLarge);
    }
    let mut reader = Reader { rest: value.trim_matches(' ') };
    let mut members: Vec<(String, T)> = Vec::new();
    loop {
        let key = reader.key()?;
        reader.expect('=')?;
        let member = read(&mut reader)?;
        if members.iter().any(|(seen, _)| *seen == key) {
            return Err(ParseError::Duplicate);
        }
        if members.len() == MAX_MEMBERS {
            return Err(ParseError::TooLarge);
        }
        members.push((key, member));
        reader.take_while(|c| c == ' ' || c == '\t');
        if reader.rest.is_empty() {
            return Ok(members);
        }
        reader.expect(',')?;
        reader.take_while(|c| c == ' ' || c == '\t');
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn serialize_params(params: &Params) -> String {
    let mut out = String::new();
    for (name, value) in params {
        out.push(';');
        out.push_str(name);
        match value {
            Bare::Boolean(true) => {}
            Bare::Boolean(false) => out.push_str("=?0"),
            Bare::Integer(number) => out.push_str(&format!("={number}")),
            Bare::Text(text) => out.push_str(&format!("={}", quoted(text))),
            Bare::Token(token) => out.push_str(&format!("={token}")),
            Bare::Bytes(bytes) => out.push_str(&format!("=:{}:", BASE64.encode(bytes))),
        }
    }
    out
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn eat(&mut self, c: char) -> bool {
        self.rest.strip_prefix(c).is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    fn expect(&mut self, c: char) -> Result<(), ParseError> {
        if self.eat(c) { Ok(()) } else { Err(ParseError::Malformed) }
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn key(&mut self) -> Result<String, ParseError> {
        if !self.rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '*') {
            return Err(ParseError::Malformed);
        }
        let belongs = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | '*');
        Ok(self.take_while(belongs).to_owned())
    }

    fn params(&mut self) -> Result<Params, ParseError> {
        let mut params: Params = Vec::new();
        while self.eat(';') {
            self.take_while(|c| c == ' ');
            let name = self.key()?;
            let value = if self.eat('=') { self.bare()? } else { Bare::Boolean(true) };
            if params.iter().any(|(seen, _)| *seen == name) {
                return Err(ParseError::Duplicate);
            }
            if params.len() == MAX_ITEMS {
                return Err(ParseError::TooLarge);
            }
            params.push((name, value));
        }
        Ok(params)
    }

    fn bare(&mut self) -> Result<Bare, ParseError> {
        let malformed = ParseError::Malformed;
        match self.rest.chars().next().ok_or(malformed)? {
            '"' => self.text(),
            ':' => {
                self.expect(':')?;
                let text = self.take_while(|c| c != ':');
                self.expect(':')?;
                Ok(Bare::Bytes(BASE64.decode(text).map_err(|_| malformed)?))
            }
            '?' => {
                self.expect('?')?;
                if self.eat('1') {
                    return Ok(Bare::Boolean(true));
                }
                self.expect('0').map(|()| Bare::Boolean(false))
            }
            c if c == '-' || c.is_ascii_digit() => {
                let sign = if self.eat('-') { -1 } else { 1 };
                let digits = self.take_while(|c| c.is_ascii_digit());
                if digits.is_empty() || digits.len() > 15 || self.rest.starts_with('.') {
                    return Err(malformed);
                }
                digits.parse::<i64>().map(|number| Bare::Integer(sign * number)).map_err(|_| malformed)
            }
            c if c == '*' || c.is_ascii_alphabetic() => {
                let belongs = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(c);
                Ok(Bare::Token(self.take_while(belongs).to_owned()))
            }
            _ => Err(malformed),
        }
    }

    fn text(&mut self) -> Result<Bare, ParseError> {
        self.expect('"')?;
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|c| matches!(c, ' '..='~') && c != '"' && c != '\\'));
            if self.eat('"') {
                return Ok(Bare::Text(text));
            }
            self.expect('\\')?;
            let escaped = if self.eat('"') { '"' } else { '\\' };
            if escaped == '\\' {
                self.expect('\\')?;
            }
            text.push(escaped);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_written_back_in_canonical_form() {
        let odd = r#"  sig1=(  "@method"   "x";sf  );created=1618884473; keyid="a\"b\\c";flag;off=?0;t=tok/en;b=:AAEC: , b=();n=-5"#;
        let lists = inner_lists(odd).unwrap();
        assert_eq!(
            lists[0].1.serialize(),
            r#"("@method" "x";sf);created=1618884473;keyid="a\"b\\c";flag;off=?0;t=tok/en;b=:AAEC:"#
        );
        assert_eq!((lists[1].0.as_str(), lists[1].1.serialize()), ("b", "();n=-5".to_owned()));
        assert_eq!(
            byte_sequences("a=:AAEC:,b=:AA==:;x=1").unwrap(),
            [("a".into(), vec![0, 1, 2]), ("b".into(), vec![0])]
        );
    }

    #[test]
    fn what_cannot_be_read_in_one_way_only_is_refused() {
        for bad in [
            "",
            "sig1",
            "sig1=",
            "Sig1=()",
            "sig1=(",
            r#"sig1=("a" "b"#,
            r#"sig1=("a""b")"#,
            "sig1=(a)",
            "sig1=()x",
            "sig1=() sig2=()",
            "sig1=(),",
            "sig1=();created=1.5",
            "sig1=();created=1234567890123456",
            r#"sig1=("é")"#,
            "sig1=();a=\"x",
            "sig1=();a=:%%:",
            "sig1=();=1",
        ] {
            assert_eq!(inner_lists(bad), Err(ParseError::Malformed), "{bad}");
        }
        for doubled in ["a=(),a=()", "a=();x=1;x=2"] {
            assert_eq!(inner_lists(doubled), Err(ParseError::Duplicate), "{doubled}");
        }
        let many: Vec<String> = (0..40).map(|n| format!("\"h{n}\"")).collect();
        for large in ["a=(),b=(),c=(),d=(),e=()".into(), format!("a=({})", many.join(" ")), "a".repeat(9000)] {
            assert_eq!(inner_lists(&large), Err(ParseError::TooLarge), "{large:.60}");
        }
        for bad in ["a=()", "a=\"AAEC\"", "a=:AAEC", "a=:A:"] {
            assert_eq!(byte_sequences(bad), Err(ParseError::Malformed), "{bad}");
        }
    }
}

//! FUZ-01: the readers of signature headers never panic, read back what was written, and take nothing that the grammar,
//! written here a second time as regular expressions, does not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use proptest::prelude::*;
use regex::Regex;
use staffroom_server::federation::signature::parse::{Algorithm, SignatureHeader, parse};
use staffroom_server::federation::signature::rfc9421;
use staffroom_server::federation::signature::structured::{Bare, InnerList, byte_sequences, inner_lists};

use super::check;

/// The one way we would write a header of draft-cavage.
fn print(header: &SignatureHeader) -> String {
    let mut out = format!("keyId=\"{}\"", header.key_id);
    match header.algorithm {
        Algorithm::RsaSha256 => out.push_str(",algorithm=\"rsa-sha256\""),
        Algorithm::Hs2019 => out.push_str(",algorithm=\"hs2019\""),
        Algorithm::Absent => {}
    }
    for (name, value) in [("created", header.created), ("expires", header.expires)] {
        out.extend(value.map(|value| format!(",{name}={value}")));
    }
    out + &format!(",headers=\"{}\",signature=\"{}\"", header.covered.join(" "), BASE64.encode(&header.signature))
}

fn headers() -> impl Strategy<Value = SignatureHeader> {
    let name = "[(]request-target[)]|[(]created[)]|host|date|digest|[a-z][a-z0-9-]{0,9}";
    let covered = prop::collection::vec(name, 1..8).prop_map(|mut names| {
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    });
    let algorithm = prop_oneof![Just(Algorithm::RsaSha256), Just(Algorithm::Hs2019), Just(Algorithm::Absent)];
    let seconds = || prop::option::of(0..i64::MAX);
    let signature = prop::collection::vec(any::<u8>(), 1..64);
    ("[!#-\\[\\]-~]{1,60}", algorithm, covered, signature, seconds(), seconds()).prop_map(
        |(key_id, mut algorithm, covered, signature, created, expires)| {
            if algorithm == Algorithm::RsaSha256 && covered.iter().any(|name| name == "(created)") {
                algorithm = Algorithm::Hs2019;
            }
            SignatureHeader { key_id, algorithm, covered, signature, created, expires }
        },
    )
}

/// Something like a header: its pieces in any order, and noise.
fn scraps(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(pieces).prop_map(str::to_owned),
        1 => "[ -~]{0,6}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

const CAVAGE: &[&str] = &[
    "keyId=\"https://a.test/u#k\"",
    "keyId=",
    "signature=\"AAAA\"",
    "signature=",
    "headers=\"(request-target) host\"",
    "algorithm=\"hs2019\"",
    "algorithm=rsa-sha256",
    "created=1",
    "expires=\"2\"",
    ",",
    ", ",
    "=",
    "\"",
    " ",
    "x=1",
];

const STRUCTURED: &[&str] = &[
    "sig1=",
    "b=",
    "(",
    ")",
    "(\"@method\" \"@path\")",
    "\"host\"",
    ";created=1618884473",
    ";keyid=\"k\"",
    ";alg=\"ed25519\"",
    ";x",
    ":AAEC:",
    ":AA==:",
    "?1",
    "-12",
    "tok/en",
    ", ",
    ",",
    " ",
    "\"a\\\"b\"",
    ";",
    "=",
];

#[test]
fn fuz_01_what_was_written_as_draft_cavage_is_read_back() {
    check("fuz_01_cavage_round", 1_500, &headers(), |header| {
        prop_assert_eq!(parse(&print(&header)), Ok(header));
        Ok(())
    });
}

#[test]
fn fuz_01_what_is_read_as_draft_cavage_keeps_to_its_grammar() {
    // RFC 9110 §11.2: a list of token "=" ( token / quoted-string ), here without escapes
    let param = r#"[A-Za-z0-9_-]+\s*=\s*("[^"\\\r\n]*"|[!#$%&'*+.^_`|~0-9A-Za-z-]+)"#;
    let grammar = Regex::new(&format!(r"\A\s*{param}(\s*,\s*{param})*\s*\z")).unwrap();
    check("fuz_01_cavage_any", 5_000, &scraps(CAVAGE), |text| {
        if let Ok(header) = parse(&text) {
            prop_assert!(grammar.is_match(&text), "{header:?}");
            prop_assert_eq!(parse(&print(&header)), Ok(header));
        }
        Ok(())
    });
}

fn parameters() -> impl Strategy<Value = Vec<(String, Bare)>> {
    let bare = prop_oneof![
        (-999_999_999_999_999_i64..=999_999_999_999_999).prop_map(Bare::Integer),
        "[ -~]{0,12}".prop_map(Bare::Text),
        "[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]{0,8}".prop_map(Bare::Token),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(Bare::Bytes),
        any::<bool>().prop_map(Bare::Boolean),
    ];
    prop::collection::btree_map("[a-z*][a-z0-9_.*-]{0,6}", bare, 0..5).prop_map(|found| found.into_iter().collect())
}

fn lists() -> impl Strategy<Value = Vec<(String, InnerList)>> {
    let items = prop::collection::vec(("[ -~]{0,12}", parameters()), 0..6);
    let list = (items, parameters()).prop_map(|(items, params)| InnerList { items, params });
    prop::collection::btree_map("[a-z*][a-z0-9_.*-]{0,6}", list, 1..5).prop_map(|found| found.into_iter().collect())
}

fn printed(lists: &[(String, InnerList)]) -> String {
    let members: Vec<String> = lists.iter().map(|(key, list)| format!("{key}={}", list.serialize())).collect();
    members.join(", ")
}

#[test]
fn fuz_01_what_was_written_as_structured_field_is_read_back() {
    check("fuz_01_structured_round", 1_500, &lists(), |lists| {
        prop_assert_eq!(inner_lists(&printed(&lists)), Ok(lists));
        Ok(())
    });
}

#[test]
fn fuz_01_what_is_read_as_structured_field_keeps_to_its_grammar() {
    // RFC 8941 §3, in the part that signatures need
    let text = r#""([ !#-\[\]-~]|\\["\\])*""#;
    let bytes = ":[A-Za-z0-9+/]*={0,2}:";
    let bare = format!(r"(-?[0-9]{{1,15}}|{text}|[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*|{bytes}|\?[01])");
    let key = "[a-z*][a-z0-9_.*-]*";
    let params = format!("(; *{key}(={bare})?)*");
    let list = format!(r"\( *({text}{params}( +{text}{params})* *)?\){params}");
    let dictionary =
        |member: &str| Regex::new(&format!(r"\A *{key}={member}([ \t]*,[ \t]*{key}={member})*[ \t]*\z")).unwrap();
    let (of_lists, of_bytes) = (dictionary(&list), dictionary(&format!("{bytes}{params}")));
    check("fuz_01_structured_any", 4_000, &(scraps(STRUCTURED), scraps(STRUCTURED)), |(input, signatures)| {
        if let Ok(lists) = inner_lists(&input) {
            prop_assert!(of_lists.is_match(&input), "{lists:?}");
            prop_assert_eq!(inner_lists(&printed(&lists)), Ok(lists));
        }
        if let Ok(sequences) = byte_sequences(&signatures) {
            prop_assert!(of_bytes.is_match(&signatures), "{sequences:?}");
        }
        for label in rfc9421::parse(&input, &signatures).into_iter().flatten().flatten() {
            let mut covered = label.covered.clone();
            covered.sort_unstable();
            covered.dedup();
            prop_assert_eq!(covered.len(), label.covered.len(), "something is covered twice");
        }
        Ok(())
    });
}

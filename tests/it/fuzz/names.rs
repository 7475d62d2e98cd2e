//! FUZ-04: names of hosts, ids and handles have one spelling, and no two origins share it.

use proptest::prelude::*;
use staffroom_server::domain::domain_rule::{normalise, with_parents};
use staffroom_server::federation::objects::webfinger::split_acct;
use staffroom_server::federation::vocab::lenient::parse_url;
use url::{Host, Url};

use super::check;

/// What people write and what goes over the wire: examples of RFC 3492 §7.1, RFC 5891 and UTS #46 §4.5, and names that
/// are none.
const VECTORS: [(&str, Option<&str>); 24] = [
    ("oak.example", Some("oak.example")),
    ("OAK.Example", Some("oak.example")),
    ("oak.example.", Some("oak.example")),
    ("oak\u{3002}example", Some("oak.example")),
    ("oak\u{ff0e}example", Some("oak.example")),
    ("ｏａｋ.example", Some("oak.example")),
    ("bücher.example", Some("xn--bcher-kva.example")),
    ("BÜCHER.example", Some("xn--bcher-kva.example")),
    ("bu\u{308}cher.example", Some("xn--bcher-kva.example")),
    ("faß.de", Some("xn--fa-hia.de")),
    ("βόλος.com", Some("xn--nxasmm1c.com")),
    ("ΒΌΛΟΣ.com", Some("xn--nxasmq6b.com")),
    ("日本語.jp", Some("xn--wgv71a119e.jp")),
    ("他们为什么不说中文.example", Some("xn--ihqwcrb4cv8a8dqg056pqjye.example")),
    ("почемужеонинеговорятпорусски.example", Some("xn--b1abfaaepdrnnbgefbadotcwatmq2g4l.example")),
    ("öbb.at", Some("xn--bb-eka.at")),
    ("a\u{ad}b.example", Some("ab.example")),
    ("xn--a", None),
    ("xn--a.example", None),
    ("a..example", None),
    ("\u{200b}.example", None),
    ("1.2.3.4", None),
    ("0x7f.1", None),
    ("a b.example", None),
];

/// Names made of what has confused readers of names.
fn name() -> impl Strategy<Value = String> {
    let scrap = prop_oneof![
        4 => "[a-zA-Z0-9]{1,4}",
        2 => Just(".".to_owned()),
        1 => prop::sample::select(SCRAPS).prop_map(str::to_owned),
        1 => "\\PC{1,2}",
    ];
    (prop::collection::vec(scrap, 1..8), prop::sample::select(vec!["", ".example", ".EXAMPLE", ".test."]))
        .prop_map(|(scraps, end)| scraps.concat() + end)
}

const SCRAPS: &[&str] = &[
    "xn--",
    "xn--bcher-kva",
    "ü",
    "U\u{308}",
    "\u{3002}",
    "\u{ff0e}",
    "\u{ff61}",
    "ß",
    "ſ",
    "İ",
    "ı",
    "\u{200d}",
    "\u{ad}",
    "а",
    "Ａ",
    "-",
    "--",
    "_",
    ":",
    ":443",
    ":80",
    "%2e",
    "%00",
    "@",
    "/",
    "\\",
    "#",
    "?",
    "[",
    "]",
    "\t",
    "0x",
    "127.1",
    "\u{202e}",
    "ℂ",
    "①",
    "。",
    "..",
];

#[test]
fn fuz_04_names_are_written_as_the_vectors_say() {
    for (text, wanted) in VECTORS {
        assert_eq!(normalise(text).as_deref(), wanted, "{text}");
    }
}

#[test]
fn fuz_04_a_normal_name_stays_and_is_what_url_makes_of_it() {
    check("fuz_04_names", 5_000, &name(), |text| {
        let Some(normal) = normalise(&text) else { return Ok(()) };
        let again = normalise(&normal);
        prop_assert_eq!(again.as_deref(), Some(normal.as_str()));
        let upper = normalise(&normal.to_uppercase());
        prop_assert_eq!(upper.as_deref(), Some(normal.as_str()));
        // what a request would be sent to
        let url =
            Url::parse(&format!("https://{}/", text.trim())).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        prop_assert_eq!(host, normal.as_str());
        prop_assert!(matches!(Host::parse(&normal), Ok(Host::Domain(_))));
        prop_assert!(with_parents(&normal).all(|parent| normal.ends_with(parent)));
        Ok(())
    });
}

#[test]
fn fuz_04_two_spellings_of_one_name_are_one_and_two_names_are_two() {
    check("fuz_04_pairs", 5_000, &(name(), name()), |(one, other)| {
        let host = |text: &str| {
            let url = Url::parse(&format!("https://{}/", text.trim())).ok()?;
            url.domain().map(|name| name.trim_end_matches('.').to_owned())
        };
        if let (Some(a), Some(b)) = (normalise(&one), normalise(&other)) {
            prop_assert_eq!(a == b, host(&one) == host(&other), "{:?} {:?}", a, b);
        }
        Ok(())
    });
}

fn url_text() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec!["https://", "http://", "HTTPS://", "https:", "ftp://", " https://", "//"]);
    let user = prop::sample::select(vec!["", "", "", "a@", "a:b@", "@", ":@"]);
    let port = prop::sample::select(vec!["", "", ":443", ":80", ":8443", ":0443", ":"]);
    let path =
        prop::sample::select(vec!["", "/", "/users/amy", "/users/../x", "/a%2Fb", "/ü", "/x?y=1#z", "#a", "\\x", "/ "]);
    (scheme, user, name(), port, path)
        .prop_map(|(scheme, user, name, port, path)| format!("{scheme}{user}{name}{port}{path}"))
}

#[test]
fn fuz_04_an_id_that_was_read_reads_the_same_again() {
    check("fuz_04_urls", 5_000, &(url_text(), url_text()), |(one, other)| {
        let (one, other) = (parse_url(&one), parse_url(&other));
        for url in [&one, &other].into_iter().flatten() {
            let again = parse_url(url.as_str());
            prop_assert_eq!(again.as_ref(), Some(url));
            prop_assert!(url.username().is_empty() && url.password().is_none());
            let host = url.host_str().unwrap_or_default();
            prop_assert!(host.is_ascii() && !host.ends_with('.') && !host.chars().any(|c| c.is_ascii_uppercase()));
        }
        if let (Some(one), Some(other)) = (one, other) {
            // authority is compared as text in many places: it must say the same as the origin
            let same = one[..url::Position::BeforePath] == other[..url::Position::BeforePath];
            prop_assert_eq!(same, one.origin() == other.origin());
        }
        Ok(())
    });
}

fn handle() -> impl Strategy<Value = String> {
    let before = prop::sample::select(vec!["acct:", "@", "", "acct:@", "ACCT:"]);
    (before, "[a-zA-Z0-9_.@ü-]{0,6}", name(), prop::sample::select(vec!["", "", ":443", ":8443"]))
        .prop_map(|(before, user, name, port)| format!("{before}{user}@{name}{port}"))
}

#[test]
fn fuz_04_a_handle_names_one_host_in_one_spelling() {
    check("fuz_04_handles", 5_000, &handle(), |text| {
        let Some((name, host)) = split_acct(&text) else { return Ok(()) };
        let again = split_acct(&format!("acct:{name}@{host}"));
        prop_assert_eq!(again, Some((name, host.clone())));
        let url = Url::parse(&format!("https://{host}/"));
        let url = url.map_err(|error| TestCaseError::fail(format!("{host}: {error}")))?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        prop_assert_eq!(format!("{}{port}", url.host_str().unwrap_or_default()), host);
        Ok(())
    });
}

#[test]
fn fuz_04_a_handle_has_the_host_it_seems_to_have() {
    for (text, wanted) in [
        ("acct:amy@Oak.Example", "oak.example"),
        ("@amy@oak.example:443", "oak.example"),
        ("amy@bücher.example", "xn--bcher-kva.example"),
        ("amy@BÜCHER.example:8443", "xn--bcher-kva.example:8443"),
        ("amy@localhost:3001", "localhost:3001"),
    ] {
        assert_eq!(split_acct(text), Some(("amy".to_owned(), wanted.to_owned())), "{text}");
    }
    for bad in ["amy@oak.example.", "amy@oak.example:99999", "amy@10.0.0.1", "amy@127.1", "amy@xn--a", "amy@a:b:1"] {
        assert_eq!(split_acct(bad), None, "{bad}");
    }
}

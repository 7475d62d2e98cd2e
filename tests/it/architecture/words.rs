//! Words that may stand in some crates only: SQL, HTTP clients, private keys, `async` and ActivityStreams each have
//! their place.

use super::{Text, assert_none, texts};

/// A word, and the folders whose code may use it.
struct Rule {
    word: &'static str,
    at_home_in: &'static [&'static str],
    why: &'static str,
}

const RULES: [Rule; 20] = [
    Rule { word: "sea_orm", at_home_in: &["crates/storage/", "migrations/"], why: "only storage knows SQL" },
    Rule { word: "sqlx", at_home_in: SQLX, why: "only storage knows SQL" },
    Rule { word: "reqwest", at_home_in: &["crates/federation/src/http/", DELIVERY, "tests/"], why: ONE_CLIENT },
    Rule { word: "reqwest_middleware", at_home_in: &["crates/federation/src/http/"], why: ONE_CLIENT },
    Rule { word: "fetch_object_http", at_home_in: &["crates/federation/src/http/tests.rs"], why: ONE_CLIENT },
    Rule { word: "webfinger_resolve_actor", at_home_in: &[], why: ONE_CLIENT },
    Rule { word: "ObjectId", at_home_in: &[], why: ONE_CLIENT },
    Rule { word: "hyper", at_home_in: &["tests/"], why: ONE_CLIENT },
    Rule { word: "hyper_util", at_home_in: &["crates/server/src/listener.rs", "tests/"], why: ONE_CLIENT },
    Rule { word: "ureq", at_home_in: &[], why: ONE_CLIENT },
    Rule { word: "isahc", at_home_in: &[], why: ONE_CLIENT },
    Rule {
        word: "TcpStream",
        at_home_in: &["tests/", "xtask/", "crates/server/src/connections.rs", "crates/federation/src/http/tests/"],
        why: ONE_CLIENT,
    },
    Rule { word: "UdpSocket", at_home_in: &["tests/"], why: ONE_CLIENT },
    Rule { word: "lookup_host", at_home_in: &["crates/federation/src/http/resolver.rs"], why: ONE_CLIENT },
    Rule { word: "RsaPrivateKey", at_home_in: &[], why: "private keys never enter the rsa crate" },
    Rule { word: "rsa::", at_home_in: &[], why: "private keys never enter the rsa crate" },
    Rule { word: "SigningKey", at_home_in: &["crates/federation/", "tests/"], why: "only federation signs" },
    Rule {
        word: "activitypub_federation",
        at_home_in: &["crates/federation/", "tests/"],
        why: "only federation speaks it",
    },
    Rule { word: "figment", at_home_in: &["crates/server/"], why: "only server reads configuration" },
    Rule { word: "std::env::", at_home_in: ENVIRONMENT, why: "only server reads its environment" },
];

const ONE_CLIENT: &str = "one guarded outbound client";

/// Deliveries are written to the client's own request type.
const DELIVERY: &str = "crates/federation/src/deliver/sender.rs";

/// A crate's own ground for its tests, which makes databases.
const TESTING: &str = "/src/testing.rs";

/// Where SQL is at home, and where the log filter names the library.
const SQLX: &[&str] = &["crates/storage/", "migrations/", "tests/", TESTING, "crates/server/src/config/mod.rs"];

/// Sets that are scored, which rewrite their page when asked to.
const SCORES: [&str; 2] = ["crates/moderation/tests/", "/evaluation.rs"];

const ENVIRONMENT: &[&str] = &["crates/server/", "tests/", "xtask/", TESTING, SCORES[0], SCORES[1]];

/// Crates without `async fn`: same input, same answer.
const PURE: [&str; 2] = ["crates/domain/", "crates/moderation/"];

fn is_code(line: &str) -> bool {
    !line.trim_start().starts_with("//")
}

/// Whether `word` stands in `line` by itself, not as the middle of a longer name.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let continues = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        // `aws_lc_rs::rsa::` is a module of another crate than `rsa::`.
        let qualified = word.ends_with("::") && before == Some(':');
        !continues(before) && !qualified && (word.ends_with("::") || !continues(after))
    })
}

fn problems(files: &[Text]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| file.path != "tests/it/architecture/words.rs") {
        for (number, line) in file.content.lines().enumerate().filter(|(_, line)| is_code(line)) {
            for rule in &RULES {
                let at_home = rule.at_home_in.iter().any(|place| match place.strip_prefix('/') {
                    Some(_) => file.path.ends_with(place),
                    None => file.path.starts_with(place),
                });
                if !at_home && names(line, rule.word) {
                    problems.push(format!("{}:{}: {}: {}", file.path, number + 1, rule.word, rule.why));
                }
            }
            if PURE.iter().any(|folder| file.path.starts_with(folder)) && names(line, "async fn") {
                problems.push(format!("{}:{}: async fn in a pure crate", file.path, number + 1));
            }
        }
    }
    problems
}

#[test]
fn every_word_stays_where_it_belongs() {
    assert_none(&problems(&texts(&["crates", "migrations", "tests", "xtask"], &["rs"])));
}

#[test]
fn a_word_out_of_place_is_noticed() {
    for (path, line) in [
        ("crates/api/src/v1/a.rs", "use sea_orm::EntityTrait;"),
        ("crates/service/src/a.rs", "let client = reqwest::Client::new();"),
        ("crates/federation/src/lookup.rs", "let client = reqwest::Client::new();"),
        ("crates/federation/src/lookup.rs", "let found = fetch_object_http::<_, Value>(&url, context).await?;"),
        ("crates/federation/src/lookup.rs", "let actor = ObjectId::<Actor>::parse(id)?.dereference(context).await?;"),
        ("crates/api/src/card.rs", "let stream = tokio::net::TcpStream::connect(address).await?;"),
        ("crates/service/src/media/fetch.rs", "let body = ureq::get(url).call()?;"),
        ("crates/web/src/card.rs", "let client = hyper_util::client::legacy::Client::builder(executor);"),
        ("crates/federation/src/keys.rs", "use rsa::RsaPrivateKey;"),
        ("crates/federation/src/keys.rs", "let key = rsa::pkcs8::DecodePrivateKey::from_pkcs8_pem(pem)?;"),
        ("crates/domain/src/text.rs", "pub async fn render() {}"),
        ("crates/moderation/src/engine.rs", "    async fn judge() {}"),
        ("crates/storage/src/connect.rs", "let url = std::env::var(\"URL\");"),
    ] {
        assert!(!problems(&[Text::new(path, line)]).is_empty(), "{path}: {line}");
    }
    let fine = "// reqwest is not named here\nlet reqwests = aws_lc_rs::rsa::KeySize::Rsa2048;";
    assert_none(&problems(&[Text::new("crates/api/src/a.rs", fine)]));
}

//! Words that may stand in some crates only: SQL, HTTP clients, private keys, `async` and ActivityStreams each have
//! their place.

use super::{Text, assert_none, texts};

/// A word, and the folders whose code may use it.
struct Rule {
    word: &'static str,
    at_home_in: &'static [&'static str],
    why: &'static str,
}

const RULES: [Rule; 9] = [
    Rule { word: "sea_orm", at_home_in: &["crates/storage/", "migrations/"], why: "only storage knows SQL" },
    Rule { word: "sqlx", at_home_in: SQLX, why: "only storage knows SQL" },
    Rule { word: "reqwest", at_home_in: &["crates/federation/", "tests/"], why: "one guarded outbound client" },
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

/// A crate's own ground for its tests, which makes databases.
const TESTING: &str = "/src/testing.rs";

/// Where SQL is at home, and where the log filter names the library.
const SQLX: &[&str] = &["crates/storage/", "migrations/", "tests/", TESTING, "crates/server/src/config/mod.rs"];

const ENVIRONMENT: &[&str] = &["crates/server/", "tests/", "xtask/", TESTING];

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

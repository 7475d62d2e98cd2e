//! Packs as documents: one form, whatever they are written in.

use serde_json::json;

use super::{Change, Document, Seal, canonical, changes, is_id, read_rule};
use crate::policy::Policy;
use crate::{BUILT_IN, Engine};

const TOML: &str = r#"
[pack]
id = "essays"
version = 3
title = "Essay mills"
licence = "CC0-1.0"

[[rule]]
id = "essay-mill"
version = 1
direction = ["inbound"]
action = "reject"
reason = "It advertises essays"
rationale = "Nobody here wants to read these."
must_match = ["Buy your essays here"]
must_not_match = ["How do you mark essays?"]
[rule.when.phrase]
any = ["buy your essays"]

[[adjust]]
rule = "rude-words"
action = "hold"
"#;

#[test]
fn toml_and_json_are_the_same_pack() {
    let one = Document::parse(TOML).unwrap();
    assert_eq!((one.id(), one.version(), one.title()), ("essays", 3, "Essay mills"));
    let json = one.to_json().to_string();
    let other = Document::parse(&json).unwrap();
    let back = Document::parse(&other.to_toml().unwrap()).unwrap();
    for same in [&other, &back] {
        assert_eq!(same.digest().unwrap(), one.digest().unwrap());
        assert!(changes(&one, same).is_empty());
    }
    assert!(
        one.canonical().unwrap().starts_with("{\"adjust\":[{\"action\":\"hold\",\"rule\":\"rude-words\"}],\"pack\"")
    );
}

#[test]
fn shipped_packs_survive_the_way_there_and_back() {
    let texts: Vec<(String, String)> = BUILT_IN
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Document::parse(text).unwrap().to_toml().unwrap()))
        .collect();
    let policy = Policy::load(texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap();
    assert_eq!(policy.rules.len(), Policy::built_in().unwrap().rules.len());
    Engine::new(policy).unwrap();
}

#[test]
fn what_is_signed_names_who_seals_it_and_changes_with_every_word() {
    let document = Document::parse(TOML).unwrap();
    let signed = document.to_sign("https://oak.test/actor", "z6Mk").unwrap();
    assert_eq!(signed.len(), 64);
    assert_ne!(document.to_sign("https://elm.test/actor", "z6Mk").unwrap(), signed);
    assert_ne!(document.to_sign("https://oak.test/actor", "z6Mj").unwrap(), signed);
    let altered = Document::parse(&TOML.replace("\"reject\"", "\"allow\"")).unwrap();
    assert_ne!(altered.to_sign("https://oak.test/actor", "z6Mk").unwrap(), signed);
    let seal = Seal { publisher: "p".to_owned(), key: "k".to_owned(), signature: "s".to_owned() };
    let sealed = document.clone().with_seal(seal.clone());
    assert_eq!(sealed.to_sign("https://oak.test/actor", "z6Mk").unwrap(), signed, "the seal is not in it");
    assert_eq!(Document::parse(&sealed.to_json().to_string()).unwrap().seal(), Some(&seal));
}

#[test]
fn what_is_no_pack_is_named() {
    let head = |id: &str, version: i64| json!({ "pack": { "id": id, "version": version, "title": "T" } }).to_string();
    let broken = [
        ("[".to_owned(), "is no TOML"),
        ("{".to_owned(), "is no JSON"),
        ("{}".to_owned(), "has no [pack]"),
        (head("Essays", 1), "pack.id"),
        (head("essays", 0), "pack.version"),
        (head("essays", -1), "pack.version"),
        (TOML.replace("\"Essay mills\"", "\" \""), "pack.title"),
        (TOML.replace("Essay mills", "Essay \u{202e}mills"), "pack.title has characters"),
        (TOML.replace("Essay mills", "Essay\\u0007 mills"), "pack.title has characters"),
        ("{\"pack\": {\"id\": \"a\", \"id\": \"b\"}}".to_owned(), "has \"id\" twice"),
        (TOML.replace("licence", "engine = 99\nlicence"), "later version"),
        (TOML.replace("\"essay-mill\"", "\"essay--mill\""), "rule 1"),
        (TOML.replace("\"essay-mill\"", "\"panic\""), "no name for a rule"),
        (TOML.replace("\"rude-words\"", "\"\""), "adjust 1"),
        (format!("lists = 1\n{TOML}"), "which no pack has"),
        (json!({ "pack": { "id": "e", "version": 1, "title": "T" }, "rule": {} }).to_string(), "no list"),
        (json!({ "pack": { "id": "e", "version": 1, "title": "T" }, "seal": { "key": "k" } }).to_string(), "seal"),
        ("x".repeat(super::MAX_BYTES + 1), "at most"),
    ];
    for (text, wanted) in broken {
        let error = Document::parse(&text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}\nwanted {wanted}");
    }
    for (text, wanted) in [("a-b-2", true), ("a", true), ("", false), ("-a", false), ("a--b", false), ("a_b", false)] {
        assert_eq!(is_id(text), wanted, "{text}");
    }
}

#[test]
fn changes_are_told_rule_by_rule() {
    let old = Document::parse(TOML).unwrap();
    let new = TOML
        .replace("\"reject\"", "\"hold\"")
        .replace("rude-words", "slurs")
        .replace("[[adjust]]", "[[rule]]\nid = \"new\"\n[[adjust]]");
    let found = changes(&old, &Document::parse(&new).unwrap());
    let wanted = [
        Change::Removed("adjust rude-words".to_owned()),
        Change::Added("adjust slurs".to_owned()),
        Change::Changed("essay-mill".to_owned(), vec!["action".to_owned()]),
        Change::Added("new".to_owned()),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_rule_is_read_however_it_is_written() {
    let wanted = json!({ "rule": "rude-words", "action": "hold" });
    for text in [
        "rule = \"rude-words\"\naction = \"hold\"",
        "[[adjust]]\nrule = \"rude-words\"\naction = \"hold\"",
        "{\"action\": \"hold\", \"rule\": \"rude-words\"}",
        "{\"adjust\": [{\"action\": \"hold\", \"rule\": \"rude-words\"}]}",
    ] {
        let found = read_rule(text).unwrap();
        assert_eq!(canonical(&found).unwrap(), canonical(&wanted).unwrap(), "{text}");
    }
    for wrong in ["[", "{", "[[rule]]\nid = \"a\"\n[[rule]]\nid = \"b\"", "{\"rule\": []}", "{\"rule\": [1]}"] {
        assert!(read_rule(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn what_nobody_would_read_is_refused_wherever_it_stands() {
    let rule = |when: &str| {
        format!(
            "id = \"a\"\nversion = 1\ndirection = [\"outbound\"]\naction = \"hold\"\nreason = \"x\"\nrationale = \"x\"\n\
             must_match = [\"bad words\"]\nmust_not_match = [{{ text = \"x\", facts = {{ actor = {{ is_bot = true }} }} }}]\n\
             {when}\n"
        )
    };
    let good = rule("[when.phrase]\nany = [\"bad words\"]");
    read_rule(&good).unwrap();
    let wrong = [
        (good.replace("[when.phrase]", "[when.phrases]"), "`phrases` in `when`;"),
        (good.replace("[when.phrase]", "[wen.phrase]"), "`wen`;"),
        (good.replace("[when.phrase]", "[rule.when.phrase]"), "`rule`;"),
        (good.replace("any =", "some ="), "`some` in `when.phrase`;"),
        (good.replace("action =", "colour ="), "`colour`;"),
        (good.replace("is_bot", "is_boy"), "`is_boy` in `must_not_match.facts.actor`;"),
        (good.replace("actor =", "author ="), "`author` in `must_not_match.facts`;"),
        (good.replace("text = \"x\"", "text = \"x\", fact = 1"), "`fact` in `must_not_match`;"),
        (rule("[when.combine]\nall = [\"b\"]\n[when.combine.nearly]\nwithin = 3"), "`nearly` in `when.combine`;"),
        (
            rule("[when.combine]\nnear = { rules = [\"b\", \"c\"], within = 3, with-in = 4 }"),
            "`with-in` in `when.combine.near`;",
        ),
        (format!("[[rule]]\n{good}"), "`when` beside `rule`"),
        ("[[adjust]]\nrule = \"b\"\naction = \"hold\"\n[when.phrase]\nany = []".to_owned(), "`when` beside `adjust`"),
        ("rule = \"b\"\naction = \"hold\"\ntags = [\"x\"]".to_owned(), "`tags`;"),
        ("rule = \"b\"\naction = \"hold\"\n[when.phrase]\nany = []".to_owned(), "`rule`;"),
    ];
    for (text, wanted) in &wrong {
        let error = read_rule(text).unwrap_err().to_string();
        assert!(error.contains("unknown field") && error.contains(wanted), "{error}\nwanted {wanted}");
    }

    for (text, wanted) in [
        (TOML.replace("[rule.when.phrase]", "[when.phrase]"), "\"when\", which no pack has: what a rule looks for is"),
        (
            TOML.replace("[rule.when.phrase]", "[rule.when.phrases]"),
            "rule essay-mill has an unknown field `phrases` in `when`",
        ),
        (TOML.replace("licence", "license"), "unknown field `license` in `pack`"),
        (
            TOML.replace("rule = \"rude-words\"", "rule = \"rude-words\"\nreason = \"x\""),
            "the change of rule rude-words has",
        ),
    ] {
        let error = Document::parse(&text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}\nwanted {wanted}");
    }
    // and where packs are loaded, without the way through a document
    let extra = TOML.replace("[\"How do you mark essays?\"]", "[{ text = \"x\", facts = {}, fact = 1 }]");
    let error = Policy::load([("test", extra.as_str())]).unwrap_err().to_string();
    assert!(error.contains("unknown field `fact`"), "{error}");
}

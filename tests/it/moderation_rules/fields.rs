//! Fields that nobody would read are refused by name, in rules and packs alike.

use reqwest::Method;
use serde_json::json;

use super::{MODERATION, admin, post, rule, start, text};

#[tokio::test]
async fn a_rule_under_a_wrong_header_is_refused_and_the_header_named() {
    let server = start().await;
    let zoe = admin(&server, "zoe");
    let good = rule("red-flag", "hold", "red flags");
    let wrong = [
        (good.replace("[when.phrase]", "[when.phrases]"), "unknown field `phrases` in `when`"),
        (good.replace("[when.phrase]", "[rule.when.phrase]"), "unknown field `rule`"),
        (format!("[[rule]]\n{good}"), "unknown field `when` beside `rule`"),
        (
            format!(
                "[pack]\nid = \"p\"\nversion = 1\ntitle = \"P\"\n[[rule]]\n{}",
                good.replace("[when", "[rule.when")
            ),
            "is a whole pack",
        ),
        (good.replace("any =", "some ="), "unknown field `some` in `when.phrase`"),
        (good.replace("action =", "acton ="), "unknown field `acton`"),
        (
            good.replace("[\"nothing of it\"]", "[{ text = \"x\", facts = { actor = { is_boy = true } } }]"),
            "unknown field `is_boy` in `must_not_match.facts.actor`",
        ),
        ("rule = \"rude-words\"\naction = \"hold\"\ntags = [\"x\"]".to_owned(), "unknown field `tags`"),
    ];
    for (definition, why) in &wrong {
        let answer = post(&zoe, "/rules", &json!({ "definition": definition })).await;
        assert!(answer.status == 422 && answer.json.to_string().contains(why), "{why}: {}", answer.json);
    }
    assert_eq!(zoe.get(&format!("{MODERATION}/rules?state=draft")).await, json!([]));

    let drafted = post(&zoe, "/rules", &json!({ "definition": good })).await.ok();
    assert_eq!(drafted["definition"]["when"]["phrase"]["any"], json!(["red flags"]));
    let path = format!("{MODERATION}/rules/{}", text(&drafted["id"]));
    let (definition, why) = &wrong[0];
    let changed = zoe.send(Method::PUT, &path, &json!({ "definition": definition })).await;
    assert!(changed.status == 422 && changed.json.to_string().contains(why), "{}", changed.json);
    // as it stands in a pack
    let listed = format!("[[rule]]\n{}", rule("blue-flag", "hold", "blue flags").replace("[when", "[rule.when"));
    post(&zoe, "/rules", &json!({ "definition": listed })).await.ok();
}

#[tokio::test]
async fn a_pack_with_a_field_nobody_reads_is_refused_and_the_field_named() {
    let server = start().await;
    let zoe = admin(&server, "zoe");
    let one = rule("red-flag", "hold", "red flags").replace("[when", "[rule.when");
    let good = format!("[pack]\nid = \"flags\"\nversion = 1\ntitle = \"Flags\"\n[[rule]]\n{one}");
    for (document, why) in [
        (good.replace("[rule.when.phrase]", "[when.phrase]"), "[rule.when."),
        (
            good.replace("[rule.when.phrase]", "[rule.when.phrases]"),
            "rule red-flag has an unknown field `phrases` in `when`",
        ),
        (good.replace("title =", "titel = \"x\"\ntitle ="), "unknown field `titel` in `pack`"),
        (format!("{good}[[adjust]]\nrule = \"slurs\"\naction = \"hold\"\nreason = \"x\"\n"), "unknown field `reason`"),
    ] {
        for path in ["/packs/preview", "/packs"] {
            let answer = post(&zoe, path, &json!({ "document": document })).await;
            assert!(answer.status == 422 && answer.json.to_string().contains(why), "{why}: {}", answer.json);
        }
    }
    post(&zoe, "/packs", &json!({ "document": good })).await.ok();
}

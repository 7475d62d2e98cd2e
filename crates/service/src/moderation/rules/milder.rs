//! Which of two versions of a rule lets more through, as far as that can be told by looking.

use serde_json::Value;
use staffroom_moderation::Action;

/// What a rule says that changes nothing about what it matches.
const BESIDE: [&str; 7] = ["action", "reason", "rationale", "owner", "clause", "must_match", "must_not_match"];

/// What a rule, or a change of one, asks for.
pub(super) fn action(definition: &Value) -> Option<Action> {
    serde_json::from_value(definition.get("action")?.clone()).ok()
}

/// Whether `after` surely stops all that `before` does: it looks for the same in the same places, and asks for as much.
pub(super) fn is_no_milder(before: &Value, after: &Value) -> bool {
    let asks = matches!((action(before), action(after)), (Some(before), Some(after)) if before <= after);
    asks && looks_for(before) == looks_for(after)
}

fn looks_for(definition: &Value) -> Value {
    let mut definition = definition.clone();
    if let Value::Object(members) = &mut definition {
        members.retain(|name, _| !BESIDE.contains(&name.as_str()));
    }
    definition
}

/// Whether a rule only lets matches of others go.
pub(super) fn lets_go(definition: &Value) -> bool {
    let releases = definition.get("releases").and_then(Value::as_array).is_some_and(|names| !names.is_empty());
    releases && action(definition) == Some(Action::Allow)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(action: &str, words: &[&str]) -> Value {
        json!({ "id": "a", "action": action, "reason": action, "tags": [], "when": { "phrase": { "any": words } } })
    }

    #[test]
    fn only_what_looks_for_the_same_and_asks_for_as_much_is_no_milder() {
        let hold = rule("hold", &["a"]);
        assert!(is_no_milder(&hold, &hold) && is_no_milder(&hold, &rule("reject", &["a"])));
        let mut narrow = hold.clone();
        narrow["tags"] = json!(["oak"]);
        for milder in [rule("nudge", &["a"]), rule("allow", &["a"]), rule("reject", &["a", "b"]), narrow, json!({})] {
            assert!(!is_no_milder(&hold, &milder), "{milder}");
        }
        assert!(!is_no_milder(&json!({}), &json!({})));
    }

    #[test]
    fn only_what_allows_and_names_others_lets_go() {
        assert!(lets_go(&json!({ "action": "allow", "releases": ["*"] })));
        for other in [
            json!({ "action": "allow" }),
            json!({ "action": "allow", "releases": [] }),
            json!({ "action": "hold", "releases": ["*"] }),
        ] {
            assert!(!lets_go(&other), "{other}");
        }
    }
}

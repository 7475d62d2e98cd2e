//! Interaction policies: who may like, answer, boost and quote an object (GoToSocial's `interactionPolicy`, taken over by
//! FEP-044f).

use serde_json::Value;
use staffroom_domain::interaction::{Approval, Groups, InteractionPolicy};
use url::Url;

use super::MAX_RECIPIENTS;
use super::audience::is_public;
use super::lenient::{id_of, items};

/// Whose object it is, to tell the groups apart.
pub struct Owner<'a> {
    /// The author.
    pub author: &'a Url,
    /// Their followers collection, where known; else one on their server whose path ends in `/followers` counts.
    pub followers: Option<&'a str>,
    /// Network ids of those the object names.
    pub mentioned: &'a [String],
}

/// The policy in `value`; what is not there, empty or of another shape says nothing.
pub fn policy(value: &Value, owner: &Owner<'_>) -> InteractionPolicy {
    let one = |name: &str| {
        value
            .get(name)
            .filter(|sub| sub.as_object().is_some_and(|members| !members.is_empty()))
            .map(|sub| approval(sub, owner))
    };
    InteractionPolicy {
        favourite: one("canLike"),
        reply: one("canReply"),
        reblog: one("canAnnounce"),
        quote: one("canQuote"),
    }
}

fn approval(sub: &Value, owner: &Owner<'_>) -> Approval {
    // the second names are GoToSocial's before 0.20
    let list = |name: &str, old: &str| sub.get(name).or_else(|| sub.get(old)).map(items).unwrap_or_default();
    Approval {
        automatic: groups(list("automaticApproval", "always"), owner),
        manual: groups(list("manualApproval", "approvalRequired"), owner),
    }
}

fn groups(named: &[Value], owner: &Owner<'_>) -> Groups {
    let known = named.iter().take(MAX_RECIPIENTS).filter_map(|item| group(item, owner));
    known.fold(Groups::NOBODY, Groups::and)
}

/// The group an entry names; the author needs no leave.
fn group(item: &Value, owner: &Owner<'_>) -> Option<Groups> {
    if item.as_str().is_some_and(is_public) {
        return Some(Groups::EVERYBODY);
    }
    let uri = id_of(item)?;
    let is_theirs = |end: &str| uri.origin() == owner.author.origin() && uri.path().ends_with(end);
    let is_followers = match owner.followers {
        Some(followers) => uri.as_str() == followers,
        None => is_theirs("/followers"),
    };
    if uri == *owner.author {
        None
    } else if is_followers {
        Some(Groups::FOLLOWERS)
    } else if is_theirs("/following") {
        Some(Groups::FOLLOWED)
    } else if owner.mentioned.iter().any(|mentioned| mentioned == uri.as_str()) {
        Some(Groups::MENTIONED)
    } else {
        Some(Groups::OTHERS)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_spellings_and_all_groups_are_read_and_nonsense_says_nothing() {
        let author = Url::parse("https://elm.example/users/ben").unwrap();
        let mentioned = ["https://oak.example/users/amy".to_owned()];
        let owner = Owner { author: &author, followers: None, mentioned: &mentioned };
        let read = |value: Value| policy(&value, &owner);
        let ben = "https://elm.example/users/ben";
        let full = read(json!({
            "canLike": { "always": "as:Public", "approvalRequired": [] },
            "canReply": { "automaticApproval": [ben, format!("{ben}/followers"), mentioned[0]], "manualApproval": ["Public"] },
            "canAnnounce": { "automaticApproval": [ben] },
            "canQuote": { "automaticApproval": format!("{ben}/following"), "manualApproval": ["https://x.example/1"] },
        }));
        assert_eq!(full.favourite, Some(Approval::automatic(Groups::EVERYBODY)));
        let reply = Approval { automatic: Groups::FOLLOWERS.and(Groups::MENTIONED), manual: Groups::EVERYBODY };
        assert_eq!(full.reply, Some(reply));
        assert_eq!(full.reblog, Some(Approval::default()));
        assert_eq!(full.quote, Some(Approval { automatic: Groups::FOLLOWED, manual: Groups::OTHERS }));
        for nonsense in [
            json!(null),
            json!([]),
            json!({ "canQuote": "as:Public" }),
            json!({ "canQuote": [1] }),
            json!({ "canLike": {}, "canReply": null }),
        ] {
            assert_eq!(read(nonsense), InteractionPolicy::default());
        }
        assert_eq!(read(json!({ "canQuote": { "automaticApproval": 7 } })).quote, Some(Approval::default()));
    }
}

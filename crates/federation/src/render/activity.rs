//! Activities, one function each, without `@context`.

use serde_json::{Value, json};
use staffroom_domain::account::Account;
use staffroom_domain::instance::InstanceIdentity;
use staffroom_domain::interaction::Interaction;
use staffroom_domain::relationship::Follow;
use staffroom_domain::report::Report;
use staffroom_domain::status::{Status, StatusView};
use staffroom_domain::{Tag, Timestamp};
use staffroom_service::InteractionRequest;

use super::actor::{featured, followers};
use super::audience::{audience, reblog_audience};
use super::context::PUBLIC;
use super::note::{note, tombstone};
use crate::vocab::request::{authorization_type, request_type};

/// `Create` of a local status; its id is the note's with `/activity`.
pub fn create(identity: &InstanceIdentity, view: &StatusView, tag_accounts: &[Account], now: Timestamp) -> Value {
    let audience = audience(&view.account, &view.status, tag_accounts);
    json!({
        "id": format!("{}/activity", view.status.uri),
        "type": "Create",
        "actor": view.account.uri,
        "published": view.status.created_at.to_rfc3339(),
        "to": audience.to,
        "cc": audience.cc,
        "object": note(identity, view, tag_accounts, now),
    })
}

/// `Create` of an older local status under a fresh `id`, for somebody it was not sent to when it was written.
pub fn share(identity: &InstanceIdentity, view: &StatusView, tags: &[Account], id: &str, now: Timestamp) -> Value {
    let mut document = create(identity, view, tags, now);
    if let Value::Object(members) = &mut document {
        members.insert("id".to_owned(), json!(id));
    }
    document
}

/// `Update` of a local status under a fresh `id`.
pub fn update(identity: &InstanceIdentity, view: &StatusView, tags: &[Account], id: &str, now: Timestamp) -> Value {
    let audience = audience(&view.account, &view.status, tags);
    json!({
        "id": id,
        "type": "Update",
        "actor": view.account.uri,
        "published": view.status.edited_at.unwrap_or(now).to_rfc3339(),
        "to": audience.to,
        "cc": audience.cc,
        "object": note(identity, view, tags, now),
    })
}

/// `Create` of a vote for `option` of a poll: a note with the option as its name and no text, for the author alone.
pub fn vote(account: &Account, id: &str, status: &Status, author: &Account, option: &str) -> Value {
    json!({
        "id": format!("{id}/activity"),
        "type": "Create",
        "actor": account.uri,
        "to": [author.uri],
        "object": {
            "id": id,
            "type": "Note",
            "attributedTo": account.uri,
            "name": option,
            "inReplyTo": status.uri,
            "to": [author.uri],
        },
    })
}

/// `Delete` of a local status, to whoever might have it.
pub fn delete(author: &Account, status: &Status) -> Value {
    let audience = audience(author, status, &[]);
    json!({
        "id": format!("{}#delete", status.uri),
        "type": "Delete",
        "actor": author.uri,
        "to": audience.to,
        "cc": audience.cc,
        "object": tombstone(&status.uri),
    })
}

/// `Announce` of a status by a local account: by id only, so that receivers ask its own server.
pub fn announce(account: &Account, reblog: &Status, original: &str, original_author: &str) -> Value {
    let audience = reblog_audience(account, reblog, original_author);
    json!({
        "id": reblog.uri,
        "type": "Announce",
        "actor": account.uri,
        "published": reblog.created_at.to_rfc3339(),
        "to": audience.to,
        "cc": audience.cc,
        "object": original,
    })
}

/// `Announce` of a local status by one of our tag accounts; `tags` are all hashtags it is announced by, in `tag`.
pub fn tag_announce(
    identity: &InstanceIdentity,
    tag_account: &Account,
    uri: &str,
    status_uri: &str,
    tags: &[Tag],
    published: Timestamp,
) -> Value {
    let tag =
        |tag: &Tag| json!({ "type": "Hashtag", "name": format!("#{}", tag.display()), "href": identity.tag_url(tag) });
    json!({
        "id": uri,
        "type": "Announce",
        "actor": tag_account.uri,
        "published": published.to_rfc3339(),
        "to": [PUBLIC],
        "cc": [followers(tag_account)],
        "tag": tags.iter().map(tag).collect::<Value>(),
        "object": status_uri,
    })
}

/// `Like` of a status.
pub fn like(account: &Account, uri: &str, status_uri: &str, author_uri: &str) -> Value {
    json!({ "id": uri, "type": "Like", "actor": account.uri, "to": [author_uri], "object": status_uri })
}

/// `Follow`, with the id it was given when it was made.
pub fn follow(follower_uri: &str, target_uri: &str, follow: &Follow) -> Value {
    json!({ "id": follow.uri, "type": "Follow", "actor": follower_uri, "to": [target_uri], "object": target_uri })
}

/// `Follow` of everybody: what asks a relay to send what it gets (FEP-ae0c).
pub fn follow_everybody(follower_uri: &str, uri: &str) -> Value {
    json!({ "id": uri, "type": "Follow", "actor": follower_uri, "to": [PUBLIC], "object": PUBLIC })
}

/// `Accept` or `Reject` of a follow, which is embedded with its original id: some servers match on it.
pub fn answer(kind: &'static str, id: &str, target: &Account, follower: &Account, request: &Follow) -> Value {
    let asked = if request.relay {
        follow_everybody(&follower.uri, &request.uri)
    } else {
        follow(&follower.uri, &target.uri, request)
    };
    json!({ "id": id, "type": kind, "actor": target.uri, "to": [follower.uri], "object": asked })
}

/// `Block`.
pub fn block(account: &Account, uri: &str, target_uri: &str) -> Value {
    json!({ "id": uri, "type": "Block", "actor": account.uri, "to": [target_uri], "object": target_uri })
}

/// `Undo` of an activity, embedded whole and addressed to the same recipients.
pub fn undo(actor: &str, id: &str, undone: &Value) -> Value {
    let recipients = |name: &str| undone.get(name).cloned().unwrap_or_else(|| json!([]));
    json!({ "id": id, "type": "Undo", "actor": actor, "to": recipients("to"), "cc": recipients("cc"), "object": undone })
}

/// `QuoteRequest` for a local status that quotes: it is the instrument, embedded whole.
pub fn quote_request(
    identity: &InstanceIdentity,
    view: &StatusView,
    uri: &str,
    quoted_uri: &str,
    author_uri: &str,
    now: Timestamp,
) -> Value {
    json!({
        "id": uri,
        "type": "QuoteRequest",
        "actor": view.account.uri,
        "to": [author_uri],
        "object": quoted_uri,
        "instrument": note(identity, view, &[], now),
    })
}

/// A request for leave to do `what`; what was made is the instrument, embedded whole.
pub fn interaction_request(
    account: &Account,
    author: &Account,
    what: Interaction,
    uri: &str,
    target_uri: &str,
    instrument: &Value,
) -> Value {
    json!({
        "id": uri,
        "type": request_type(what),
        "actor": account.uri,
        "to": [author.uri],
        "object": target_uri,
        "instrument": instrument,
    })
}

/// `Accept` (with the authorization as `result`) or `Reject` of a request, which is embedded with its id.
pub fn request_answer(
    kind: &'static str,
    id: &str,
    author: &Account,
    asker: &Account,
    request: &InteractionRequest,
    approval_uri: Option<&str>,
) -> Value {
    let embedded = json!({
        "id": request.uri,
        "type": request_type(request.what),
        "actor": asker.uri,
        "object": request.target_uri,
        "instrument": request.interacting_uri,
    });
    answer_with(kind, id, author, asker, &embedded, approval_uri)
}

/// `Accept` or `Reject` of a request, which is `embedded`, with the authorization as `result`.
pub fn answer_with(
    kind: &'static str,
    id: &str,
    author: &Account,
    asker: &Account,
    embedded: &Value,
    approval_uri: Option<&str>,
) -> Value {
    let mut answer = json!({ "id": id, "type": kind, "actor": author.uri, "to": [asker.uri], "object": embedded });
    if let (Value::Object(members), Some(uri)) = (&mut answer, approval_uri) {
        members.insert("result".into(), json!(uri));
    }
    answer
}

/// The leave of `account` to be in the collection `collection_uri` (FEP-7aa9).
pub fn feature_authorization(account: &Account, uri: &str, collection_uri: &str) -> Value {
    json!({
        "id": uri,
        "type": "FeatureAuthorization",
        "attributedTo": account.uri,
        "interactingObject": collection_uri,
        "interactionTarget": account.uri,
    })
}

/// The leave of `author` that `interacting_uri` quotes, answers, likes or announces `target_uri`.
pub fn authorization(author: &Account, what: Interaction, uri: &str, target_uri: &str, interacting_uri: &str) -> Value {
    json!({
        "id": uri,
        "type": authorization_type(what),
        "attributedTo": author.uri,
        "interactingObject": interacting_uri,
        "interactionTarget": target_uri,
    })
}

/// `Delete` of the leave to quote.
pub fn quote_revoked(author: &Account, uri: &str, quoted_uri: &str, quoting_uri: &str) -> Value {
    json!({
        "id": format!("{uri}#delete"),
        "type": "Delete",
        "actor": author.uri,
        "to": [PUBLIC],
        "object": authorization(author, Interaction::Quote, uri, quoted_uri, quoting_uri),
    })
}

/// `Update` of an actor document.
pub fn update_actor(account: &Account, document: &Value, id: &str) -> Value {
    json!({
        "id": id,
        "type": "Update",
        "actor": account.uri,
        "to": [PUBLIC],
        "cc": [followers(account)],
        "object": document,
    })
}

/// `Add` of a status to the collection of those its author pinned, or `Remove` from it.
pub fn feature(kind: &'static str, account: &Account, status: &Status, id: &str) -> Value {
    json!({
        "id": id,
        "type": kind,
        "actor": account.uri,
        "to": [PUBLIC],
        "cc": [followers(account)],
        "object": status.uri,
        "target": featured(account),
    })
}

/// `Move` of a local account to another (FEP-7628, push).
pub fn move_to(account: &Account, target: &Account, id: &str) -> Value {
    json!({
        "id": id,
        "type": "Move",
        "actor": account.uri,
        "object": account.uri,
        "target": target.uri,
        "to": [followers(account)],
    })
}

/// `Flag` by the instance account: the account, then its statuses.
pub fn flag(instance: &Account, report: &Report, target: &Account, statuses: &[&str]) -> Value {
    let objects: Vec<&str> = std::iter::once(target.uri.as_str()).chain(statuses.iter().copied()).collect();
    json!({
        "id": report.uri,
        "type": "Flag",
        "actor": instance.uri,
        "to": [target.uri],
        "content": report.comment,
        "object": objects,
    })
}

/// `Delete` of an actor.
pub fn delete_actor(account: &Account) -> Value {
    json!({
        "id": format!("{}#delete", account.uri),
        "type": "Delete",
        "actor": account.uri,
        "to": [PUBLIC],
        "object": account.uri,
    })
}

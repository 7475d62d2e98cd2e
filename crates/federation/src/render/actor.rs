//! Local accounts as actor documents.

use serde_json::{Map, Value, json};
use staffroom_domain::account::{Account, AccountKind, KeyAlgorithm, Picture, PublicKey};
use staffroom_domain::instance::InstanceIdentity;

use super::context::PUBLIC;
use super::emoji::emoji;
use crate::keys::multikey;
use crate::signature::dialect::CAPABILITIES;

/// The word for the kind of account.
pub fn kind(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Person => "Person",
        AccountKind::Service => "Service",
        AccountKind::Application => "Application",
        AccountKind::Group => "Group",
        AccountKind::Organization => "Organization",
    }
}

/// `name@host` as people write it, with the account domain.
pub fn handle(identity: &InstanceIdentity, account: &Account) -> String {
    format!("{}@{}", account.username, identity.account_domain)
}

/// Inbox of a local account.
pub fn inbox(account: &Account) -> String {
    format!("{}/inbox", account.uri)
}

/// Followers collection: the stored one, else where ours lie.
pub fn followers(account: &Account) -> String {
    account.endpoints.followers.clone().unwrap_or_else(|| format!("{}/followers", account.uri))
}

/// The collection of what a local account pinned.
pub fn featured(account: &Account) -> String {
    format!("{}/collections/featured", account.uri)
}

/// The actor document of a local account, without `@context`.
///
/// Times are given to the day (as Mastodon does: the hour somebody joined is nobody's business). A tag account names
/// its hashtag in `tag` and the instance account in `attributedTo`; that is how peers recognise one. Of a suspended one
/// nothing is said but that it is.
pub fn actor(identity: &InstanceIdentity, account: &Account, keys: &[PublicKey]) -> Value {
    let uri = &account.uri;
    let mut document = json!({
        "id": uri,
        "type": kind(account.kind),
        "preferredUsername": account.username,
        "webfinger": handle(identity, account),
        "name": if account.display_name.is_empty() { &account.username } else { &account.display_name },
        "summary": account.note,
        "url": account.url,
        "inbox": inbox(account),
        "outbox": format!("{uri}/outbox"),
        "followers": followers(account),
        "endpoints": { "sharedInbox": format!("{}/inbox", identity.public_url) },
        "manuallyApprovesFollowers": account.locked,
        "discoverable": account.discoverable.unwrap_or(false),
        "interactionPolicy": feature_policy(account),
        "indexable": account.indexable,
        "published": format!("{}T00:00:00Z", account.created_at.to_date()),
    });
    let Value::Object(members) = &mut document else { return document };
    let implements: Value =
        CAPABILITIES.iter().map(|(href, name, _)| json!({ "type": "Link", "href": href, "name": name })).collect();
    if account.kind == AccountKind::Application {
        members.insert("implements".into(), implements);
    } else {
        let generator =
            json!({ "type": "Application", "id": identity.instance_account_uri(), "implements": implements });
        members.insert("generator".into(), generator);
    }
    let of = |algorithm| keys.iter().filter(move |key| key.algorithm == algorithm);
    // the first only: most servers read one object here
    if let Some(key) = of(KeyAlgorithm::Rsa).next() {
        members.insert("publicKey".into(), public_key(uri, key));
    }
    let multikeys: Vec<Value> = of(KeyAlgorithm::Ed25519).filter_map(|key| multikey(uri, key)).collect();
    if !multikeys.is_empty() {
        members.insert("assertionMethod".into(), multikeys.into());
    }
    if let Some(tag) = &account.tag {
        members.insert("attributedTo".into(), json!(identity.instance_account_uri()));
        members.insert("tag".into(), json!([hashtag(identity, tag)]));
    } else if account.kind != AccountKind::Application {
        members.insert("following".into(), json!(format!("{uri}/following")));
        members.insert("featured".into(), json!(featured(account)));
        if account.suspended_at.is_some() {
            members.insert("suspended".into(), json!(true));
            members.insert("name".into(), json!(account.username));
            members.insert("summary".into(), json!(""));
            members.insert("discoverable".into(), json!(false));
            members.insert("indexable".into(), json!(false));
        } else {
            add_profile(identity, account, members);
            members.insert("alsoKnownAs".into(), json!(account.also_known_as));
            if !account.attribution_domains.is_empty() {
                members.insert("attributionDomains".into(), json!(account.attribution_domains));
            }
            if let Some(moved_to) = &account.moved_to {
                members.insert("movedTo".into(), json!(moved_to));
            }
        }
    }
    document
}

/// Who may put the account into a collection of theirs (FEP-7aa9): everybody where it may be discovered; else nobody,
/// which is said by its own id.
fn feature_policy(account: &Account) -> Value {
    let who = if account.is_discoverable() { PUBLIC } else { account.uri.as_str() };
    json!({ "canFeature": { "automaticApproval": [who] } })
}

fn add_profile(identity: &InstanceIdentity, account: &Account, members: &mut Map<String, Value>) {
    let fields =
        account.fields.iter().map(|field| json!({ "type": "PropertyValue", "name": field.name, "value": field.value }));
    members.insert("attachment".into(), fields.collect());
    if !account.emojis.is_empty() {
        members.insert("tag".into(), account.emojis.iter().map(|one| emoji(identity, one)).collect());
    }
    for (name, picture) in [("icon", &account.avatar), ("image", &account.header)] {
        if let Some(picture) = picture {
            members.insert(name.into(), json!({ "type": "Image", "url": picture_url(identity, picture) }));
        }
    }
}

/// A `Hashtag`; its `href` is the page for people.
pub fn hashtag(identity: &InstanceIdentity, tag: &staffroom_domain::Tag) -> Value {
    json!({ "type": "Hashtag", "href": identity.tag_url(tag), "name": format!("#{}", tag.display()) })
}

/// Where a picture can be had.
pub fn picture_url(identity: &InstanceIdentity, picture: &Picture) -> String {
    match picture {
        Picture::Local(path) => identity.media_url(path),
        Picture::Remote(url) => url.clone(),
    }
}

fn public_key(owner: &str, key: &PublicKey) -> Value {
    json!({ "id": key.uri, "type": "Key", "owner": owner, "publicKeyPem": key.pem })
}

/// An Ed25519 key as FEP-521a publishes it; `None` if what is stored is not one.
fn multikey(controller: &str, key: &PublicKey) -> Option<Value> {
    let text = multikey::encode(&key.pem).ok()?;
    Some(json!({ "id": key.uri, "type": "Multikey", "controller": controller, "publicKeyMultibase": text }))
}

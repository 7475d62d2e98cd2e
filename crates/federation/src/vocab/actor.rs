//! Actor documents, and the key documents some servers keep apart from them.

use serde::Deserialize;
use serde_json::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::account::{AccountKind, Emoji, Endpoints, IncomingAccount, KeyAlgorithm, PublicKey};
use staffroom_domain::hashtag::Tag;
use staffroom_domain::text::{escape, is_handle_name};
use url::Url;

use super::lenient::{self, id_of, items, link_of, member, shorten};
use super::note::emoji;
use super::{MAX_EMOJI, MAX_FIELDS, MAX_KEYS, MAX_NAME_CHARS};
use crate::keys::{VerifyingKey, multikey};
use crate::signature::dialect::CAPABILITIES;

/// Longest name of an account, in bytes.
const MAX_USERNAME_BYTES: usize = 200;

/// Most capabilities read of an actor.
const MAX_CAPABILITIES: usize = 50;
/// Most other ids read of an actor.
const MAX_ALIASES: usize = 20;

/// An actor (or a key document), as received.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActorDoc {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::id")]
    pub id: Option<Url>,
    /// Its type.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub kind: String,
    /// Name without host.
    #[serde(default, deserialize_with = "lenient::word")]
    pub preferred_username: String,
    /// The handle it claims (FEP-2c59).
    #[serde(default, deserialize_with = "lenient::word")]
    pub webfinger: String,
    /// Owner of a key document (`controller` where it is a multikey).
    #[serde(default, alias = "controller", deserialize_with = "lenient::id")]
    pub owner: Option<Url>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "lenient::link")]
    url: Option<Url>,
    #[serde(default, deserialize_with = "lenient::id")]
    inbox: Option<Url>,
    #[serde(default, deserialize_with = "lenient::id")]
    outbox: Option<Url>,
    #[serde(default, deserialize_with = "lenient::id")]
    followers: Option<Url>,
    #[serde(default, deserialize_with = "lenient::id")]
    following: Option<Url>,
    #[serde(default, deserialize_with = "lenient::id")]
    featured: Option<Url>,
    #[serde(default)]
    endpoints: Value,
    #[serde(default, deserialize_with = "lenient::list")]
    public_key: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::list")]
    assertion_method: Vec<Value>,
    #[serde(default)]
    icon: Value,
    #[serde(default)]
    image: Value,
    #[serde(default, deserialize_with = "lenient::flag")]
    manually_approves_followers: Option<bool>,
    #[serde(default, deserialize_with = "lenient::flag")]
    discoverable: Option<bool>,
    #[serde(default, deserialize_with = "lenient::flag")]
    indexable: Option<bool>,
    #[serde(default, deserialize_with = "lenient::list")]
    attachment: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::list")]
    tag: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::id")]
    attributed_to: Option<Url>,
    /// What its server can do, said of the server's own account (FEP-844e).
    #[serde(default, deserialize_with = "lenient::list")]
    implements: Vec<Value>,
    /// The server, where an account says what it can do.
    #[serde(default)]
    generator: Value,
    #[serde(default, deserialize_with = "lenient::list")]
    also_known_as: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::id")]
    moved_to: Option<Url>,
    #[serde(default, deserialize_with = "lenient::flag")]
    suspended: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    published: Option<String>,
}

/// The kind of account a `type` stands for; `None` if it is not an actor's.
pub fn account_kind(kind: &str) -> Option<AccountKind> {
    Some(match kind {
        "Person" => AccountKind::Person,
        "Service" => AccountKind::Service,
        "Application" => AccountKind::Application,
        "Group" => AccountKind::Group,
        "Organization" => AccountKind::Organization,
        _ => return None,
    })
}

impl ActorDoc {
    /// Whether it can be talked to: an actor's type, an id, and an inbox on the same server.
    pub fn is_complete(&self) -> bool {
        account_kind(&self.kind).is_some() && self.id.is_some() && self.same_origin(self.inbox.as_ref()).is_some()
    }

    /// The keys it lists as its own, on its own server, that parse: RSA as `publicKey`, Ed25519 as multikeys in
    /// `assertionMethod` (FEP-521a).
    pub fn keys(&self) -> Vec<PublicKey> {
        let rsa = self.public_key.iter().take(MAX_KEYS).filter_map(|key| {
            let pem = member(key, "publicKeyPem")?;
            VerifyingKey::from_pem(pem).ok()?;
            Some(PublicKey { uri: self.own_key(key, "owner")?, algorithm: KeyAlgorithm::Rsa, pem: pem.to_owned() })
        });
        let ed25519 = self.assertion_method.iter().take(MAX_KEYS).filter_map(|key| {
            member(key, "type").filter(|kind| *kind == "Multikey")?;
            let pem = multikey::decode(member(key, "publicKeyMultibase")?).ok()?;
            key.get("controller")?;
            Some(PublicKey { uri: self.own_key(key, "controller")?, algorithm: KeyAlgorithm::Ed25519, pem })
        });
        rsa.chain(ed25519).collect()
    }

    /// The id of a key on our server that names nobody else as its owner.
    fn own_key(&self, key: &Value, owner: &str) -> Option<String> {
        let (id, uri) = (self.id.as_ref()?, id_of(key)?);
        let is_ours = key.get(owner).is_none_or(|owner| id_of(owner).as_ref() == Some(id));
        (is_ours && uri.origin() == id.origin()).then(|| uri.into())
    }

    /// The account it describes, under the handle host `domain`.
    ///
    /// # Errors
    /// What is missing: type, id, inbox on the same server, or a usable name.
    pub fn into_incoming(self, domain: String) -> Result<IncomingAccount, &'static str> {
        let kind = account_kind(&self.kind).ok_or("actor has no actor's type")?;
        let id = self.id.clone().ok_or("actor has no id")?;
        let inbox = self.same_origin(self.inbox.as_ref()).ok_or("actor has no inbox on its own server")?;
        let username = self.username().ok_or("actor has no usable name")?;
        let shared = self.endpoints.get("sharedInbox").and_then(id_of);
        let endpoints = Endpoints {
            inbox: Some(inbox),
            shared_inbox: self.same_origin(shared.as_ref()),
            outbox: self.same_origin(self.outbox.as_ref()),
            followers: self.same_origin(self.followers.as_ref()),
            following: self.same_origin(self.following.as_ref()),
            featured: self.same_origin(self.featured.as_ref()),
        };
        Ok(IncomingAccount {
            url: self.same_origin(self.url.as_ref()),
            username,
            domain,
            kind,
            display_name: self.name.as_deref().map(|name| shorten(name, MAX_NAME_CHARS)).unwrap_or_default(),
            note: self.summary.clone().unwrap_or_default(),
            fields: self.fields(),
            emojis: self.emojis(),
            avatar: picture(&self.icon),
            header: picture(&self.image),
            locked: self.manually_approves_followers.unwrap_or(false),
            discoverable: self.discoverable,
            indexable: self.indexable.unwrap_or(false),
            endpoints,
            keys: self.keys(),
            tag: self.announced_tag(),
            created_at: self.published.as_deref().and_then(Timestamp::parse),
            also_known_as: self.also_known_as.iter().filter_map(id_of).take(MAX_ALIASES).map(Into::into).collect(),
            moved_to_uri: self.moved_to.as_ref().map(Url::to_string),
            suspended: self.suspended.unwrap_or(false),
            uri: id.into(),
        })
    }

    /// The kind of key its server says it takes in RFC 9421 signatures, the cheaper of two (FEP-844e).
    pub fn takes_rfc9421(&self) -> Option<KeyAlgorithm> {
        let generator = self.generator.get("implements").map(items).unwrap_or_default();
        let listed: Vec<Url> =
            self.implements.iter().chain(generator).take(MAX_CAPABILITIES).filter_map(link_of).collect();
        let is_listed = |href: &str| listed.iter().any(|one| one.as_str() == href);
        CAPABILITIES.iter().rev().find(|(href, ..)| is_listed(href)).map(|(.., algorithm)| *algorithm)
    }

    /// The name, if it can be part of a handle.
    pub fn username(&self) -> Option<String> {
        let name = &self.preferred_username;
        let is_usable = name.len() <= MAX_USERNAME_BYTES && is_handle_name(name);
        is_usable.then(|| name.clone())
    }

    fn same_origin(&self, url: Option<&Url>) -> Option<String> {
        let (id, url) = (self.id.as_ref()?, url?);
        (url.origin() == id.origin()).then(|| url.to_string())
    }

    /// A tag account says so by three things together: it is a `Service` that belongs to another account of its
    /// server, names exactly one hashtag, and is called `tag-` and that hashtag.
    fn announced_tag(&self) -> Option<Tag> {
        let owner = self.attributed_to.as_ref().filter(|owner| Some(*owner) != self.id.as_ref())?;
        self.same_origin(Some(owner))?;
        let mut names = self.tag.iter().filter(|tag| member(tag, "type") == Some("Hashtag"));
        let (Some(only), None) = (names.next(), names.next()) else { return None };
        let tag = Tag::parse(member(only, "name")?)?;
        (self.kind == "Service" && self.preferred_username == format!("tag-{}", tag.slug())).then_some(tag)
    }

    /// Profile fields: Mastodon's `PropertyValue`, and `Note` and `Link` (FEP-fb2a).
    fn fields(&self) -> Vec<(String, String)> {
        let read = |item: &Value| {
            let text = |name| member(item, name).map(|text| shorten(text, MAX_NAME_CHARS));
            let value = match member(item, "type")? {
                "PropertyValue" => text("value")?,
                "Note" => text("content")?,
                "Link" => {
                    let href = escape(link_of(item)?.as_str());
                    format!("<a href=\"{href}\" rel=\"me\">{href}</a>")
                }
                _ => return None,
            };
            Some((text("name")?, value))
        };
        self.attachment.iter().filter_map(read).take(MAX_FIELDS).collect()
    }

    fn emojis(&self) -> Vec<Emoji> {
        self.tag.iter().filter_map(emoji).take(MAX_EMOJI).collect()
    }
}

fn picture(value: &Value) -> Option<String> {
    items(value)
        .iter()
        .find_map(|image| match image {
            Value::Object(members) => link_of(members.get("url")?),
            other => link_of(other),
        })
        .map(Into::into)
}

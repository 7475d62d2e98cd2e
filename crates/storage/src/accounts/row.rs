//! An account as a row: the columns, how to read them (also out of a join), how to write them.

use sea_orm::{DbErr, FromQueryResult, QueryResult, Value};
use serde::{Deserialize, Serialize};
use staffroom_domain::account::{Account, AccountKind, Emoji, Endpoints, Field, Picture};
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::names::person_key;
use staffroom_domain::{Tag, Timestamp};

/// All columns, in the order of [`values`].
pub(super) const NAMES: [&str; 42] = [
    "id",
    "uri",
    "url",
    "username",
    "domain",
    "handle_key",
    "kind",
    "display_name",
    "name_key",
    "note",
    "note_source",
    "fields",
    "emojis",
    "avatar",
    "header",
    "locked",
    "discoverable",
    "indexable",
    "hide_collections",
    "attribution_domains",
    "inbox",
    "shared_inbox",
    "outbox",
    "followers",
    "following",
    "featured",
    "tag",
    "organisation_id",
    "created_at",
    "fetched_at",
    "last_status_at",
    "statuses_count",
    "followers_count",
    "following_count",
    "also_known_as",
    "moved_to",
    "moved_at",
    "suspended_at",
    "suspended_by_origin",
    "silenced_at",
    "sensitized_at",
    "deleted_at",
];

macro_rules! pending {
    () => {
        "EXISTS (SELECT 1 FROM users w WHERE w.account_id = a.id AND (w.confirmed_at IS NULL OR w.approved_at IS NULL))"
    };
}

/// The condition that the account `a` was asked for and not let in yet.
pub(super) const PENDING: &str = pending!();

/// The select list of an account under the table alias `a`, each column named `a_…` so that other tables can be
/// joined beside it. Read it back with [`AccountRow`].
pub(crate) const COLUMNS: &str = concat!(
    "a.id AS a_id, a.uri AS a_uri, a.url AS a_url, a.username AS a_username, \
     a.domain AS a_domain, a.kind AS a_kind, a.display_name AS a_display_name, a.note AS a_note, \
     a.note_source AS a_note_source, a.fields AS a_fields, a.emojis AS a_emojis, a.avatar AS a_avatar, \
     a.header AS a_header, a.locked AS a_locked, a.discoverable AS a_discoverable, a.indexable AS a_indexable, \
     a.hide_collections AS a_hide_collections, a.attribution_domains AS a_attribution_domains, \
     a.inbox AS a_inbox, a.shared_inbox AS a_shared_inbox, a.outbox AS a_outbox, a.followers AS a_followers, \
     a.following AS a_following, a.featured AS a_featured, a.tag AS a_tag, a.organisation_id AS a_organisation_id, \
     a.created_at AS a_created_at, a.fetched_at AS a_fetched_at, a.last_status_at AS a_last_status_at, \
     a.statuses_count AS a_statuses_count, a.followers_count AS a_followers_count, \
     a.following_count AS a_following_count, a.also_known_as AS a_also_known_as, a.moved_to AS a_moved_to, \
     a.moved_at AS a_moved_at, a.suspended_at AS a_suspended_at, a.suspended_by_origin AS a_suspended_by_origin, \
     a.silenced_at AS a_silenced_at, a.sensitized_at AS a_sensitized_at, \
     a.deleted_at AS a_deleted_at, ",
    pending!(),
    " AS a_is_pending"
);

/// Reads what [`COLUMNS`] selects.
#[derive(Debug)]
pub(crate) struct AccountRow(pub(crate) Account);

#[derive(Serialize, Deserialize)]
struct StoredField {
    name: String,
    value: String,
    #[serde(default)]
    source: String,
}

#[derive(Serialize, Deserialize)]
struct StoredEmoji {
    shortcode: String,
    url: String,
}

impl FromQueryResult for AccountRow {
    fn from_query_result(row: &QueryResult, _pre: &str) -> Result<Self, DbErr> {
        let time = |name: &str| -> Result<Option<Timestamp>, DbErr> {
            Ok(row.try_get::<Option<i64>>("a_", name)?.map(Timestamp))
        };
        let text = |name: &str| row.try_get::<Option<String>>("a_", name);
        Ok(Self(Account {
            id: AccountId(row.try_get("a_", "id")?),
            uri: row.try_get("a_", "uri")?,
            url: row.try_get("a_", "url")?,
            username: row.try_get("a_", "username")?,
            domain: text("domain")?,
            kind: AccountKind::from_code(row.try_get("a_", "kind")?),
            display_name: row.try_get("a_", "display_name")?,
            note: row.try_get("a_", "note")?,
            note_source: row.try_get("a_", "note_source")?,
            fields: read_fields(&row.try_get::<String>("a_", "fields")?)?,
            emojis: read_emojis(&row.try_get::<String>("a_", "emojis")?)?,
            avatar: text("avatar")?.map(picture),
            header: text("header")?.map(picture),
            locked: row.try_get("a_", "locked")?,
            discoverable: row.try_get("a_", "discoverable")?,
            indexable: row.try_get("a_", "indexable")?,
            hide_collections: row.try_get("a_", "hide_collections")?,
            attribution_domains: lines(&row.try_get::<String>("a_", "attribution_domains")?),
            endpoints: Endpoints {
                inbox: text("inbox")?,
                shared_inbox: text("shared_inbox")?,
                outbox: text("outbox")?,
                followers: text("followers")?,
                following: text("following")?,
                featured: text("featured")?,
            },
            tag: text("tag")?.and_then(|tag| Tag::parse(&tag)),
            organisation: row.try_get::<Option<i64>>("a_", "organisation_id")?.map(OrganisationId),
            created_at: Timestamp(row.try_get("a_", "created_at")?),
            fetched_at: time("fetched_at")?,
            last_status_at: time("last_status_at")?,
            statuses_count: row.try_get("a_", "statuses_count")?,
            followers_count: row.try_get("a_", "followers_count")?,
            following_count: row.try_get("a_", "following_count")?,
            also_known_as: lines(&row.try_get::<String>("a_", "also_known_as")?),
            moved_to: text("moved_to")?,
            moved_at: time("moved_at")?,
            suspended_at: time("suspended_at")?,
            suspended_by_origin: row.try_get("a_", "suspended_by_origin")?,
            silenced_at: time("silenced_at")?,
            sensitized_at: time("sensitized_at")?,
            deleted_at: time("deleted_at")?,
            is_pending: row.try_get("a_", "is_pending")?,
        }))
    }
}

/// The values of an account in the order of [`NAMES`].
pub(super) fn values(a: &Account) -> Vec<Value> {
    let time = |t: Option<Timestamp>| Value::from(t.map(Timestamp::as_millis));
    vec![
        a.id.0.into(),
        a.uri.clone().into(),
        a.url.clone().into(),
        a.username.clone().into(),
        a.domain.clone().into(),
        handle_key(&a.username, a.domain.as_deref()).into(),
        a.kind.code().into(),
        a.display_name.clone().into(),
        name_key(a).into(),
        a.note.clone().into(),
        a.note_source.clone().into(),
        write_fields(&a.fields).into(),
        write_emojis(&a.emojis).into(),
        a.avatar.as_ref().map(picture_text).into(),
        a.header.as_ref().map(picture_text).into(),
        a.locked.into(),
        a.discoverable.into(),
        a.indexable.into(),
        a.hide_collections.into(),
        a.attribution_domains.join("\n").into(),
        a.endpoints.inbox.clone().into(),
        a.endpoints.shared_inbox.clone().into(),
        a.endpoints.outbox.clone().into(),
        a.endpoints.followers.clone().into(),
        a.endpoints.following.clone().into(),
        a.endpoints.featured.clone().into(),
        a.tag.as_ref().map(|tag| tag.name().to_owned()).into(),
        a.organisation.map(|id| id.0).into(),
        a.created_at.as_millis().into(),
        time(a.fetched_at),
        time(a.last_status_at),
        a.statuses_count.into(),
        a.followers_count.into(),
        a.following_count.into(),
        a.also_known_as.join("\n").into(),
        a.moved_to.clone().into(),
        time(a.moved_at),
        time(a.suspended_at),
        a.suspended_by_origin.into(),
        time(a.silenced_at),
        time(a.sensitized_at),
        time(a.deleted_at),
    ]
}

/// By what somebody here is found in a text that names them.
fn name_key(a: &Account) -> Option<String> {
    person_key(&a.display_name).filter(|_| a.is_local() && a.tag.is_none())
}

/// What makes a handle unique: lower case, `name` for local accounts, `name@host` for remote ones.
pub(super) fn handle_key(username: &str, domain: Option<&str>) -> String {
    match domain {
        None => username.to_lowercase(),
        Some(domain) => format!("{}@{}", username.to_lowercase(), domain.to_lowercase()),
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(ToOwned::to_owned).collect()
}

fn picture(text: String) -> Picture {
    if text.starts_with("http://") || text.starts_with("https://") {
        Picture::Remote(text)
    } else {
        Picture::Local(text)
    }
}

fn picture_text(picture: &Picture) -> String {
    match picture {
        Picture::Local(text) | Picture::Remote(text) => text.clone(),
    }
}

fn unreadable(what: &str, e: &serde_json::Error) -> DbErr {
    DbErr::Type(format!("{what}: {e}"))
}

fn read_fields(json: &str) -> Result<Vec<Field>, DbErr> {
    let stored: Vec<StoredField> = serde_json::from_str(json).map_err(|e| unreadable("accounts.fields", &e))?;
    Ok(stored.into_iter().map(|f| Field { name: f.name, value: f.value, source: f.source }).collect())
}

fn write_fields(fields: &[Field]) -> String {
    let stored: Vec<_> = fields
        .iter()
        .map(|f| StoredField { name: f.name.clone(), value: f.value.clone(), source: f.source.clone() })
        .collect();
    crate::db::json(&stored)
}

fn read_emojis(json: &str) -> Result<Vec<Emoji>, DbErr> {
    let stored: Vec<StoredEmoji> = serde_json::from_str(json).map_err(|e| unreadable("accounts.emojis", &e))?;
    Ok(stored.into_iter().map(|e| Emoji { shortcode: e.shortcode, url: e.url }).collect())
}

/// An emoji as it stands in its column.
pub(super) fn emoji_text(emoji: &Emoji) -> String {
    crate::db::json(&StoredEmoji { shortcode: emoji.shortcode.clone(), url: emoji.url.clone() })
}

fn write_emojis(emojis: &[Emoji]) -> String {
    let stored: Vec<_> =
        emojis.iter().map(|e| StoredEmoji { shortcode: e.shortcode.clone(), url: e.url.clone() }).collect();
    crate::db::json(&stored)
}

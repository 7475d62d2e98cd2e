//! Accounts, as others and as their owners see them.

use serde::Serialize;
use staffroom_domain::account::{self as domain, User, UserRole};
use staffroom_domain::{AccountKind, Timestamp};

use super::Render;

/// A custom emoji.
#[derive(Debug, Serialize)]
pub(crate) struct CustomEmoji {
    shortcode: String,
    url: String,
    static_url: String,
    visible_in_picker: bool,
    category: Option<String>,
}

impl Render<'_> {
    /// An emoji of this instance.
    pub(crate) fn custom_emoji(&self, emoji: &staffroom_domain::custom_emoji::CustomEmoji) -> CustomEmoji {
        let url = self.service.settings().identity.media_url(&emoji.path);
        CustomEmoji {
            shortcode: emoji.shortcode.clone(),
            static_url: url.clone(),
            url,
            visible_in_picker: emoji.in_picker,
            category: emoji.category.clone(),
        }
    }

    /// Emoji of a text.
    pub(super) fn emojis(&self, emojis: &[domain::Emoji]) -> Vec<CustomEmoji> {
        let emoji = |emoji: &domain::Emoji| {
            let url = self.service.media().remote_url(&emoji.url);
            CustomEmoji {
                shortcode: emoji.shortcode.clone(),
                static_url: url.clone(),
                url,
                visible_in_picker: false,
                category: None,
            }
        };
        emojis.iter().map(emoji).collect()
    }
}

#[derive(Debug, Serialize)]
struct Field {
    name: String,
    value: String,
    verified_at: Option<String>,
}

/// A role shown beside a name. Nobody's is at present.
#[derive(Debug, Serialize)]
struct AccountRole {}

/// An account.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "Mastodon's shape")]
pub(crate) struct Account {
    id: String,
    username: String,
    acct: String,
    display_name: String,
    locked: bool,
    bot: bool,
    discoverable: Option<bool>,
    indexable: bool,
    group: bool,
    created_at: String,
    note: String,
    url: String,
    uri: String,
    avatar: String,
    avatar_static: String,
    header: String,
    header_static: String,
    followers_count: i64,
    following_count: i64,
    statuses_count: i64,
    last_status_at: Option<String>,
    hide_collections: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limited: Option<bool>,
    emojis: Vec<CustomEmoji>,
    fields: Vec<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<AccountRole>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<Box<Account>>,
}

/// An account in the list of mutes.
#[derive(Debug, Serialize)]
pub(crate) struct MutedAccount {
    #[serde(flatten)]
    account: Account,
    mute_expires_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct Source {
    privacy: &'static str,
    sensitive: bool,
    language: Option<String>,
    quote_policy: &'static str,
    note: String,
    fields: Vec<Field>,
    follow_requests_count: usize,
    discoverable: Option<bool>,
    indexable: bool,
    hide_collections: Option<bool>,
    attribution_domains: Vec<String>,
    share_tagged: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Role {
    id: &'static str,
    name: &'static str,
    color: &'static str,
    permissions: &'static str,
    highlighted: bool,
}

/// One's own account.
#[derive(Debug, Serialize)]
pub(crate) struct CredentialAccount {
    #[serde(flatten)]
    account: Account,
    source: Source,
    role: Role,
}

impl Render<'_> {
    /// An account as others see it. A suspended or deleted one keeps its name and nothing else.
    pub(crate) fn account(&self, account: &domain::Account) -> Account {
        let gone = account.is_gone();
        let shown = |count: i64| if gone { 0 } else { count.max(0) };
        let text = |text: &str| if gone { String::new() } else { text.to_owned() };
        let avatar = self.avatar(account);
        let header = self.header(account);
        Account {
            id: account.id.to_string(),
            username: account.username.clone(),
            acct: account.acct(),
            display_name: text(&account.display_name),
            locked: account.locked && !gone,
            bot: account.kind.is_bot(),
            discoverable: account.discoverable.filter(|_| !gone),
            indexable: account.indexable && !gone,
            group: account.kind == AccountKind::Group,
            created_at: account.created_at.to_rfc3339(),
            note: text(&account.note),
            url: account.url.clone(),
            uri: account.uri.clone(),
            avatar_static: avatar.clone(),
            avatar,
            header_static: header.clone(),
            header,
            followers_count: shown(account.followers_count),
            following_count: shown(account.following_count),
            statuses_count: shown(account.statuses_count),
            last_status_at: account.last_status_at.filter(|_| !gone).map(Timestamp::to_date),
            hide_collections: account.is_local().then_some(account.hide_collections && !gone),
            suspended: gone.then_some(true),
            limited: account.silenced_at.map(|_| true),
            emojis: if gone { Vec::new() } else { self.emojis(&account.emojis) },
            fields: if gone { Vec::new() } else { fields(&account.fields, |field| &field.value) },
            roles: account.is_local().then(Vec::new),
            moved: None,
        }
    }

    /// An account, and where it went if it moved.
    pub(crate) fn account_and_target(&self, account: &domain::Account, moved_to: Option<&domain::Account>) -> Account {
        Account { moved: moved_to.map(|target| Box::new(self.account(target))), ..self.account(account) }
    }

    /// URL of an account's picture, or of the placeholder.
    pub(crate) fn avatar(&self, account: &domain::Account) -> String {
        let avatar = account.avatar.as_ref().filter(|_| !account.is_gone());
        self.picture(avatar, "/avatars/original/missing.png")
    }

    /// URL of an account's header, or of the placeholder.
    pub(crate) fn header(&self, account: &domain::Account) -> String {
        let header = account.header.as_ref().filter(|_| !account.is_gone());
        self.picture(header, "/headers/original/missing.png")
    }

    /// An account in the list of mutes.
    pub(crate) fn muted_account(&self, account: &domain::Account, until: Option<Timestamp>) -> MutedAccount {
        MutedAccount { account: self.account(account), mute_expires_at: until.map(Timestamp::to_rfc3339) }
    }

    /// One's own account, with what its owner typed; `moderates` says whether they deal with reports anywhere.
    pub(crate) fn credential_account(
        &self,
        account: &domain::Account,
        moved_to: Option<&domain::Account>,
        user: &User,
        moderates: bool,
        follow_requests: usize,
    ) -> CredentialAccount {
        CredentialAccount {
            account: self.account_and_target(account, moved_to),
            source: Source {
                privacy: user.posting.visibility.as_str(),
                sensitive: user.posting.sensitive,
                language: user.posting.language.clone(),
                quote_policy: user.posting.quotes.as_str(),
                note: account.note_source.clone(),
                fields: fields(&account.fields, |field| &field.source),
                follow_requests_count: follow_requests,
                discoverable: account.discoverable,
                indexable: account.indexable,
                hide_collections: Some(account.hide_collections),
                attribution_domains: account.attribution_domains.clone(),
                share_tagged: user.share_tagged,
            },
            role: if moderates && user.role == UserRole::Member { SCHOOL_MODERATOR } else { role(user.role) },
        }
    }
}

fn fields(fields: &[domain::Field], value: impl Fn(&domain::Field) -> &String) -> Vec<Field> {
    fields.iter().map(|f| Field { name: f.name.clone(), value: value(f).clone(), verified_at: None }).collect()
}

/// The role of those who moderate a school alone: apps ask it whether to show reports and accounts.
const SCHOOL_MODERATOR: Role =
    Role { id: "3", name: "School moderator", color: "", permissions: "1040", highlighted: false };

/// Roles as Mastodon's bit field: 1 is everything, 16 is reports, 1024 is accounts; -99 is what it calls everybody's role.
pub(super) fn role(role: UserRole) -> Role {
    let (id, name, permissions, highlighted) = match role {
        UserRole::Member => ("-99", "", "0", false),
        UserRole::Moderator => ("1", "Moderator", "1040", true),
        UserRole::Admin => ("2", "Admin", "1", true),
    };
    Role { id, name, color: "", permissions, highlighted }
}

//! Accounts: people, bots, groups and the instance itself, local and remote.

use crate::clock::Timestamp;
use crate::hashtag::Tag;
use crate::ids::{AccountId, AuthorizationId, OrganisationId};
use crate::interaction::QuotePolicy;
use crate::visibility::Visibility;

/// What an account stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// A person.
    Person,
    /// A bot, or one of our tag accounts.
    Service,
    /// A server's own account.
    Application,
    /// A group that boosts what it is sent.
    Group,
    /// An organisation speaking as itself.
    Organization,
}

impl AccountKind {
    /// The number kept in the database.
    pub const fn code(self) -> i16 {
        match self {
            Self::Person => 0,
            Self::Service => 1,
            Self::Application => 2,
            Self::Group => 3,
            Self::Organization => 4,
        }
    }

    /// From the number kept in the database; unknown numbers read as a person.
    pub const fn from_code(code: i16) -> Self {
        match code {
            1 => Self::Service,
            2 => Self::Application,
            3 => Self::Group,
            4 => Self::Organization,
            _ => Self::Person,
        }
    }

    /// Whether clients show the account as automated.
    pub const fn is_bot(self) -> bool {
        matches!(self, Self::Service | Self::Application)
    }
}

/// A profile field. `name` and `value` are what the owner typed (plain text) for local accounts; for remote ones
/// `value` is sanitised HTML.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Field {
    /// Label.
    pub name: String,
    /// Sanitised HTML shown to others.
    pub value: String,
    /// What the owner typed; empty for remote accounts.
    pub source: String,
}

/// A profile picture or header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Ours: path below the media folder.
    Local(String),
    /// Theirs: an absolute URL.
    Remote(String),
}

impl Picture {
    /// Its address, if it lies on another server.
    pub fn remote(&self) -> Option<&str> {
        match self {
            Self::Remote(url) => Some(url),
            Self::Local(_) => None,
        }
    }
}

/// A custom emoji used in a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Emoji {
    /// Name without colons.
    pub shortcode: String,
    /// Image URL.
    pub url: String,
}

/// Where an account can be reached. Empty strings never occur; absent is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Endpoints {
    /// Personal inbox.
    pub inbox: Option<String>,
    /// Inbox shared by the whole host.
    pub shared_inbox: Option<String>,
    /// Outbox collection.
    pub outbox: Option<String>,
    /// Followers collection.
    pub followers: Option<String>,
    /// Following collection.
    pub following: Option<String>,
    /// Pinned statuses.
    pub featured: Option<String>,
}

/// An account, local or remote.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Account {
    /// Our id.
    pub id: AccountId,
    /// The id it has on the network.
    pub uri: String,
    /// Its page for people.
    pub url: String,
    /// Name without host, spelling kept.
    pub username: String,
    /// Host of the handle (lower case, ASCII); `None` for local accounts.
    pub domain: Option<String>,
    /// What it stands for.
    pub kind: AccountKind,
    /// Name shown; may be empty.
    pub display_name: String,
    /// Biography as sanitised HTML.
    pub note: String,
    /// Biography as typed; empty for remote accounts.
    pub note_source: String,
    /// Profile fields.
    pub fields: Vec<Field>,
    /// Custom emoji in name and biography.
    pub emojis: Vec<Emoji>,
    /// Profile picture.
    pub avatar: Option<Picture>,
    /// Header picture.
    pub header: Option<Picture>,
    /// Follows need approval.
    pub locked: bool,
    /// Wants to be suggested; `None` when never said.
    pub discoverable: Option<bool>,
    /// Agrees to be searched and re-announced.
    pub indexable: bool,
    /// Whom it follows and who follows it is for its owner alone; always `false` for remote accounts.
    pub hide_collections: bool,
    /// Sites that may name it as the author of their pages; empty for remote accounts.
    pub attribution_domains: Vec<String>,
    /// Where it can be reached.
    pub endpoints: Endpoints,
    /// Set for tag accounts: the hashtag it announces.
    pub tag: Option<Tag>,
    /// School of a local account.
    pub organisation: Option<OrganisationId>,
    /// Creation, as claimed by its server.
    pub created_at: Timestamp,
    /// When a remote account was last fetched.
    pub fetched_at: Option<Timestamp>,
    /// Newest status.
    pub last_status_at: Option<Timestamp>,
    /// Statuses written.
    pub statuses_count: i64,
    /// Accepted followers.
    pub followers_count: i64,
    /// Accepted follows.
    pub following_count: i64,
    /// Other network ids the owner says are theirs.
    pub also_known_as: Vec<String>,
    /// Network id of the account the owner uses instead now.
    pub moved_to: Option<String>,
    /// When people here were last asked to follow it there.
    pub moved_at: Option<Timestamp>,
    /// Set while suspended.
    pub suspended_at: Option<Timestamp>,
    /// The suspension is its own server's, which may lift it.
    pub suspended_by_origin: bool,
    /// Set while seen and heard only by those who follow it.
    pub silenced_at: Option<Timestamp>,
    /// Set while all its media are shown behind a warning.
    pub sensitized_at: Option<Timestamp>,
    /// Set once deleted; the row stays as a tombstone.
    pub deleted_at: Option<Timestamp>,
    /// Asked for by somebody here, and not both confirmed and approved yet: nobody else knows of it.
    pub is_pending: bool,
}

impl Account {
    /// A local person of this name with everything else empty; its page is its `uri`.
    pub fn new(id: AccountId, uri: String, username: &str, created_at: Timestamp) -> Self {
        Self {
            id,
            url: uri.clone(),
            uri,
            username: username.to_owned(),
            domain: None,
            kind: AccountKind::Person,
            display_name: String::new(),
            note: String::new(),
            note_source: String::new(),
            fields: Vec::new(),
            emojis: Vec::new(),
            avatar: None,
            header: None,
            locked: false,
            discoverable: None,
            indexable: false,
            hide_collections: false,
            attribution_domains: Vec::new(),
            endpoints: Endpoints::default(),
            tag: None,
            organisation: None,
            created_at,
            fetched_at: None,
            last_status_at: None,
            statuses_count: 0,
            followers_count: 0,
            following_count: 0,
            also_known_as: Vec::new(),
            moved_to: None,
            moved_at: None,
            suspended_at: None,
            suspended_by_origin: false,
            silenced_at: None,
            sensitized_at: None,
            deleted_at: None,
            is_pending: false,
        }
    }

    /// Whether it lives on this instance.
    pub const fn is_local(&self) -> bool {
        self.domain.is_none()
    }

    /// `name` for local accounts, `name@host` for remote ones.
    pub fn acct(&self) -> String {
        match &self.domain {
            None => self.username.clone(),
            Some(domain) => format!("{}@{domain}", self.username),
        }
    }

    /// Whether others may recommend it: it says so itself, and is neither suspended nor waiting to be let in.
    pub fn is_discoverable(&self) -> bool {
        self.discoverable == Some(true) && self.suspended_at.is_none() && !self.is_pending
    }

    /// Suspended or deleted: shows nothing, does nothing.
    pub const fn is_gone(&self) -> bool {
        self.suspended_at.is_some() || self.deleted_at.is_some()
    }

    /// Whether others can have to do with it: it is not gone, and was let in.
    pub const fn is_present(&self) -> bool {
        !self.is_gone() && !self.is_pending
    }
}

/// The leave of somebody here to be in a collection that an account elsewhere recommends (FEP-7aa9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureAuthorization {
    /// Our id.
    pub id: AuthorizationId,
    /// Who gave it.
    pub account_id: AccountId,
    /// Whose collection it is.
    pub asker_id: AccountId,
    /// Network id of the collection.
    pub collection_uri: String,
}

/// Rights of a local account on the instance as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserRole {
    /// Ordinary use.
    Member,
    /// May act on reports and holds.
    Moderator,
    /// May do everything.
    Admin,
}

impl UserRole {
    /// The word used in configuration and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }

    /// Parses that word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "member" => Self::Member,
            "moderator" => Self::Moderator,
            "admin" => Self::Admin,
            _ => return None,
        })
    }
}

/// The private side of a local account: how its owner signs in and writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account.
    pub account_id: AccountId,
    /// E-mail address, lower case.
    pub email: String,
    /// Set once the address was confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// Set once a moderator approved the account.
    pub approved_at: Option<Timestamp>,
    /// Set while sign-in is switched off.
    pub disabled_at: Option<Timestamp>,
    /// Rights on the instance.
    pub role: UserRole,
    /// How this person writes by default.
    pub posting: PostingDefaults,
    /// Share public tagged statuses with peer networks.
    pub share_tagged: bool,
    /// Interface language, BCP 47.
    pub locale: String,
}

/// How statuses are written when the client does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingDefaults {
    /// Audience.
    pub visibility: Visibility,
    /// Media hidden behind a warning.
    pub sensitive: bool,
    /// Language, BCP 47; `None` means unspecified.
    pub language: Option<String>,
    /// Who may quote.
    pub quotes: QuotePolicy,
}

/// A person's changes to their own profile. `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileUpdate {
    /// Name shown.
    pub display_name: Option<String>,
    /// Biography, plain text.
    pub note: Option<String>,
    /// Fields as (name, value), plain text; replaces all.
    pub fields: Option<Vec<(String, String)>>,
    /// New picture; `Some(None)` removes it.
    pub avatar: Option<Option<MediaUpload>>,
    /// New header; `Some(None)` removes it.
    pub header: Option<Option<MediaUpload>>,
    /// Follows need approval.
    pub locked: Option<bool>,
    /// Automated account.
    pub bot: Option<bool>,
    /// Wants to be suggested.
    pub discoverable: Option<bool>,
    /// Agrees to be searched.
    pub indexable: Option<bool>,
    /// Whom they follow and who follows them is for them alone.
    pub hide_collections: Option<bool>,
    /// Sites that may name them as an author; replaces all.
    pub attribution_domains: Option<Vec<String>>,
    /// Default audience.
    pub visibility: Option<Visibility>,
    /// Default sensitivity.
    pub sensitive: Option<bool>,
    /// Default language; empty string clears.
    pub language: Option<String>,
    /// Share public tagged statuses with peer networks.
    pub share_tagged: Option<bool>,
    /// Who may quote by default.
    pub quotes: Option<QuotePolicy>,
}

/// A file as uploaded.
#[derive(Clone, Debug, Default)]
pub struct MediaUpload {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Name the client gave; never used as a path.
    pub file_name: Option<String>,
    /// Media type the client claimed; checked against the bytes.
    pub content_type: Option<String>,
}

/// An account as received from its own server, already checked for origin.
#[derive(Clone, Debug)]
pub struct IncomingAccount {
    /// The id it has on the network.
    pub uri: String,
    /// Its page for people, if any.
    pub url: Option<String>,
    /// Name without host.
    pub username: String,
    /// Host of the handle, lower case ASCII.
    pub domain: String,
    /// What it stands for.
    pub kind: AccountKind,
    /// Name shown.
    pub display_name: String,
    /// Biography, HTML as received (sanitised by the service).
    pub note: String,
    /// Fields as (name, HTML value).
    pub fields: Vec<(String, String)>,
    /// Custom emoji.
    pub emojis: Vec<Emoji>,
    /// Picture URL.
    pub avatar: Option<String>,
    /// Header URL.
    pub header: Option<String>,
    /// Follows need approval.
    pub locked: bool,
    /// Wants to be suggested.
    pub discoverable: Option<bool>,
    /// Agrees to be searched and re-announced; absent reads as no.
    pub indexable: bool,
    /// Where it can be reached.
    pub endpoints: Endpoints,
    /// Public keys it publishes.
    pub keys: Vec<PublicKey>,
    /// Set when it is a tag account of a peer: the hashtag it announces.
    pub tag: Option<Tag>,
    /// Creation as claimed.
    pub created_at: Option<Timestamp>,
    /// Other network ids the owner says are theirs.
    pub also_known_as: Vec<String>,
    /// Network id of the account the owner says they use instead.
    pub moved_to_uri: Option<String>,
    /// Suspended by its own server.
    pub suspended: bool,
}

/// What a key signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rsa,
    /// Ed25519.
    Ed25519,
}

impl KeyAlgorithm {
    /// The word kept in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }

    /// From the word kept in the database.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "rsa" => Some(Self::Rsa),
            "ed25519" => Some(Self::Ed25519),
            _ => None,
        }
    }
}

/// A public key an account signs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its id on the network (`…#main-key`).
    pub uri: String,
    /// What it signs with.
    pub algorithm: KeyAlgorithm,
    /// PEM (`SubjectPublicKeyInfo`).
    pub pem: String,
}

/// A key pair of a local account, private half in the clear: handle with care, never log.
#[derive(Clone)]
pub struct KeyPair {
    /// Its id on the network.
    pub uri: String,
    /// What it signs with.
    pub algorithm: KeyAlgorithm,
    /// PEM (`SubjectPublicKeyInfo`).
    pub public_pem: String,
    /// PKCS#8 DER.
    pub private_pkcs8: Vec<u8>,
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyPair").field("uri", &self.uri).finish_non_exhaustive()
    }
}

/// An account as somebody sees it, ready to be shown.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// The account.
    pub account: Account,
    /// Rights shown beside the name; local accounts only.
    pub role: Option<UserRole>,
}

//! What the use cases need from others: traits that the federation side implements.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use staffroom_domain::Timestamp;
use staffroom_domain::account::{Account, KeyAlgorithm, KeyPair, PublicKey};
use staffroom_domain::card::PageInfo;
use staffroom_domain::ids::{AccountId, ActivityId, LetterId, NotificationId, StatusId};
use staffroom_domain::moderation::{ModeratedAccount, ReportDetail};
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::quote::FoundAuthorization;
use staffroom_domain::relationship::Follow;
use staffroom_domain::report::Report;
use staffroom_domain::status::{Status, StatusView};
use staffroom_domain::webhook::WebhookEvent;
use url::Url;

use crate::InteractionRequest;
use crate::error::Result;

/// Something that happened here and must be told to others.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields say what they are; the variants say what happened")]
pub enum Event<'a> {
    /// A local status was published; `tag_accounts` are our tag accounts to name in `cc`.
    StatusPublished { status: &'a StatusView, tag_accounts: &'a [Account] },
    /// An older local status is shared with somebody new; what they get is the status as it is now.
    StatusShared { status: &'a StatusView, tag_accounts: &'a [Account] },
    /// A local status was edited.
    StatusEdited { status: &'a StatusView, tag_accounts: &'a [Account] },
    /// Votes in the poll of a local status were counted, or it closed.
    PollCounted { status: &'a StatusView, tag_accounts: &'a [Account] },
    /// A local account votes for an option of `author`'s poll.
    Voted { account: &'a Account, status: &'a Status, author: &'a Account, option: &'a str },
    /// A local status was deleted.
    StatusDeleted { author: &'a Account, status: &'a Status },
    /// A local account boosted `original`; `reblog` is the boost.
    Reblogged { account: &'a Account, reblog: &'a Status, original: &'a Status, original_author: &'a Account },
    /// The boost was taken back.
    ReblogUndone { account: &'a Account, reblog: &'a Status, original: &'a Status, original_author: &'a Account },
    /// A local account favourited a status; `uri` is the id of the favourite, `approval_uri` that of the leave it asked for.
    Favourited {
        account: &'a Account,
        uri: &'a str,
        status: &'a Status,
        author: &'a Account,
        approval_uri: Option<&'a str>,
    },
    /// The favourite was taken back.
    FavouriteUndone { account: &'a Account, uri: &'a str, status: &'a Status, author: &'a Account },
    /// A local account asks to follow.
    Followed { account: &'a Account, target: &'a Account, follow: &'a Follow },
    /// The follow was taken back.
    FollowUndone { account: &'a Account, target: &'a Account, follow: &'a Follow },
    /// The instance asks a relay to send what it gets; `uri` is the id of the `Follow`.
    RelayFollowed { account: &'a Account, uri: &'a str },
    /// That was taken back.
    RelayUnfollowed { account: &'a Account, uri: &'a str },
    /// A local account accepts a follow.
    FollowAccepted { target: &'a Account, follower: &'a Account, follow: &'a Follow },
    /// A local account rejects (or ends) a follow.
    FollowRejected { target: &'a Account, follower: &'a Account, follow: &'a Follow },
    /// A local account blocks; `uri` is the id of the block.
    Blocked { account: &'a Account, target: &'a Account, uri: &'a str },
    /// The block was taken back.
    BlockUndone { account: &'a Account, target: &'a Account, uri: &'a str },
    /// A local account changed its profile; `keys` are all it publishes (peers forget a key that is left out).
    AccountUpdated { account: &'a Account, keys: &'a [PublicKey] },
    /// A local account pinned a status of its own (`on`), or unpinned it.
    Pinned { account: &'a Account, status: &'a Status, on: bool },
    /// A local account moved to `target`.
    AccountMoved { account: &'a Account, target: &'a Account },
    /// Somebody here reports `target` and `statuses` (network ids) to their server; the instance speaks.
    Reported { instance: &'a Account, report: &'a Report, target: &'a Account, statuses: &'a [&'a str] },
    /// A local account was deleted.
    AccountDeleted { account: &'a Account },
    /// A local status quotes one of `author`, who lives elsewhere and is asked under the id `uri`.
    QuoteRequested { status: &'a StatusView, quoted_uri: &'a str, author: &'a Account, uri: &'a str },
    /// A local account asks `author`, who lives elsewhere, for leave to do something with `target`; `uri` is the id of the
    /// request.
    InteractionRequested { account: &'a Account, author: &'a Account, target: &'a Status, uri: &'a str, made: Made<'a> },
    /// A local account answers `asker`: with the id of its authorization, or with no.
    RequestAnswered {
        author: &'a Account,
        asker: &'a Account,
        request: &'a InteractionRequest,
        approval_uri: Option<&'a str>,
    },
    /// A local account answers `asker`, who wants to put it into a collection.
    FeatureAnswered {
        account: &'a Account,
        asker: &'a Account,
        request_uri: &'a str,
        collection_uri: &'a str,
        approval_uri: Option<&'a str>,
    },
    /// A local account takes an authorization back.
    QuoteRevoked { author: &'a Account, approval_uri: &'a str, quoted_uri: &'a str, quoting_uri: &'a str },
    /// Our tag account announces a local status; `uri` is the id of the announcement, `named` are all tag accounts that
    /// announce it.
    TagAnnounced { tag_account: &'a Account, status: &'a Status, uri: &'a str, named: &'a [Account] },
    /// The announcement was taken back.
    TagAnnounceUndone { tag_account: &'a Account, status: &'a Status, uri: &'a str },
}

/// What leave is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Made<'a> {
    /// A favourite of this network id.
    Favourite(&'a str),
    /// A boost.
    Reblog(&'a Status),
    /// An answer.
    Status(&'a StatusView),
}

impl Event<'_> {
    /// The status it is about, if it is about one of ours.
    pub fn status_id(&self) -> Option<StatusId> {
        match self {
            Self::StatusPublished { status, .. }
            | Self::StatusShared { status, .. }
            | Self::StatusEdited { status, .. }
            | Self::PollCounted { status, .. } => Some(status.status.id),
            Self::StatusDeleted { status, .. }
            | Self::TagAnnounced { status, .. }
            | Self::TagAnnounceUndone { status, .. } => Some(status.id),
            Self::Reblogged { reblog, .. } | Self::ReblogUndone { reblog, .. } => Some(reblog.id),
            _ => None,
        }
    }
}

/// Types of activities that later ones can make needless.
pub mod kind {
    /// What [`super::Event::StatusPublished`] and [`super::Event::StatusShared`] are rendered as.
    pub const MADE: &str = "Create";
    /// What [`super::Event::StatusEdited`] and [`super::Event::AccountUpdated`] are rendered as.
    pub const CHANGED: &str = "Update";
}

/// A finished activity, ready to be signed and sent.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Its id on the network.
    pub uri: String,
    /// Its type, for the operator (`Create`).
    pub kind: &'static str,
    /// Activities with the same key reach a host in the order they were made (a hash of the object's id, or of actor
    /// and target).
    pub order_key: i64,
    /// The JSON as it goes over the wire.
    pub body: Vec<u8>,
    /// SHA-256 of `body`.
    pub digest: [u8; 32],
}

/// Turns events into activities. Synchronous and without I/O: it runs inside the transaction.
pub trait Renderer: Send + Sync + 'static {
    /// The finished activity for `event`, made at `now` under the id `id`, with a proof by `key` if there is one (the
    /// sender's Ed25519 key).
    ///
    /// # Errors
    /// Only when a stored value cannot be written as JSON or the key is damaged.
    fn render(&self, event: Event<'_>, id: ActivityId, now: Timestamp, key: Option<&KeyPair>) -> Result<Rendered>;
}

/// A new key pair.
#[derive(Clone)]
pub struct NewKey {
    /// PEM (`SubjectPublicKeyInfo`).
    pub public_pem: String,
    /// PKCS#8 DER.
    pub private_pkcs8: Vec<u8>,
}

/// Makes key pairs, signs by them what is kept here, and checks signatures.
pub trait KeyMaker: Send + Sync + 'static {
    /// A new key pair: RSA-2048, or Ed25519. Slow for RSA (about 0.1 s): call it off the async threads.
    ///
    /// # Errors
    /// The machine gives no randomness.
    fn generate(&self, algorithm: KeyAlgorithm) -> Result<NewKey>;

    /// The signature over `message`. By Ed25519 (RFC 8032) the same message has the same signature.
    ///
    /// # Errors
    /// The key is damaged.
    fn sign(&self, key: &KeyPair, message: &[u8]) -> Result<Vec<u8>>;

    /// Whether `signature` (multibase base58) is that of the Ed25519 key `key` (a Multikey) over `message`.
    fn verifies(&self, key: &str, message: &[u8], signature: &str) -> bool;
}

/// What a URL turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// An account.
    Account(AccountId),
    /// A status.
    Status(StatusId),
}

/// Looks things up on other servers and stores them through the same use cases as the inbox.
#[async_trait]
pub trait RemoteLookup: Send + Sync + 'static {
    /// The account behind `user@domain`, asked by WebFinger. `None` when that server knows no such name.
    async fn account_by_handle(&self, user: &str, domain: &str) -> Result<Option<AccountId>>;
    /// The account with this network id; stored ones are refreshed when older than a day.
    async fn account_by_uri(&self, uri: &str) -> Result<Option<AccountId>>;
    /// The account with this network id as its own server describes it now.
    async fn refresh_account(&self, uri: &str) -> Result<AccountId>;
    /// The status with this network id (and its author).
    async fn status_by_uri(&self, uri: &str) -> Result<Option<StatusId>>;
    /// The status with this network id, which the followed tag account `feed` passed on; `None` when it is not let in.
    async fn status_by_feed(&self, uri: &str, feed: AccountId) -> Result<Option<StatusId>>;
    /// Fetches what an account has pinned and takes it in.
    async fn fetch_featured(&self, id: AccountId) -> Result<()>;
    /// Fetches a status again and takes in what changed.
    async fn refresh_status(&self, uri: &str) -> Result<()>;
    /// The authorization of a quote at this network id; `None` where there is none.
    async fn quote_authorization(&self, uri: &str) -> Result<Option<FoundAuthorization>>;
    /// The inboxes that the hub's tag account `hub` passed the status of ours with this network id on to.
    async fn reach(&self, hub: &str, uri: &str) -> Result<Vec<String>>;
    /// Fetches what is missing of a thread, at most twenty requests of it; whether there is more.
    async fn fill_thread(&self, wanted: &ThreadToFill) -> Result<bool>;
    /// The followers listed at `url`; `None` where there is no whole list.
    async fn followers_listed(&self, url: &str) -> Result<Option<Vec<String>>>;
    /// Whatever lies behind a page or network id.
    async fn by_url(&self, url: &str) -> Result<Option<Found>>;
    /// What a tag account announced, from the page `url` of its outbox on, as far as a few pages tell.
    async fn announced_since(&self, url: &str) -> Result<FeedPage>;
    /// What the page at `url` says about itself; `None` when it is no page, is not there or says nothing.
    async fn page(&self, url: &str) -> Result<Option<PageInfo>>;
    /// Fetches the file at `url` into the new file `into`, at most `limit_bytes` of it; `false` where there is none to be
    /// had.
    async fn file(&self, url: &str, into: &Path, limit_bytes: u64) -> Result<bool>;
    /// The text of the rule pack at `url`.
    async fn rule_pack(&self, url: &str) -> Result<String>;
    /// The network id of the instance account and the published tags of the peer at `url`.
    async fn peer(&self, url: &str) -> Result<PeerInfo>;
}

/// What a tag account announced lately.
#[derive(Clone, Debug, Default)]
pub struct FeedPage {
    /// Network ids of statuses, oldest announcement first.
    pub statuses: Vec<String>,
    /// The page to read on from the next time.
    pub next: Option<String>,
}

/// A thread of which something is missing.
#[derive(Clone, Debug)]
pub struct ThreadToFill {
    /// Our id of the thread.
    pub thread: StatusId,
    /// Network ids of statuses of it that other servers know more about, the first one first.
    pub uris: Vec<String>,
    /// What the first status we have answers.
    pub missing_uri: Option<String>,
}

/// What a peer instance says about itself.
#[derive(Clone, Debug, Default)]
pub struct PeerInfo {
    /// Network id of its instance account.
    pub instance_account_uri: String,
    /// Software name from NodeInfo.
    pub software: String,
    /// Whether it says that it speaks our exchange.
    pub speaks_profile: bool,
    /// Published tags and the network ids of their tag accounts.
    pub tags: Vec<(String, String)>,
}

/// A letter to somebody here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Our id: the same however often it is sent.
    pub id: LetterId,
    /// E-mail address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Hands a letter to the mail server.
    ///
    /// # Errors
    /// [`crate::ServiceError::Forbidden`] when it will never be taken, another one when it is not for the moment.
    async fn send(&self, letter: Letter) -> Result<()>;
}

/// What a device is told of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushContent {
    /// The token its subscription was made with: how the client knows whom this is for.
    pub access_token: String,
    /// Language of the reader, BCP 47.
    pub preferred_locale: String,
    /// Our id of the notification.
    pub notification_id: NotificationId,
    /// Why.
    pub notification_type: NotificationKind,
    /// Absolute URL of a picture.
    pub icon: String,
    /// One line.
    pub title: String,
    /// The beginning of what was said, plain text.
    pub body: String,
}

/// A message to a device, and how it gets there.
pub struct PushMessage {
    /// Where the push service takes it (RFC 8030).
    pub endpoint: String,
    /// The device's public key: an uncompressed point of P-256.
    pub public_key: Vec<u8>,
    /// The secret device and server share, 16 bytes.
    pub auth_secret: Vec<u8>,
    /// Encrypted by RFC 8291; else by the draft of it that older clients know.
    pub standard: bool,
    /// The instance's key for push services, PKCS#8 DER (RFC 8292).
    pub server_key: Vec<u8>,
    /// Whom the push service may ask: a `mailto:` or `https:` address.
    pub contact: String,
    /// When it is sent.
    pub now: Timestamp,
    /// What it says.
    pub content: PushContent,
}

/// What became of a message to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The push service took it.
    Taken,
    /// The push service does not know the device any more.
    Gone,
    /// The push service will never take this one, or may not be spoken to; why.
    Refused(String),
    /// The push service cannot take it now, and asks for a pause so long before anything else is sent to this device.
    Later(Duration),
}

/// Tells devices of notifications by their push services.
#[async_trait]
pub trait PushSender: Send + Sync + 'static {
    /// Whether messages may go to `endpoint`, as far as its text tells.
    fn may_speak_to(&self, endpoint: &Url) -> bool;
    /// Encrypts and sends a message.
    ///
    /// # Errors
    /// The push service cannot take it for the moment.
    async fn send(&self, message: PushMessage) -> Result<Pushed>;
}

/// What a webhook is told of, as those see it who look after the whole instance.
#[derive(Clone, Copy, Debug)]
pub enum WebhookObject<'a> {
    /// An account.
    Account(&'a ModeratedAccount),
    /// A report.
    Report(&'a ReportDetail),
    /// A status, as a stranger sees it.
    Status(&'a StatusView),
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub struct WebhookNews<'a> {
    /// What.
    pub event: WebhookEvent,
    /// When.
    pub created_at: Timestamp,
    /// When it is told.
    pub now: Timestamp,
    /// To what.
    pub object: WebhookObject<'a>,
}

/// Writes what webhooks are told, in the shapes of the client API. Synchronous and without I/O.
pub trait WebhookWriter: Send + Sync + 'static {
    /// The body of the request.
    ///
    /// # Errors
    /// Only when a stored value cannot be written as JSON.
    fn write(&self, service: &crate::Service, news: &WebhookNews<'_>) -> Result<Vec<u8>>;
}

/// A message to a webhook.
pub struct WebhookCall {
    /// Where it goes.
    pub url: String,
    /// What it says.
    pub body: Vec<u8>,
    /// What it is signed with.
    pub secret: Vec<u8>,
    /// When it is sent.
    pub now: Timestamp,
}

/// Tells webhooks.
#[async_trait]
pub trait WebhookSender: Send + Sync + 'static {
    /// Whether messages may go to `url`, as far as its text tells.
    fn may_speak_to(&self, url: &Url) -> bool;
    /// Signs and sends a message. Redirects are not followed.
    ///
    /// # Errors
    /// [`crate::ServiceError::Forbidden`] when it will never be taken, another one when it is not for the moment.
    async fn send(&self, call: WebhookCall) -> Result<()>;
}

/// What a video or sound holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probed {
    /// Width and height as it is shown; none for sounds.
    pub size_px: Option<(u32, u32)>,
    /// How its pictures are coded (`h264`); empty for none.
    pub video_codec: String,
    /// In which colours (`yuv420p`).
    pub pixel_format: String,
    /// How its sound is coded (`aac`); empty for none.
    pub audio_codec: String,
    /// Pictures in a second as a fraction (`30/1`).
    pub frame_rate: String,
    /// How long it is, in milliseconds; 0 where nobody knows.
    pub duration_ms: u64,
    /// Bits in a second, on average; 0 where nobody knows.
    pub bits_per_sec: u64,
}

impl Probed {
    /// Pictures in a second; 0 where nobody knows.
    pub fn frames_per_sec(&self) -> f64 {
        let parts = self.frame_rate.split_once('/');
        let parts = parts.and_then(|(n, d)| Some((n.parse::<f64>().ok()?, d.parse::<f64>().ok()?)));
        parts.filter(|(_, d)| *d > 0.0).map_or(0.0, |(n, d)| n / d)
    }
}

/// What is made of a video or sound. Nothing of its metadata is left in either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// An MP4 of H.264 and AAC; `copy` when that is what it is.
    Video {
        /// Its pictures and sound stay as they are coded.
        copy: bool,
    },
    /// The same without sound.
    Gifv,
    /// An MP4 of AAC, or with `copy` an MP3 of what is one.
    Audio {
        /// Its sound stays as it is coded.
        copy: bool,
    },
    /// Its first picture, as a PNG of at most 640 pixels.
    Still,
}

/// Looks into videos and sounds, and converts them. Whoever stops waiting stops the work.
#[async_trait]
pub trait Converter: Send + Sync + 'static {
    /// What the file `file` of the format `format` (`mov`, `matroska`, `ogg`, `mp3`, `wav`, `flac`, `aac`, `gif`) holds.
    ///
    /// # Errors
    /// [`crate::ServiceError::Invalid`] for one that cannot be read, [`crate::ServiceError::Killed`] where the program was
    /// ended and nobody knows why, another one when it is not the file's fault.
    async fn probe(&self, file: &Path, format: &'static str) -> Result<Probed>;

    /// Writes what is `wanted` of `file` to `into`.
    ///
    /// # Errors
    /// As [`Converter::probe`], and for one that takes too long or becomes too large.
    async fn convert(&self, file: &Path, format: &'static str, wanted: Conversion, into: &Path) -> Result<()>;
}

/// Languages by their codes: from each into which.
pub type Languages = BTreeMap<String, Vec<String>>;

/// Texts in another language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Translated {
    /// HTML as it came, in the order asked.
    pub texts: Vec<String>,
    /// What they were written in, where the translator found out.
    pub detected: Option<String>,
}

/// Translates texts. Whatever it says is as foreign as what other servers send.
#[async_trait]
pub trait Translator: Send + Sync + 'static {
    /// What it is called, for people.
    fn provider(&self) -> &'static str;
    /// Between which languages it translates.
    ///
    /// # Errors
    /// [`crate::ServiceError::Remote`] when it does not answer, or nonsense.
    async fn languages(&self) -> Result<Languages>;
    /// Pieces of HTML from `source` (`None`: to be found out) into `target`: as many as were asked.
    ///
    /// # Errors
    /// As [`Translator::languages`].
    async fn translate(&self, html: &[String], source: Option<&str>, target: &str) -> Result<Translated>;
}

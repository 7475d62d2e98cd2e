//! What the server does: one use case for each thing a person or a peer can ask for.
//!
//! The API, the pages, the inbox and the command line all enter here; no other crate may reach the database.
//! A use case commits once: state, notifications, jobs and outgoing deliveries together or not at all.
//! Nothing here opens a socket (see [`ports`]), reads a clock (see [`Cx`]) or knows a wire format.
//! Start with [`Service`] and `statuses/publish.rs`.

pub mod accounts;
pub mod announcements;
pub mod appeals;
pub mod auth;
pub mod cases;
pub mod conversations;
#[cfg(test)]
mod crash_tests;
pub mod cx;
mod decided;
pub mod deliveries;
mod digest;
pub mod discovery;
pub mod domains;
pub mod emojis;
mod error;
pub mod exchange;
pub mod figures;
pub mod follows;
pub mod inbox;
pub mod instance;
pub mod jobs;
pub mod mail;
pub mod media;
pub mod moderation;
pub mod moderation_log;
pub mod notifications;
pub mod organisations;
mod passwords;
pub mod personal;
pub mod ports;
pub mod push;
pub mod reports;
pub mod search;
mod settings;
pub mod sign_ups;
pub mod signals;
pub mod statuses;
pub mod streaming;
pub mod tags;
#[cfg(test)]
mod testing;
pub mod timelines;
pub mod translation;
pub mod webhooks;

use std::sync::{Arc, OnceLock};

pub use cx::{Cx, Env, Origin};
pub use error::{Result, ServiceError};
pub use settings::{About, Limits, Registrations, Settings, Shown, Text};
use staffroom_moderation as rules;
use staffroom_storage::{Storage, Tx};
pub use statuses::InteractionRequest;

/// The server's use cases. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) storage: Storage,
    pub(crate) settings: Settings,
    pub(crate) env: Arc<Env>,
    /// The moderation rules that run.
    pub(crate) rules: moderation::rules::Current,
    /// Who sent the same text lately.
    pub(crate) sent_texts: moderation::SentTexts,
    pub(crate) renderer: Arc<dyn ports::Renderer>,
    pub(crate) key_maker: Arc<dyn ports::KeyMaker>,
    pub(crate) remote: OnceLock<Arc<dyn ports::RemoteLookup>>,
    pub(crate) mailer: OnceLock<Arc<dyn ports::Mailer>>,
    pub(crate) converter: OnceLock<Arc<dyn ports::Converter>>,
    pub(crate) push_sender: OnceLock<Arc<dyn ports::PushSender>>,
    pub(crate) webhook_writer: OnceLock<Arc<dyn ports::WebhookWriter>>,
    pub(crate) webhook_sender: OnceLock<Arc<dyn ports::WebhookSender>>,
    pub(crate) translator: OnceLock<Arc<dyn ports::Translator>>,
    /// What was translated lately.
    pub(crate) translations: translation::Kept,
    pub(crate) server_key: push::ServerKey,
    /// Until when push services want to hear nothing for a device.
    pub(crate) push_pauses: moka::sync::Cache<staffroom_domain::ids::PushSubscriptionId, staffroom_domain::Timestamp>,
    pub(crate) signals: signals::Signals,
    pub(crate) stats: instance::Figures,
    pub(crate) seen_hosts: deliveries::SeenHosts,
    pub(crate) domains: domains::Current,
    /// Who fetches which file of another server now.
    pub(crate) copies: media::Copies,
    /// Whose upload was converted last: the next person's turn comes.
    pub(crate) converted_for: std::sync::atomic::AtomicI64,
    pub(crate) networks: sign_ups::Current,
    /// What went on in the last weeks.
    pub(crate) weeks: moka::sync::Cache<(), Arc<Vec<staffroom_storage::instance::Week>>>,
    /// Bytes of the media folder.
    pub(crate) media_bytes: moka::future::Cache<(), i64>,
    /// Hosts that spoke to us in the last minutes.
    pub(crate) heard_of: moka::sync::Cache<String, ()>,
    pub(crate) sign_in_attempts: auth::Attempts,
    /// Threads opened in the last ten minutes, and how many statuses of each were here then.
    pub(crate) opened_threads: moka::sync::Cache<staffroom_domain::ids::StatusId, i64>,
    /// The day on which people's use was noted last.
    pub(crate) active_today: moka::sync::Cache<staffroom_domain::ids::AccountId, i64>,
}

/// What a [`Service`] is made of.
pub struct Parts {
    /// The database.
    pub storage: Storage,
    /// Names, limits, folders.
    pub settings: Settings,
    /// Clock, ids, randomness.
    pub env: Arc<Env>,
    /// The moderation rules to begin with; [`moderation::rules`] replaces them.
    pub engine: rules::Engine,
    /// Turns events into activities.
    pub renderer: Arc<dyn ports::Renderer>,
    /// Makes key pairs for new accounts.
    pub key_maker: Arc<dyn ports::KeyMaker>,
}

impl Service {
    /// Puts the parts together. [`Service::set_remote`] follows once the federation side exists.
    pub fn new(parts: Parts) -> Self {
        Self {
            inner: Arc::new(Inner {
                storage: parts.storage,
                settings: parts.settings,
                env: parts.env,
                rules: moderation::rules::Current::new(parts.engine),
                sent_texts: moderation::SentTexts::default(),
                renderer: parts.renderer,
                key_maker: parts.key_maker,
                remote: OnceLock::new(),
                mailer: OnceLock::new(),
                converter: OnceLock::new(),
                push_sender: OnceLock::new(),
                webhook_writer: OnceLock::new(),
                webhook_sender: OnceLock::new(),
                translator: OnceLock::new(),
                translations: translation::Kept::default(),
                server_key: push::ServerKey::default(),
                signals: signals::Signals::default(),
                stats: instance::Figures::default(),
                weeks: moka::sync::Cache::builder().max_capacity(1).time_to_live(instance::WEEKS_KEPT).build(),
                media_bytes: moka::future::Cache::builder()
                    .max_capacity(1)
                    .time_to_live(std::time::Duration::from_mins(10))
                    .build(),
                heard_of: moka::sync::Cache::builder()
                    .max_capacity(20_000)
                    .time_to_idle(std::time::Duration::from_mins(10))
                    .build(),
                push_pauses: moka::sync::Cache::builder()
                    .max_capacity(20_000)
                    .time_to_live(push::LONGEST_PAUSE)
                    .build(),
                sign_in_attempts: auth::Attempts::default(),
                opened_threads: moka::sync::Cache::builder()
                    .max_capacity(20_000)
                    .time_to_live(std::time::Duration::from_mins(10))
                    .build(),
                active_today: moka::sync::Cache::builder()
                    .max_capacity(20_000)
                    .time_to_live(std::time::Duration::from_hours(24))
                    .build(),
                seen_hosts: deliveries::SeenHosts::default(),
                domains: domains::Current::default(),
                copies: media::Copies::default(),
                converted_for: std::sync::atomic::AtomicI64::default(),
                networks: sign_ups::Current::default(),
            }),
        }
    }

    /// Hands in the way to look things up on other servers; only the first call counts.
    pub fn set_remote(&self, remote: Arc<dyn ports::RemoteLookup>) {
        // A second call is a wiring mistake without harm: the first stays.
        let _ = self.inner.remote.set(remote);
    }

    /// Hands in the way mail leaves; only the first call counts.
    pub fn set_mailer(&self, mailer: Arc<dyn ports::Mailer>) {
        // A second call is a wiring mistake without harm: the first stays.
        let _ = self.inner.mailer.set(mailer);
    }

    /// Hands in what converts videos and sounds; without, none are taken in. Only the first call counts.
    pub fn set_converter(&self, converter: Arc<dyn ports::Converter>) {
        // A second call is a wiring mistake without harm: the first stays.
        let _ = self.inner.converter.set(converter);
    }

    /// Hands in the way to clients' devices; only the first call counts.
    pub fn set_push_sender(&self, sender: Arc<dyn ports::PushSender>) {
        // A second call is a wiring mistake without harm: the first stays.
        let _ = self.inner.push_sender.set(sender);
    }

    /// Hands in what writes what webhooks are told; only the first call counts.
    pub fn set_webhook_writer(&self, writer: Arc<dyn ports::WebhookWriter>) {
        // A second call is a wiring mistake without harm: the first stays.
        let _ = self.inner.webhook_writer.set(writer);
    }

    /// Hands in the way to webhooks; only the first call counts.
    pub fn set_webhook_sender(&self, sender: Arc<dyn ports::WebhookSender>) {
        // A second call is a wiring mistake without harm: the first stays.
        let _ = self.inner.webhook_sender.set(sender);
    }

    /// Hands in what translates statuses; without, none are. Only the first call counts.
    pub fn set_translator(&self, translator: Arc<dyn ports::Translator>) {
        // A second call is a wiring mistake without harm: the first stays.
        let _ = self.inner.translator.set(translator);
    }

    /// The context of one request, job or command: its time, ids and randomness.
    pub fn cx(&self) -> Cx {
        Cx::new(Arc::clone(&self.inner.env))
    }

    /// Names, limits, folders.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Wakes workers when there is something to do.
    pub fn signals(&self) -> &signals::Signals {
        &self.inner.signals
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.inner.storage
    }

    /// Commits, then wakes whoever works off what was queued.
    pub(crate) async fn commit(&self, tx: Tx) -> Result<()> {
        tx.commit().await?;
        self.inner.signals.deliveries.notify_one();
        Ok(())
    }

    pub(crate) fn remote(&self) -> Option<&Arc<dyn ports::RemoteLookup>> {
        self.inner.remote.get()
    }

    /// The way to other servers, where nothing can be done without one.
    pub(crate) fn others(&self) -> Result<&dyn ports::RemoteLookup> {
        let nobody = || ServiceError::Remote("other servers cannot be asked from here".to_owned());
        self.remote().map(AsRef::as_ref).ok_or_else(nobody)
    }
}

macro_rules! doors {
    ($($(#[$doc:meta])* $name:ident: $ty:ty;)*) => {
        impl Service {
            $($(#[$doc])* pub fn $name(&self) -> $ty { <$ty>::new(self) })*
        }
    };
}

doors! {
    /// Accounts: create, look up, change, suspend.
    accounts: accounts::Accounts<'_>;
    /// Announcements to everybody here.
    announcements: announcements::Announcements<'_>;
    /// Why things were restricted, and appeals against that.
    appeals: appeals::Appeals<'_>;
    /// Signing in, client applications, tokens.
    auth: auth::Auth<'_>;
    /// Legal cases.
    cases: cases::Cases<'_>;
    /// Direct conversations.
    conversations: conversations::Conversations<'_>;
    /// Finding people and subjects.
    discovery: discovery::Discovery<'_>;
    /// Outgoing deliveries, for the scheduler.
    deliveries: deliveries::Deliveries<'_>;
    /// Which domains we speak with.
    domains: domains::Domains<'_>;
    /// Custom emoji.
    emojis: emojis::Emojis<'_>;
    /// Hashtag exchange with peers.
    exchange: exchange::Exchange<'_>;
    /// Counting what goes on.
    figures: figures::Figures<'_>;
    /// Follows, blocks and mutes.
    follows: follows::Follows<'_>;
    /// Received activities, for the inbox workers.
    inbox: inbox::Inbox<'_>;
    /// What the instance says about itself.
    instance: instance::InstanceInfo<'_>;
    /// Background work.
    jobs: jobs::Jobs<'_>;
    /// Mail to people here.
    mail: mail::Mail<'_>;
    /// Media attachments.
    media: media::Media<'_>;
    /// Moderation rules.
    moderation: moderation::Moderation<'_>;
    /// The log of what moderators do.
    moderation_log: moderation_log::ModerationLog<'_>;
    /// Notifications.
    notifications: notifications::Notifications<'_>;
    /// Organisations and roles in them.
    organisations: organisations::Organisations<'_>;
    /// Lists, filters, markers.
    personal: personal::Personal<'_>;
    /// Clients' devices, told of notifications.
    push: push::Push<'_>;
    /// Reports about accounts.
    reports: reports::Reports<'_>;
    /// Search.
    search: search::Search<'_>;
    /// Whom the instance turns away.
    sign_ups: sign_ups::SignUps<'_>;
    /// Statuses: publish, edit, delete, favourite, reblog, and the same from other servers.
    statuses: statuses::Statuses<'_>;
    /// Hearing of things as they happen.
    streaming: streaming::Streaming<'_>;
    /// Hashtags.
    tags: tags::Tags<'_>;
    /// Timelines.
    timelines: timelines::Timelines<'_>;
    /// Statuses in other languages.
    translation: translation::Translation<'_>;
    /// Addresses that are told of what happens here.
    webhooks: webhooks::Webhooks<'_>;
}

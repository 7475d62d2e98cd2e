//! The configuration: one TOML file, one section a concern, every key with its default, overridable by
//! `STAFFROOM__SECTION__KEY`.
//!
//! The structs are the only place where keys are written down: the example file and the reference page are made from
//! them (see [`reference`]). Nothing below this crate reads files or the environment.

mod check;
mod load;
mod macros;
pub mod reference;
mod values;

use std::path::PathBuf;

use macros::section;
use serde::Deserialize;

pub use load::{Source, load};
pub(crate) use values::shown;
pub use values::{List, Secret};

/// What is wrong with a configuration: one line a problem, each beginning with the key.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// The whole configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder for everything the server keeps: database, media, secret key.
    pub data_dir: DataDir,
    /// `[server]`.
    pub server: Server,
    /// `[storage]`.
    pub storage: Storage,
    /// `[secrets]`.
    pub secrets: Secrets,
    /// `[instance]`.
    pub instance: Instance,
    /// `[registrations]`.
    pub registrations: Registrations,
    /// `[mail]`.
    pub mail: Mail,
    /// `[limits]`.
    pub limits: Limits,
    /// `[media]`.
    pub media: Media,
    /// `[api]`.
    pub api: Api,
    /// `[translation]`.
    pub translation: Translation,
    /// `[federation]`.
    pub federation: Federation,
    /// `[moderation]`.
    pub moderation: Moderation,
    /// `[metrics]`.
    pub metrics: Metrics,
    /// `[log]`.
    pub log: Log,
}

/// The data folder, with its default.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct DataDir(pub PathBuf);

impl Default for DataDir {
    fn default() -> Self {
        Self(PathBuf::from("data"))
    }
}

section! {
    /// Where the server listens and what the world calls it.
    Server in "server" {
        /// Address and port to listen on.
        listen: String = "127.0.0.1:8080".to_owned(),
        /// Address people and other servers reach us under, without a path. Fixed at first start: ids hold it.
        public_url: String = "http://localhost:8080".to_owned(),
        /// Host part of handles (`@name@HOST`). Empty takes the host of `public_url`. Fixed at first start.
        account_domain: String = String::new(),
        /// Addresses or networks (CIDR) of reverse proxies whose `X-Forwarded-For` is believed.
        trusted_proxies: List = List::default(),
        /// Connections one address may hold at a time; trusted proxies may hold more.
        connections_per_address: u32 = 256,
        /// Seconds to wait for open requests and deliveries when stopping.
        stop_timeout_secs: u64 = 20,
        /// Number of this node (0 to 15) when several share one database: keeps their ids apart.
        node: u8 = 0;
        nested
        /// `[server.tls]`.
        tls: Tls
    }
}

section! {
    /// Serving https without a proxy.
    Tls in "server.tls" {
        /// PEM file with the certificate chain. Empty: plain http.
        certificate_file: String = String::new(),
        /// PEM file with the certificate's private key.
        key_file: String = String::new(),
    }
}

section! {
    /// The database.
    Storage in "storage" {
        /// `sqlite:PATH` or `postgres://…`. Empty: SQLite in the data folder.
        url: Secret = Secret::default(),
        /// Connections for reading (SQLite) or in all (PostgreSQL).
        connections: u32 = 6,
    }
}

section! {
    /// The key that seals private keys in the database.
    Secrets in "secrets" {
        /// The key itself: 32 bytes in base64. Empty: taken from `key_file`.
        key: Secret = Secret::default(),
        /// File that holds the key in base64. Empty: `secret.key` in the data folder, made at first start (mode 0600).
        key_file: String = String::new(),
    }
}

section! {
    /// What the instance says about itself.
    Instance in "instance" {
        /// Name shown to people.
        title: String = "Staffroom".to_owned(),
        /// One or two sentences about who runs it and for whom.
        description: String = "A network for people who run schools.".to_owned(),
        /// Address for people with questions.
        contact_email: String = String::new(),
        /// Handle of the local account that answers for the instance. Empty: the first admin.
        contact_account: String = String::new(),
        /// House rules, one sentence each.
        rules: List = List::default(),
        /// Languages people write in here (ISO 639-1: `en`, `cy`), the most usual first.
        languages: List = List::of(&["en"]),
        /// Who may see which servers we know and which are blocked: `nobody`, `members` or `everybody`.
        show_neighbours: String = "members".to_owned(),
        /// File with a longer description, plain text. Empty: the description.
        extended_description_file: String = String::new(),
        /// File with the privacy policy, plain text. Empty: what the program itself does.
        privacy_policy_file: String = String::new(),
        /// File with the terms of service, plain text; they hold since the day of its last change. Empty: none.
        terms_of_service_file: String = String::new(),
        /// Where the source of this very build can be had (the licence asks for it).
        source_url: String = env!("CARGO_PKG_REPOSITORY").to_owned(),
    }
}

section! {
    /// Who may make an account by themselves. It belongs to the instance's first organisation, whose moderators approve it;
    /// `staffroom admin organisation member move` makes it another school's.
    Registrations in "registrations" {
        /// Everybody may, through an app. Otherwise administrators make accounts.
        open: bool = false,
        /// A moderator looks at each before it can be used.
        approval: bool = true,
        /// The e-mail address is confirmed before the account can be used, within a week; needs a mail server.
        confirmation: bool = true,
    }
}

section! {
    /// Mail to people here: links to confirm addresses and choose new passwords, word of new sign-ins and of moderators.
    Mail in "mail" {
        /// The mail server: `smtps://USER:PASSWORD@HOST`, or `smtp://USER:PASSWORD@HOST:587?tls=required`. Empty: letters
        /// are written as files to the folder `mail` in the data folder, and nobody gets them.
        smtp_url: Secret = Secret::default(),
        /// Who it comes from (`Staffroom <staffroom@school.example>`). Empty: `staffroom@` and the host of handles.
        from: String = String::new(),
    }
}

section! {
    /// What people may send.
    Limits in "limits" {
        /// Characters of a status.
        status_chars: u32 = 2000,
        /// Attachments of a status.
        status_media: u32 = 4,
        /// Bytes of an uploaded picture.
        image_bytes: u32 = 16_777_216,
        /// Pixels (width × height) of an uploaded picture.
        image_pixels: u32 = 33_177_600,
        /// Bytes of an uploaded video or sound; they are taken where `ffmpeg` is installed.
        video_bytes: u32 = 41_943_040,
    }
}

section! {
    /// Pictures, videos and sounds: those of other servers are fetched when somebody here sees them, and kept for a time.
    Media in "media" {
        /// Bytes of all copies together; the least used go first.
        remote_cache_bytes: u64 = 2_147_483_648,
        /// Days a copy is kept, at least 1.
        remote_cache_days: u32 = 7,
        /// Bytes of one file, at most 209715200; larger ones are not shown.
        remote_file_bytes: u64 = 104_857_600,
        /// The program that converts videos and sounds. Where it is not installed, or with an empty name, none are taken.
        ffmpeg: String = "ffmpeg".to_owned(),
        /// The program that looks into them first.
        ffprobe: String = "ffprobe".to_owned(),
    }
}

section! {
    /// The client API.
    Api in "api" {
        /// Public and hashtag timelines can be read without signing in.
        public_timelines: bool = false,
        /// Requests in five minutes, for an account and for an address that is not signed in.
        requests_per_5_min: u32 = 300,
        /// Uploads in half an hour, for an account.
        uploads_per_30_min: u32 = 30,
        /// Deleted statuses and boosts taken back in half an hour, for an account.
        deletes_per_30_min: u32 = 30,
    }
}

section! {
    /// Public and unlisted statuses in other languages, when somebody asks: by LibreTranslate, or what speaks its language.
    /// Nothing else is sent there, and not who asked.
    Translation in "translation" {
        /// Where it is: `http://localhost:5000`, `https://translate.school.example`. It may lie in a network of one's own;
        /// that opens this one address for this alone. Empty: nothing is translated.
        url: String = String::new(),
        /// The key it wants, if it wants one.
        api_key: Secret = Secret::default(),
    }
}

section! {
    /// Other servers.
    Federation in "federation" {
        /// `open`: we speak with everybody who is not blocked. `closed`: only with domains allowed by name
        /// (`staffroom admin domain allow`), in both directions.
        mode: String = "open".to_owned(),
        /// Hashtags announced to peers and to everybody who follows `@tag-NAME@host`, spelling kept. What is taken off
        /// the list is published no longer from the next start on.
        published_tags: List = List::of(&["SLTchat"]),
        /// Published hashtags that this instance is a hub for: their tag accounts follow those of peers and pass on what
        /// is written there. For one instance of a network, the others then need it as their only peer.
        hub_tags: List = List::default(),
        /// New people's public statuses with published hashtags are shared with peer networks unless they opt out.
        share_tagged: bool = true,
        /// Statuses one host takes from our tag accounts, or brings us by its own, in a day (UTC); hours of a chat
        /// (`staffroom admin tag chat`) do not count.
        peer_daily_cap: u32 = 500,
        /// Hosts (`host` or `host:port`) and networks (CIDR) that may be reached although they are not public addresses:
        /// for a closed network such as a trust's VPN.
        allowed_hosts: List = List::default(),
        /// PEM file with further certificate authorities to trust when talking to other servers.
        extra_ca_file: String = String::new(),
        /// `localhost:PORT`, `NAME.localhost:PORT` or `*.localhost:PORT` that may be reached over plain http, for the
        /// demo and for tests. Refused unless `server.listen` and `server.public_url` are loopback.
        insecure_loopback_hosts: List = List::default(),
        /// Deliveries under way at once.
        max_in_flight: u32 = 256,
        /// Activities one host may deliver in a minute; beyond that it is told to wait (429).
        inbox_per_host_per_min: u32 = 3000,
        /// Received activities worked off at once.
        inbox_workers: u32 = 8,
    }
}

section! {
    /// Reputation-risk rules, and legal cases.
    Moderation in "moderation" {
        /// Files with further rule packs (TOML), beside those shipped.
        pack_files: List = List::default(),
        /// Whose law sets the clocks of cases: `england-and-wales`, `scotland` or `northern-ireland`.
        jurisdiction: String = "england-and-wales".to_owned(),
    }
}

section! {
    /// Prometheus metrics.
    Metrics in "metrics" {
        /// Address and port that serve `/metrics`; must be loopback. Empty: no metrics.
        listen: String = "127.0.0.1:9398".to_owned(),
    }
}

section! {
    /// Logging, to standard error.
    Log in "log" {
        /// `human` or `json`.
        format: String = "human".to_owned(),
        /// What is logged, in `tracing` filter syntax.
        filter: String = "info,sqlx=warn,sea_orm_migration=warn".to_owned(),
    }
}

impl Config {
    /// The database URL, with the default filled in.
    pub fn database_url(&self) -> String {
        if self.storage.url.is_empty() {
            format!("sqlite:{}", self.data_dir.0.join("staffroom.db").display())
        } else {
            self.storage.url.reveal().to_owned()
        }
    }

    /// `public_url` without a trailing slash.
    pub fn public_url(&self) -> String {
        self.server.public_url.trim_end_matches('/').to_owned()
    }

    /// The host part of handles, with the default filled in.
    pub fn account_domain(&self) -> String {
        if !self.server.account_domain.is_empty() {
            return self.server.account_domain.to_lowercase();
        }
        let rest = self.server.public_url.split_once("://").map_or("", |(_, rest)| rest);
        rest.trim_end_matches('/').to_lowercase()
    }

    /// Whether listener and public URL are loopback, so that nothing leaves the machine.
    pub fn is_loopback(&self) -> bool {
        check::listens_on_loopback(&self.server.listen) && check::is_loopback_url(&self.server.public_url)
    }
}

//! What the words mean: accounts, statuses, hashtags, and who may see what.
//!
//! Nothing here does I/O, is async, reads a clock or knows SQL, HTTP, ActivityStreams or Mastodon's JSON.
//! Start with [`visibility`] (the one rule about who may see a status) and [`status`].

pub mod account;
pub mod announcement;
pub mod appeal;
pub mod browser;
pub mod card;
pub mod cases;
pub mod cidr;
pub mod clock;
pub mod conversation;
pub mod custom_emoji;
pub mod domain_rule;
pub mod exchange;
pub mod figures;
pub mod filter;
pub mod hashtag;
pub mod hold;
pub mod host_health;
pub mod ids;
pub mod instance;
pub mod interaction;
pub mod job;
pub mod language;
pub mod list;
pub mod mail;
pub mod media;
pub mod moderation;
pub mod moderation_log;
pub mod names;
pub mod news;
pub mod notification;
pub mod notification_group;
pub mod notification_policy;
pub mod organisation;
pub mod page;
pub mod poll;
pub mod push;
pub mod quarantine;
pub mod quote;
pub mod reaction;
pub mod relationship;
pub mod report;
pub mod rule_cycle;
pub mod safety;
pub mod scope;
pub mod sign_up;
pub mod status;
pub mod status_search;
pub mod subscriber;
pub mod text;
pub mod trend;
pub mod visibility;
pub mod webhook;
pub mod week;

pub use account::{Account, AccountKind};
pub use clock::{Clock, Timestamp};
pub use hashtag::Tag;
pub use page::{Page, PageRequest};
pub use status::Status;
pub use visibility::{Viewer, Visibility, can_see};

//! Version 1 of the client API: one folder or file per resource, one function per endpoint.

pub(crate) mod about;
pub(crate) mod accounts;
pub(crate) mod admin;
pub(crate) mod announcements;
pub(crate) mod apps;
pub(crate) mod conversations;
pub(crate) mod custom_emojis;
pub(crate) mod discovery;
pub(crate) mod emails;
pub(crate) mod featured_tags;
pub(crate) mod instance;
pub(crate) mod media;
pub(crate) mod notification_requests;
pub(crate) mod notifications;
pub(crate) mod oembed;
pub(crate) mod personal;
pub(crate) mod polls;
pub(crate) mod push;
pub(crate) mod reports;
pub(crate) mod statuses;
pub(crate) mod tags;
pub(crate) mod timelines;

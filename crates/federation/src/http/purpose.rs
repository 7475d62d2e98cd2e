//! Why we speak to another server. Every request names one of these, so that none is made that nobody thought of.

use std::time::Duration;

use super::MAX_RESPONSE_BYTES;
use super::content_type::{ACCEPT_ACTIVITY, JRD_JSON};

/// Largest file of another server, in bytes, whatever the configuration says.
const MAX_MEDIA_BYTES: usize = 200 * 1024 * 1024;

/// Why we speak to another server. A new kind of request begins with a new variant here: the tests of the address
/// rules go through [`Purpose::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// An actor's document.
    Actor,
    /// The document a key id names.
    Key,
    /// A note, or whatever else is shown as a status.
    Note,
    /// What somebody pinned to their profile.
    Featured,
    /// The leave given to a quote.
    QuoteAuthorization,
    /// A collection, or a page of one.
    Collection,
    /// What somebody here pasted into the search box.
    Search,
    /// Who is behind a handle (RFC 7033).
    WebFinger,
    /// Where a peer keeps its NodeInfo.
    NodeInfoLinks,
    /// A peer's NodeInfo.
    NodeInfo,
    /// A page that a status links to.
    Page,
    /// A pack of moderation rules that somebody here wants to take over.
    RulePack,
    /// A picture, film or sound that is shown here.
    Media,
    /// Handing over an activity.
    Delivery,
    /// Telling a client's device of a notification.
    Push,
    /// Telling an address of the operator's of what happens here.
    Webhook,
    /// Having a public or unlisted status translated.
    Translation,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Actor,
        Self::Key,
        Self::Note,
        Self::Featured,
        Self::QuoteAuthorization,
        Self::Collection,
        Self::Search,
        Self::WebFinger,
        Self::NodeInfoLinks,
        Self::NodeInfo,
        Self::Page,
        Self::RulePack,
        Self::Media,
        Self::Delivery,
        Self::Push,
        Self::Webhook,
        Self::Translation,
    ];

    /// `Accept` of the request.
    pub const fn accept(self) -> &'static str {
        self.answer().0
    }

    /// Most bytes read of the answer, after decompression.
    pub const fn limit_bytes(self) -> usize {
        self.answer().1
    }

    /// Whether the answer is an ActivityStreams document, asked for with our signature.
    pub const fn is_activity(self) -> bool {
        !matches!(
            self,
            Self::WebFinger
                | Self::NodeInfoLinks
                | Self::NodeInfo
                | Self::Page
                | Self::RulePack
                | Self::Media
                | Self::Delivery
                | Self::Push
                | Self::Webhook
                | Self::Translation
        )
    }

    /// Time for the whole request, where it is not the client's own.
    pub(super) const fn timeout(self) -> Option<Duration> {
        match self {
            Self::Media => Some(Duration::from_mins(1)),
            // a machine of the operator's that works on it, while somebody waits
            Self::Translation => Some(Duration::from_secs(20)),
            _ => None,
        }
    }

    /// What is asked for, and how many bytes of it at most.
    const fn answer(self) -> (&'static str, usize) {
        match self {
            Self::Actor | Self::Key | Self::Note | Self::Collection | Self::Featured | Self::Search => {
                (ACCEPT_ACTIVITY, MAX_RESPONSE_BYTES)
            }
            Self::QuoteAuthorization => (ACCEPT_ACTIVITY, MAX_RESPONSE_BYTES / 4),
            Self::WebFinger | Self::NodeInfoLinks => (JRD_JSON, MAX_RESPONSE_BYTES / 4),
            Self::NodeInfo => ("application/json", MAX_RESPONSE_BYTES / 4),
            // every letter may come as `\uXXXX`
            Self::Translation => ("application/json", MAX_RESPONSE_BYTES),
            Self::RulePack => ("application/json, application/toml, text/plain", MAX_RESPONSE_BYTES),
            Self::Page => ("text/html, application/xhtml+xml", MAX_RESPONSE_BYTES),
            Self::Media => ("image/*, video/*, audio/*", MAX_MEDIA_BYTES),
            Self::Delivery | Self::Push | Self::Webhook => ("*/*", 4 * 1024),
        }
    }
}

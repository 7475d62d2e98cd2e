//! Webhooks: addresses of the operator's that are told of what happens here, as Mastodon tells them.

use crate::clock::Timestamp;
use crate::ids::WebhookId;

/// What a webhook can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WebhookEvent {
    /// Somebody made an account here.
    AccountCreated,
    /// Somebody who waited was let in.
    AccountApproved,
    /// An account of here was changed, by its owner or by a moderator.
    AccountUpdated,
    /// A report came.
    ReportCreated,
    /// A report was changed, or dealt with.
    ReportUpdated,
    /// Somebody here published something that everybody may read.
    StatusCreated,
    /// They edited it.
    StatusUpdated,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookSubject {
    /// An account.
    Account,
    /// A report.
    Report,
    /// A status.
    Status,
}

impl WebhookEvent {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::AccountCreated,
        Self::AccountApproved,
        Self::AccountUpdated,
        Self::ReportCreated,
        Self::ReportUpdated,
        Self::StatusCreated,
        Self::StatusUpdated,
    ];

    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccountCreated => "account.created",
            Self::AccountApproved => "account.approved",
            Self::AccountUpdated => "account.updated",
            Self::ReportCreated => "report.created",
            Self::ReportUpdated => "report.updated",
            Self::StatusCreated => "status.created",
            Self::StatusUpdated => "status.updated",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }

    /// What it is about.
    pub const fn subject(self) -> WebhookSubject {
        match self {
            Self::AccountCreated | Self::AccountApproved | Self::AccountUpdated => WebhookSubject::Account,
            Self::ReportCreated | Self::ReportUpdated => WebhookSubject::Report,
            Self::StatusCreated | Self::StatusUpdated => WebhookSubject::Status,
        }
    }
}

/// An address that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Our id.
    pub id: WebhookId,
    /// Where it is told.
    pub url: String,
    /// Of what.
    pub events: Vec<WebhookEvent>,
    /// Whether it is told at all.
    pub is_enabled: bool,
    /// Since when it is here.
    pub created_at: Timestamp,
}

impl Webhook {
    /// Whether it is to be told of `event`.
    pub fn listens_for(&self, event: WebhookEvent) -> bool {
        self.is_enabled && self.events.contains(&event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_called_as_mastodon_calls_them() {
        assert!(WebhookEvent::ALL.into_iter().all(|event| WebhookEvent::parse(event.as_str()) == Some(event)));
        assert_eq!(WebhookEvent::parse("status.created"), Some(WebhookEvent::StatusCreated));
        assert_eq!(WebhookEvent::parse("status.held"), None);
    }

    #[test]
    fn one_that_is_switched_off_listens_for_nothing() {
        let mut hook = Webhook {
            id: WebhookId(1),
            url: "https://oak.test/".to_owned(),
            events: vec![WebhookEvent::ReportCreated],
            is_enabled: true,
            created_at: Timestamp(0),
        };
        assert!(hook.listens_for(WebhookEvent::ReportCreated) && !hook.listens_for(WebhookEvent::StatusCreated));
        hook.is_enabled = false;
        assert!(!hook.listens_for(WebhookEvent::ReportCreated));
    }
}

//! Polls.

use serde::Serialize;
use staffroom_domain::status::Status;
use staffroom_domain::{Timestamp, Viewer, poll as domain};

use super::Render;
use super::account::CustomEmoji;

#[derive(Debug, Serialize)]
struct PollOption {
    title: String,
    votes_count: Option<i64>,
}

/// A poll.
#[derive(Debug, Serialize)]
pub(crate) struct Poll {
    id: String,
    expires_at: Option<String>,
    expired: bool,
    multiple: bool,
    votes_count: i64,
    voters_count: Option<i64>,
    voted: bool,
    own_votes: Vec<usize>,
    options: Vec<PollOption>,
    emojis: Vec<CustomEmoji>,
}

impl Render<'_> {
    /// The poll of `status`; hidden counts show once it has closed. To its author it is one they voted in, as Mastodon
    /// has it: they cannot vote. Of the status' emoji those go along that stand in the options.
    pub(crate) fn poll(&self, poll: &domain::Poll, status: &Status) -> Poll {
        let expired = poll.expires_at.is_some_and(|at| at <= self.now);
        let hidden = poll.hide_totals && !expired;
        Poll {
            id: poll.id.to_string(),
            expires_at: poll.expires_at.map(Timestamp::to_rfc3339),
            expired,
            multiple: poll.multiple,
            votes_count: poll.options.iter().map(|option| option.votes.max(0)).sum(),
            voters_count: Some(poll.voters.max(0)),
            voted: self.viewer == Viewer::Account(status.account_id) || !poll.own_votes.is_empty(),
            own_votes: poll.own_votes.clone(),
            options: poll
                .options
                .iter()
                .map(|option| PollOption {
                    title: option.title.clone(),
                    votes_count: (!hidden).then_some(option.votes.max(0)),
                })
                .collect(),
            emojis: self.emojis(&poll.emojis_of(&status.emojis)),
        }
    }
}

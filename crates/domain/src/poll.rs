//! Polls.

use crate::account::Emoji;
use crate::clock::Timestamp;
use crate::ids::{PollId, StatusId};

/// An option and its votes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollOption {
    /// Text.
    pub title: String,
    /// Votes counted.
    pub votes: i64,
}

/// A poll as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Our id.
    pub id: PollId,
    /// The status that carries it.
    pub status_id: StatusId,
    /// Closing time.
    pub expires_at: Option<Timestamp>,
    /// More than one choice allowed.
    pub multiple: bool,
    /// Hide counts until closed.
    pub hide_totals: bool,
    /// The options.
    pub options: Vec<PollOption>,
    /// People who voted.
    pub voters: i64,
    /// Choices of the viewer.
    pub own_votes: Vec<usize>,
    /// When the server it comes from last told its counts; `None` for polls of this instance.
    pub counted_at: Option<Timestamp>,
}

impl Poll {
    /// Those of a status' emoji that stand in the options.
    pub fn emojis_of(&self, emojis: &[Emoji]) -> Vec<Emoji> {
        let stands = |emoji: &&Emoji| {
            let name = format!(":{}:", emoji.shortcode);
            self.options.iter().any(|option| option.title.contains(&name))
        };
        emojis.iter().filter(stands).cloned().collect()
    }
}

/// A poll as received from its author's server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingPoll {
    /// The options and their votes as claimed.
    pub options: Vec<PollOption>,
    /// More than one choice allowed.
    pub multiple: bool,
    /// Closing time, or when it was closed.
    pub expires_at: Option<Timestamp>,
    /// People who voted, as claimed.
    pub voters: Option<i64>,
}

impl IncomingPoll {
    /// Whether it asks what `poll` asks: the same options in the same order, and as many choices.
    pub fn asks_the_same(&self, poll: &Poll) -> bool {
        let titles = |options: &[PollOption]| options.iter().map(|option| option.title.clone()).collect::<Vec<_>>();
        self.multiple == poll.multiple && titles(&self.options) == titles(&poll.options)
    }
}

/// A poll to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPoll {
    /// Texts of the options.
    pub options: Vec<String>,
    /// Seconds until it closes.
    pub expires_in_secs: u64,
    /// More than one choice allowed.
    pub multiple: bool,
    /// Hide counts until closed.
    pub hide_totals: bool,
}

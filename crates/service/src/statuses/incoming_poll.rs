//! The poll of a status from another server: storing it, and taking in what that server counts.

use std::collections::HashSet;
use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::ids::PollId;
use staffroom_domain::job::Job;
use staffroom_domain::poll::{IncomingPoll, Poll, PollOption};
use staffroom_domain::status::Status;
use staffroom_storage::Tx;

use crate::{Cx, Result};

/// Most options of a poll; with more, the status is kept without its poll.
const MAX_OPTIONS: usize = 20;
/// Longest option, in characters; longer ones are cut.
const MAX_OPTION_CHARS: usize = 500;
/// Highest count believed: more people than there are.
const MAX_VOTES: i64 = 10_000_000_000;
/// Polls that end later than this are kept without an end.
const MAX_LIFE: Duration = Duration::from_hours(24 * 366 * 10);

/// Cut to size; `None` for what cannot be voted in: fewer than two options, too many, or two alike.
pub(super) fn bounded(mut poll: IncomingPoll, now: Timestamp) -> Option<IncomingPoll> {
    for option in &mut poll.options {
        let shown = option.title.chars().filter(|c| !c.is_control()).take(MAX_OPTION_CHARS);
        *option = PollOption { title: shown.collect(), votes: option.votes.clamp(0, MAX_VOTES) };
    }
    poll.voters = poll.voters.map(|voters| voters.clamp(0, MAX_VOTES));
    poll.expires_at = poll.expires_at.filter(|end| *end <= now.plus(MAX_LIFE) && *end >= Timestamp(0));
    let titles: HashSet<&str> = poll.options.iter().map(|option| option.title.as_str()).collect();
    let is_sound = (2..=MAX_OPTIONS).contains(&poll.options.len()) && titles.len() == poll.options.len();
    is_sound.then_some(poll)
}

/// The row of a status' poll, as it came.
pub(super) fn poll_of(cx: &Cx, id: PollId, status: &Status, incoming: IncomingPoll) -> Poll {
    let most = incoming.options.iter().map(|option| option.votes).max().unwrap_or(0);
    let sum = incoming.options.iter().fold(0_i64, |sum, option| sum.saturating_add(option.votes)).min(MAX_VOTES);
    // nobody votes for no option, and at most once for each
    let voters = incoming.voters.unwrap_or(if incoming.multiple { most } else { sum });
    Poll {
        id,
        status_id: status.id,
        expires_at: incoming.expires_at,
        multiple: incoming.multiple,
        hide_totals: false,
        options: incoming.options,
        voters,
        own_votes: Vec::new(),
        counted_at: Some(cx.now()),
    }
}

/// Stores the poll of a new status.
pub(super) async fn store(tx: &Tx, cx: &Cx, poll: &Poll) -> Result<()> {
    tx.polls().insert(poll).await?;
    if let Some(end) = poll.expires_at.filter(|end| *end > cx.now()) {
        tx.jobs().push(cx.id(), &Job::ClosePoll(poll.id), end, None).await?;
    }
    Ok(())
}

/// Takes in the poll of a stored status as its server has it now: new counts, or, where it asks something else, a new
/// poll without the votes of the old one. The id of the poll the status has then.
pub(super) async fn renew(tx: &Tx, cx: &Cx, status: &Status, incoming: Option<IncomingPoll>) -> Result<Option<PollId>> {
    let known = match status.poll_id {
        Some(id) => tx.polls().by_ids(&[id], None).await?.remove(&id),
        None => None,
    };
    match (known, incoming) {
        (Some(known), Some(incoming)) if incoming.asks_the_same(&known) => {
            let present = poll_of(cx, known.id, status, incoming);
            tx.polls().recount(&present).await?;
            Ok(Some(known.id))
        }
        (known, incoming) => {
            if let Some(known) = known {
                tx.polls().remove(known.id).await?;
            }
            let Some(incoming) = incoming else { return Ok(None) };
            let new = poll_of(cx, cx.id(), status, incoming);
            store(tx, cx, &new).await?;
            Ok(Some(new.id))
        }
    }
}

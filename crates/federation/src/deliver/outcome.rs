//! What an answer means for a delivery and its host, and how long a host in trouble is left alone.

use std::time::Duration;

use http::StatusCode;
use staffroom_service::Cx;

/// Failed attempts after which a delivery is given up: with the pauses of [`backoff`] more than a week, so that only an
/// activity that fails while others go through gets there …
pub const MAX_ATTEMPTS: u32 = 20;
/// … and the same for one that must arrive, which waits for a month.
pub(super) const MAX_ATTEMPTS_LONGER: u32 = 50;
/// Longest pause a receiver may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(24);
/// Characters of an answer kept for the operator.
const ANSWER_CHARS: usize = 500;

/// Seconds before the next attempt after the first, second … failure in a row.
const BACKOFF_SECS: [u64; 16] =
    [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 43_200, 43_200, 43_200, 43_200, 43_200, 86_400];

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 2xx.
    Delivered,
    /// The personal inbox says that it is gone.
    Gone {
        /// 404 or 410.
        status: u16,
        /// The beginning of the answer.
        answer: String,
    },
    /// It will never be taken.
    Refused {
        /// HTTP status; `None` if it could not be sent at all.
        status: Option<u16>,
        /// The beginning of the answer, or why it was not sent.
        answer: String,
    },
    /// The host is in trouble; try again later.
    Trouble {
        /// What happened, for the operator.
        error: String,
        /// Pause the host asked for.
        retry_after: Option<Duration>,
        /// It was the shared inbox, and it said 410.
        says_gone: bool,
    },
}

impl Outcome {
    /// Trouble on the way.
    pub(super) fn trouble(error: String) -> Self {
        Self::Trouble { error, retry_after: None, says_gone: false }
    }
}

/// How long to leave a host alone after `fail_streak` periods of failure in a row (1 after the first): 5 s, 30 s,
/// 2 min, 10 min, 30 min, 1 h, 2 h, 4 h, 8 h, then 12 h and from the fourth day on 24 h, give or take a fifth, so that many
/// hosts that failed together do not come due together. A longer pause the host asked for is respected up to a day.
pub fn backoff(cx: &Cx, fail_streak: u32, retry_after: Option<Duration>) -> Duration {
    let step = usize::try_from(fail_streak.saturating_sub(1)).unwrap_or(usize::MAX);
    let [.., longest] = BACKOFF_SECS;
    let base_ms = BACKOFF_SECS.get(step).copied().unwrap_or(longest) * 1000;
    let spread_ms = base_ms / 5;
    let pause = Duration::from_millis(base_ms - spread_ms + cx.below(2 * spread_ms + 1));
    pause.max(retry_after.unwrap_or_default().min(MAX_RETRY_AFTER))
}

/// What `status` means for a delivery to a personal or shared inbox. `answer` is the beginning of the body.
///
/// 400, 401 and 403 are final here: the sender has tried the other dialect before it asks.
pub(super) fn judge(status: StatusCode, is_shared: bool, retry_after: Option<Duration>, answer: &str) -> Outcome {
    match status.as_u16() {
        200..=299 => Outcome::Delivered,
        code @ (404 | 410) if !is_shared => Outcome::Gone { status: code, answer: shorten(answer) },
        code @ (404 | 408 | 410 | 425 | 429 | 500..=599) => {
            Outcome::Trouble { error: format!("answered {code}"), retry_after, says_gone: code == 410 }
        }
        code => Outcome::Refused { status: Some(code), answer: shorten(answer) },
    }
}

/// At most 500 characters, none of them control characters.
pub(super) fn shorten(answer: &str) -> String {
    answer.chars().filter(|c| !c.is_control()).take(ANSWER_CHARS).collect()
}

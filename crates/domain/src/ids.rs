//! Typed ids: 63-bit, time-ordered, shown as decimal strings of constant length.
//!
//! Layout: 48 bits of milliseconds since the Unix epoch, 12 bits of sequence, 4 bits of node. Eighteen digits
//! until the year 2453, so "longer means newer" and plain text order agree in every client.

use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:018}", self.0)
            }
        }

        impl $name {
            /// Parses the decimal form clients send; `None` for anything but 1–19 digits within 63 bits.
            pub fn parse(text: &str) -> Option<Self> {
                parse_id(text).map(Self)
            }
        }

        impl From<i64> for $name {
            fn from(raw: i64) -> Self { Self(raw) }
        }
        impl From<$name> for i64 {
            fn from(id: $name) -> i64 { id.0 }
        }
    )*};
}

ids! {
    /// An account, local or remote.
    AccountId;
    /// A status, local or remote.
    StatusId;
    /// A media attachment.
    MediaId;
    /// A poll.
    PollId;
    /// The leave given to a favourite, answer, boost or quote.
    AuthorizationId;
    /// A notification.
    NotificationId;
    /// The notice that follows were ended by a suspension.
    SeveranceId;
    /// A follow or follow request.
    FollowId;
    /// A favourite.
    FavouriteId;
    /// An emoji put to a status.
    ReactionId;
    /// A block.
    BlockId;
    /// A mute.
    MuteId;
    /// A domain somebody wants nothing of.
    AccountDomainBlockId;
    /// The recommendation of an account by another.
    EndorsementId;
    /// A bookmark.
    BookmarkId;
    /// A hashtag.
    TagId;
    /// A follow of a hashtag.
    TagFollowId;
    /// A hashtag shown on a profile.
    FeaturedTagId;
    /// A direct conversation of one person.
    ConversationId;
    /// A custom emoji of this instance.
    CustomEmojiId;
    /// An announcement.
    AnnouncementId;
    /// A list.
    ListId;
    /// A filter.
    FilterId;
    /// A keyword of a filter.
    FilterKeywordId;
    /// A status named by a filter.
    FilterStatusId;
    /// A scheduled status.
    ScheduledStatusId;
    /// A registered client application.
    AppId;
    /// An access token.
    TokenId;
    /// Where a client wants to be told of notifications.
    PushSubscriptionId;
    /// An address of the operator's that is told of what happens.
    WebhookId;
    /// A letter to somebody here.
    LetterId;
    /// A browser session.
    SessionId;
    /// An organisation: a school, a trust, a cluster.
    OrganisationId;
    /// A peer instance we exchange hashtags with.
    PeerId;
    /// An activity in the outbox.
    ActivityId;
    /// A status of a feed that waits for a moderator.
    HeldItemId;
    /// A status of a feed that was missed.
    BacklogId;
    /// A relay we listen to.
    RelayId;
    /// Hours of a chat.
    ChatHourId;
    /// A remote host.
    HostId;
    /// A remote inbox.
    InboxId;
    /// A received activity waiting to be worked off.
    InboxItemId;
    /// A report.
    ReportId;
    /// A page that statuses link to.
    CardId;
    /// A rule about a domain: a limit, or an allowance.
    DomainRuleId;
    /// Notifications of one account that are kept apart.
    NotificationRequestId;
    /// An e-mail domain nobody makes an account with.
    EmailDomainBlockId;
    /// An e-mail address nobody makes an account with.
    CanonicalEmailBlockId;
    /// A rule about internet addresses.
    IpBlockId;
    /// A measure taken against an account.
    WarningId;
    /// An entry of the moderation log.
    LogEntryId;
    /// A moderation rule.
    RuleId;
    /// A version of a pack of moderation rules, as it was installed.
    RulePackId;
    /// A match of a rule that is tried out.
    ShadowMatchId;
    /// A rule tried on what was published before.
    DryRunId;
    /// Something that somebody else has to agree to.
    ApprovalId;
    /// A time in which everything is held.
    PanicId;
    /// A legal case.
    CaseId;
    /// A line in the file of a case.
    CaseEntryId;
    /// A paper in the file of a case.
    CasePaperId;
    /// A turn on a rota of moderators.
    RotaTurnId;
    /// Why something of somebody was restricted.
    ReasonsId;
    /// An appeal against that.
    AppealId;
    /// What came from elsewhere and waits for a moderator.
    QuarantineId;
    /// A background job.
    JobId;
}

fn parse_id(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 19 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

const NODE_BITS: u32 = 4;
const LOW_BITS: u32 = 16;

/// Hands out ids: strictly increasing within one generator, distinct between nodes with different numbers. Generators
/// of one node (a server and a command beside it) hardly ever hand out the same, if each starts elsewhere.
#[derive(Debug)]
pub struct IdGen {
    last: AtomicI64,
    node: i64,
    start: i64,
}

impl IdGen {
    /// A generator for `node` (0–15; only the low four bits count) whose sequence of each millisecond begins at `start`
    /// (only the low twelve bits count).
    pub fn new(node: u8, start: u16) -> Self {
        Self { last: AtomicI64::new(0), node: i64::from(node & 0x0f), start: i64::from(start & 0x0fff) }
    }

    /// A fresh id at `now`. If the clock stands still or goes back, the sequence still moves forward.
    pub fn next(&self, now: Timestamp) -> i64 {
        let floor = (now.as_millis().max(0) << (LOW_BITS - NODE_BITS)) | self.start;
        let mut last = self.last.load(Ordering::Relaxed);
        loop {
            let next = floor.max(last + 1);
            match self.last.compare_exchange_weak(last, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return (next << NODE_BITS) | self.node,
                Err(seen) => last = seen,
            }
        }
    }

    /// An id that sorts at `at` in the past, for back-filled statuses; `salt` keeps ids of one millisecond apart.
    pub fn backdated(at: Timestamp, salt: u16) -> i64 {
        (at.as_millis().max(0) << LOW_BITS) | i64::from(salt)
    }
}

/// The smallest id an entity created at `at` can have: for "everything since" bounds.
pub const fn floor_at(at: Timestamp) -> i64 {
    let millis = at.as_millis();
    (if millis > 0 { millis } else { 0 }) << LOW_BITS
}

/// How far an id may be from the number that scripts read and write in its place.
pub const ROUNDED_BY: i64 = 1024;

/// Whether scripts, whose numbers are doubles, read both ids as the same number.
pub fn reads_the_same(one: i64, other: i64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "what is lost is the matter")]
    let read = |id: i64| (id as f64).to_bits();
    read(one) == read(other)
}

/// When an id was made.
pub fn made_at(id: i64) -> Timestamp {
    Timestamp(id >> LOW_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_stands_still_or_goes_back() {
        let ids = IdGen::new(3, 0);
        let t = Timestamp(1_790_000_000_000);
        let a = ids.next(t);
        let b = ids.next(t);
        let c = ids.next(Timestamp(t.0 - 5_000));
        assert!(a < b && b < c);
        assert_eq!(StatusId(a).to_string().len(), 18);
    }

    #[test]
    fn two_of_one_node_do_not_hand_out_the_same() {
        let t = Timestamp(1_790_000_000_000);
        let (server, command) = (IdGen::new(0, 0), IdGen::new(0, 4095));
        let [first, second] = [server.next(t), command.next(t)];
        assert!(first < second && made_at(second) == t);
        assert!(command.next(t) > second);
    }

    #[test]
    fn scripts_lose_the_last_digits() {
        let id = 117_309_440_000_000_016;
        // as JavaScript shows that number
        assert!(reads_the_same(id, 117_309_440_000_000_020) && reads_the_same(id, id));
        assert!(!reads_the_same(id, id + 16) && !reads_the_same(id, id - 16));
        assert!(reads_the_same(i64::MAX, i64::MAX - ROUNDED_BY / 2 + 1));
    }

    #[test]
    fn refuses_what_is_not_an_id() {
        for bad in ["", "-1", "abc", "1.0", "99999999999999999999", "9223372036854775808", " 1"] {
            assert_eq!(StatusId::parse(bad), None, "{bad}");
        }
        assert_eq!(StatusId::parse("117309440000000000"), Some(StatusId(117_309_440_000_000_000)));
    }
}

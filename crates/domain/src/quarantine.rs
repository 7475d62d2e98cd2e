//! What came from another server and a rule wants a person to look at before anybody here reads it.

use crate::account::Account;
use crate::clock::Timestamp;
use crate::hold::HoldFinding;
use crate::ids::{AccountId, QuarantineId, StatusId};
use crate::status::IncomingStatus;

/// How it stands with something quarantined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuarantineState {
    /// Nobody has decided.
    Waiting,
    /// A moderator let it in.
    Released,
    /// A moderator said no.
    Rejected,
}

impl QuarantineState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Released, Self::Rejected];

    /// The word used everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Released => "released",
            Self::Rejected => "rejected",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A status of another server, or a new version of one that is known here, as it is kept until a moderator decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Our id.
    pub id: QuarantineId,
    /// The id it has on the network.
    pub uri: String,
    /// Who wrote it.
    pub account_id: AccountId,
    /// What came, in the writer's own encoding.
    pub incoming: String,
    /// When this version was made, as its author's server says: no older one takes its place.
    pub version_at: Timestamp,
    /// What the rules said, in the writer's own encoding.
    pub verdict: String,
    /// By which its texts are known again.
    pub digest: String,
    /// How it stands.
    pub state: QuarantineState,
    /// Grows with every change: who decides, decides about what they saw.
    pub revision: i64,
    /// When it came.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Until when a moderator should have decided.
    pub deadline: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// The moderator who decided; `None` for the operator.
    pub decided_by: Option<AccountId>,
    /// What they said, for other moderators; may be empty.
    pub note: String,
    /// The status it became, or changed.
    pub released_as: Option<StatusId>,
}

/// Something quarantined as moderators see it. No picture of it was fetched.
#[derive(Clone, Debug)]
pub struct QuarantinedView {
    /// What is kept of it.
    pub quarantined: Quarantined,
    /// What came, made safe to show.
    pub incoming: IncomingStatus,
    /// Its former version, which is shown meanwhile.
    pub known: Option<StatusId>,
    /// Its author.
    pub account: Account,
    /// People here it is addressed to.
    pub addressed: Vec<Account>,
    /// Why it waits, in plain words.
    pub reason: String,
    /// All matches.
    pub findings: Vec<HoldFinding>,
    /// Who decided.
    pub decided_by: Option<Account>,
}

//! The life of a moderation rule: a draft, a trial, in force, retired; what is counted of it, and who has to agree.
//!
//! What a rule says and does is `staffroom-moderation`; here it is a document with a name.

use crate::clock::Timestamp;
use crate::ids::{
    AccountId, ApprovalId, DryRunId, OrganisationId, PanicId, RuleId, RulePackId, ShadowMatchId, StatusId,
};

/// How far a rule has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleState {
    /// It is looked at by nobody but its authors.
    Draft,
    /// Its matches are noted and ask for nothing.
    Shadow,
    /// Its matches count.
    Enforce,
    /// It is kept for the record.
    Retired,
}

impl RuleState {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Shadow, Self::Enforce, Self::Retired];

    /// The word used everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Shadow => "shadow",
            Self::Enforce => "enforce",
            Self::Retired => "retired",
        }
    }

    /// Parses that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// For whom a rule holds, the widest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleScope {
    /// All instances that take the pack: it came signed from elsewhere.
    Network,
    /// This instance.
    Instance,
    /// The organisation it belongs to.
    Organisation,
    /// One hashtag, by its canonical name.
    Tag(String),
    /// Authors with one role in their organisation.
    Role(String),
}

impl RuleScope {
    /// `network`, `instance`, `organisation`, `tag:NAME`, `role:NAME`.
    pub fn to_text(&self) -> String {
        match self {
            Self::Network => "network".to_owned(),
            Self::Instance => "instance".to_owned(),
            Self::Organisation => "organisation".to_owned(),
            Self::Tag(name) => format!("tag:{name}"),
            Self::Role(name) => format!("role:{name}"),
        }
    }

    /// Parses that.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.split_once(':') {
            None => match text {
                "network" => Self::Network,
                "instance" => Self::Instance,
                "organisation" => Self::Organisation,
                _ => return None,
            },
            Some(("tag", name)) => Self::Tag(crate::Tag::parse(name)?.name().to_owned()),
            Some(("role", name)) => Self::Role(crate::organisation::Role::parse(name)?.as_str().to_owned()),
            Some(_) => return None,
        })
    }
}

/// A rule with its newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModerationRule {
    /// Our id.
    pub id: RuleId,
    /// Whose it is; `None`: the instance's.
    pub organisation: Option<OrganisationId>,
    /// What it is called in its pack, unique among those of its owner.
    pub name: String,
    /// What findings call it, unique here.
    pub known_as: String,
    /// The pack it belongs to; `None`: it was written here.
    pub pack: Option<String>,
    /// Where it stands in its pack: rules may name those before them.
    pub position: i64,
    /// For whom it holds.
    pub scope: RuleScope,
    /// How far the newest version has come.
    pub state: RuleState,
    /// The newest version, from 1.
    pub version: u32,
    /// The version that counts, if one does: it goes on while a newer one is tried out.
    pub enforced_version: Option<u32>,
    /// The version that counted before, to go back to.
    pub previous_version: Option<u32>,
    /// When somebody should look whether it is still needed.
    pub review_at: Option<Timestamp>,
    /// Who changed it last; `None`: the program or the operator.
    pub changed_by: Option<AccountId>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// The newest version as JSON: a rule, or what is changed of another pack's rule.
    pub definition: String,
}

/// A version of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleVersion {
    /// Of which rule.
    pub rule: RuleId,
    /// From 1.
    pub version: u32,
    /// The pack it came with, as it was installed.
    pub pack: Option<RulePackId>,
    /// What it says, as JSON.
    pub definition: String,
    /// Who wrote or imported it.
    pub created_by: Option<AccountId>,
    /// When.
    pub created_at: Timestamp,
}

/// A rule as it stands in the running rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveRule {
    /// Whose it is; `None`: the instance's.
    pub organisation: Option<OrganisationId>,
    /// What it is called in its pack.
    pub name: String,
    /// What findings call it.
    pub known_as: String,
    /// The pack it belongs to.
    pub pack: Option<String>,
    /// Version of that pack.
    pub pack_version: Option<u32>,
    /// What people call that pack.
    pub pack_title: Option<String>,
    /// For whom it holds.
    pub scope: RuleScope,
    /// Whether its matches count.
    pub is_enforced: bool,
    /// Whether another version of it counts.
    pub is_candidate: bool,
    /// Its version.
    pub version: u32,
    /// What it says, as JSON.
    pub definition: String,
}

/// A pack as it was installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePack {
    /// Our id of this version.
    pub id: RulePackId,
    /// Who installed it for themselves; `None`: the instance.
    pub organisation: Option<OrganisationId>,
    /// Its own id.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// What people call it.
    pub title: String,
    /// Who signed it.
    pub publisher: Option<String>,
    /// The key it is signed with, a Multikey.
    pub key: Option<String>,
    /// The signature, multibase.
    pub signature: Option<String>,
    /// Where it came from: an address, a file name, `shipped`, `upload`.
    pub source: String,
    /// SHA-256 of its canonical form, in hexadecimal.
    pub digest: String,
    /// Canonical JSON, without its seal.
    pub document: String,
    /// Who installed it; `None`: the program or the operator.
    pub installed_by: Option<AccountId>,
    /// When.
    pub installed_at: Timestamp,
}

/// What is counted of a rule, for one of its versions and one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleFigures {
    /// Days since the Unix epoch.
    pub day: i64,
    /// The version.
    pub version: u32,
    /// What it was asked about.
    pub evaluated: i64,
    /// What it matched.
    pub matched: i64,
    /// Held because of it.
    pub held: i64,
    /// Authors asked to think again because of it.
    pub nudged: i64,
    /// They did.
    pub edited_after_nudge: i64,
    /// Held, and let out as it was: a false alarm, most likely.
    pub released_unchanged: i64,
    /// Held, and an appeal changed nothing.
    pub upheld: i64,
}

/// A match of a rule that is tried out. Without the words found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShadowMatch {
    /// Our id.
    pub id: ShadowMatchId,
    /// What findings call the rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// Whether it was on its way out.
    pub outbound: bool,
    /// Where it was found: `content`, `poll_option 1`.
    pub part: String,
    /// First code point and the one behind the last, in that text.
    pub span: (i64, i64),
    /// What was found, letters and digits replaced.
    pub shape: String,
    /// When.
    pub created_at: Timestamp,
}

/// How far a dry run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DryRunState {
    /// It goes on.
    Running,
    /// Everything was looked at.
    Done,
    /// It was broken off; the reason is kept.
    Failed,
}

impl DryRunState {
    /// The word used everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Parses that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Failed].into_iter().find(|state| state.as_str() == text)
    }
}

/// A rule tried on what was published before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// Our id.
    pub id: DryRunId,
    /// Whose statuses are looked at; `None`: everybody's.
    pub organisation: Option<OrganisationId>,
    /// The rule.
    pub rule: RuleId,
    /// Its version.
    pub version: u32,
    /// Who wants to know.
    pub requested_by: Option<AccountId>,
    /// How far it has come.
    pub state: DryRunState,
    /// The oldest statuses looked at.
    pub since: Timestamp,
    /// The last one that was looked at; what is left is older.
    pub before: StatusId,
    /// What was found so far.
    pub found: DryRunFound,
    /// Why it was broken off.
    pub problem: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What a dry run found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DryRunFound {
    /// Statuses looked at.
    pub scanned: i64,
    /// Those that match.
    pub matched: i64,
    /// Those of the last thirty days that were looked at …
    pub recent_scanned: i64,
    /// … and match.
    pub recent_matched: i64,
    /// Matches by the organisation of their authors; 0 for authors elsewhere.
    pub by_organisation: Vec<(OrganisationId, i64)>,
    /// Some that match, the newest first.
    pub samples: Vec<DryRunSample>,
}

impl DryRunFound {
    /// Whether more than two in a hundred of the last thirty days match: such a rule would stand in everybody's way.
    pub const fn is_too_broad(&self) -> bool {
        self.recent_matched.saturating_mul(50) > self.recent_scanned
    }
}

/// A status that matches, what matches replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRunSample {
    /// Its id.
    pub status: StatusId,
    /// Some words around the match, which is masked.
    pub excerpt: String,
}

/// What somebody else has to agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalKind {
    /// A rule is enforced.
    EnforceRule,
    /// The last step of a rule is taken back.
    RollBackRule,
    /// A rule is taken out of use.
    RetireRule,
    /// Limits on domains are taken over from a list.
    ImportDomainBlocks,
}

impl ApprovalKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::EnforceRule, Self::RollBackRule, Self::RetireRule, Self::ImportDomainBlocks];

    /// The word used everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EnforceRule => "enforce_rule",
            Self::RollBackRule => "roll_back_rule",
            Self::RetireRule => "retire_rule",
            Self::ImportDomainBlocks => "import_domain_blocks",
        }
    }

    /// Parses that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What became of a request for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalState {
    /// Nobody answered yet.
    Pending,
    /// Somebody else agreed, and it was done.
    Granted,
    /// Somebody else said no, or who asked took it back.
    Refused,
    /// Nobody answered in time.
    Expired,
}

impl ApprovalState {
    /// The word used everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }

    /// Parses that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Granted, Self::Refused, Self::Expired].into_iter().find(|state| state.as_str() == text)
    }
}

/// A request that somebody else has to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Our id.
    pub id: ApprovalId,
    /// Where it is to be done; `None`: on the instance.
    pub organisation: Option<OrganisationId>,
    /// What is to be done.
    pub kind: ApprovalKind,
    /// To what: the id of a rule; 0 where there is nothing yet.
    pub subject: i64,
    /// In which version.
    pub version: u32,
    /// In one line.
    pub title: String,
    /// What is to be done, for the program.
    pub detail: String,
    /// Who asks; `None`: the operator.
    pub requested_by: Option<AccountId>,
    /// When it was asked.
    pub created_at: Timestamp,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
    /// What became of it, as it is kept: see [`Approval::state`].
    pub answer: Option<bool>,
    /// Who answered.
    pub decided_by: Option<AccountId>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

impl Approval {
    /// What became of it.
    pub fn state(&self, now: Timestamp) -> ApprovalState {
        match self.answer {
            Some(true) => ApprovalState::Granted,
            Some(false) => ApprovalState::Refused,
            None if self.expires_at <= now => ApprovalState::Expired,
            None => ApprovalState::Pending,
        }
    }
}

/// A time in which everything that is written is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// Our id.
    pub id: PanicId,
    /// Where; `None`: on the whole instance.
    pub organisation: Option<OrganisationId>,
    /// Only what has this hashtag, by its canonical name.
    pub tag: Option<String>,
    /// Until when.
    pub until: Timestamp,
    /// Why, for those whose words are held.
    pub reason: String,
    /// Who began it.
    pub started_by: Option<AccountId>,
    /// When.
    pub started_at: Timestamp,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
}

impl Panic {
    /// Whether it goes on.
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for state in RuleState::ALL {
            assert_eq!(RuleState::parse(state.as_str()), Some(state));
        }
        for kind in ApprovalKind::ALL {
            assert_eq!(ApprovalKind::parse(kind.as_str()), Some(kind));
        }
        for text in ["network", "instance", "organisation", "tag:sltchat", "role:moderator"] {
            assert_eq!(RuleScope::parse(text).map(|scope| scope.to_text()).as_deref(), Some(text));
        }
        for wrong in ["", "Enforce", "tag:", "tag:a b", "role:head", "school:1", "role"] {
            assert_eq!((RuleState::parse(wrong), RuleScope::parse(wrong)), (None, None), "{wrong}");
        }
    }

    #[test]
    fn more_than_two_in_a_hundred_are_too_many() {
        let found =
            |scanned, matched| DryRunFound { recent_scanned: scanned, recent_matched: matched, ..Default::default() };
        for (scanned, matched, wanted) in [(0, 0, false), (100, 2, false), (100, 3, true), (1, 1, true), (49, 1, true)]
        {
            assert_eq!(found(scanned, matched).is_too_broad(), wanted, "{matched} of {scanned}");
        }
    }
}

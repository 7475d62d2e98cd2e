//! The log of what moderators do: entries that are only ever added, each bound to the one before it by its hash.
//!
//! Entries name accounts and other things by id alone, so that the log outlives the erasure of whoever stands in it.

use std::fmt::Display;

use crate::clock::Timestamp;
use crate::ids::{AccountId, LogEntryId, OrganisationId, TagId};
use crate::moderation::Measure;
use crate::trend::TrendKind;

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident $word:literal;)*) => {
        /// What is done by some right over others or over the instance, and therefore logged.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Deed {
            $($(#[$doc])* $name,)*
        }

        impl Deed {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word used everywhere.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

deeds! {
    /// A word to the owner of an account.
    WarnAccount "account.warn";
    /// Nobody signs in to an account.
    DisableAccount "account.disable";
    /// That ended.
    EnableAccount "account.enable";
    /// Media of an account behind a warning.
    SensitizeAccount "account.sensitive";
    /// That ended.
    UnsensitizeAccount "account.unsensitive";
    /// An account heard by followers alone.
    SilenceAccount "account.silence";
    /// That ended.
    UnsilenceAccount "account.unsilence";
    /// An account hidden and signed out.
    SuspendAccount "account.suspend";
    /// That ended.
    UnsuspendAccount "account.unsuspend";
    /// What is here of an account deleted.
    DeleteAccount "account.delete";
    /// Somebody who waited let in.
    ApproveAccount "account.approve";
    /// Somebody who waited turned down.
    RejectAccount "account.reject";
    /// Other rights on the instance.
    SetAccountRole "account.set_role";
    /// An account made one of another school.
    MoveAccount "account.move";
    /// A report dealt with.
    ResolveReport "report.resolve";
    /// A report open again.
    ReopenReport "report.reopen";
    /// A report looked after by who acts.
    AssignReport "report.assign";
    /// A report looked after by nobody.
    UnassignReport "report.unassign";
    /// A report said to be about something else.
    CategoriseReport "report.categorise";
    /// An organisation made.
    CreateOrganisation "organisation.create";
    /// An organisation named differently.
    RenameOrganisation "organisation.rename";
    /// A role in an organisation given.
    GiveRole "organisation.give_role";
    /// A role in an organisation taken.
    TakeRole "organisation.take_role";
    /// A domain limited, or limited differently.
    BlockDomain "domain.block";
    /// That ended.
    UnblockDomain "domain.unblock";
    /// A domain allowed by name.
    AllowDomain "domain.allow";
    /// That ended.
    DisallowDomain "domain.disallow";
    /// An e-mail domain nobody makes an account with.
    BlockEmailDomain "email_domain.block";
    /// That ended.
    UnblockEmailDomain "email_domain.unblock";
    /// An e-mail address nobody makes an account with.
    BlockEmail "email.block";
    /// That ended.
    UnblockEmail "email.unblock";
    /// A rule about internet addresses.
    BlockAddresses "ip.block";
    /// That rule changed.
    ChangeAddresses "ip.change";
    /// That ended.
    UnblockAddresses "ip.unblock";
    /// Something talked about may be shown as that.
    ApproveTrend "trend.approve";
    /// It may not.
    RejectTrend "trend.reject";
    /// A status of a feed that waited let in.
    AllowFeedItem "feed_item.allow";
    /// It was refused.
    RefuseFeedItem "feed_item.refuse";
    /// What came from elsewhere and was quarantined let in.
    ReleaseQuarantined "quarantine.release";
    /// It was refused.
    RejectQuarantined "quarantine.reject";
    /// Nothing is sent to a host.
    PauseHost "host.pause";
    /// That ended.
    ResumeHost "host.resume";
    /// Failures of a host forgotten.
    ResetHost "host.reset";
    /// Other rules judge what is written.
    ChangeRules "rules.change";
    /// A rule written down.
    CreateRule "rule.create";
    /// A rule changed, or its new version written down.
    UpdateRule "rule.update";
    /// A rule tried out in the shadow of those in force.
    ShadowRule "rule.shadow";
    /// A rule put in force.
    EnforceRule "rule.enforce";
    /// The last step of a rule taken back.
    RollBackRule "rule.roll_back";
    /// A rule taken out of use.
    RetireRule "rule.retire";
    /// A pack of rules taken in.
    InstallPack "rule_pack.install";
    /// A rule tried on what was published before.
    StartDryRun "dry_run.start";
    /// That broken off.
    StopDryRun "dry_run.stop";
    /// Somebody else asked to agree to something.
    AskApproval "approval.ask";
    /// They agreed.
    GrantApproval "approval.grant";
    /// They did not, or who asked took it back.
    RefuseApproval "approval.refuse";
    /// Everything that is written held for a time.
    StartPanic "panic.start";
    /// That ended before its time.
    EndPanic "panic.end";
    /// Something held published.
    ReleaseHold "hold.release";
    /// Something held not published.
    RejectHold "hold.reject";
    /// The author of something held asked to edit it.
    AskToEditHold "hold.ask_to_edit";
    /// An appeal granted.
    ApproveAppeal "appeal.approve";
    /// An appeal turned down.
    RejectAppeal "appeal.reject";
    /// A case opened.
    OpenCase "case.open";
    /// Something that happened to a case written into its file.
    RecordCase "case.record";
    /// A case given to somebody to look after.
    AssignCase "case.assign";
    /// A case given back to nobody.
    UnassignCase "case.unassign";
    /// A note put into the file of a case.
    NoteCase "case.note";
    /// A letter about a case sent.
    SendCaseLetter "case.letter";
    /// The file of a case closed.
    CloseCase "case.close";
    /// A status removed.
    RemoveStatus "status.remove";
    /// A turn put on the rota.
    CreateTurn "rota_turn.create";
    /// A turn taken off the rota.
    DeleteTurn "rota_turn.delete";
    /// Limits on domains taken over from a list.
    ImportDomainBlocks "domain_list.import";
    /// An address of the operator's told of what happens from now on.
    AddWebhook "webhook.add";
    /// It is told again.
    EnableWebhook "webhook.enable";
    /// It is told nothing until it is switched on.
    DisableWebhook "webhook.disable";
    /// What it is told is signed with another secret.
    RotateWebhookSecret "webhook.rotate_secret";
    /// It is told nothing any more.
    RemoveWebhook "webhook.remove";
}

impl Deed {
    /// Parses the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.as_str() == word)
    }

    /// Taking a measure.
    pub const fn taking(measure: Measure) -> Self {
        match measure {
            Measure::None => Self::WarnAccount,
            Measure::Disable => Self::DisableAccount,
            Measure::Sensitive => Self::SensitizeAccount,
            Measure::Silence => Self::SilenceAccount,
            Measure::Suspend => Self::SuspendAccount,
        }
    }

    /// Ending one; `None` for a mere word, which has no end.
    pub const fn ending(measure: Measure) -> Option<Self> {
        match measure {
            Measure::None => None,
            Measure::Disable => Some(Self::EnableAccount),
            Measure::Sensitive => Some(Self::UnsensitizeAccount),
            Measure::Silence => Some(Self::UnsilenceAccount),
            Measure::Suspend => Some(Self::UnsuspendAccount),
        }
    }
}

/// What was done to what: the noun, and its id or name, neither of which is personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What sort of thing.
    pub kind: String,
    /// Which one.
    pub id: String,
}

impl Subject {
    /// The thing of this sort with this id or name.
    pub fn new(kind: &str, id: &dyn Display) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string() }
    }

    /// Something that is talked about.
    pub fn trend(kind: TrendKind, id: i64) -> Self {
        let word = match kind {
            TrendKind::Tags => "hashtag",
            TrendKind::Statuses => "status",
            TrendKind::Links => "link",
        };
        Self::new(word, &TagId(id))
    }
}

/// An entry of the log, as kept. Words are texts and details are JSON as it stands in the database, so that an entry
/// that was tampered with can be read as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Our id; greater than that of every entry before.
    pub id: LogEntryId,
    /// When.
    pub created_at: Timestamp,
    /// Who did it; `None` for the instance itself: whoever runs it.
    pub account_id: Option<AccountId>,
    /// Whose affair it is; `None` for the instance's.
    pub organisation_id: Option<OrganisationId>,
    /// What was done, see [`Deed::as_str`].
    pub kind: String,
    /// To what.
    pub subject: Subject,
    /// Against whom, where it is a matter of somebody's conduct: the log of it is for those above them.
    pub target_id: Option<AccountId>,
    /// More about it, an object in canonical JSON.
    pub details: String,
    /// Random: without it hashes of neighbours would tell what stands in an entry.
    pub salt: String,
    /// Hash of the entry before, [`Head::START`] for the first.
    pub prev_hash: String,
    /// SHA-256 of all of the above, in hexadecimal digits.
    pub hash: String,
}

/// The end of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last entry; 0 where there is none.
    pub entry_id: LogEntryId,
    /// Its hash.
    pub hash: String,
}

impl Head {
    /// What stands for the hash before the first entry.
    pub const START: &'static str = "0000000000000000000000000000000000000000000000000000000000000000";

    /// That of an empty log.
    pub fn start() -> Self {
        Self { entry_id: LogEntryId(0), hash: Self::START.to_owned() }
    }
}

/// The end of the log as it was on a day, signed by the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// What is signed.
    pub head: Head,
    /// When.
    pub created_at: Timestamp,
    /// Id of the key.
    pub key_uri: String,
    /// Ed25519, in base64.
    pub signature: String,
}

/// Which entries to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogFilter {
    /// Of this sort.
    pub kind: Option<Deed>,
    /// Not older than this.
    pub since: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_deed_has_a_word_of_its_own() {
        let words: HashSet<&str> = Deed::ALL.iter().map(|deed| deed.as_str()).collect();
        assert_eq!(words.len(), Deed::ALL.len());
        assert!(Deed::ALL.iter().all(|deed| Deed::parse(deed.as_str()) == Some(*deed)));
        assert_eq!(Deed::parse("account.shoot"), None);
        assert_eq!(Head::START.len(), 64);
    }

    #[test]
    fn every_deed_stands_in_the_document_and_nothing_else_does() {
        let document = include_str!("../../../docs/moderation/log.md");
        let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
        let named: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
        let words: Vec<&str> = Deed::ALL.iter().map(|deed| deed.as_str()).collect();
        assert_eq!(named, words);
    }
}

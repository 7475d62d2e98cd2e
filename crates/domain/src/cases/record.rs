//! What is kept of a case: its head, the lines and papers of its file, its running deadlines.
//!
//! Lines of a file say what happened and hold nobody's words; those are in papers, which are sealed where they are kept.

use crate::Timestamp;
use crate::account::Account;
use crate::ids::{AccountId, CaseEntryId, CaseId, CasePaperId, OrganisationId, StatusId};
use crate::text::is_blank;

use super::notice::is_address;
use super::{CaseKind, Duty, Step, StepKind};

/// The head of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Our id; the number in letters.
    pub id: CaseId,
    /// The organisation that deals with it.
    pub organisation: OrganisationId,
    /// What it is about.
    pub kind: CaseKind,
    /// Code of the jurisdiction whose clocks hold.
    pub jurisdiction: String,
    /// Where it is, see [`super::Course::state`].
    pub state: String,
    /// When what it is about came, or became known.
    pub received_at: Timestamp,
    /// When it was opened here.
    pub opened_at: Timestamp,
    /// Who opened it; `None` for the form anybody can fill in.
    pub opened_by: Option<AccountId>,
    /// Whose statement, or whose doing, it is about.
    pub about: Option<AccountId>,
    /// Who looks after it.
    pub assigned_to: Option<AccountId>,
    /// Since when nobody does; where somebody does, since when nobody did before.
    pub unclaimed_since: Timestamp,
    /// How far up it was told that nobody does, see [`super::alarm`].
    pub rung: u8,
    /// Grows with every line of its file: who decides, decides about what they saw.
    pub version: i64,
    /// When its file was closed.
    pub closed_at: Option<Timestamp>,
}

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An account.
    Account(AccountId),
    /// A status, also one that is gone.
    Status(StatusId),
}

/// A line in the file of a case. Lines are added, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Our id.
    pub id: CaseEntryId,
    /// The case.
    pub case: CaseId,
    /// What happened.
    pub what: Happening,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it, or wrote it down; `None` for people without an account, and for the clock.
    pub by: Option<AccountId>,
    /// The paper it brought.
    pub paper: Option<CasePaperId>,
    /// When it was written down.
    pub recorded_at: Timestamp,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The case was opened.
    Opened,
    /// It went on.
    Step(Step),
    /// A letter was sent.
    Letter(CaseLetter),
    /// Somebody looks after it from now on, or nobody.
    Assigned(Option<AccountId>),
    /// Somebody wrote something down.
    Note,
    /// Those on this rung were told that something is due, overdue, or looked after by nobody.
    Alarm(u8),
    /// The file was closed.
    Closed,
}

impl Happening {
    /// The word it is kept under; that of a step is its own.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Step(step) => step.kind().as_str(),
            Self::Letter(_) => "letter",
            Self::Assigned(_) => "assigned",
            Self::Note => "note",
            Self::Alarm(_) => "alarm",
            Self::Closed => "closed",
        }
    }
}

/// A letter written about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CaseLetter {
    /// To the poster: the notice, and how to answer.
    PosterNotice,
    /// To who wrote in: it came, and what was done.
    Acknowledgement,
    /// To the complainant: what the notice lacks.
    Defective,
    /// To who wrote in: how it ended.
    Outcome,
    /// To who asks for data: a question.
    Question,
    /// To who asks for data: it takes longer.
    Extension,
}

impl CaseLetter {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::PosterNotice, Self::Acknowledgement, Self::Defective, Self::Outcome, Self::Question, Self::Extension];

    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PosterNotice => "poster_notice",
            Self::Acknowledgement => "acknowledgement",
            Self::Defective => "defective",
            Self::Outcome => "outcome",
            Self::Question => "question",
            Self::Extension => "extension",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|letter| letter.as_str() == word)
    }

    /// What sending it is in the course of a case.
    pub const fn step(self, kind: CaseKind) -> StepKind {
        match (self, kind) {
            (Self::PosterNotice, _) => StepKind::PassedToPoster,
            (Self::Acknowledgement, _) => StepKind::Acknowledged,
            (Self::Outcome, CaseKind::DefamationNotice) | (Self::Defective, _) => StepKind::ToldComplainant,
            (Self::Outcome, _) => StepKind::Answered,
            (Self::Question, _) => StepKind::ClarificationAsked,
            (Self::Extension, _) => StepKind::Extended,
        }
    }
}

/// A paper in the file of a case, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Our id.
    pub id: CasePaperId,
    /// What it is.
    pub kind: PaperKind,
    /// What stands in it.
    pub text: String,
    /// SHA-256 of that, in hexadecimal digits.
    pub digest: String,
    /// When it came into the file.
    pub created_at: Timestamp,
}

/// What a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaperKind {
    /// What the complainant, or who asks, filled in.
    Complaint,
    /// A copy of the statement as it was.
    Statement,
    /// The poster's answer.
    Reply,
    /// A letter as it was sent.
    Letter,
    /// Something written down by who deals with it.
    Note,
}

impl PaperKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Complaint, Self::Statement, Self::Reply, Self::Letter, Self::Note];

    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Statement => "statement",
            Self::Reply => "reply",
            Self::Letter => "letter",
            Self::Note => "note",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A running deadline of a case, and who was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The case.
    pub case: CaseId,
    /// What is to be done.
    pub duty: Duty,
    /// The last instant at which it is in time.
    pub by: Timestamp,
    /// The provision it comes from.
    pub source: String,
    /// When who looks after it is reminded.
    pub remind_at: Timestamp,
    /// They were.
    pub reminded: bool,
    /// How far up it was told that it is overdue; 0 for not yet.
    pub told: u8,
}

/// A case with what those who deal with it see.
#[derive(Clone, Debug)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// What it is about.
    pub subjects: Vec<Subject>,
    /// Its deadlines, the soonest first.
    pub due: Vec<Due>,
    /// Its file, the oldest first; empty in lists.
    pub entries: Vec<Entry>,
    /// Its papers, the oldest first; empty in lists.
    pub papers: Vec<Paper>,
    /// What can happen next; empty in lists.
    pub possible: Vec<StepKind>,
    /// Who is named in it, as far as they have an account.
    pub accounts: Vec<Account>,
}

/// Which cases to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct CaseFilter {
    /// Closed ones instead of the others.
    pub closed: bool,
    /// Of this kind.
    pub kind: Option<CaseKind>,
    /// Looked after by this account.
    pub assigned_to: Option<AccountId>,
}

/// A complaint that is no notice, or a request, as somebody wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    /// Their name.
    pub name: String,
    /// An e-mail address at which they can be reached.
    pub email: String,
    /// Where what they complain of is; may be empty.
    pub location: String,
    /// What it is about, in their words.
    pub text: String,
}

impl Complaint {
    /// What there must be and is not, for a form: `Please give …`.
    pub fn missing(&self) -> Vec<&'static str> {
        let parts = [
            (!is_blank(&self.name), "your name"),
            (is_address(&self.email), "an e-mail address at which we can reach you"),
            (!is_blank(&self.text), "what your complaint is about"),
        ];
        parts.into_iter().filter(|(there, _)| !there).map(|(_, part)| part).collect()
    }
}

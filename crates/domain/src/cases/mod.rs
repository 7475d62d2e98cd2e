//! Legal cases: what the law wants done about a notice, a breach, a request or a complaint, and until when.
//!
//! Pure functions over instants in UTC; no clock of its own. [`Jurisdiction`] is the law of a place as data (days that
//! do not count, lengths of clocks), [`notice`] the course of a defamation notice, [`data`] the clocks of data
//! protection and of online safety. [`Course`] is how any case goes on, [`Case`] and [`Entry`] are what is kept of it,
//! [`alarm`] says who is told what when. Where the law can be read in two ways, the docs say so and which one is computed.
//! Nothing here is legal advice.

pub mod alarm;
mod calendar;
mod course;
pub mod data;
mod file;
pub mod fingerprint;
mod holidays;
mod jurisdiction;
mod kind;
pub mod notice;
mod period;
mod record;
pub mod rota;
#[cfg(test)]
mod tests;

pub use calendar::{Calendar, OutOfRange};
pub use course::{Course, Step, StepKind, StepRefused};
pub use holidays::Holiday;
pub use jurisdiction::{BUILT_IN, Jurisdiction, JurisdictionError};
pub use kind::{CaseKind, Retention};
pub use period::{Length, Period};
pub use record::{Case, CaseFilter, CaseLetter, CaseView, Complaint, Due, Entry, Happening, Paper, PaperKind, Subject};

use crate::Timestamp;

/// Something the law, or the house, wants done, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// What.
    pub duty: Duty,
    /// The last instant at which it is in time. An end of a day is the midnight that ends it.
    pub by: Timestamp,
    /// The provision it comes from.
    pub source: &'static str,
}

impl Deadline {
    /// Whether doing it at `at` is in time.
    pub fn met_at(&self, at: Timestamp) -> bool {
        at <= self.by
    }
}

/// What is to be done by a deadline, by the operator unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Look whether a notice is valid, so that what follows can be in time.
    Assess,
    /// Tell the complainant that the notice is defective, and what a notice must contain.
    SayWhatIsMissing,
    /// Send the notice to the poster.
    PassToPoster,
    /// Tell the complainant that the notice has come and what was done about it.
    Acknowledge,
    /// The poster's own: answer.
    PosterAnswers,
    /// Remove the statement.
    Remove,
    /// Tell the complainant how it ended.
    TellComplainant,
    /// Tell the regulator of a breach.
    NotifyRegulator,
    /// Answer a person's request.
    AnswerRequest,
    /// Tell a person that the answer takes longer, and why.
    SayItTakesLonger,
    /// Tell a complainant that the complaint has come.
    AcknowledgeComplaint,
    /// Decide on a complaint and tell the complainant.
    AnswerComplaint,
}

impl Duty {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Assess,
        Self::SayWhatIsMissing,
        Self::PassToPoster,
        Self::Acknowledge,
        Self::PosterAnswers,
        Self::Remove,
        Self::TellComplainant,
        Self::NotifyRegulator,
        Self::AnswerRequest,
        Self::SayItTakesLonger,
        Self::AcknowledgeComplaint,
        Self::AnswerComplaint,
    ];

    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assess => "assess",
            Self::SayWhatIsMissing => "say_what_is_missing",
            Self::PassToPoster => "pass_to_poster",
            Self::Acknowledge => "acknowledge",
            Self::PosterAnswers => "poster_answers",
            Self::Remove => "remove",
            Self::TellComplainant => "tell_complainant",
            Self::NotifyRegulator => "notify_regulator",
            Self::AnswerRequest => "answer_request",
            Self::SayItTakesLonger => "say_it_takes_longer",
            Self::AcknowledgeComplaint => "acknowledge_complaint",
            Self::AnswerComplaint => "answer_complaint",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.as_str() == word)
    }

    /// What is to be done, as in `… is due`.
    pub const fn described(self) -> &'static str {
        match self {
            Self::Assess => "looking at the notice",
            Self::SayWhatIsMissing => "telling the complainant what the notice lacks",
            Self::PassToPoster => "sending the notice to the poster",
            Self::Acknowledge => "telling the complainant what was done about the notice",
            Self::PosterAnswers => "the poster's answer",
            Self::Remove => "removing the statement",
            Self::TellComplainant => "telling the complainant how it ended",
            Self::NotifyRegulator => "telling the regulator",
            Self::AnswerRequest => "answering the request",
            Self::SayItTakesLonger => "saying that the answer takes longer, if it does",
            Self::AcknowledgeComplaint => "telling the complainant that the complaint came",
            Self::AnswerComplaint => "answering the complaint",
        }
    }
}

//! The clocks of data protection and online safety.
//!
//! Where hours are named, hours pass at night and on holidays too. Where days and months are named, an end on a weekend
//! or holiday moves to the next working day, as Regulation (EEC, Euratom) No 1182/71, Article 3(4), and the Information
//! Commissioner's guidance have it. Whether a *shorter* time is due is not computed: all these duties are also owed
//! without undue delay.

use crate::Timestamp;

use super::calendar::OutOfRange;
use super::jurisdiction::Jurisdiction;
use super::{Deadline, Duty};

const BREACH: &str = "UK GDPR, Article 33(1)";
const ACCESS: &str = "UK GDPR, Article 12A";
const COMPLAINT: &str = "Data Protection Act 2018, section 164A(3)";
const SAFETY: &str = "Online Safety Act 2023, section 21; the house's own time";

/// A person's request for the data kept about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubjectAccess {
    /// When the time starts: receipt of the request, or of proof of identity or a fee asked for, whichever is last.
    pub starts: Timestamp,
    /// Whether the person was told, in time, that it takes longer (complex or many requests).
    pub extended: bool,
    /// Local days on which the clock stood still, see [`Jurisdiction::stopped_days`].
    pub stopped_days: u16,
}

impl Jurisdiction {
    /// Until when the regulator is told of a personal data breach: 72 hours after the controller became aware of it, as
    /// they pass, weekends and holidays included (UK GDPR, Article 33(1)).
    ///
    /// Uncertain: Regulation 1182/71, Article 3(1) and (5), where it applies, would leave out the hour of becoming
    /// aware and guarantee two working days. The shorter reading is computed.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn breach(&self, aware: Timestamp) -> Result<Deadline, OutOfRange> {
        let by = self.calendar.end(aware, self.clocks.breach)?;
        Ok(Deadline { duty: Duty::NotifyRegulator, by, source: BREACH })
    }

    /// Until when a subject access request is answered, and, unless it is extended already, until when the person may
    /// be told that it takes two months longer.
    ///
    /// One month: to the end of the same date of the next month, or of its last day where it has no such date (UK GDPR,
    /// Articles 12(3) and 12A; the Commissioner's example: received on 3 September, due on 3 October). Extended, three
    /// months from the same start, not one and then two: 31 January leads to 30 April.
    ///
    /// Uncertain: whether "one month beginning with" of Article 12A (2026) ends a day earlier than the guidance,
    /// written for Article 12(3), says; the guidance is followed. The last moment for the notice of extension is
    /// computed like the answer's; that a weekend moves it too is not settled, so tell people before.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn subject_access(&self, request: SubjectAccess) -> Result<Vec<Deadline>, OutOfRange> {
        let period = if request.extended { self.clocks.access_extended } else { self.clocks.access };
        let by = self.calendar.end_without(request.starts, period, request.stopped_days)?;
        let mut deadlines = vec![Deadline { duty: Duty::AnswerRequest, by, source: ACCESS }];
        if !request.extended {
            deadlines.push(Deadline { duty: Duty::SayItTakesLonger, by, source: ACCESS });
        }
        Ok(deadlines)
    }

    /// The local days on which the clock of a request stands still because the person was asked what they mean: from
    /// the day of asking to the day of the answer, both counted (UK GDPR, Article 12A, in the words of Data Protection
    /// Act 2018, section 54(3C)). Several questions at once stop it once only. Zero when the answer is before the
    /// question.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn stopped_days(&self, asked: Timestamp, answered: Timestamp) -> Result<u16, OutOfRange> {
        let (from, to) = (self.calendar.day_of(asked)?, self.calendar.day_of(answered)?);
        let days = from.until(to).map_err(|_| OutOfRange(answered))?.get_days().saturating_add(1).max(0);
        u16::try_from(days).map_err(|_| OutOfRange(answered))
    }

    /// Until when a data protection complaint is acknowledged: 30 days (Data Protection Act 2018, section 164A(3), put
    /// in by the Data (Use and Access) Act 2025, section 103; since 19 June 2026). The first day is the one after
    /// receipt, and an end on a weekend or holiday moves to the next working day (the Commissioner's guidance of
    /// February 2026).
    ///
    /// Uncertain: the Act says "within the period of 30 days beginning when the complaint is received", which could be
    /// read to count the day of receipt, so to end a day earlier. The guidance is followed.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn data_complaint(&self, received: Timestamp) -> Result<Deadline, OutOfRange> {
        let by = self.calendar.end(received, self.clocks.data_complaint)?;
        Ok(Deadline { duty: Duty::AcknowledgeComplaint, by, source: COMPLAINT })
    }

    /// Until when a complaint under the Online Safety Act 2023 is acknowledged and answered. Section 21 wants a
    /// procedure with appropriate action and names no time, so both are the house's own, from the jurisdiction's file.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn online_safety_complaint(&self, received: Timestamp) -> Result<[Deadline; 2], OutOfRange> {
        let acknowledge = self.calendar.end(received, self.clocks.safety_acknowledge)?;
        let answer = self.calendar.end(received, self.clocks.safety_answer)?;
        Ok([
            Deadline { duty: Duty::AcknowledgeComplaint, by: acknowledge, source: SAFETY },
            Deadline { duty: Duty::AnswerComplaint, by: answer, source: SAFETY },
        ])
    }
}

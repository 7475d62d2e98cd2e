//! The two clocks of the Regulations.

use crate::Timestamp;
use crate::cases::jurisdiction::NoticeLengths;
use crate::cases::{Calendar, Jurisdiction, OutOfRange};

/// The clocks of defamation notices in one jurisdiction.
#[derive(Clone, Copy, Debug)]
pub struct NoticeClock<'a> {
    calendar: &'a Calendar,
    lengths: NoticeLengths,
}

impl Jurisdiction {
    /// The clocks of defamation notices; `None` where the law has no such procedure.
    pub fn notices(&self) -> Option<NoticeClock<'_>> {
        let lengths = self.clocks.defamation_notice?;
        Some(NoticeClock { calendar: &self.calendar, lengths })
    }
}

impl NoticeClock<'_> {
    /// The end of the operator's 48 hours after `since`.
    ///
    /// Regulation 1(3): "any period of time which falls on Saturday, Sunday, Good Friday, Christmas Day or any day
    /// which is a bank holiday under the Banking and Financial Dealings Act 1971 in England and Wales is to be
    /// disregarded". So 48 hours as they pass, at any time of day, without those days, each from midnight to midnight
    /// by the clocks in London. Used up at the very end of a counted day they end there, not after the days that do not
    /// count.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn operator(&self, since: Timestamp) -> Result<Timestamp, OutOfRange> {
        self.calendar.end(since, self.lengths.operator)
    }

    /// The end of the poster's time to answer a message sent at `sent`: midnight at the end of the fifth day after the
    /// day of sending (Schedule, paragraph 2). Regulation 1(3) is about the operator's hours, so here every day counts.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn poster(&self, sent: Timestamp) -> Result<Timestamp, OutOfRange> {
        self.calendar.end(sent, self.lengths.poster)
    }

    /// Whether a statement falls under the rule of repeated posting (Schedule, paragraph 9): it, or substantially the
    /// same by the same poster, was removed often enough after notices of this complainant.
    pub fn is_repost(&self, earlier_removals: u32) -> bool {
        earlier_removals >= self.lengths.removals_before_repost_rule
    }
}

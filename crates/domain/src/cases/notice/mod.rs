//! Defamation notices: what an operator of a website must do for the defence of section 5 of the Defamation Act 2013.
//!
//! The law is that section and the Defamation (Operators of Websites) Regulations 2013 (SI 2013/3028), *the
//! Regulations*; England and Wales only. [`Notice`] says what a valid notice contains, [`PosterReply`] what the
//! poster's answer must, [`NoticeCase`] how a case goes on, and [`NoticeClock`] until when things are done.
//!
//! Regulations 1 and 2 were read as made. The paragraphs of the Schedule are cited after summaries of it; the following
//! is uncertain and handled the cautious way:
//!
//! - *Repeated posting* (Schedule, paragraph 9) is taken to apply from two earlier removals after notices of the same
//!   complainant about the same poster and substantially the same statement; whether the complainant must have said so
//!   in the notice is left to whoever counts.
//! - *A message to the poster that bounces* is treated as if the poster could not be reached from the start (paragraph
//!   3), so removal is due 48 hours after receipt of the notice, even where waiting for the poster's five days might
//!   do.
//! - *A statement removed by choice*, without the procedure, ends the duties about the poster here; whether the defence
//!   then covers the time before the removal is not settled.
//! - *A defective notice* (regulation 4) is answered with what a notice must contain, which the law asks for, and with
//!   what is missing, which it may not.
//! - *An acknowledgement* counts once it can say what was done (paragraph 4), so not before the poster was written to.
//! - A court may treat action after the time as in time (regulation 5); that is not reckoned with.

mod case;
mod clock;
mod deadlines;
mod fields;
mod reply;

pub use case::{Event, Ground, NoticeCase, Outcome, Refused, Stage};
pub use clock::NoticeClock;
pub(super) use fields::is_address;
pub use fields::{Notice, Requirement};
pub use reply::{Answer, PosterReply, ReplyPart};

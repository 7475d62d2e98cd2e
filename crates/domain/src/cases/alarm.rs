//! Who is told what when: that a deadline comes near, that it is over, that nobody looks after a case.
//!
//! Those who are told stand on rungs, one above the other; where nobody stands on one, the next one is meant.

use std::time::Duration;

use crate::Timestamp;

use super::{Deadline, Due, Duty};

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    /// Who looks after the case; while nobody does, who is on duty, or all moderators of the organisation.
    Duty,
    /// Who covers for them now.
    Cover,
    /// The admins of the organisation.
    Admins,
    /// Those with rights on the whole instance.
    Instance,
}

impl Rung {
    /// All of them, the lowest first.
    pub const ALL: [Self; 4] = [Self::Duty, Self::Cover, Self::Admins, Self::Instance];

    /// From the lowest, 0; what is higher than the highest is that.
    pub fn at(height: u8) -> Self {
        Self::ALL.get(usize::from(height)).copied().unwrap_or(Self::Instance)
    }

    /// How high it is.
    pub const fn height(self) -> u8 {
        match self {
            Self::Duty => 0,
            Self::Cover => 1,
            Self::Admins => 2,
            Self::Instance => 3,
        }
    }
}

/// Something to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// A deadline comes near.
    Near(Duty),
    /// A deadline is over.
    Over(Duty),
    /// Nobody looks after the case.
    Unclaimed,
}

/// So long a case may be looked after by nobody before the next rung is told, and again before the one after it.
const UNCLAIMED: Duration = Duration::from_hours(8);
/// So long after a deadline, and after each telling, the next rung is told.
const OVERDUE: Duration = Duration::from_hours(24);
/// A reminder comes after three quarters of the time …
const LAST_PART: i64 = 4;
/// … but not earlier before the end …
const EARLIEST: i64 = 7 * 24 * 3_600_000;
/// … and not later.
const LATEST: i64 = 2 * 3_600_000;

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Watched<'a> {
    /// When the case was opened, or given back to nobody.
    pub since: Timestamp,
    /// Whether somebody looks after it.
    pub is_claimed: bool,
    /// The highest rung that was told that nobody does.
    pub rung: u8,
    /// Its running deadlines.
    pub due: &'a [Due],
}

/// When who looks after a case is reminded of a deadline that starts at `now`.
pub fn remind_at(deadline: &Deadline, now: Timestamp) -> Timestamp {
    let left = deadline.by.0.saturating_sub(now.0).max(0);
    let before = (left / LAST_PART).clamp(LATEST, EARLIEST);
    Timestamp(deadline.by.0.saturating_sub(before).max(now.0))
}

impl Watched<'_> {
    /// What is to be told at `now`, and to whom.
    pub fn alarms(&self, now: Timestamp) -> Vec<(Alarm, Rung)> {
        let mut alarms = Vec::new();
        if self.next_unclaimed().is_some_and(|at| at <= now) {
            alarms.push((Alarm::Unclaimed, Rung::at(self.rung.saturating_add(1))));
        }
        for due in self.due {
            if next_over(due).is_some_and(|at| at <= now) {
                alarms.push((Alarm::Over(due.duty), Rung::at(due.told.saturating_add(1))));
            } else if next_near(due).is_some_and(|at| at <= now) {
                alarms.push((Alarm::Near(due.duty), Rung::Duty));
            }
        }
        alarms
    }

    /// When there may be something to be told or done next; `None` for never.
    pub fn next(&self) -> Option<Timestamp> {
        let of_due = self.due.iter().flat_map(|due| {
            let ends = (due.duty == Duty::PosterAnswers).then_some(after(due.by));
            [next_near(due), next_over(due), ends].into_iter().flatten()
        });
        of_due.chain(self.next_unclaimed()).min()
    }

    fn next_unclaimed(&self) -> Option<Timestamp> {
        let steps = u32::from(self.rung) + 1;
        let is_left = !self.is_claimed && self.rung < Rung::Instance.height();
        is_left.then(|| self.since.plus(UNCLAIMED.saturating_mul(steps)))
    }
}

/// The poster's time is the poster's: nobody here is reminded of it.
fn next_near(due: &Due) -> Option<Timestamp> {
    (due.duty != Duty::PosterAnswers && !due.reminded && due.told == 0).then_some(due.remind_at)
}

fn next_over(due: &Due) -> Option<Timestamp> {
    let is_left = due.duty != Duty::PosterAnswers && due.told < Rung::Instance.height();
    is_left.then(|| after(due.by.plus(OVERDUE.saturating_mul(u32::from(due.told)))))
}

/// It is in time until the very instant.
const fn after(by: Timestamp) -> Timestamp {
    Timestamp(by.0.saturating_add(1))
}

//! Who is told what when.

use crate::Timestamp;
use crate::cases::alarm::{Alarm, Rung, Watched, remind_at};
use crate::cases::{Deadline, Due, Duty};
use crate::ids::CaseId;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn due(duty: Duty, by: i64) -> Due {
    let remind_at = remind_at(&Deadline { duty, by: Timestamp(by), source: "the law" }, Timestamp(0));
    let source = "the law".to_owned();
    Due { case: CaseId(1), duty, by: Timestamp(by), source, remind_at, reminded: false, told: 0 }
}

fn watched(due: &[Due], is_claimed: bool) -> Watched<'_> {
    Watched { since: Timestamp(0), is_claimed, rung: 0, due }
}

#[test]
fn a_reminder_leaves_a_quarter_of_the_time_within_limits() {
    for (by, reminded) in [
        (2 * DAY, 36 * HOUR),
        (30 * DAY, 23 * DAY),
        (4 * HOUR, 2 * HOUR),
        // there is hardly any time, or none
        (HOUR, 0),
        (-HOUR, 0),
    ] {
        let deadline = Deadline { duty: Duty::Assess, by: Timestamp(by), source: "" };
        assert_eq!(remind_at(&deadline, Timestamp(0)), Timestamp(reminded), "{by}");
    }
}

#[test]
fn near_then_over_then_up_the_rungs_and_no_further() {
    let mut one = [due(Duty::Assess, 2 * DAY)];
    let look = |one: &[Due], now: i64| watched(one, true).alarms(Timestamp(now));
    assert_eq!(watched(&one, true).next(), Some(Timestamp(36 * HOUR)));
    assert!(look(&one, 36 * HOUR - 1).is_empty());
    assert_eq!(look(&one, 36 * HOUR), [(Alarm::Near(Duty::Assess), Rung::Duty)]);
    one[0].reminded = true;
    assert!(look(&one, 2 * DAY).is_empty(), "in time until the very instant");
    for (days, told, rung) in [(2, 0, Rung::Cover), (3, 1, Rung::Admins), (4, 2, Rung::Instance)] {
        one[0].told = told;
        assert!(look(&one, days * DAY).is_empty());
        assert_eq!(watched(&one, true).next(), Some(Timestamp(days * DAY + 1)));
        assert_eq!(look(&one, days * DAY + 1), [(Alarm::Over(Duty::Assess), rung)]);
    }
    one[0].told = 3;
    assert!(look(&one, 100 * DAY).is_empty());
    assert_eq!(watched(&one, true).next(), None);
}

#[test]
fn who_was_not_reminded_is_not_reminded_of_what_is_over() {
    let mut one = [due(Duty::Assess, 2 * DAY)];
    assert_eq!(watched(&one, true).alarms(Timestamp(3 * DAY)), [(Alarm::Over(Duty::Assess), Rung::Cover)]);
    one[0].told = 1;
    assert!(watched(&one, true).alarms(Timestamp(2 * DAY + 2)).is_empty());
}

#[test]
fn what_nobody_looks_after_goes_up_every_eight_hours() {
    let mut open = watched(&[], false);
    for (rung, told) in [(0, Rung::Cover), (1, Rung::Admins), (2, Rung::Instance)] {
        open.rung = rung;
        let at = i64::from(rung + 1) * 8 * HOUR;
        assert_eq!(open.next(), Some(Timestamp(at)));
        assert!(open.alarms(Timestamp(at - 1)).is_empty());
        assert_eq!(open.alarms(Timestamp(at)), [(Alarm::Unclaimed, told)]);
    }
    open.rung = 3;
    assert_eq!((open.next(), open.alarms(Timestamp(i64::MAX))), (None, Vec::new()));
    assert_eq!(watched(&[], true).next(), None);
}

#[test]
fn the_posters_time_wakes_the_clock_and_nags_nobody() {
    let one = [due(Duty::PosterAnswers, 5 * DAY)];
    let watched = watched(&one, true);
    assert_eq!(watched.next(), Some(Timestamp(5 * DAY + 1)));
    assert!(watched.alarms(Timestamp(100 * DAY)).is_empty());
}

#[test]
fn rungs_have_heights() {
    for rung in Rung::ALL {
        assert_eq!(Rung::at(rung.height()), rung);
    }
    assert_eq!(Rung::at(200), Rung::Instance);
}

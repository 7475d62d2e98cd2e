//! Two hundred notice cases twice, made from a fixed seed around the days on which clocks go wrong, each deadline compared
//! with the oracle's.

use std::ops::Range;

use crate::Timestamp;
use crate::cases::notice::{Answer, Event, Ground, NoticeCase, NoticeClock, Outcome, ReplyPart, Requirement, Stage};
use crate::cases::{Deadline, Duty};

use super::{england, oracle};

const DAY: i64 = 86_400_000;
const CASES: usize = 200;

/// Numbers that look random and are the same every time (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % u64::try_from(end).unwrap()).unwrap()
    }
}

/// What the cases are made around; each in turn.
const AROUND: [&str; 10] = [
    "weekend",
    "Easter",
    "Christmas",
    "New Year",
    "early May",
    "spring",
    "summer",
    "clocks forward",
    "clocks back",
    "once only",
];

/// Days that were, or were no, bank holidays by proclamation.
const ONCE: [(i64, i64, i64); 6] =
    [(2020, 5, 4), (2020, 5, 8), (2022, 5, 30), (2022, 6, 3), (2022, 9, 19), (2023, 5, 8)];

/// A moment within four days of such a day, in one of `years`.
fn moment(around: &str, years: &Range<i64>, numbers: &mut Numbers) -> Timestamp {
    let year = years.start + numbers.below(years.end - years.start);
    let last = |month: i64, weekday: i64| {
        let end = oracle::day_number(year, month, 31);
        end - (oracle::weekday(end) - weekday).rem_euclid(7)
    };
    let day = match around {
        "Easter" => oracle::easter(year),
        "Christmas" => oracle::day_number(year, 12, 26),
        "New Year" => oracle::day_number(year, 1, 1),
        "early May" => oracle::day_number(year, 5, 4),
        "spring" => last(5, 0),
        "summer" => last(8, 0),
        "clocks forward" => last(3, 6),
        "clocks back" => last(10, 6),
        "once only" => {
            let (year, month, day) = ONCE[usize::try_from(numbers.below(6)).unwrap()];
            oracle::day_number(year, month, day)
        }
        _ => oracle::day_number(year, 1, 1) + numbers.below(365),
    };
    // one in four exactly at a full hour, where midnights are
    let within = if numbers.below(4) == 0 { numbers.below(24) * 3_600_000 } else { numbers.below(DAY) };
    Timestamp((day + numbers.below(8) - 4) * DAY + within)
}

struct Checked<'a> {
    clock: NoticeClock<'a>,
    case: NoticeCase,
    deadlines: usize,
}

impl Checked<'_> {
    fn happens(&mut self, event: Event, at: Timestamp) {
        self.case = self.case.after(event, at, &self.clock).unwrap();
    }

    /// The duties of this stage and their ends, none more and none less.
    fn due(&mut self, expected: &[(Duty, Timestamp)]) {
        let mut found: Vec<_> =
            self.case.deadlines(&self.clock).unwrap().into_iter().map(|Deadline { duty, by, .. }| (duty, by)).collect();
        let mut expected = expected.to_vec();
        self.deadlines += expected.len();
        found.sort_by_key(|(duty, _)| duty.as_str());
        expected.sort_by_key(|(duty, _)| duty.as_str());
        assert_eq!(found, expected, "{:?}", self.case);
    }

    fn is_removed(&mut self, ground: Ground, since: Timestamp, numbers: &mut Numbers) {
        let by = oracle::operator(since, 48);
        assert_eq!(self.case.stage, Stage::Removing { ground, since });
        self.due(&[(Duty::Remove, by), (Duty::TellComplainant, by)]);
        let at = Timestamp(since.0 + numbers.below(by.0 - since.0));
        self.happens(Event::Removed, at);
        self.due(&[(Duty::TellComplainant, by)]);
        self.happens(Event::ToldComplainant, at);
        assert_eq!(self.case.stage, Stage::Closed(Outcome::Removed));
        self.due(&[]);
    }
}

/// One case to its end; how many deadlines were compared.
fn run(around: &str, years: &Range<i64>, number: usize, numbers: &mut Numbers, clock: NoticeClock<'_>) -> usize {
    let received = moment(around, years, numbers);
    let mut checked = Checked { clock, case: NoticeCase::new(received), deadlines: 0 };
    let first = oracle::operator(received, 48);
    let in_time = Timestamp(received.0 + numbers.below(first.0 - received.0));
    checked.due(&[(Duty::Assess, first)]);
    let kind = number % 8;
    let missing = if kind == 0 { vec![Requirement::Meaning] } else { Vec::new() };
    let earlier_removals = if kind == 1 { 2 } else { u32::from(kind == 2) };
    checked.happens(Event::Assessed { missing, earlier_removals }, in_time);
    match kind {
        0 => {
            checked.due(&[(Duty::SayWhatIsMissing, first)]);
            checked.happens(Event::ToldComplainant, in_time);
            assert_eq!(checked.case.stage, Stage::Closed(Outcome::Defective));
            return checked.deadlines;
        }
        1 => {
            checked.is_removed(Ground::Reposted, received, numbers);
            return checked.deadlines;
        }
        _ => checked.due(&[(Duty::PassToPoster, first), (Duty::Acknowledge, first)]),
    }
    if kind == 2 {
        checked.happens(Event::PosterUnreachable, in_time);
        checked.is_removed(Ground::Unreachable, received, numbers);
        return checked.deadlines;
    }
    checked.happens(Event::PassedToPoster, in_time);
    let end = oracle::poster(in_time);
    checked.due(&[(Duty::PosterAnswers, end), (Duty::Acknowledge, first)]);
    checked.happens(Event::Acknowledged, in_time);
    checked.due(&[(Duty::PosterAnswers, end)]);
    let answered = Timestamp(in_time.0 + numbers.below(end.0 - in_time.0 + 1));
    match kind {
        3 => {
            checked.happens(Event::PosterTimeEnded, Timestamp(end.0 + numbers.below(DAY)));
            checked.is_removed(Ground::Unanswered, end, numbers);
        }
        4 => {
            checked.happens(Event::PosterAnswered(Answer::Consents), answered);
            checked.is_removed(Ground::Consented, answered, numbers);
        }
        5 => {
            let answer = Answer::Incomplete { missing: vec![ReplyPart::FullName] };
            checked.happens(Event::PosterAnswered(answer), answered);
            checked.is_removed(Ground::IncompleteAnswer, answered, numbers);
        }
        6 => {
            let late = Timestamp(end.0 + 1 + numbers.below(DAY));
            checked.happens(Event::PosterAnswered(Answer::Objects { details_may_be_given: true }), late);
            checked.is_removed(Ground::Unanswered, end, numbers);
        }
        _ => {
            let answer = Answer::Objects { details_may_be_given: number % 16 == 7 };
            checked.happens(Event::PosterAnswered(answer), answered);
            checked.due(&[(Duty::TellComplainant, oracle::operator(answered, 48))]);
            checked.happens(Event::ToldComplainant, answered);
            assert_eq!(checked.case.stage, Stage::Closed(Outcome::Stands));
        }
    }
    checked.deadlines
}

#[test]
fn every_deadline_of_two_hundred_cases_is_exact() {
    let england = england();
    let clock = england.notices().unwrap();
    // the published years and many after them, and the next few more closely
    for years in [2019..2039, 2026..2031] {
        let mut numbers = Numbers(20_133_028);
        let mut deadlines = 0;
        for number in 0..CASES {
            deadlines += run(AROUND[number % AROUND.len()], &years, number, &mut numbers, clock);
        }
        assert!(deadlines > 5 * CASES, "{deadlines}");
    }
}

#[test]
fn an_oracle_an_hour_off_would_be_noticed() {
    let england = england();
    let clock = england.notices().unwrap();
    let mut numbers = Numbers(7);
    for around in AROUND {
        let from = moment(around, &(2019..2039), &mut numbers);
        assert_eq!(clock.operator(from).unwrap(), oracle::operator(from, 48));
        assert_ne!(clock.operator(from).unwrap(), oracle::operator(from, 47), "{around}");
        assert_ne!(clock.poster(from).unwrap(), oracle::poster(Timestamp(from.0 + DAY)), "{around}");
    }
}

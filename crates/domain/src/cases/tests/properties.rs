//! What holds of every deadline, wherever and whenever a clock starts.

use crate::Timestamp;
use crate::cases::data::SubjectAccess;
use crate::cases::{Calendar, Jurisdiction};

use super::{built_in, elsewhere, england, oracle};

const HOUR: i64 = 3_600_000;
const QUARTER: i64 = 900_000;

/// From 2019 to 2060.
const YEARS: std::ops::Range<i64> = 1_546_300_800_000..2_840_140_800_000;

/// Jurisdictions with all kinds of weekends and clock changes: at midnight, of half an hour, none.
fn places() -> Vec<Jurisdiction> {
    let made = [
        ("Africa/Cairo", "[\"Friday\", \"Saturday\"]"),
        ("Australia/Lord_Howe", "[\"Sunday\"]"),
        ("America/Havana", "[\"Saturday\", \"Sunday\"]"),
        ("Asia/Kathmandu", "[\"Saturday\"]"),
        ("Europe/London", "[]"),
    ];
    made.into_iter().map(|(zone, weekend)| elsewhere(zone, weekend)).chain([england()]).collect()
}

fn counts(calendar: &Calendar, at: i64) -> bool {
    calendar.is_working_day(calendar.day_of(Timestamp(at)).unwrap())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn the_oracle_agrees(from in YEARS) {
        let england = england();
        let clock = england.notices().unwrap();
        let from = Timestamp(from);
        assert_eq!(clock.operator(from).unwrap(), oracle::operator(from, 48));
        assert_eq!(clock.poster(from).unwrap(), oracle::poster(from));
    }

    #[test]
    fn forty_eight_hours_that_count_have_passed_in_between(from in YEARS) {
        for place in places() {
            // days everywhere begin at quarters of an hour of UTC
            let from = from - from.rem_euclid(QUARTER);
            let end = place.notices().unwrap().operator(Timestamp(from)).unwrap().0;
            let steps = (from..end).step_by(900_000).filter(|at| counts(&place.calendar, *at)).count();
            assert_eq!(i64::try_from(steps).unwrap() * QUARTER, 48 * HOUR, "{from} {end} {:?}", place.calendar.zone);
            // the last moment before the end counts, so no deadline lies inside a day that does not
            assert!(counts(&place.calendar, end - 1));
        }
    }

    #[test]
    fn who_comes_later_is_due_no_earlier(from in YEARS, later in 0_i64..20 * 24 * HOUR) {
        let (from, later) = (Timestamp(from), Timestamp(from + later));
        for place in places() {
            let clock = place.notices().unwrap();
            let access = |starts| SubjectAccess { starts, extended: false, stopped_days: 0 };
            let ends = |at| {
                let answer = place.subject_access(access(at)).unwrap()[0].by;
                let [acknowledge, decide] = place.online_safety_complaint(at).unwrap();
                let (operator, poster) = (clock.operator(at).unwrap(), clock.poster(at).unwrap());
                let complaint = place.data_complaint(at).unwrap().by;
                [operator, poster, answer, complaint, place.breach(at).unwrap().by, acknowledge.by, decide.by]
            };
            for (earlier, later) in ends(from).into_iter().zip(ends(later)) {
                assert!(earlier <= later);
            }
        }
    }

    #[test]
    fn a_clock_takes_its_time(from in YEARS) {
        for place in places() {
            let clock = place.notices().unwrap();
            let passed = |end: Timestamp| end.0 - from;
            let from = Timestamp(from);
            assert!(passed(clock.operator(from).unwrap()) >= 48 * HOUR);
            let poster = passed(clock.poster(from).unwrap());
            assert!(poster > (5 * 24 - 2) * HOUR && poster <= (6 * 24 + 2) * HOUR);
            assert_eq!(passed(place.breach(from).unwrap().by), 72 * HOUR);
        }
    }

    #[test]
    fn ends_of_days_are_on_days_that_count(from in YEARS) {
        for code in ["england-and-wales", "scotland", "northern-ireland"] {
            let place = built_in(code);
            let access = SubjectAccess { starts: Timestamp(from), extended: from % 2 == 0, stopped_days: 0 };
            let answer = place.subject_access(access).unwrap()[0].by.0;
            let complaint = place.data_complaint(Timestamp(from)).unwrap().by.0;
            for end in [answer, complaint] {
                assert!(counts(&place.calendar, end - 1));
                let day = |at| place.calendar.day_of(Timestamp(at)).unwrap();
                assert_eq!(day(end - 1).tomorrow().unwrap(), day(end));
            }
            assert!(complaint - from >= 30 * 24 * HOUR - HOUR && answer > from);
        }
    }

    #[test]
    fn no_instant_is_too_odd(from in proptest::num::i64::ANY) {
        let england = england();
        let from = Timestamp(from);
        let _ = england.notices().unwrap().operator(from);
        let _ = england.notices().unwrap().poster(from);
        let _ = england.data_complaint(from);
        let _ = england.calendar.written(from);
        let _ = england.stopped_days(from, Timestamp(0));
    }

    #[test]
    fn no_file_is_too_odd(text in "(\\PC|\n|\\[|\\]|=|code|weekend|published|2026-02-31){0,60}") {
        assert!(Jurisdiction::parse("odd", &text).is_err());
    }
}

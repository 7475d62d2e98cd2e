//! Holidays: the lists as published, the rules, and what becomes of days on weekends.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::cases::Jurisdiction;
use crate::cases::holidays::{When, by_rule, easter};

use super::{built_in, england, oracle};

fn dates(place: &Jurisdiction, year: i16) -> BTreeSet<String> {
    place.calendar.holidays(year).into_iter().map(|holiday| holiday.date.to_string()).collect()
}

#[test]
fn easter_is_when_it_is() {
    for (year, day) in [(1818, "1818-03-22"), (1943, "1943-04-25"), (2000, "2000-04-23"), (2008, "2008-03-23")] {
        assert_eq!(easter(year).unwrap().to_string(), day);
    }
    for year in 1970..=2400 {
        let (y, month, day) = oracle::date(oracle::easter(i64::from(year)));
        assert_eq!(easter(year).unwrap().to_string(), format!("{y}-{month:02}-{day:02}"));
    }
    assert_eq!(easter(1582), None);
}

#[test]
fn rules_give_the_published_days_but_for_what_was_changed_once() {
    for (code, changed) in [("england-and-wales", 7), ("scotland", 8), ("northern-ireland", 7)] {
        let place = built_in(code);
        let mut differences = 0;
        for year in 2019..=2027 {
            assert!(place.calendar.is_published(year), "{code} {year}");
            let by_rule: BTreeSet<Date> =
                by_rule(&place.calendar.rules, &place.calendar.weekend, year).into_keys().collect();
            let published: BTreeSet<Date> =
                place.calendar.holidays(year).into_iter().map(|holiday| holiday.date).collect();
            let differing: Vec<_> = by_rule.symmetric_difference(&published).collect();
            let unchanged = [2019, 2021, 2024, 2025, 2027].contains(&year);
            assert!(!unchanged || differing.is_empty(), "{code} {year} {differing:?}");
            differences += differing.len();
        }
        assert_eq!(differences, changed, "{code}");
        assert!(!place.calendar.is_published(2028) && !place.calendar.is_published(2018));
    }
}

#[test]
fn years_beyond_the_published_ones_have_holidays_too() {
    let days = |list: &str| list.split(' ').map(|day| format!("2028-{day}")).collect::<BTreeSet<_>>();
    // as GOV.UK has them since
    for (code, list) in [
        ("england-and-wales", "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26"),
        ("scotland", "01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26"),
        ("northern-ireland", "01-03 03-17 04-14 04-17 05-01 05-29 07-12 08-28 12-25 12-26"),
    ] {
        assert_eq!(dates(&built_in(code), 2028), days(list), "{code}");
    }
    for year in 2028..=2200 {
        assert_eq!(dates(&england(), year).len(), 8, "{year}");
        assert_eq!(dates(&built_in("scotland"), year).len(), 9, "{year}");
        assert_eq!(dates(&built_in("northern-ireland"), year).len(), 10, "{year}");
    }
}

#[test]
fn the_oracle_agrees_on_every_day_of_a_century() {
    let calendar = england().calendar;
    for day in oracle::day_number(2019, 1, 1)..oracle::day_number(2119, 1, 1) {
        let (year, month, of_month) = oracle::date(day);
        let (month, of_month) = (i8::try_from(month).unwrap(), i8::try_from(of_month).unwrap());
        let date = Date::new(i16::try_from(year).unwrap(), month, of_month).unwrap();
        assert_eq!(calendar.is_working_day(date), !oracle::is_disregarded(day), "{date}");
    }
}

#[test]
fn holidays_have_names() {
    let names = |place: &Jurisdiction, year| {
        place.calendar.holidays(year).into_iter().map(|day| format!("{} {}", day.date, day.name)).collect::<Vec<_>>()
    };
    let england = names(&england(), 2022);
    for wanted in [
        "2022-01-03 New Year's Day (substitute day)",
        "2022-06-02 Spring bank holiday, moved for the Platinum Jubilee",
        "2022-12-26 Boxing Day",
        "2022-12-27 Christmas Day (substitute day)",
    ] {
        assert!(england.iter().any(|day| day == wanted), "{wanted}: {england:?}");
    }
    assert!(names(&built_in("scotland"), 2026).contains(&"2026-06-15 World Cup bank holiday".to_owned()));
}

#[test]
fn rules_are_read() {
    for good in ["1 January", "29 February", "last Monday in May", "First monday in may", "Easter + 1", "Easter - 2"] {
        assert!(When::parse(good).is_some(), "{good}");
    }
    for bad in [
        "",
        "January",
        "1",
        "January 1",
        "31 April",
        "0 May",
        "30 February",
        "fifth Monday in May",
        "last Mayday in May",
        "last Monday of May",
        "last Monday in Mai",
        "Easter",
        "Easter 2",
        "Easter - 0",
        "Easter - -2",
        "Easter + 400",
        "1 January 2026",
        "99999 May",
    ] {
        assert_eq!(When::parse(bad), None, "{bad}");
    }
}

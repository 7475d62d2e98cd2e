//! The same clocks once more, slowly and with nothing of the product: an own calendar of London, an own list of
//! holidays, and time walked minute by minute.

use crate::Timestamp;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Days since 1 January 1970 of a date.
pub(super) fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let leap_days = |before: i64| (before - 1) / 4 - (before - 1) / 100 + (before - 1) / 400;
    let mut days = 365 * (year - 1970) + leap_days(year) - leap_days(1970);
    for m in 1..month {
        days += month_length(year, m);
    }
    days + day - 1
}

/// Year, month and day of a number of days since 1 January 1970.
pub(super) fn date(days: i64) -> (i64, i64, i64) {
    let mut year = 1970 + days / 366;
    while days >= day_number(year + 1, 1, 1) {
        year += 1;
    }
    let mut days = days - day_number(year, 1, 1);
    let mut month = 1;
    while days >= month_length(year, month) {
        days -= month_length(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// 0 for Monday; 1 January 1970 was a Thursday.
pub(super) fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// Easter Sunday by the algorithm of Meeus, Jones and Butcher.
pub(super) fn easter(year: i64) -> i64 {
    let cycle = year % 19;
    let (century, rest) = (year / 100, year % 100);
    let moon_shift = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * cycle + century - century / 4 - moon_shift + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let correction = (cycle + 11 * epact + 22 * to_sunday) / 451;
    let found = epact + to_sunday - 7 * correction + 114;
    day_number(year, found / 31, found % 31 + 1)
}

/// The last Sunday of a month.
fn last_sunday(year: i64, month: i64) -> i64 {
    let last = day_number(year, month, month_length(year, month));
    last - (weekday(last) + 1) % 7
}

/// Milliseconds the clocks in London are ahead of UTC: an hour from 01:00 UTC on the last Sunday of March to 01:00 UTC
/// on the last Sunday of October.
fn offset(at: i64) -> i64 {
    let (year, _, _) = date(at.div_euclid(DAY));
    let summer = last_sunday(year, 3) * DAY + HOUR..last_sunday(year, 10) * DAY + HOUR;
    if summer.contains(&at) { HOUR } else { 0 }
}

/// The day in London.
pub(super) fn local_day(at: i64) -> i64 {
    (at + offset(at)).div_euclid(DAY)
}

/// Bank holidays in England and Wales from 2019 to 2027 that are on no weekend, copied from GOV.UK's list by hand;
/// month and day.
const LISTED: [(i64, &[(i64, i64)]); 9] = [
    (2019, &[(1, 1), (4, 19), (4, 22), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)]),
    (2020, &[(1, 1), (4, 10), (4, 13), (5, 8), (5, 25), (8, 31), (12, 25), (12, 28)]),
    (2021, &[(1, 1), (4, 2), (4, 5), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]),
    (2022, &[(1, 3), (4, 15), (4, 18), (5, 2), (6, 2), (6, 3), (8, 29), (9, 19), (12, 26), (12, 27)]),
    (2023, &[(1, 2), (4, 7), (4, 10), (5, 1), (5, 8), (5, 29), (8, 28), (12, 25), (12, 26)]),
    (2024, &[(1, 1), (3, 29), (4, 1), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)]),
    (2025, &[(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)]),
    (2026, &[(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]),
    (2027, &[(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]),
];

/// Whether the hours of a day in London are disregarded.
pub(super) fn is_disregarded(day: i64) -> bool {
    let (year, month, of_month) = date(day);
    if weekday(day) > 4 {
        return true;
    }
    if let Some((_, days)) = LISTED.iter().find(|(listed, _)| *listed == year) {
        return days.contains(&(month, of_month));
    }
    let monday = weekday(day) == 0;
    let substitute = |from: i64, to: i64| monday && (from..=to).contains(&of_month);
    match month {
        // New Year's Day, or the Monday after it
        1 => of_month == 1 || substitute(2, 3),
        5 => (monday && (of_month <= 7 || of_month >= 25)) || is_easter(day, year),
        8 => monday && of_month >= 25,
        // Christmas and Boxing Day; the Monday and Tuesday after two days on a weekend, the Tuesday after a Sunday, the
        // Monday after a Saturday
        12 => {
            let christmas = weekday(day_number(year, 12, 25));
            let kept: &[i64] = match christmas {
                4 => &[25, 28],
                5 => &[27, 28],
                6 => &[26, 27],
                _ => &[25, 26],
            };
            kept.contains(&of_month)
        }
        _ => is_easter(day, year),
    }
}

fn is_easter(day: i64, year: i64) -> bool {
    [-2, 1].contains(&(day - easter(year)))
}

/// Walks from `from` until `hours` have passed on days that are not disregarded.
pub(super) fn operator(from: Timestamp, hours: i64) -> Timestamp {
    let (mut now, mut left) = (from.0, hours * HOUR);
    while left > 0 {
        let step = (MINUTE - now.rem_euclid(MINUTE)).min(left);
        if !is_disregarded(local_day(now)) {
            left -= step;
        }
        now += step;
    }
    Timestamp(now)
}

/// Walks on from `from` to the first instant of the sixth local day after it.
pub(super) fn poster(from: Timestamp) -> Timestamp {
    let first = local_day(from.0);
    let mut now = from.0 - from.0.rem_euclid(MINUTE);
    while local_day(now) < first + 6 {
        now += MINUTE;
    }
    Timestamp(now)
}

#[test]
fn the_oracle_knows_some_days() {
    assert_eq!((day_number(1970, 1, 1), day_number(2001, 9, 9), day_number(2100, 3, 1)), (0, 11_574, 47_541));
    assert_eq!(date(day_number(2024, 2, 29)), (2024, 2, 29));
    assert_eq!(weekday(day_number(2026, 11, 23)), 0);
    assert_eq!(date(easter(2026)), (2026, 4, 5));
    // the clocks went forward on 29 March 2026, and back on 25 October
    let eve = day_number(2026, 3, 29) * DAY;
    assert_eq!((offset(eve + HOUR - 1), offset(eve + HOUR)), (0, HOUR));
    let eve = day_number(2026, 10, 25) * DAY;
    assert_eq!((offset(eve + HOUR - 1), offset(eve + HOUR)), (HOUR, 0));
}

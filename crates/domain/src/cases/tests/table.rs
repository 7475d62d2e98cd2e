//! Striking cases in England and Wales, computed by hand.

use super::{at, elsewhere, england};

/// From, end of the operator's 48 hours, why. Local time is an hour ahead of UTC in summer.
const OPERATOR: [(&str, &str, &str); 31] = [
    ("2026-01-13T10:00:00Z", "2026-01-15T10:00:00Z", "Tuesday to Thursday"),
    ("2026-01-13T10:00:00.001Z", "2026-01-15T10:00:00.001Z", "to the millisecond"),
    ("2026-01-16T17:00:00Z", "2026-01-20T17:00:00Z", "Friday evening, over a weekend"),
    ("2026-01-17T12:00:00Z", "2026-01-21T00:00:00Z", "Saturday: the clock starts on Monday, ends with Tuesday"),
    ("2026-01-18T23:59:59.999Z", "2026-01-21T00:00:00Z", "the last moment of a Sunday"),
    ("2026-01-19T00:00:00Z", "2026-01-21T00:00:00Z", "the first of a Monday"),
    ("2026-01-15T00:00:00Z", "2026-01-17T00:00:00Z", "used up at the end of a Friday: ends there, not on Monday"),
    ("2026-01-15T00:00:00.001Z", "2026-01-19T00:00:00.001Z", "a millisecond more: on Monday"),
    ("2026-04-02T08:30:00Z", "2026-04-08T08:30:00Z", "Maundy Thursday, over the four days of Easter"),
    ("2026-04-03T12:00:00Z", "2026-04-08T23:00:00Z", "Good Friday"),
    ("2026-04-05T12:00:00Z", "2026-04-08T23:00:00Z", "Easter Sunday"),
    ("2024-03-28T10:00:00Z", "2024-04-03T09:00:00Z", "Easter on the night the clocks go forward"),
    ("2029-03-29T21:00:00Z", "2029-04-04T21:00:00Z", "Easter beyond the published years"),
    ("2026-12-24T15:00:00Z", "2026-12-30T15:00:00Z", "Christmas on a Friday, Boxing Day kept on Monday"),
    ("2027-12-24T09:00:00Z", "2027-12-30T09:00:00Z", "Christmas on a Saturday, kept on Monday and Tuesday"),
    ("2022-12-23T20:00:00Z", "2022-12-29T20:00:00Z", "Christmas on a Sunday, kept on Tuesday"),
    ("2025-12-24T12:00:00Z", "2025-12-30T12:00:00Z", "Christmas on a Thursday, then a weekend"),
    ("2026-12-30T18:00:00Z", "2027-01-04T18:00:00Z", "New Year's Day on a Friday"),
    ("2027-12-31T12:00:00Z", "2028-01-05T12:00:00Z", "New Year's Day on a Saturday, kept on Monday"),
    ("2026-05-01T11:00:00Z", "2026-05-06T11:00:00Z", "early May bank holiday"),
    ("2026-08-30T12:00:00Z", "2026-09-02T23:00:00Z", "the Sunday before the summer bank holiday"),
    ("2020-05-04T10:00:00Z", "2020-05-06T10:00:00Z", "a first Monday in May that was no holiday"),
    ("2020-05-07T10:00:00Z", "2020-05-12T10:00:00Z", "the Friday it was moved to"),
    ("2022-05-27T11:00:00Z", "2022-05-31T11:00:00Z", "a last Monday in May that was no holiday"),
    ("2022-06-01T11:00:00Z", "2022-06-07T11:00:00Z", "the Thursday and Friday of the Jubilee"),
    ("2022-09-16T08:00:00Z", "2022-09-21T08:00:00Z", "the State Funeral"),
    ("2023-05-05T22:00:00Z", "2023-05-10T22:00:00Z", "the coronation"),
    ("2026-03-27T16:00:00Z", "2026-03-31T15:00:00Z", "clocks forward: 16:00 to 16:00"),
    ("2026-10-23T15:00:00Z", "2026-10-27T16:00:00Z", "clocks back: 16:00 to 16:00"),
    ("2026-06-14T23:30:00Z", "2026-06-16T23:30:00Z", "Sunday in UTC, Monday in London"),
    ("2026-06-12T23:30:00Z", "2026-06-16T23:00:00Z", "Friday in UTC, Saturday in London"),
];

/// Sent, end of the poster's days, why.
const POSTER: [(&str, &str, &str); 8] = [
    ("2026-01-12T09:00:00Z", "2026-01-18T00:00:00Z", "Monday: to the end of Saturday, which counts"),
    ("2026-01-12T00:00:00Z", "2026-01-18T00:00:00Z", "the first moment of a day is in that day"),
    ("2026-01-12T23:59:59.999Z", "2026-01-18T00:00:00Z", "so is the last"),
    ("2026-12-23T10:00:00Z", "2026-12-29T00:00:00Z", "Christmas and its substitutes count"),
    ("2026-03-24T12:00:00Z", "2026-03-29T23:00:00Z", "to the end of the day of 23 hours"),
    ("2026-10-20T12:00:00Z", "2026-10-26T00:00:00Z", "to the end of the day of 25 hours"),
    ("2026-06-14T23:30:00Z", "2026-06-20T23:00:00Z", "the day of sending is London's"),
    ("2024-02-25T12:00:00Z", "2024-03-02T00:00:00Z", "over a leap day"),
];

#[test]
fn the_operators_hours_are_as_computed_by_hand() {
    let england = england();
    let clock = england.notices().unwrap();
    for (from, end, why) in OPERATOR {
        assert_eq!(clock.operator(at(from)).unwrap().to_rfc3339(), at(end).to_rfc3339(), "{why}");
    }
}

#[test]
fn the_posters_days_are_as_computed_by_hand() {
    let england = england();
    let clock = england.notices().unwrap();
    for (sent, end, why) in POSTER {
        assert_eq!(clock.poster(at(sent)).unwrap().to_rfc3339(), at(end).to_rfc3339(), "{why}");
    }
}

#[test]
fn an_hour_that_passes_counts_and_a_day_off_is_as_long_as_it_is() {
    // weekend, from, end
    for (weekend, from, end) in [
        // nothing is left out: 48 hours, whatever the clocks show
        ("[]", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"),
        ("[]", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"),
        // a Sunday of 23 hours that counts, and one that does not
        ("[\"Saturday\"]", "2026-03-29T00:00:00Z", "2026-03-31T00:00:00Z"),
        ("[\"Sunday\"]", "2026-03-28T12:00:00Z", "2026-03-31T11:00:00Z"),
        // a Sunday of 25 hours that does not
        ("[\"Sunday\"]", "2026-10-24T11:00:00Z", "2026-10-27T12:00:00Z"),
    ] {
        let place = elsewhere("Europe/London", weekend);
        let found = place.notices().unwrap().operator(at(from)).unwrap();
        assert_eq!(found.to_rfc3339(), at(end).to_rfc3339(), "{weekend} {from}");
    }
    // clocks in Cairo skip the first hour of a Friday in April, which is a day off of 23 hours from 01:00 on
    let cairo = elsewhere("Africa/Cairo", "[\"Friday\", \"Saturday\"]");
    let found = cairo.notices().unwrap().operator(at("2026-04-23T12:00:00+02:00")).unwrap();
    assert_eq!(found.to_rfc3339(), at("2026-04-27T12:00:00+03:00").to_rfc3339());
}

#[test]
fn letters_say_when() {
    let calendar = england().calendar;
    for (instant, text) in [
        ("2026-04-08T08:30:00Z", "09:30 on Wednesday 8 April 2026"),
        ("2026-04-08T23:00:00Z", "the end of Wednesday 8 April 2026"),
        ("2026-01-21T00:00:00Z", "the end of Tuesday 20 January 2026"),
        ("2026-01-21T00:00:00.001Z", "00:00 on Wednesday 21 January 2026"),
    ] {
        assert_eq!(calendar.written(at(instant)).unwrap(), text);
    }
}

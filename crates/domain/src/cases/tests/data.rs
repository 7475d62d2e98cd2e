//! The clocks of data protection and online safety.

use crate::Timestamp;
use crate::cases::data::SubjectAccess;
use crate::cases::{Deadline, Duty, OutOfRange};

use super::{at, built_in, england};

fn ends(deadline: Deadline, duty: Duty, end: &str, why: &str) {
    assert_eq!(deadline.duty, duty, "{why}");
    assert_eq!(deadline.by.to_rfc3339(), at(end).to_rfc3339(), "{why}");
    assert!(deadline.met_at(at(end)) && !deadline.met_at(Timestamp(at(end).0 + 1)), "{why}");
}

fn access(starts: &str, extended: bool, stopped_days: u16) -> SubjectAccess {
    SubjectAccess { starts: at(starts), extended, stopped_days }
}

#[test]
fn a_breach_is_told_within_hours_as_they_pass() {
    for (aware, end, why) in [
        ("2026-01-13T10:00:00Z", "2026-01-16T10:00:00Z", "Tuesday"),
        ("2026-12-24T17:00:00Z", "2026-12-27T17:00:00Z", "Christmas does not stop it"),
        ("2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z", "nor do the clocks: 12:00 to 13:00"),
        ("2026-10-23T12:00:00Z", "2026-10-26T12:00:00Z", "13:00 to 12:00"),
    ] {
        ends(england().breach(at(aware)).unwrap(), Duty::NotifyRegulator, end, why);
    }
}

#[test]
fn a_request_is_answered_in_a_month_or_three() {
    for (starts, extended, end, why) in [
        ("2026-09-02T10:00:00Z", false, "2026-10-02T23:00:00Z", "to the end of the same date"),
        ("2026-09-03T10:00:00Z", false, "2026-10-05T23:00:00Z", "3 October is a Saturday"),
        ("2026-01-31T10:00:00Z", false, "2026-03-03T00:00:00Z", "28 February, a Saturday, so Monday"),
        ("2024-01-31T10:00:00Z", false, "2024-03-01T00:00:00Z", "29 February"),
        ("2026-03-31T10:00:00Z", false, "2026-04-30T23:00:00Z", "30 April"),
        ("2026-11-25T10:00:00Z", false, "2026-12-30T00:00:00Z", "Christmas to the Monday after, so Tuesday"),
        ("2026-06-14T23:30:00Z", false, "2026-07-15T23:00:00Z", "the day is London's"),
        ("2026-01-31T10:00:00Z", true, "2026-04-30T23:00:00Z", "three months from the start, not one and two"),
        ("2025-11-30T10:00:00Z", true, "2026-03-03T00:00:00Z", "28 February again"),
    ] {
        let deadlines = england().subject_access(access(starts, extended, 0)).unwrap();
        ends(deadlines[0], Duty::AnswerRequest, end, why);
        // the notice that it takes longer has the same end, where it is still to come
        assert_eq!(deadlines.len(), if extended { 1 } else { 2 }, "{why}");
        assert!(extended || (deadlines[1].duty, deadlines[1].by) == (Duty::SayItTakesLonger, at(end)), "{why}");
    }
}

#[test]
fn other_places_have_other_holidays() {
    for (code, starts, end) in [
        ("england-and-wales", "2025-12-02T10:00:00Z", "2026-01-03T00:00:00Z"),
        ("scotland", "2025-12-02T10:00:00Z", "2026-01-06T00:00:00Z"),
        ("england-and-wales", "2026-02-17T10:00:00Z", "2026-03-18T00:00:00Z"),
        ("northern-ireland", "2026-02-17T10:00:00Z", "2026-03-19T00:00:00Z"),
        ("scotland", "2026-05-15T10:00:00Z", "2026-06-16T23:00:00Z"),
    ] {
        let deadlines = built_in(code).subject_access(access(starts, false, 0)).unwrap();
        ends(deadlines[0], Duty::AnswerRequest, end, code);
    }
    for code in ["scotland", "northern-ireland"] {
        assert!(built_in(code).notices().is_none(), "{code}");
    }
}

#[test]
fn asking_back_stops_the_clock() {
    let england = england();
    let asked = at("2026-01-12T16:00:00Z");
    for (answered, days) in [
        ("2026-01-12T17:00:00Z", 1),
        ("2026-01-14T09:00:00Z", 3),
        ("2026-01-12T15:00:00Z", 1),
        ("2026-01-11T15:00:00Z", 0),
        ("2025-01-11T15:00:00Z", 0),
    ] {
        assert_eq!(england.stopped_days(asked, at(answered)).unwrap(), days, "{answered}");
    }
    let deadlines = england.subject_access(access("2026-01-05T10:00:00Z", false, 3)).unwrap();
    ends(deadlines[0], Duty::AnswerRequest, "2026-02-10T00:00:00Z", "5 February and three days, a Sunday");
}

#[test]
fn a_complaint_about_data_is_acknowledged_in_thirty_days() {
    for (received, end, why) in [
        ("2026-07-01T10:00:00Z", "2026-07-31T23:00:00Z", "31 July"),
        ("2025-06-05T10:00:00Z", "2025-07-07T23:00:00Z", "5 July is a Saturday"),
        ("2026-11-25T10:00:00Z", "2026-12-30T00:00:00Z", "25 December"),
        ("2026-09-25T10:00:00Z", "2026-10-27T00:00:00Z", "25 October, a Sunday of 25 hours"),
    ] {
        ends(england().data_complaint(at(received)).unwrap(), Duty::AcknowledgeComplaint, end, why);
    }
}

#[test]
fn times_for_complaints_about_safety_are_the_houses_own() {
    let [acknowledge, answer] = england().online_safety_complaint(at("2026-12-23T10:00:00Z")).unwrap();
    ends(acknowledge, Duty::AcknowledgeComplaint, "2026-12-30T00:00:00Z", "24 and 29 December");
    ends(answer, Duty::AnswerComplaint, "2027-01-12T00:00:00Z", "24, 29, 30, 31 December, 4 to 8 and 11 January");
}

#[test]
fn times_outside_the_calendar_are_refused() {
    let england = england();
    for odd in [i64::MIN, i64::MAX, -400_000_000_000_000, 253_402_200_000_000] {
        let odd = Timestamp(odd);
        assert_eq!(england.breach(odd), Err(OutOfRange(odd)));
        assert_eq!(england.data_complaint(odd), Err(OutOfRange(odd)));
        assert_eq!(england.notices().unwrap().operator(odd), Err(OutOfRange(odd)));
        assert_eq!(england.notices().unwrap().poster(odd), Err(OutOfRange(odd)));
        assert!(england.subject_access(SubjectAccess { starts: odd, extended: true, stopped_days: 9 }).is_err());
        assert!(england.online_safety_complaint(odd).is_err());
    }
    // far away, and inside
    assert!(england.breach(Timestamp(-62_000_000_000_000)).is_ok());
}

#[test]
fn duties_have_words() {
    for duty in Duty::ALL {
        assert_eq!(Duty::parse(duty.as_str()), Some(duty));
    }
    assert_eq!(Duty::parse("nothing"), None);
}

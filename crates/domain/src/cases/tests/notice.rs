//! Notices, answers and the course of a case: what they must contain, what may follow what.

use crate::Timestamp;
use crate::cases::notice::{
    Answer, Event, Ground, Notice, NoticeCase, Outcome, PosterReply, Refused, ReplyPart, Requirement, Stage,
};
use crate::cases::{Duty, Jurisdiction};

use super::{at, england};

const RECEIVED: &str = "2026-01-13T10:00:00Z";

fn notice() -> Notice {
    Notice {
        complainant_name: "Amy Ash".into(),
        complainant_email: "amy.ash@example.org".into(),
        statement: "Amy Ash takes from the tuck shop".into(),
        why_defamatory: "It says that I steal".into(),
        location: "https://staffroom.example/@ben/1".into(),
        meaning: "That I am a thief".into(),
        what_is_wrong: "I never took anything".into(),
        cannot_identify_poster: true,
        poster_may_have_name: Some(false),
        poster_may_have_email: Some(true),
    }
}

fn reply() -> PosterReply {
    PosterReply {
        remove: Some(false),
        full_name: "Ben Birch".into(),
        postal_address: "1 High Street, Oakham".into(),
        complainant_may_have_them: Some(false),
        obviously_false: false,
    }
}

fn valid() -> Event {
    Event::Assessed { missing: Vec::new(), earlier_removals: 0 }
}

fn objects() -> Event {
    Event::PosterAnswered(Answer::Objects { details_may_be_given: false })
}

/// The case after `events`, an hour apart.
fn case(place: &Jurisdiction, events: &[Event]) -> Result<NoticeCase, Refused> {
    let times = (1..).map(|hour| Timestamp(at(RECEIVED).0 + hour * 3_600_000));
    NoticeCase::replay(at(RECEIVED), times.zip(events.iter().cloned()), &place.notices().unwrap())
}

#[test]
fn a_whole_notice_is_valid() {
    assert_eq!(notice().missing(), []);
    assert_eq!(notice().shown_to_poster(), (None, Some("amy.ash@example.org")));
    let refusing = Notice { poster_may_have_email: None, ..notice() };
    assert_eq!(refusing.shown_to_poster(), (None, None));
}

#[test]
fn what_a_notice_lacks_is_named() {
    let blank = "\u{200b} \n".to_owned();
    for (broken, lacks) in [
        (Notice { complainant_name: blank.clone(), ..notice() }, Requirement::Name),
        (Notice { complainant_email: String::new(), ..notice() }, Requirement::Email),
        (Notice { complainant_email: "amy at example.org".into(), ..notice() }, Requirement::Email),
        (Notice { complainant_email: "@example.org".into(), ..notice() }, Requirement::Email),
        (Notice { complainant_email: "amy@".into(), ..notice() }, Requirement::Email),
        (Notice { complainant_email: "amy ash@example.org".into(), ..notice() }, Requirement::Email),
        (Notice { statement: blank.clone(), ..notice() }, Requirement::Statement),
        (Notice { why_defamatory: blank.clone(), ..notice() }, Requirement::WhyDefamatory),
        (Notice { location: blank.clone(), ..notice() }, Requirement::Location),
        (Notice { meaning: blank.clone(), ..notice() }, Requirement::Meaning),
        (Notice { what_is_wrong: blank, ..notice() }, Requirement::WhatIsWrong),
        (Notice { cannot_identify_poster: false, ..notice() }, Requirement::CannotIdentifyPoster),
        (Notice { poster_may_have_name: None, ..notice() }, Requirement::NameConsent),
        (Notice { poster_may_have_email: None, ..notice() }, Requirement::EmailConsent),
    ] {
        assert_eq!(broken.missing(), [lacks], "{broken:?}");
    }
    assert_eq!(Notice::default().missing(), Requirement::ALL);
    for one in Requirement::ALL {
        assert_eq!(Requirement::parse(one.as_str()), Some(one));
        assert!(one.source().contains("5(6)") || one.source().contains("regulation 2"));
        assert!(!one.described().is_empty());
    }
    assert_eq!(Requirement::parse(""), None);
}

#[test]
fn an_answer_that_objects_says_who_objects() {
    assert_eq!(reply().amounts_to(), Answer::Objects { details_may_be_given: false });
    let permits = PosterReply { complainant_may_have_them: Some(true), ..reply() };
    assert_eq!(permits.amounts_to(), Answer::Objects { details_may_be_given: true });
    let consents = PosterReply { remove: Some(true), ..PosterReply::default() };
    assert_eq!(consents.amounts_to(), Answer::Consents);
    for (broken, lacks) in [
        (PosterReply { remove: None, ..reply() }, ReplyPart::Wish),
        (PosterReply { full_name: " ".into(), ..reply() }, ReplyPart::FullName),
        (PosterReply { postal_address: "\u{200b}".into(), ..reply() }, ReplyPart::PostalAddress),
        (PosterReply { complainant_may_have_them: None, ..reply() }, ReplyPart::Permission),
        (PosterReply { obviously_false: true, ..reply() }, ReplyPart::BelievableDetails),
    ] {
        assert_eq!(broken.amounts_to(), Answer::Incomplete { missing: vec![lacks] });
        assert!(!lacks.described().is_empty());
    }
}

#[test]
fn an_objecting_poster_keeps_the_statement_up() {
    let place = england();
    let clock = place.notices().unwrap();
    let events = [valid(), Event::PassedToPoster, Event::Acknowledged, objects()];
    let stands = case(&place, &events).unwrap();
    let since = at("2026-01-13T14:00:00Z");
    assert_eq!(stands.stage, Stage::Stands { since, details_may_be_given: false });
    let due = stands.deadlines(&clock).unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].duty, due[0].by), (Duty::TellComplainant, at("2026-01-15T14:00:00Z")));
    assert!(due[0].source.ends_with("paragraph 8"));
    let told = stands.after(Event::ToldComplainant, since, &clock).unwrap();
    assert_eq!((told.stage.clone(), told.deadlines(&clock).unwrap()), (Stage::Closed(Outcome::Stands), vec![]));
}

#[test]
fn what_was_forgotten_stays_due() {
    let place = england();
    let clock = place.notices().unwrap();
    let duties = |events: &[Event]| {
        let due = case(&place, events).unwrap().deadlines(&clock).unwrap();
        due.into_iter().map(|one| (one.duty, one.by.to_rfc3339())).collect::<Vec<_>>()
    };
    let first = "2026-01-15T10:00:00.000Z".to_owned();
    let answer = "2026-01-19T00:00:00.000Z".to_owned();
    let passed = [valid(), Event::PassedToPoster];
    assert_eq!(duties(&passed), [(Duty::Acknowledge, first.clone()), (Duty::PosterAnswers, answer)]);
    let answered = [valid(), Event::PassedToPoster, Event::PosterAnswered(Answer::Consents)];
    let by = "2026-01-15T13:00:00.000Z".to_owned();
    assert_eq!(
        duties(&answered),
        [(Duty::Acknowledge, first.clone()), (Duty::Remove, by.clone()), (Duty::TellComplainant, by)]
    );
    // removed by choice: the complainant is still told
    let by = "2026-01-15T11:00:00.000Z".to_owned();
    assert_eq!(duties(&[Event::Removed]), [(Duty::Acknowledge, first), (Duty::TellComplainant, by)]);
    let closed = case(&place, &[Event::Removed, Event::ToldComplainant]).unwrap();
    assert_eq!(closed.stage, Stage::Closed(Outcome::Removed));
    assert_eq!(closed.acknowledged, Some(at("2026-01-13T12:00:00Z")));
}

#[test]
fn a_repost_goes_without_asking_from_the_second_removal_on() {
    let place = england();
    let assessed =
        |earlier_removals| case(&place, &[Event::Assessed { missing: Vec::new(), earlier_removals }]).unwrap().stage;
    assert_eq!((assessed(0), assessed(1)), (Stage::Valid, Stage::Valid));
    for often in [2, 3, u32::MAX] {
        assert_eq!(assessed(often), Stage::Removing { ground: Ground::Reposted, since: at(RECEIVED) });
    }
    // a defective notice starts nothing, however often
    let missing = vec![Requirement::Meaning];
    let defective = case(&place, &[Event::Assessed { missing: missing.clone(), earlier_removals: 9 }]).unwrap();
    assert_eq!(defective.stage, Stage::Defective { missing });
}

#[test]
fn the_posters_time_ends_at_midnight_and_not_before() {
    let place = england();
    let clock = place.notices().unwrap();
    let sent = case(&place, &[valid(), Event::PassedToPoster]).unwrap();
    let end = at("2026-01-19T00:00:00Z");
    let before = Timestamp(end.0 - 1);
    assert_eq!(sent.after(Event::PosterTimeEnded, before, &clock), Err(Refused::TooEarly(end)));
    let unanswered = Stage::Removing { ground: Ground::Unanswered, since: end };
    assert_eq!(sent.after(Event::PosterTimeEnded, end, &clock).unwrap().stage, unanswered);
    assert!(matches!(sent.after(objects(), end, &clock).unwrap().stage, Stage::Stands { .. }));
    for late in [objects(), Event::PosterAnswered(Answer::Consents)] {
        assert_eq!(sent.after(late, Timestamp(end.0 + 1), &clock).unwrap().stage, unanswered);
    }
    // a message that bounced: as if there never was a way
    let bounced = sent.after(Event::PosterUnreachable, before, &clock).unwrap();
    assert_eq!(bounced.stage, Stage::Removing { ground: Ground::Unreachable, since: at(RECEIVED) });
}

#[test]
fn nothing_happens_out_of_turn() {
    let place = england();
    let clock = place.notices().unwrap();
    let lacking = || Event::Assessed { missing: vec![Requirement::Name], earlier_removals: 0 };
    let reposted = || Event::Assessed { missing: Vec::new(), earlier_removals: 2 };
    let consents = || Event::PosterAnswered(Answer::Consents);
    let all = [
        ("assessed", valid()),
        ("unreachable", Event::PosterUnreachable),
        ("passed", Event::PassedToPoster),
        ("acknowledged", Event::Acknowledged),
        ("answered", objects()),
        ("ended", Event::PosterTimeEnded),
        ("removed", Event::Removed),
        ("told", Event::ToldComplainant),
        ("withdrawn", Event::Withdrawn),
    ];
    for (events, possible) in [
        (vec![], "assessed removed withdrawn"),
        (vec![lacking()], "told withdrawn"),
        (vec![lacking(), Event::ToldComplainant], ""),
        (vec![valid()], "unreachable passed removed withdrawn"),
        (vec![reposted()], "removed withdrawn"),
        (vec![reposted(), Event::Removed], "told withdrawn"),
        (vec![valid(), Event::PosterUnreachable], "removed withdrawn"),
        (vec![valid(), Event::PosterUnreachable, Event::Removed], "told withdrawn"),
        (vec![valid(), Event::PassedToPoster], "unreachable acknowledged answered ended removed withdrawn"),
        (vec![valid(), Event::PassedToPoster, Event::Acknowledged], "unreachable answered ended removed withdrawn"),
        (vec![valid(), Event::PassedToPoster, consents()], "acknowledged removed withdrawn"),
        (vec![valid(), Event::PassedToPoster, consents(), Event::Removed], "acknowledged told withdrawn"),
        (vec![valid(), Event::PassedToPoster, objects()], "acknowledged removed told withdrawn"),
        (vec![Event::Withdrawn], ""),
    ] {
        let reached = case(&place, &events).unwrap();
        for (name, event) in &all {
            // after all ends of the poster's time
            let found = reached.after(event.clone(), at("2026-02-13T10:00:00Z"), &clock);
            let wanted = possible.split(' ').any(|one| one == *name);
            assert_eq!(found.is_ok(), wanted, "{name} after {events:?}: {found:?}");
            assert!(wanted || found == Err(Refused::WrongStage));
            // nor before what it follows
            if wanted {
                let early = reached.after(event.clone(), Timestamp(at(RECEIVED).0 - 1), &clock);
                assert!(matches!(early, Err(Refused::TooEarly(_))), "{name} after {events:?}: {early:?}");
            }
        }
    }
}

#[test]
fn a_case_outside_the_calendar_is_refused() {
    let place = england();
    let clock = place.notices().unwrap();
    let odd = NoticeCase::new(Timestamp(i64::MAX));
    assert!(odd.deadlines(&clock).is_err());
    let passed = odd.after(valid(), Timestamp(i64::MAX), &clock).unwrap();
    let passed = passed.after(Event::PassedToPoster, Timestamp(i64::MAX), &clock).unwrap();
    assert!(matches!(passed.after(objects(), Timestamp(i64::MAX), &clock), Err(Refused::OutOfRange(_))));
}

//! Files of jurisdictions: those that come with the program are read, and what is wrong with others is said.

use crate::cases::{BUILT_IN, Jurisdiction};

/// The file of England and Wales with one thing replaced.
fn changed(from: &str, to: &str) -> String {
    let (_, text) = BUILT_IN[0];
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn problem(text: &str) -> String {
    match Jurisdiction::parse("here.toml", text) {
        Ok(_) => panic!("{text} is read"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_comes_with_the_program_is_read() {
    for (code, text) in BUILT_IN {
        let place = Jurisdiction::parse(code, text).unwrap();
        assert_eq!(place.code, code);
        assert_eq!(Jurisdiction::built_in(code).unwrap(), Some(place));
    }
    assert_eq!(Jurisdiction::built_in("atlantis").unwrap(), None);
}

#[test]
fn another_file_can_take_its_place() {
    let text = changed("[published]", "[[change]]\nadded = 2029-06-01\nwhy = \"A jubilee\"\n\n[published]");
    let text = text.replace("working_day_hours = 48", "working_day_hours = 24");
    let place = Jurisdiction::parse("here.toml", &text).unwrap();
    assert!(place.calendar.holidays(2029).iter().any(|holiday| holiday.name == "A jubilee"));
    let end = place.notices().unwrap().operator(super::at("2029-05-31T11:00:00Z")).unwrap();
    assert_eq!(end.to_rfc3339(), "2029-06-04T11:00:00.000Z");
}

#[test]
fn nonsense_is_named() {
    for (from, to, wanted) in [
        ("code = \"england-and-wales\"", "code = \"England!\"", "code \"England!\" must be lower-case"),
        ("code = \"england-and-wales\"", "code = \"\"", "code \"\" must be lower-case"),
        ("name = \"England and Wales\"", "name = \" \"", "name must say something"),
        ("name = \"England and Wales\"", "", "missing field `name`"),
        ("name = \"England and Wales\"", "name = 7", "expected a string"),
        ("name = \"England and Wales\"", "name = \"E\"\nmotto = \"x\"", "unknown field `motto`"),
        ("\"Europe/London\"", "\"Europe/Lundenwic\"", "no such time zone: \"Europe/Lundenwic\""),
        ("\"Europe/London\"", "\"\"", "no such time zone"),
        ("\"Sunday\"]", "\"Sonntag\"]", "weekend: no such day: \"Sonntag\""),
        ("\"Sunday\"]", "\"saturday\"]", "weekend: Saturday is there twice"),
        (
            "[\"Saturday\", \"Sunday\"]",
            "[\"Monday\", \"Tuesday\", \"Wednesday\", \"Thursday\", \"Friday\", \"Saturday\", \"Sunday\"]",
            "a week needs a day that counts",
        ),
        ("on = \"Easter - 2\"", "on = \"Easter\"", "holiday \"Good Friday\": \"Easter\" is not like"),
        ("on = \"25 December\"", "on = \"32 December\"", "\"32 December\" is not like"),
        ("name = \"Easter Monday\"", "name = \"Good Friday\"", "holiday \"Good Friday\" is there twice"),
        ("name = \"Easter Monday\"", "name = \"\"", "the holiday on \"Easter + 1\" has no name"),
        ("on = \"1 January\"\nsubstitute = true", "on = \"1 January\"\nsubstitute = \"yes\"", "expected a boolean"),
        (
            "on = \"26 December\"\nsubstitute = true",
            "on = \"26 December\"",
            "published 2020: 2020-12-26 (Boxing Day) is missing",
        ),
        ("removed = 2020-05-04", "removed = 2020-05-05", "removes 2020-05-05, which is no holiday"),
        ("added = 2022-06-03", "added = 2022-06-04", "adds 2022-06-04, a Saturday"),
        ("added = 2022-06-03", "added = 2022-06-02", "adds 2022-06-02, which is a holiday already"),
        ("added = 2022-06-03", "added = 2022-04-18", "adds 2022-04-18, which is a holiday already"),
        ("added = 2022-06-03", "added = \"2022-06-03\"", "expected"),
        ("added = 2022-06-03", "added = 2022-06-03T10:00:00Z", "is not a day such as 2026-12-25"),
        ("added = 2022-06-03", "added = 2022-02-30", "invalid"),
        ("added = 2022-06-03\n", "", "neither adds nor removes"),
        ("why = \"Platinum Jubilee bank holiday\"", "why = \"\"", "a change says no why"),
        (
            "2026-12-25, 2026-12-28]",
            "2026-12-25]",
            "published 2026: 2026-12-28 (Boxing Day (substitute day)) is missing",
        ),
        ("2026-12-25, 2026-12-28]", "2026-12-25, 2026-12-28, 2026-12-29]", "2026-12-29 is there, though no rule"),
        ("2026-12-25, 2026-12-28]", "2026-12-25, 2026-12-28, 2026-12-28]", "2026-12-28 is there twice"),
        ("2026-12-25, 2026-12-28]", "2026-12-25, 2027-12-28]", "published 2026: 2027-12-28 is in another year"),
        ("\n2026 = [", "\nthis-year = [", "\"this-year\" is not a year"),
        ("\n2026 = [", "\n20260 = [", "\"20260\" is not a year"),
        ("[clocks.data_breach]\nnotify = { hours = 72 }", "", "missing field `data_breach`"),
        ("{ hours = 72 }", "{ hours = 0 }", "a length of 0 is not between"),
        ("{ hours = 72 }", "{ hours = -72 }", "invalid value"),
        ("{ hours = 72 }", "{ hours = 60000 }", "a length of 60000 is not between"),
        ("{ hours = 72 }", "{ hours = 72, days = 3 }", "a length is one of"),
        ("{ hours = 72 }", "{}", "a length is one of"),
        ("{ hours = 72 }", "{ weeks = 3 }", "unknown field `weeks`"),
        ("{ hours = 72 }", "{ hours = 72, or_next_working_day = true }", "not for hours"),
        ("{ months = 3,", "{ months = 1,", "extended must be longer than answer"),
        ("{ months = 3,", "{ days = 90,", "extended must be longer than answer"),
        ("removals_before_repost_rule = 2", "removals_before_repost_rule = 0", "must be at least 1"),
        ("poster = { days = 5 }\n", "", "missing field `poster`"),
    ] {
        let found = problem(&changed(from, to));
        assert!(found.contains(wanted) && found.starts_with("here.toml"), "{to}: {found}");
    }
    for text in ["", "[", "\u{0}", "code = \"x\"", "<html>"] {
        assert!(problem(text).contains("is not a jurisdiction"), "{text}");
    }
}

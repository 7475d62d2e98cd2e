//! What letters about cases say. Their subject lines name the number of the case, and nobody.

use staffroom_domain::Timestamp;
use staffroom_domain::cases::alarm::Alarm;
use staffroom_domain::cases::notice::{Ground, Notice, ReplyPart};
use staffroom_domain::cases::rota::Morning;
use staffroom_domain::cases::{Case, CaseKind, Due, Duty, Jurisdiction};

/// An instant as people of the place read it.
pub(super) fn when(law: &Jurisdiction, at: Timestamp) -> String {
    law.calendar.written(at).unwrap_or_else(|_| at.to_rfc3339())
}

/// The subject of letters to people a case is about.
pub(super) fn subject(case: &Case) -> String {
    format!("Case {}", case.id)
}

/// To those who deal with cases: there is a new one.
pub(super) fn new_case(case: &Case, law: &Jurisdiction, due: &[Due]) -> String {
    let due = joined(due.iter().map(|due| line(law, due)));
    let (id, kind) = (case.id, case.kind.described());
    format!(
        "There is a new case: {id}, a {kind}. Nobody looks after it yet. What is due, by the clocks of {}:\n\n{due}\n\
         Names and words are in the case alone, not in this letter.",
        law.name
    )
}

/// To those who deal with cases: the poster answered.
pub(super) fn poster_answered(case: &Case) -> String {
    format!("The poster answered in case {}. The answer is in the case alone, not in this letter.", case.id)
}

/// To those who deal with cases: the poster's time ended without an answer.
pub(super) fn poster_silent(case: &Case, law: &Jurisdiction, due: &[Due]) -> String {
    let due = joined(due.iter().map(|due| line(law, due)));
    format!("The poster did not answer in time in case {}. What is due now:\n\n{due}", case.id)
}

/// To those who deal with cases: what is due, overdue, or looked after by nobody.
pub(super) fn alarms(case: &Case, law: &Jurisdiction, due: &[Due], told: &[Alarm]) -> String {
    let find = |duty: Duty| due.iter().find(|due| due.duty == duty).map(|due| line(law, due)).unwrap_or_default();
    let mut said = String::new();
    for alarm in told {
        match alarm {
            Alarm::Near(duty) => said.push_str(&format!("Soon due:\n{}\n", find(*duty))),
            Alarm::Over(duty) => said.push_str(&format!("Overdue:\n{}\n", find(*duty))),
            Alarm::Unclaimed => said.push_str("Nobody looks after it.\n\n"),
        }
    }
    format!("Case {}, a {}, waits.\n\n{said}", case.id, case.kind.described())
}

fn line(law: &Jurisdiction, due: &Due) -> String {
    format!("- {}: by {} ({})\n", due.duty.described(), when(law, due.by), due.source)
}

/// What waits in the morning, in numbers.
pub(super) fn morning(organisation: &str, counts: &Morning) -> String {
    let rows = [
        ("cases open", counts.open),
        ("of these, looked after by nobody", counts.unclaimed),
        ("deadlines within a day", counts.due),
        ("deadlines that are over", counts.overdue),
        ("appeals to be decided", counts.appeals),
        ("reports nobody dealt with", counts.reports),
    ];
    let rows = joined(rows.iter().map(|(what, count)| format!("- {what}: {count}\n")));
    format!("{organisation}\n{rows}\n")
}

/// To the poster: the notice without what the complainant keeps to themselves, what an answer must say, until when, and
/// what becomes of the statement otherwise.
pub(super) fn poster_notice(notice: &Notice, answer_by: &str, link: &str) -> String {
    let (name, email) = notice.shown_to_poster();
    let withheld = "(the complainant does not agree to this being given to you)";
    let parts = [
        ("From", name.unwrap_or(withheld)),
        ("E-mail address", email.unwrap_or(withheld)),
        ("Where the statement is", notice.location.as_str()),
        ("The statement", notice.statement.as_str()),
        ("Why it is said to be defamatory", notice.why_defamatory.as_str()),
        ("The meaning given to it", notice.meaning.as_str()),
        ("What is said to be wrong in it", notice.what_is_wrong.as_str()),
    ];
    let parts = joined(parts.iter().map(|(what, text)| format!("{what}:\n{}\n\n", redacted(notice, text))));
    let needed = [ReplyPart::Wish, ReplyPart::FullName, ReplyPart::PostalAddress, ReplyPart::Permission];
    let needed = joined(needed.iter().map(|part| format!("- {}\n", part.described())));
    format!(
        "We received a notice of complaint about something you wrote (Defamation Act 2013, section 5). This is what it \
         says:\n\n{parts}The statement may be removed unless we receive your answer by {answer_by}. Your answer must be \
         in writing and say\n\n{needed}\nIf you wish the statement to be removed, that is all you need to say. If you do \
         not, and your answer does not say all of the above, the statement will be removed. Your name and address are \
         given to the complainant only if you agree, or if a court orders it.\n\nYou answer here; the link is for you \
         alone:\n\n{link}"
    )
}

/// What somebody who keeps their name or address to themselves wrote of it into other fields is taken out there.
fn redacted(notice: &Notice, text: &str) -> String {
    let (name, email) = notice.shown_to_poster();
    let mut text = text.to_owned();
    for (shown, kept) in [(name, &notice.complainant_name), (email, &notice.complainant_email)] {
        let kept = kept.trim();
        if shown.is_none() && !kept.is_empty() {
            text = without(&text, kept);
        }
    }
    text
}

/// A text without another, whatever its case.
fn without(text: &str, taken: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((at, length)) = find_folded(rest, taken) {
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push_str("[withheld]");
        rest = rest.get(at + length..).unwrap_or_default();
    }
    out + rest
}

/// Where a text begins in another whatever its case, and how many bytes it takes there.
fn find_folded(text: &str, wanted: &str) -> Option<(usize, usize)> {
    let wanted: Vec<char> = wanted.chars().flat_map(char::to_lowercase).collect();
    text.char_indices().find_map(|(start, _)| {
        let (mut left, mut length) = (wanted.as_slice(), 0);
        for c in text.get(start..)?.chars() {
            for lower in c.to_lowercase() {
                let (first, more) = left.split_first()?;
                if *first != lower {
                    return None;
                }
                left = more;
            }
            length += c.len_utf8();
            if left.is_empty() {
                return Some((start, length));
            }
        }
        None
    })
}

/// To the complainant: the notice came, and what was done.
pub(super) fn acknowledged(case: &Case, law: &Jurisdiction, more: &str) -> String {
    let (number, at) = (case.id, when(law, case.received_at));
    let what = match (case.kind, case.state.as_str()) {
        (CaseKind::DefamationNotice, "with_poster") => {
            "It was sent to the person who posted the statement. They have five days to answer, after which we write to \
             you again."
        }
        (CaseKind::DefamationNotice, _) => "We write to you again when it is settled.",
        _ => "We look into it and write to you again.",
    };
    format!("Your {} came at {at} and has the number {number}. {what}{}", case.kind.described(), paragraph(more))
}

/// To the complainant: what the notice lacks, and what every notice must contain.
pub(super) fn defective(case: &Case, missing: &[&'static str], all: &[&'static str], more: &str) -> String {
    let list = |parts: &[&'static str]| joined(parts.iter().map(|part| format!("- {part}\n")));
    format!(
        "Your notice of complaint, number {}, cannot be dealt with as one under section 5 of the Defamation Act 2013, \
         because it does not contain\n\n{}\nA notice must contain\n\n{}\nYou may send a complete one; it begins anew.{}",
        case.id,
        list(missing),
        list(all),
        paragraph(more)
    )
}

/// To the complainant: how a notice ended.
pub(super) fn notice_ended(case: &Case, removed: Option<Ground>, poster: Option<(&str, &str)>, more: &str) -> String {
    let id = case.id;
    let how = match (removed, poster) {
        (Some(ground), _) => format!("the statement has been removed{}.", because(ground)),
        (None, Some((name, address))) => format!(
            "the person who posted the statement does not agree to its removal. They agree that you are given their name \
             and address:\n\n{name}\n{address}"
        ),
        (None, None) => {
            "the person who posted the statement does not agree to its removal, and does not agree that you \
                         are given their name and address. We keep both; a court may order us to give them to you."
                .to_owned()
        }
    };
    format!("Your notice of complaint, number {id}: {how}{}", paragraph(more))
}

const fn because(ground: Ground) -> &'static str {
    match ground {
        Ground::Unreachable => ", because the person who posted it could not be reached",
        Ground::Unanswered => ", because the person who posted it did not answer in time",
        Ground::IncompleteAnswer => ", because the answer of the person who posted it was not complete",
        Ground::Consented => ", with the agreement of the person who posted it",
        Ground::Reposted => ", because it had been removed before",
        Ground::Choice => "",
    }
}

/// To who complained or asked: how it ended, a question, or that it takes longer.
pub(super) fn answered(case: &Case, opening: &str, more: &str) -> String {
    format!("Your {}, number {}: {opening}{}", case.kind.described(), case.id, paragraph(more))
}

fn joined(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().collect()
}

fn paragraph(more: &str) -> String {
    if more.is_empty() { String::new() } else { format!("\n\n{more}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complainant_who_stays_unnamed_is_named_nowhere() {
        let notice = Notice {
            complainant_name: "İda Bell".to_owned(),
            complainant_email: "ida@bell.example".to_owned(),
            statement: "ida bell and İDA BELL took it".to_owned(),
            meaning: "that IDA@bell.example, İda Bell, is a thief".to_owned(),
            poster_may_have_name: Some(false),
            poster_may_have_email: None,
            ..Notice::default()
        };
        let letter = poster_notice(&notice, "noon", "https://oak.test/x");
        assert!(!letter.to_lowercase().contains("bell.example") && !letter.contains("İda Bell"), "{letter}");
        assert!(letter.contains("[withheld]") && letter.contains("took it"), "{letter}");
        let open = Notice { poster_may_have_name: Some(true), poster_may_have_email: Some(true), ..notice };
        let letter = poster_notice(&open, "noon", "https://oak.test/x");
        assert!(letter.contains("İda Bell") && letter.contains("ida@bell.example"), "{letter}");
    }

    #[test]
    fn taking_out_ends_and_leaves_the_rest() {
        for (text, taken, left) in [
            ("aXa", "x", "a[withheld]a"),
            ("xxx", "x", "[withheld][withheld][withheld]"),
            ("nothing", "x", "nothing"),
            ("", "x", ""),
            ("é Ünder", "ünder", "é [withheld]"),
        ] {
            assert_eq!(without(text, taken), left, "{text}");
        }
    }
}

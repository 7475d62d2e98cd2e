//! Lines of files in the two columns they are kept in: a word, and the rest as JSON. Nobody's words are in either.

use serde_json::{Value, json};
use staffroom_domain::cases::notice::{Answer, ReplyPart, Requirement};
use staffroom_domain::cases::{CaseLetter, Happening, Step, StepKind};
use staffroom_domain::ids::AccountId;

/// The parts of an answer, under their words.
const PARTS: [(ReplyPart, &str); 5] = [
    (ReplyPart::Wish, "wish"),
    (ReplyPart::FullName, "full_name"),
    (ReplyPart::PostalAddress, "postal_address"),
    (ReplyPart::Permission, "permission"),
    (ReplyPart::BelievableDetails, "believable_details"),
];

pub(super) fn encode(what: &Happening) -> (&'static str, String) {
    let detail = match what {
        Happening::Step(step) => step_detail(step),
        Happening::Letter(letter) => json!({ "letter": letter.as_str() }),
        Happening::Assigned(to) => json!({ "to": to.map(|id| id.to_string()) }),
        Happening::Alarm(rung) => json!({ "rung": rung }),
        Happening::Opened | Happening::Note | Happening::Closed => json!({}),
    };
    (what.as_str(), detail.to_string())
}

pub(super) fn decode(word: &str, detail: &str) -> Option<Happening> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    Some(match word {
        "opened" => Happening::Opened,
        "letter" => Happening::Letter(CaseLetter::parse(detail.get("letter")?.as_str()?)?),
        "assigned" => match detail.get("to")? {
            Value::Null => Happening::Assigned(None),
            to => Happening::Assigned(Some(AccountId::parse(to.as_str()?)?)),
        },
        "note" => Happening::Note,
        "alarm" => Happening::Alarm(u8::try_from(detail.get("rung")?.as_u64()?).ok()?),
        "closed" => Happening::Closed,
        _ => Happening::Step(step(StepKind::parse(word)?, &detail)?),
    })
}

fn step_detail(step: &Step) -> Value {
    match step {
        Step::Assessed { missing, earlier_removals } => {
            let missing: Vec<&str> = missing.iter().map(|one| one.as_str()).collect();
            json!({ "missing": missing, "earlier_removals": earlier_removals })
        }
        Step::PosterAnswered(Answer::Consents) => json!({ "answer": "consents" }),
        Step::PosterAnswered(Answer::Objects { details_may_be_given }) => {
            json!({ "answer": "objects", "details_may_be_given": details_may_be_given })
        }
        Step::PosterAnswered(Answer::Incomplete { missing }) => {
            let words: Vec<&str> =
                PARTS.iter().filter(|(part, _)| missing.contains(part)).map(|(_, word)| *word).collect();
            json!({ "answer": "incomplete", "missing": words })
        }
        _ => json!({}),
    }
}

fn step(kind: StepKind, detail: &Value) -> Option<Step> {
    let words = || detail.get("missing")?.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<&str>>>();
    Some(match kind {
        StepKind::Assessed => Step::Assessed {
            missing: words()?.into_iter().map(Requirement::parse).collect::<Option<Vec<_>>>()?,
            earlier_removals: u32::try_from(detail.get("earlier_removals")?.as_u64()?).ok()?,
        },
        StepKind::PosterAnswered => Step::PosterAnswered(match detail.get("answer")?.as_str()? {
            "consents" => Answer::Consents,
            "objects" => Answer::Objects { details_may_be_given: detail.get("details_may_be_given")?.as_bool()? },
            "incomplete" => {
                let words = words()?;
                let named = PARTS.into_iter().filter(|(_, word)| words.contains(word));
                Answer::Incomplete { missing: named.map(|(part, _)| part).collect() }
            }
            _ => return None,
        }),
        other => other.plain(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_back_and_what_is_none_is_not_read() {
        let mut all = vec![
            Happening::Opened,
            Happening::Note,
            Happening::Closed,
            Happening::Alarm(3),
            Happening::Assigned(None),
            Happening::Assigned(Some(AccountId(117_309_440_000_000_000))),
            Happening::Step(Step::Assessed {
                missing: vec![Requirement::Name, Requirement::Meaning],
                earlier_removals: 2,
            }),
            Happening::Step(Step::PosterAnswered(Answer::Objects { details_may_be_given: true })),
            Happening::Step(Step::PosterAnswered(Answer::Incomplete { missing: PARTS.map(|(part, _)| part).to_vec() })),
        ];
        all.extend(CaseLetter::ALL.map(Happening::Letter));
        all.extend(StepKind::ALL.map(|kind| Happening::Step(kind.plain())));
        for what in all {
            let (word, detail) = encode(&what);
            assert_eq!(decode(word, &detail), Some(what), "{word} {detail}");
        }
        for (word, detail) in [
            ("", "{}"),
            ("opened", "no JSON"),
            ("letter", "{}"),
            ("letter", "{\"letter\":\"love\"}"),
            ("assigned", "{\"to\":\"x\"}"),
            ("alarm", "{\"rung\":300}"),
            ("assessed", "{\"missing\":[\"nothing\"],\"earlier_removals\":0}"),
            ("poster_answered", "{\"answer\":\"perhaps\"}"),
        ] {
            assert_eq!(decode(word, detail), None, "{word} {detail}");
        }
    }
}

//! Allegations against people or schools called by name: theft, fraud, violence, malpractice, cover-ups, lies …
//!
//! A word of accusation does nothing by itself: somebody must be accused who can be told. What is said of policies,
//! authorities and people in office passes, or asks the author at most to look again; so do questions, reports of what
//! courts decided, suppositions. Negations, training and praise pass.

use super::accusation::{Blame, Claim, Reading, Topic, Who, ease, suspicions};
use super::learnt::{self, Borders, Question};
use super::read::Read;
use super::{Hit, Strength};

/// What a text is told for that reads like an accusation without any of the words of one.
const LEARNT: &str = "Reads like posts that accuse a person or school that can be identified";
const BORDERS: Borders = Borders { note: -300, nudge: -300, hold: 1200 };
/// Below which score the author is not asked to look again, whatever single words tell.
const UNLIKELY: i32 = -500;

/// All allegations in a text, by place.
pub(crate) fn find(read: &Read<'_>) -> Vec<Hit> {
    let mut hits = told(read, learnt::is_unlikely(read, Question::Defamation));
    let nudges = hits.iter().all(|hit| hit.strength == Strength::Nudge);
    if nudges && learnt::score_of(read, Question::Defamation).is_some_and(|score| score < UNLIKELY) {
        hits.clear();
    } else if hits.is_empty() {
        hits.extend(learnt::judge(read, Question::Defamation, BORDERS, LEARNT));
    }
    hits
}

/// Those that words and grammar tell of; where they are `unlikely`, only those said outright.
fn told(read: &Read<'_>, unlikely: bool) -> Vec<Hit> {
    let mut hits = accusations(read);
    if hits.is_empty() && !unlikely {
        hits = suspicions(read);
    }
    hits.sort_by_key(|hit| (hit.span.start, hit.span.end));
    hits.dedup_by(|next, kept| {
        let again = next.span.start < kept.span.end && next.why == kept.why;
        if again {
            kept.strength = kept.strength.max(next.strength);
            kept.span.end = kept.span.end.max(next.span.end);
        }
        again
    });
    hits
}

/// What is said outright.
pub(super) fn accusations(read: &Read<'_>) -> Vec<Hit> {
    let claims = read.claims();
    if claims.is_empty() {
        return Vec::new();
    }
    claims.iter().filter_map(|claim| judge(read.reading(), claim)).collect()
}

fn judge(reading: &Reading<'_>, claim: &Claim) -> Option<Hit> {
    if reading.is_name(claim) {
        return None;
    }
    let blame = reading.blame(claim);
    let (number, from, most) = match blame {
        Blame::Party { number, from } => (number, from, Strength::Hold),
        Blame::Perhaps(number) | Blame::Near(number) => (number, number, Strength::Nudge),
        Blame::Nobody => return None,
    };
    let accused = reading.party(number)?;
    if !reading.counts(accused, claim, matches!(blame, Blame::Near(_))) {
        return None;
    }
    // "Bullied the council into gritting the road."
    if claim.topic == Topic::Bullying && reading.object_of(claim).is_some_and(|object| object.who == Who::Body) {
        return None;
    }
    let most = most.min(reading.most(accused)?).min(claim.strength);
    let strength = ease(reading, claim, from)?.min(most);
    let spoken = reading.party(from)?.words.clone();
    let words = spoken.start.min(claim.words.start)..spoken.end.max(claim.words.end);
    Some(Hit { span: reading.tokens.span(words), strength, why: why(claim.topic).to_owned() })
}

const fn why(topic: Topic) -> &'static str {
    match topic {
        Topic::Money => "Accuses a person or school that can be identified of theft, fraud or misuse of money",
        Topic::Violence => "Accuses a person or school that can be identified of violence or threats",
        Topic::Sexual => "Accuses a person or school that can be identified of sexual misconduct",
        Topic::Figures => "Accuses a person or school that can be identified of falsifying figures or removing pupils",
        Topic::Exam => "Accuses a person or school that can be identified of malpractice in exams or grades",
        Topic::Concealment => "Accuses a person or school that can be identified of a cover-up",
        Topic::Safeguarding => "Accuses a person or school that can be identified of failing to protect children",
        Topic::Bullying => "Accuses a person or school that can be identified of bullying or harassment",
        Topic::Discrimination => "Accuses a person or school that can be identified of discrimination",
        Topic::Drink => "Accuses a person that can be identified of being drunk or drinking at work",
        Topic::Drugs => "Accuses a person that can be identified of taking or selling drugs",
        Topic::Affair => "Says that a person who can be identified has an affair",
        Topic::Lies => "Accuses a person or school that can be identified of lying or deceiving",
        Topic::Law => {
            "Says that the police, a court or an employer acts against a person or school that can be identified"
        }
        Topic::Label => "Calls a person or school that can be identified by a damaging name",
    }
}

//! Words that accuse, whomever.

use std::ops::Range;
use std::sync::LazyLock;

use crate::context::Strength;
use crate::context::tokens::Tokens;

use super::begins;
use super::pattern::Lexicon;

/// How a claim is tied to who is accused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::context) enum Shape {
    /// Something done, by its subject: "stole", "was stolen by".
    Does,
    /// Something that befalls the accused: "was arrested", "accused of".
    Suffers,
    /// What somebody is called: "a liar", "corrupt".
    Is,
    /// Wrongdoing as a thing: "fraud".
    Thing,
    /// No claim at all, though it looks like one: "stole the show".
    Saying,
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::context) enum Topic {
    Money,
    Violence,
    Sexual,
    Figures,
    Exam,
    Concealment,
    Safeguarding,
    Bullying,
    Discrimination,
    Drink,
    Drugs,
    Affair,
    Lies,
    Law,
    Label,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::context) struct Claim {
    /// Its words, by number.
    pub(in crate::context) words: Range<usize>,
    pub(in crate::context) shape: Shape,
    pub(in crate::context) topic: Topic,
    /// The most it may come to.
    pub(in crate::context) strength: Strength,
}

type Label = (Shape, Strength, Topic);

pub(super) static LEXICON: LazyLock<Lexicon<Label>> =
    LazyLock::new(|| Lexicon::parse(begins::CLAIMS, SOURCE, heading).unwrap_or_else(|_| Lexicon::empty()));
pub(super) static TEACHERS: LazyLock<Lexicon<Label>> =
    LazyLock::new(|| Lexicon::parse(begins::CRIMES, TEACHER_SOURCE, heading).unwrap_or_else(|_| Lexicon::empty()));
pub(super) const TEACHER_SOURCE: &str =
    concat!(include_str!("lexicon/teacher.in"), "\n", include_str!("lexicon/except.in"));
pub(super) const SOURCE: &str = concat!(
    include_str!("lexicon/money.in"),
    include_str!("lexicon/violence.in"),
    include_str!("lexicon/conduct.in"),
    include_str!("lexicon/people.in"),
    include_str!("lexicon/lies.in"),
    include_str!("lexicon/law.in"),
    include_str!("lexicon/labels.in"),
    include_str!("lexicon/more.in"),
    include_str!("lexicon/further.in"),
    include_str!("lexicon/except.in"),
);

/// Reads a heading: `does hold money`, or `except`.
pub(super) fn heading(heading: &str) -> Option<Label> {
    if heading == "except" {
        return Some((Shape::Saying, Strength::Nudge, Topic::Label));
    }
    let mut words = heading.split(' ');
    let shape = match words.next()? {
        "does" => Shape::Does,
        "suffers" => Shape::Suffers,
        "is" => Shape::Is,
        "thing" => Shape::Thing,
        _ => return None,
    };
    let strength = match words.next()? {
        "hold" => Strength::Hold,
        "nudge" => Strength::Nudge,
        _ => return None,
    };
    let topic = match words.next()? {
        "money" => Topic::Money,
        "violence" => Topic::Violence,
        "sexual" => Topic::Sexual,
        "figures" => Topic::Figures,
        "exam" => Topic::Exam,
        "concealment" => Topic::Concealment,
        "safeguarding" => Topic::Safeguarding,
        "bullying" => Topic::Bullying,
        "discrimination" => Topic::Discrimination,
        "drink" => Topic::Drink,
        "drugs" => Topic::Drugs,
        "affair" => Topic::Affair,
        "lies" => Topic::Lies,
        "law" => Topic::Law,
        "label" => Topic::Label,
        _ => return None,
    };
    Some((shape, strength, topic))
}

/// All claims, by place; none that is a saying, stands inside a stronger one, or is somebody's name.
pub(in crate::context) fn claims(tokens: &Tokens<'_>) -> Vec<Claim> {
    find(&LEXICON, tokens)
}

/// Claims of crimes such as teachers are accused of by pupils, and of what follows; weaker ones only raise suspicion.
pub(in crate::context) fn crimes(tokens: &Tokens<'_>) -> Vec<Claim> {
    find(&TEACHERS, tokens)
}

fn find(lexicon: &Lexicon<Label>, tokens: &Tokens<'_>) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    let mut sayings = 0;
    for at in 0..tokens.words().len() {
        let found = lexicon.at(tokens, at);
        for saying in found.iter().filter(|found| found.label.0 == Shape::Saying) {
            sayings = sayings.max(saying.words.end);
        }
        if at < sayings {
            continue;
        }
        for found in found {
            let (shape, strength, topic) = found.label;
            let claim = Claim { words: found.words, shape, topic, strength };
            // Bounded: a claim is no longer than its phrase, so only the last few can hold this one.
            let inside = claims.iter().rev().take(8).any(|other| {
                other.words.start <= claim.words.start
                    && claim.words.end <= other.words.end
                    && other.strength >= claim.strength
                    && (other.shape == claim.shape || other.words != claim.words && other.shape != Shape::Suffers)
            });
            if !inside {
                claims.push(claim);
            }
        }
    }
    claims
}

//! Who is spoken of in a text, and how surely a reader could tell who that is.

use std::ops::Range;
use std::sync::LazyLock;

use crate::context::Knowledge;
use crate::context::tokens::{Case, Kind, Tokens};

use super::begins;
use super::joining::join;
use super::pattern::Lexicon;
use super::people::{Evidence, name_at};
use super::schools::school_at;
use super::words::is_ordinary;

/// What somebody or something spoken of is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::context) enum Who {
    /// A person called by name.
    Person(Evidence),
    /// `@someone`.
    Mention,
    /// A school called by name.
    School,
    /// Somebody called by what they do: a teacher or another member of staff.
    Role { teacher: bool, known_by: KnownBy },
    /// Pupils.
    Child,
    /// People in public office, characters of books, historical persons.
    Public,
    /// Authorities, unions, the press.
    Body,
    /// Many who work in schools: "staff", "the management".
    Group,
    /// Anybody else.
    Other,
    /// The author.
    Author,
    /// `he`, `she`, `they`, `you` …: somebody spoken of before.
    Pronoun,
    /// A thing: a policy, a decision, an inspection.
    Matter,
}

impl Who {
    /// What weights are kept under for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Person(Evidence::Title) => "titled",
            Self::Person(Evidence::FullName) => "full name",
            Self::Person(Evidence::Capitals) => "capitals",
            Self::Mention => "mention",
            Self::School => "school",
            Self::Role { teacher: true, known_by } => match known_by {
                KnownBy::Nothing => "any teacher",
                KnownBy::Article => "the teacher",
                KnownBy::Author => "our teacher",
                KnownBy::School => "a school's teacher",
            },
            Self::Role { teacher: false, known_by } => match known_by {
                KnownBy::Nothing => "any staff",
                KnownBy::Article => "the staff",
                KnownBy::Author => "our staff",
                KnownBy::School => "a school's staff",
            },
            Self::Child => "child",
            Self::Public => "public",
            Self::Body => "body",
            Self::Group => "group",
            Self::Other => "other",
            Self::Author => "author",
            Self::Pronoun => "pronoun",
            Self::Matter => "matter",
        }
    }
}

/// How a reader could tell who holds a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::context) enum KnownBy {
    /// Not at all: "a head", "some teachers".
    Nothing,
    /// Only those who know the author's place: "the head".
    Article,
    /// Those who know the author: "our head", "a teacher at my school".
    Author,
    /// Anybody: "the head of Oakfield".
    School,
}

/// One mention of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::context) struct Party {
    /// Its words, what belongs to them included.
    pub(in crate::context) words: Range<usize>,
    pub(in crate::context) who: Who,
    /// Whether something of theirs follows: "Mr Harris's laptop".
    pub(in crate::context) owner: bool,
}

/// Everybody spoken of, by place.
#[derive(Debug)]
pub(super) struct Parties {
    pub(super) all: Vec<Party>,
    /// For each word the number of the party it belongs to.
    place: Vec<Option<usize>>,
}

pub(super) static LEXICON: LazyLock<Lexicon<Who>> =
    LazyLock::new(|| Lexicon::parse(begins::PARTIES, SOURCE, heading).unwrap_or_else(|_| Lexicon::empty()));
pub(super) const SOURCE: &str = include_str!("lexicon/parties.in");

pub(super) fn heading(name: &str) -> Option<Who> {
    Some(match name {
        "teacher" => Who::Role { teacher: true, known_by: KnownBy::Nothing },
        "staff" => Who::Role { teacher: false, known_by: KnownBy::Nothing },
        "child" => Who::Child,
        "group" => Who::Group,
        "other" => Who::Other,
        "author" => Who::Author,
        "pronoun" => Who::Pronoun,
        "body" => Who::Body,
        "public" => Who::Public,
        "policy" => Who::Matter,
        _ => return None,
    })
}

impl Parties {
    pub(super) fn of(tokens: &Tokens<'_>, known: &Knowledge) -> Self {
        let mut all = Vec::new();
        let mut at = 0;
        while at < tokens.words().len() {
            let end = all.last().map_or(0, |party: &Party| party.words.end);
            let found = one(tokens, known, at)
                .map(|party| Party { words: party.words.start.max(end)..party.words.end, ..party });
            at = found.as_ref().map_or(at + 1, |party| party.words.end.max(at + 1));
            all.extend(found);
        }
        let all = join(tokens, all);
        let mut place = vec![None; tokens.words().len()];
        for (number, party) in all.iter().enumerate() {
            place.iter_mut().take(party.words.end).skip(party.words.start).for_each(|place| *place = Some(number));
        }
        Self { all, place }
    }

    /// The number of the party the word belongs to.
    pub(super) fn number(&self, word: usize) -> Option<usize> {
        *self.place.get(word)?
    }

    /// The party the word belongs to.
    pub(super) fn at(&self, word: usize) -> Option<&Party> {
        self.all.get(self.number(word)?)
    }

    /// The number of the first party that begins at or behind `word`.
    pub(super) fn from(&self, word: usize) -> usize {
        self.all.partition_point(|party| party.words.start < word)
    }
}

/// The party that begins at word `at`.
fn one(tokens: &Tokens<'_>, known: &Knowledge, at: usize) -> Option<Party> {
    let word = tokens.get(at)?;
    let made = |end: usize, who: Who| {
        let owner = tokens.get(end - 1).is_some_and(|last| last.possessive);
        Some(Party { words: at..end, who, owner })
    };
    if word.kind == Kind::Mention {
        return made(at + 1, Who::Mention);
    }
    if word.kind == Kind::Address {
        return None;
    }
    let named = name_at(tokens, known, at);
    let listed = LEXICON.at(tokens, at).into_iter().max_by_key(|found| (found.words.end, rank(found.label)));
    if let Some(found) = &listed
        && found.label == Who::Public
    {
        return made(found.words.end, Who::Public);
    }
    if let Some((end, Evidence::Title)) = named {
        return made(end, Who::Person(Evidence::Title));
    }
    if let Some(end) = school_at(tokens, known, at) {
        return made(end, Who::School);
    }
    if let Some(mut found) = listed.filter(|found| !is_verb(tokens, &found.words)) {
        // "the head of" ends before whatever it is the head of.
        if found.words.len() > 1 && tokens.folded(found.words.end - 1) == "of" {
            found.words.end -= 1;
        }
        let who = determined(tokens, &found.words, found.label);
        let party = made(found.words.end, who);
        // "one of our Year 3 teachers" is one party.
        let start = (2..=4).filter_map(|back| at.checked_sub(back)).find(|start| {
            matches!(tokens.folded(*start), "one" | "some" | "two" | "member" | "most" | "half" | "all")
                && tokens.folded(start + 1) == "of"
        });
        return party.map(|party| Party { words: start.unwrap_or(at)..party.words.end, ..party });
    }
    if let Some((end, evidence)) = named {
        return made(end, Who::Person(evidence));
    }
    is_short_form(tokens, at).then(|| made(at + 1, Who::School)).flatten()
}

/// "at KHS": a school called by its first letters.
fn is_short_form(tokens: &Tokens<'_>, at: usize) -> bool {
    let shouted = |at: usize| tokens.get(at).is_some_and(|word| word.case == Case::Upper);
    let Some(before) = at.checked_sub(1) else { return false };
    let role = matches!(
        tokens.folded(before.wrapping_sub(1)),
        "head"
            | "headteacher"
            | "principal"
            | "deputy"
            | "governors"
            | "staff"
            | "teacher"
            | "teachers"
            | "bursar"
            | "ceo"
    );
    let word = tokens.folded(at);
    shouted(at)
        && (2..=5).contains(&word.len())
        && !is_ordinary(word)
        && (tokens.folded(before) == "at" || role && matches!(tokens.folded(before), "of" | "from"))
        && !shouted(before)
        && !shouted(at + 1)
}

/// "Head to the polls", "head over heels".
fn is_verb(tokens: &Tokens<'_>, words: &Range<usize>) -> bool {
    const BEHIND_VERB: [&str; 20] = [
        "to", "over", "out", "back", "up", "down", "start", "into", "home", "off", "case", "first", "lice", "space",
        "count", "above", "cold", "shot", "on", "against",
    ];
    words.len() == 1
        && matches!(tokens.folded(words.start), "head" | "heads")
        && BEHIND_VERB.contains(&tokens.folded(words.end))
}

/// Of labels for the same words the one that says most.
const fn rank(who: Who) -> u8 {
    match who {
        Who::Public => 5,
        Who::Child => 4,
        Who::Role { .. } => 3,
        Who::Body => 2,
        _ => 1,
    }
}

/// What the words before a role tell about who holds it.
fn determined(tokens: &Tokens<'_>, words: &Range<usize>, who: Who) -> Who {
    let Who::Role { teacher, .. } = who else { return who };
    let last = tokens.folded(words.end - 1);
    let before = |back: usize| words.start.checked_sub(back).map_or("", |at| tokens.folded(at));
    // The words between an article and the role: "our wonderful new head".
    let article = (1..=3).map(before).find(|word| ARTICLES.contains(word)).unwrap_or_default();
    let plural = last.ends_with('s') && !matches!(last, "boss" | "governors" | "studies" | "maths");
    let one_of = (1..=4).any(|back| before(back) == "of" && before(back + 1) == "one")
        || (1..=3).any(|back| before(back) == "of" && matches!(before(back + 1), "member" | "some"));
    let after = (tokens.folded(words.end), tokens.folded(words.end + 1));
    let known_by = match article {
        _ if plural && !one_of => KnownBy::Nothing,
        // "My head hurts."
        "my" | "his" | "her" | "their" | "your" if words.len() == 1 && last == "head" => KnownBy::Article,
        "our" | "my" | "his" | "her" | "their" | "your" => KnownBy::Author,
        _ if matches!(after, ("of", "mine" | "ours") | ("in" | "at" | "from" | "of", "my" | "our") | ("here", _)) => {
            KnownBy::Author
        }
        "the" | "this" | "that" => KnownBy::Article,
        _ => KnownBy::Nothing,
    };
    Who::Role { teacher, known_by }
}

const ARTICLES: [&str; 17] = [
    "the", "a", "an", "our", "my", "his", "her", "their", "your", "this", "that", "any", "some", "every", "no", "each",
    "another",
];

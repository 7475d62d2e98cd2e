//! Words and groups of words that tell of pupils, or of others.

use std::sync::LazyLock;

use super::years;
use crate::context::hash::{Table, WordMap, beginning, hash};
use crate::context::names::{WordSet, about, word_set};
use crate::context::tokens::{Case, Tokens};

/// A set of cues, one bit each.
pub(super) type Cues = u32;

/// A year group, a class, a stage: `Year 4`, `8B`, `Reception`.
pub(super) const YEAR: Cues = 1;
/// `my class`, `our form`, `my set`.
pub(super) const CLASS: Cues = 1 << 1;
/// One pupil: `pupil`, `boy`, `tutee`.
pub(super) const PUPIL: Cues = 1 << 2;
/// Several pupils: `pupils`, `Year 4s`.
pub(super) const PUPILS: Cues = 1 << 3;
/// Needs, safeguarding, exclusion, attendance.
pub(super) const PRIVATE: Cues = 1 << 4;
/// Behaviour, health, home.
pub(super) const DELICATE: Cues = 1 << 5;
/// Work and life at school.
pub(super) const SCHOOL: Cues = 1 << 6;
/// Staff at work.
pub(super) const ADULT: Cues = 1 << 7;
/// What stands before the name of a person taught about.
pub(super) const LEARN: Cues = 1 << 8;
/// Nobody real.
pub(super) const INVENTED: Cues = 1 << 9;
/// Those who have left.
pub(super) const ALUMNI: Cues = 1 << 10;
/// A year group's staff or things: `Year 4 teacher`, `Year 6 planning`.
pub(super) const YEAR_STAFF: Cues = 1 << 11;

/// A child, at school or not: `girl`, `student`.
pub(super) const CHILD: Cues = 1 << 12;

/// School as such, of which everybody speaks.
pub(super) const WEAK: Cues = 1 << 13;

/// Small things of a day at school or of a childhood: `asleep on the carpet`, `lost his tooth`.
pub(super) const CHILDISH: Cues = 1 << 14;
/// What is done to pupils and by staff: `confiscated`, `phoned home`.
pub(super) const SANCTION: Cues = 1 << 15;
/// Work and company of adults, though not as surely as [`ADULT`]: `briefing`, `wedding`, `boiler`.
pub(super) const COMPANY: Cues = 1 << 16;
/// Books, plays, displays, pets: what brings names into school that are nobody's.
pub(super) const STAGED: Cues = 1 << 17;
/// Just now, or once more: `today`, `again`.
pub(super) const LATELY: Cues = 1 << 18;

/// Nouns for one pupil.
static PUPIL_NOUNS: WordSet = LazyLock::new(|| word_set("pupil tutee learner prefect schoolboy schoolgirl newbie"));
/// Nouns for one child.
static CHILD_NOUNS: WordSet =
    LazyLock::new(|| word_set("student child boy girl kid lad lass youngster toddler kiddo teen teenager starter"));
static PUPILS_NOUNS: WordSet =
    LazyLock::new(|| word_set("pupils students children boys girls kids lads learners tutees twins siblings kiddies"));
/// Animals and trees after which classes are named.
static CLASS_NAMES: WordSet = LazyLock::new(|| {
    word_set(
        "badger bear beaver bee bumblebee butterfly caterpillar chick cygnet dolphin dragonfly duckling eagle elephant falcon fox frog giraffe hawk hedgehog heron kestrel kingfisher koala \
     ladybird leopard lion magpie meerkat monkey otter owl owlet panda panther penguin puffin rabbit robin seal shark skylark sparrow squirrel starfish swallow swan swift tiger toucan turtle \
     woodpecker wren acorn ash aspen beech birch cedar chestnut conker elder elm hazel hawthorn larch maple oak pine rowan sycamore willow bluebell daffodil sunflower",
    )
});

/// Nouns that make of a cue before them a matter of policy: `SEND reform`, `attendance figures`.
static TALKED_OF: WordSet = LazyLock::new(|| {
    word_set(
        "unit department team teams provision conference code reform reforms network networks policy policies funding crisis training guru expert experts lead leads adviser \
     community world system news guide toolkit book blog awareness acceptance chat forum resources inset budget bill act paper strategy data rates figures \
     statistics law laws tsar matters campaign research commission podcast webinar course cpd leader leaders tent stall",
    )
});

struct Phrase {
    rest: Vec<String>,
    cue: Cues,
    /// Whether the last word may go on.
    open: bool,
    /// Whether the first word must be in capitals.
    capitals: bool,
}

struct Lexicon {
    /// Phrases by the hash of their first word.
    words: Table<Vec<Phrase>>,
    /// Single words that may go on, by that of their beginning.
    beginnings: Table<Vec<(String, Cues)>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut words: WordMap<Vec<Phrase>> = WordMap::default();
    let mut beginnings: WordMap<Vec<(String, Cues)>> = WordMap::default();
    for line in include_str!("cues.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((name, phrases)) = line.split_once(':') else { continue };
        let cue = match name {
            "private" => PRIVATE,
            "delicate" => DELICATE,
            "school" => SCHOOL,
            "weak" => WEAK,
            "pupil" => PUPIL,
            "adult" => ADULT,
            "learn" => LEARN,
            "invented" => INVENTED,
            "childish" => CHILDISH,
            "sanction" => SANCTION,
            "company" => COMPANY,
            "staged" => STAGED,
            "lately" => LATELY,
            _ => ALUMNI,
        };
        for phrase in phrases.split('|').map(str::trim) {
            let open = phrase.ends_with('*');
            let plain = phrase.trim_end_matches('*');
            let first = plain.split(' ').next().unwrap_or_default();
            let capitals = first.len() > 1 && first.chars().all(char::is_uppercase);
            let tokens = Tokens::of(plain);
            let mut folded = tokens.words().iter().map(|word| word.folded.to_string());
            let Some(first) = folded.next() else { continue };
            let rest: Vec<String> = folded.collect();
            if open && rest.is_empty() {
                beginnings.entry(beginning(&first)).or_default().push((first, cue));
            } else {
                words.entry(hash(&first)).or_default().push(Phrase { rest, cue, open, capitals });
            }
        }
    }
    Lexicon { words: words.into(), beginnings: beginnings.into() }
});

/// The cues of each word of a text.
pub(super) fn mark(tokens: &Tokens) -> Vec<Cues> {
    let mut marks = vec![0; tokens.words().len()];
    for at in 0..marks.len() {
        mark_phrases(tokens, at, &mut marks);
        years::mark_year(tokens, at, &mut marks);
        mark_pupils(tokens, at, &mut marks);
    }
    for (at, mark) in marks.iter_mut().enumerate() {
        // Children teach their teachers too.
        let talked_of = || TALKED_OF.has(tokens.hash(at + 1)) && tokens.gap(at + 1) == " ";
        if *mark & PRIVATE != 0 && talked_of() {
            *mark &= !PRIVATE;
        }
        let object = || about(tokens.folded(at + 1)).plain_given() && tokens.gap(at + 1) == " ";
        let taught_me = || {
            ["taught", "teach", "teaching"].contains(&tokens.folded(at))
                && (["me", "us"].contains(&tokens.folded(at + 1)) || object())
        };
        // "Spoke to his mum", "spoke in English": no talk was given.
        let spoken = || {
            ["speak", "speaks", "spoke", "speaking"].contains(&tokens.folded(at))
                && ["to", "in", "for", "up", "out", "at"].contains(&tokens.folded(at + 1))
        };
        if *mark & ADULT != 0 && (*mark & (PRIVATE | SCHOOL | PUPIL) != 0 || taught_me() || spoken()) {
            *mark &= !ADULT;
        }
        // "Wet play" is no play.
        if *mark & (SCHOOL | CHILDISH | PUPIL) != 0 {
            *mark &= !STAGED;
        }
    }
    marks
}

pub(super) fn set(marks: &mut [Cues], at: usize, len: usize, cue: Cues) {
    marks.iter_mut().skip(at).take(len).for_each(|mark| *mark |= cue);
}

fn mark_phrases(tokens: &Tokens, at: usize, marks: &mut [Cues]) {
    let Some(word) = tokens.get(at) else { return };
    for phrase in LEXICON.words.list(word.hash) {
        let last = phrase.rest.len();
        let follows = |(number, wanted): (usize, &String)| {
            let found = tokens.folded(at + 1 + number);
            found == wanted || phrase.open && number + 1 == last && found.starts_with(wanted.as_str())
        };
        if (!phrase.capitals || word.case == Case::Upper) && phrase.rest.iter().enumerate().all(follows) {
            set(marks, at, last + 1, phrase.cue);
        }
    }
    for (beginning, cue) in LEXICON.beginnings.list(word.beginning) {
        if word.folded.starts_with(beginning.as_str()) {
            set(marks, at, 1, *cue);
        }
    }
    if word.initial && ["imagine", "suppose", "pretend"].contains(&word.folded.as_str()) {
        set(marks, at, 1, INVENTED);
    }
}

fn mark_pupils(tokens: &Tokens, at: usize, marks: &mut [Cues]) {
    static GROUPS: WordSet = LazyLock::new(|| {
        word_set(
            "class form tutor set classroom group tutorgroup nursery lesson lessons intervention registration \
         table",
        )
    });
    const OWN: [&str; 7] = ["my", "our", "same", "her", "his", "their", "your"];
    let (word, hash) = (tokens.folded(at), tokens.hash(at));
    let before = tokens.folded(at.wrapping_sub(1));
    let two_before = tokens.folded(at.wrapping_sub(2));
    let pupil_noun = PUPIL_NOUNS.has(hash);
    if pupil_noun || CHILD_NOUNS.has(hash) {
        // A headteacher may be called a head boy by no one; a student teacher is no pupil.
        let staff = word == "student"
            && ["teacher", "teachers", "nurse", "loan", "union", "minds"].contains(&tokens.folded(at + 1));
        let own = ["band", "friend", "scouts", "guides"].contains(&tokens.folded(at + 1));
        if !staff && !own {
            let taught = word == "student" && ["my", "our"].iter().any(|own| [before, two_before].contains(own));
            let mine = tokens.folded(at + 1) == "of" && ["mine", "ours"].contains(&tokens.folded(at + 2));
            let pupil = pupil_noun || taught || mine || word == "starter" && before == "new";
            set(marks, at, 1, if pupil { PUPIL } else { CHILD });
        }
    }
    let own = || ["my", "our"].iter().any(|own| [before, two_before].contains(own));
    if ["pupils", "students", "learners"].contains(&word) && own() {
        set(marks, at, 1, CLASS);
    }
    if PUPILS_NOUNS.has(hash) {
        set(marks, at, 1, PUPILS);
    }
    if GROUPS.has(hash) && (OWN.contains(&before) || OWN.contains(&two_before)) {
        set(marks, at.saturating_sub(1), 2, CLASS);
    }
    // "in Puffins", "from Oak"
    let written = tokens.get(at).is_some_and(|word| word.case == Case::Capitalised && !word.possessive);
    if written && ["in", "from", "team", "class"].contains(&before) && CLASS_NAMES.contains(word.trim_end_matches('s'))
    {
        set(marks, at, 1, CLASS);
    }
    // "in Mrs Khan's class", "in Oak class"
    if word == "class" && at >= 2 && tokens.get(at - 1).is_some_and(|word| word.case == Case::Capitalised) {
        set(marks, at - 1, 2, CLASS);
    }
}

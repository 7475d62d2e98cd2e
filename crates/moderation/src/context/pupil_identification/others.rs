//! Who is named and is no pupil: staff, public figures, families of the writer, things that bear a person's name.

use std::sync::LazyLock;

use super::cues::{CHILD, INVENTED, PUPIL, YEAR, YEAR_STAFF};
use super::scene::Scene;
use super::things;
use crate::context::names::{LONGEST_FIGURE, WordSet, begins_figure, is_figure, word_set};
use crate::context::people::{Candidate, Evidence, is_relative};
use crate::context::tokens::{Case, Kind};

static HONORIFICS: WordSet = LazyLock::new(|| {
    word_set(
        "mr mrs ms miss mister mx dr doctor sir dame lord lady baroness baron prof professor rev reverend st saint \
     prophet pope imam rabbi madame sr ustad",
    )
});

/// Work and standing of adults; before or after a name they make it theirs.
static ROLES: WordSet = LazyLock::new(|| {
    word_set(
        "teacher teachers headteacher head heads deputy principal headmaster headmistress senco sendco ta tas lsa \
     hlta assistant colleague colleagues mentor tutor coach governor governors trustee inspector minister \
     secretary mp mps president pm chancellor author authors poet poets illustrator writer novelist playwright \
     singer rapper musician composer artist painter sculptor actor actress dancer comedian presenter newsreader \
     broadcaster journalist columnist historian scientist engineer astronaut explorer inventor mathematician \
     philosopher psychologist therapist paediatrician doctor nurse consultant expert trainer speaker footballer \
     athlete olympian paralympian champion striker goalkeeper captain manager director ceo chair chairman officer \
     leader lead coordinator caretaker cleaner cook chef librarian technician receptionist apprentice intern plumber electrician builder decorator driver postman gardener decorator receptionist bursar chaplain vicar \
     councillor cllr mayor lecturer researcher academic activist campaigner pilot legend star trainee boss \
     colleague's counsellor player president king queen judge husband wife guru commissioner rep host adviser chief blogger podcaster dog cat puppy kitten hamster rabbit guinea tortoise parrot pony",
    )
});

/// Friends and relatives of the writer: theirs is a name that follows.
static CLOSE: WordSet = LazyLock::new(|| {
    word_set(
        "husband wife partner boyfriend girlfriend fiance fiancee friend mate bestie sister brother mum mom dad \
     mother father nan gran grandma grandad auntie aunt uncle cousin neighbour daughter son niece nephew grandson \
     granddaughter boss",
    )
});
static OWN_CHILDREN: WordSet = LazyLock::new(|| {
    word_set("daughter son niece nephew grandson granddaughter godson goddaughter stepson stepdaughter eldest youngest")
});

/// Words of exercises, in which letters stand for names.
static EXERCISE: WordSet = LazyLock::new(|| {
    word_set("example examples essay exam question exercise case training scenario template e.g assignment")
});

/// Whether a candidate is someone or something else whatever is said nearby. `slot` tells that the words around it are
/// those of a pupil.
pub(super) fn is_someone_else(scene: &Scene, candidate: &Candidate, slot: bool) -> bool {
    has_title(scene, candidate)
        || is_known(scene, candidate)
        || things::is_named_after(scene, candidate)
        || has_role_before(scene, candidate)
        || !slot && is_close(scene, candidate)
        || is_own_child(scene, candidate)
        || is_writer(scene, candidate)
        || has_role_after(scene, candidate)
        || has_account(scene, candidate)
        || has_workplace(scene, candidate)
        || things::is_thing_called(scene, candidate)
        || is_addressed(scene, candidate)
        || things::is_month(scene, candidate)
}

/// `Jane, can you send me the plan?`: readers are adults.
fn is_addressed(scene: &Scene, candidate: &Candidate) -> bool {
    let end = candidate.words.end;
    let first = scene.tokens.get(candidate.words.start).is_some_and(|word| word.initial);
    first
        && scene.tokens.gap(end).starts_with(',')
        && (end..end + 3).any(|at| {
            scene.same_sentence(end, at) && ["you", "your", "you're", "you've"].contains(&scene.tokens.folded(at))
        })
}

/// `Callum from IT`, `Louise in the office`, `Jess in the Year 6 team`.
fn has_workplace(scene: &Scene, candidate: &Candidate) -> bool {
    static PLACES: WordSet = LazyLock::new(|| {
        word_set(
            "it hr office kitchen finance admin admissions site pta fota payroll estates catering reprographics trust council dfe agency union \
             department hub lea la staffroom cleaning premises team marketing governors",
        )
    });
    let end = candidate.words.end;
    if candidate.possessive || !["from", "in", "at", "of", "and"].contains(&scene.tokens.folded(end)) {
        return false;
    }
    (end + 1..end + 5)
        .take_while(|at| scene.same_sentence(end, *at) && !scene.tokens.gap(*at).contains([',', '.']))
        .any(|at| {
            let word = scene.tokens.folded(at);
            let pronoun = word == "it" && scene.tokens.get(at).is_some_and(|word| word.case != Case::Upper);
            PLACES.contains(word) && !pronoun || at <= end + 3 && scene.mark(at) & YEAR_STAFF != 0
        })
}

/// `Sarah Jones (@sarah)`, `Sarah Jones on phonics`, `Jane and I`.
fn has_account(scene: &Scene, candidate: &Candidate) -> bool {
    let end = candidate.words.end;
    let account =
        scene.tokens.get(end).is_some_and(|word| word.kind == Kind::Mention) && scene.tokens.gap(end).contains('(');
    let of_work = usize::from(candidate.possessive);
    let topic = candidate.surname && scene.tokens.folded(end + of_work) == "on" && !scene.has_pronoun(candidate);
    let joint =
        scene.tokens.folded(end) == "and" && ["i", "me", "i'm", "i've", "i'll"].contains(&scene.tokens.folded(end + 1));
    account || topic || joint && !scene.has_pronoun(candidate)
}

/// `Mrs Khan`, `St Mary`, `Mr and Mrs Khan`.
pub(super) fn has_title(scene: &Scene, candidate: &Candidate) -> bool {
    let at = candidate.words.start;
    let Some(before) = at.checked_sub(1).and_then(|before| scene.tokens.get(before)) else { return false };
    let close = scene.tokens.gap(at).chars().all(|c| c.is_whitespace() || c == '.' || c == '-');
    // "I miss Kai"
    let verb = before.folded == "miss" && before.case == Case::Lower && !candidate.lower;
    // A captain may be one of a team.
    let grand = before.case == Case::Capitalised
        && ["king", "queen", "president", "captain", "judge", "justice", "sheikh"].contains(&before.folded.as_str())
        && scene.mark(at - 1) & PUPIL == 0;
    close && grand || close && HONORIFICS.contains(before.folded.as_str()) && !verb
}

/// A public figure, or an adult or school known to the instance.
fn is_known(scene: &Scene, candidate: &Candidate) -> bool {
    let words = &candidate.words;
    let folded = |range: std::ops::Range<usize>| range.map(|at| scene.tokens.folded(at)).collect::<Vec<_>>().join(" ");
    let name = folded(words.clone());
    let device = ["alexa", "siri", "cortana"].contains(&name.as_str());
    if device && scene.acts(candidate) && !candidate.possessive || scene.known.people.contains(&name) && words.len() > 1
    {
        return true;
    }
    let first = words.start.saturating_sub(LONGEST_FIGURE - 1);
    let begins = |start: &usize| !scene.known.schools.is_empty() || begins_figure(scene.tokens.folded(*start));
    (first..=words.start).filter(begins).any(|start| {
        (words.end..=start + LONGEST_FIGURE).any(|end| {
            let longer = folded(start..end.min(scene.tokens.words().len()));
            (longer.contains(' ') && is_figure(&longer)) || scene.known.schools.contains(&longer)
        })
    }) || words.len() > 1
        && (words.start..words.end - 1).filter(begins).any(|start| is_figure(&folded(start..start + 2)))
}

/// `our SENCO Jane`, `Headteacher Sarah Jones`, `the pilot Bessie Coleman`.
fn has_role_before(scene: &Scene, candidate: &Candidate) -> bool {
    let at = candidate.words.start;
    let Some(before) = at.checked_sub(1).and_then(|before| scene.tokens.get(before)) else { return false };
    let gap = scene.tokens.gap(at);
    let close = gap.chars().all(char::is_whitespace);
    let listed = ROLES.contains(before.folded.as_str()) && !before.possessive;
    let aside = gap.trim() == "," && scene.mark(at - 1) & YEAR_STAFF != 0;
    // "star Kai" is a pupil as often as a singer; "head boy Kai" ends with "boy".
    let pupil = scene.mark(at - 1) & (PUPIL | CHILD) != 0;
    let star = ["star", "champion", "captain", "legend", "ta", "tutor", "head", "leader"]
        .contains(&before.folded.as_str())
        && (before.folded != "star"
            && candidate.evidence == Evidence::Plain
            && !candidate.surname
            && before.case == Case::Lower)
        && !["our", "my", "your", "the"].contains(&scene.tokens.folded(at.wrapping_sub(2)));
    let ours = (at.saturating_sub(4)..at - 1).any(|at| ["our", "my", "the"].contains(&scene.tokens.folded(at)));
    let introduced = gap.trim() == "," && listed && !pupil && !star && ours;
    (close && listed && !pupil && !star)
        || introduced
        || aside && listed
        || close
            && scene.mark(at - 1) & YEAR_STAFF != 0
            && !scene.tokens.folded(at - 1).starts_with(|c: char| c.is_ascii_digit())
}

/// `my friend Jane`, `his mum Sarah`.
fn is_close(scene: &Scene, candidate: &Candidate) -> bool {
    let at = candidate.words.start;
    let close = scene.tokens.gap(at).chars().all(|c| c.is_whitespace() || c == ',');
    at > 0
        && close
        && CLOSE.contains(scene.tokens.folded(at - 1))
        && scene.tokens.get(at - 1).is_some_and(|word| !word.possessive)
}

/// `My daughter Emily`, `our eldest, Sam`.
fn is_own_child(scene: &Scene, candidate: &Candidate) -> bool {
    let at = candidate.words.start;
    let child = OWN_CHILDREN.contains(scene.tokens.folded(at.wrapping_sub(1)));
    let after = OWN_CHILDREN.contains(scene.tokens.folded(candidate.words.end + 1))
        && ["my", "our"].contains(&scene.tokens.folded(candidate.words.end));
    let parted = scene.tokens.gap(at).contains(['.', '!', '?']);
    let own = (at.saturating_sub(5)..at).any(|before| ["my", "our", "own"].contains(&scene.tokens.folded(before)));
    // "As a mum to Kai", but "the mum of Kai in my class".
    let parent = ["to", "of"].contains(&scene.tokens.folded(at.wrapping_sub(1)))
        && is_relative(scene.tokens.hash(at.wrapping_sub(2)))
        && ["a", "proud", "as"].contains(&scene.tokens.folded(at.wrapping_sub(3)));
    // "Proud dad moment: Kai passed"
    let moment = (at.saturating_sub(8)..at).any(|before| {
        scene.same_sentence(before, at)
            && scene.tokens.folded(before) == "proud"
            && is_relative(scene.tokens.hash(before + 1))
    });
    let two = (at.saturating_sub(6)..at).any(|at| {
        scene.tokens.folded(at) == "my"
            && scene.tokens.folded(at + 1) == "own"
            && scene.same_sentence(at, candidate.words.start)
    });
    two || child && own && !parted || after || parent || moment
}

/// `I'm Sarah`, `My name is Sarah`, `Sarah here`.
fn is_writer(scene: &Scene, candidate: &Candidate) -> bool {
    let at = candidate.words.start;
    let word = |back: usize| scene.tokens.folded(at.wrapping_sub(back));
    let before = ["i'm", "im"].contains(&word(1))
        || word(1) == "am" && word(2) == "i"
        || word(2) == "name" && ["is", "was"].contains(&word(1)) && word(3) == "my"
        || word(1) == "name" && word(2) == "my";
    let here = scene.tokens.folded(candidate.words.end) == "here"
        && (candidate.initial || ["hi", "hello", "hey", "morning", "evening"].contains(&word(1)))
        && !scene.tokens.gap(candidate.words.end).contains(['.', '!', '?'])
        && scene.sentence_has_end(candidate.words.end);
    before || here
}

/// `Jane, our SENCO`, `Sarah Jones is the new headteacher`, `Jane (Year 4 teacher)`.
fn has_role_after(scene: &Scene, candidate: &Candidate) -> bool {
    static FILLERS: WordSet = LazyLock::new(|| {
        word_set(
            "is was are as be been being has became becomes our the a an my your their his her new current lovely \
         brilliant fantastic amazing wonderful great experienced local primary secondary class maths english \
         science history geography pe music art computing french spanish drama and who who's former school \
         assistant deputy of at first children's award-winning",
        )
    });
    let mut at = candidate.words.end;
    let last = at + 8;
    while at < last {
        let Some(word) = scene.tokens.get(at) else { return false };
        let gap = scene.tokens.gap(at);
        if gap.contains(['.', '!', '?', ';', '\n']) {
            return false;
        }
        let mark = scene.mark(at);
        let role = ROLES.contains(word.folded.as_str())
            && !word.possessive
            && word.folded != "star"
            && word.folded != "captain";
        if role || mark & YEAR_STAFF != 0 {
            // "Kai told the teacher" has a verb between; "Kai teacher" is nobody.
            return at > candidate.words.end
                || !gap.trim().is_empty()
                || mark & YEAR_STAFF != 0 && !candidate.possessive;
        }
        let year = mark & YEAR != 0;
        if !year && !FILLERS.contains(word.folded.as_str()) || at == candidate.words.end && candidate.possessive {
            return false;
        }
        at += 1;
    }
    false
}

/// A year before today's pupils went to school.
fn is_long_ago(folded: &str) -> bool {
    folded.len() == 4 && folded.parse::<u32>().is_ok_and(|year| (1940..2012).contains(&year))
}

/// Whether the text says that nobody real is meant.
pub(super) fn is_invented(scene: &Scene, candidate: &Candidate) -> bool {
    let sentence = scene.tokens.get(candidate.words.start).map_or(0, |word| word.sentence);
    let near = sentence.saturating_sub(1)..=sentence + 1;
    if near.clone().any(|sentence| scene.sentence(sentence) & INVENTED != 0) {
        return true;
    }
    let words = scene.tokens.sentence(sentence);
    // "I was in Year 9 when Diana died"
    let recalled = words.clone().take(60).any(|at| {
        let word = |next: usize| scene.tokens.folded(at + next);
        word(0) == "i" && word(1) == "was" && ["in", "at", "a"].contains(&word(2)) && scene.mark(at + 3) & YEAR != 0
            || word(0) == "when" && word(1) == "i" && word(2) == "was"
            || word(0) == "i" && words.clone().take(60).any(|at| is_long_ago(scene.tokens.folded(at)))
    });
    // "If Ben has 3 cats and Lucy twice as many"
    let sum = scene.tokens.folded(words.start) == "if"
        && scene.tokens.get(words.start + 1).is_some_and(|word| word.case == Case::Capitalised)
        && (words.start + 3..words.start + 6)
            .any(|at| scene.tokens.folded(at).starts_with(|c: char| c.is_ascii_digit()))
        && !scene.has_pronoun(candidate);
    recalled
        || sum
        || candidate.evidence == Evidence::Letters
            && words.take(60).any(|at| EXERCISE.contains(scene.tokens.folded(at)))
}

//! What is known of single words: whether they are given names, surnames, ordinary words, or names of things.
//!
//! The lists lie in `names/` (given names by origin) and `words/`. They are facts, and never complete: a rule must also
//! find names that are in no list, by their place in the sentence.

use std::sync::LazyLock;

use super::hash::{Bits, WordMap, Words, hash};
use super::tokens::fold;

/// Given names, a file for each group of origins.
pub(crate) const GIVEN: [(&str, &str); 26] = [
    ("English", include_str!("names/english.txt")),
    ("Welsh", include_str!("names/welsh.txt")),
    ("Scottish", include_str!("names/scottish.txt")),
    ("Irish", include_str!("names/irish.txt")),
    ("Polish", include_str!("names/polish.txt")),
    ("Romanian", include_str!("names/romanian.txt")),
    ("Baltic", include_str!("names/baltic.txt")),
    ("Portuguese, Spanish", include_str!("names/portuguese_spanish.txt")),
    ("Turkish, Kurdish", include_str!("names/turkish_kurdish.txt")),
    ("Arabic", include_str!("names/arabic.txt")),
    ("Somali", include_str!("names/somali.txt")),
    ("Eritrean, Ethiopian", include_str!("names/eritrean_ethiopian.txt")),
    ("West African", include_str!("names/west_african.txt")),
    ("Central and Southern African", include_str!("names/central_southern_african.txt")),
    ("Caribbean", include_str!("names/caribbean.txt")),
    ("Pakistani, Afghan, Iranian", include_str!("names/pakistani_afghan_iranian.txt")),
    ("Indian", include_str!("names/indian.txt")),
    ("Punjabi, Gujarati", include_str!("names/punjabi_gujarati.txt")),
    ("South Indian, Sri Lankan", include_str!("names/south_indian_sri_lankan.txt")),
    ("Bengali", include_str!("names/bengali_bangladeshi.txt")),
    ("Chinese, Vietnamese", include_str!("names/chinese_vietnamese.txt")),
    ("Filipino, Japanese, Korean", include_str!("names/filipino_japanese_korean.txt")),
    ("Ukrainian, Russian", include_str!("names/ukrainian_russian.txt")),
    ("Albanian, Greek, Italian, French", include_str!("names/albanian_greek_italian_french.txt")),
    ("Jewish, Hungarian, Slavic", include_str!("names/jewish_hungarian_slavic.txt")),
    ("Other", include_str!("names/other.txt")),
];

/// Longest name of a public figure that is looked up, in words.
pub(crate) const LONGEST_FIGURE: usize = 5;

/// A fixed set of words.
pub(crate) type WordSet = LazyLock<Words>;

/// The words of a list parted by white space.
pub(crate) fn word_set(list: &'static str) -> Words {
    list.split_whitespace().collect()
}

/// What the lists say of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a word may be several of these at once")]
pub(crate) struct Known {
    /// A given name.
    pub(crate) given: bool,
    /// A surname.
    pub(crate) surname: bool,
    /// An ordinary English word, or a form of one.
    pub(crate) common: bool,
    /// A given name that in lower case is something else, as a flower or a town: Lily, Chelsea.
    pub(crate) both: bool,
    /// A place, a product, a work, a person taught about.
    pub(crate) thing: bool,
}

impl Known {
    /// A given name that means nothing else.
    pub(crate) const fn plain_given(self) -> bool {
        self.given && !self.common && !self.both && !self.thing
    }

    /// In no list at all.
    pub(crate) const fn unknown(self) -> bool {
        !self.given && !self.common && !self.both && !self.thing
    }
}

struct Lists {
    words: WordMap<Known>,
    figures: Words,
    /// Their first words.
    figures_begin: Words,
    given: Bits,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut words: WordMap<Known> = WordMap::default();
    let mut each = |text: &str, set: fn(&mut Known)| {
        for word in text.split_whitespace() {
            set(words.entry(hash(&fold(word).0)).or_default());
        }
    };
    for (_, names) in GIVEN {
        each(names, |known| known.given = true);
    }
    each(include_str!("names/surnames.txt"), |known| known.surname = true);
    each(include_str!("words/common.txt"), |known| known.common = true);
    each(include_str!("words/names_of_things.txt"), |known| known.both = true);
    each(include_str!("words/places.txt"), |known| known.thing = true);
    each(include_str!("words/brands.txt"), |known| known.thing = true);
    let mut figures: Vec<String> = Vec::new();
    for figure in include_str!("words/figures.txt").split(['|', '\n']) {
        let name = fold(figure.trim()).0;
        if name.contains(' ') {
            figures.push(name.into());
        } else if !name.is_empty() {
            words.entry(hash(&name)).or_default().thing = true;
        }
    }
    // A pupil may bear the name of a character or of a planet.
    for known in words.values_mut() {
        if known.given && known.thing {
            (known.thing, known.both) = (false, true);
        }
    }
    let given: Vec<u64> = words.iter().filter(|(_, known)| known.given).map(|(hash, _)| *hash).collect();
    Lists {
        words,
        figures_begin: figures.iter().filter_map(|figure| figure.split(' ').next()).collect(),
        figures: figures.into_iter().collect(),
        given: Bits::of(given.into_iter()),
    }
});

/// Whether a folded word may be a given name; says so of few others, and is quicker than to look it up.
pub(crate) fn may_be_given(folded: &str) -> bool {
    LISTS.given.has(hash(folded))
}

/// What the lists say of a folded word as it stands.
pub(crate) fn listed(folded: &str) -> Known {
    LISTS.words.get(&hash(folded)).copied().unwrap_or_default()
}

/// What the lists say of a folded word, forms of ordinary words included.
pub(crate) fn about(folded: &str) -> Known {
    let mut known = listed(folded);
    if !known.given && !known.common && !known.both {
        known.common = is_form_of_common(folded);
    }
    known
}

/// Whether several folded words, parted by single spaces, name a public figure or a character.
pub(crate) fn is_figure(folded: &str) -> bool {
    LISTS.figures.contains(folded)
}

/// Whether the name of any figure begins with a folded word.
pub(crate) fn begins_figure(folded: &str) -> bool {
    LISTS.figures_begin.contains(folded)
}

/// Whether a folded word is an ordinary one with an ending.
fn is_form_of_common(folded: &str) -> bool {
    const LONG_ENDINGS: [&str; 14] = [
        "tion", "tions", "sions", "ment", "ments", "ness", "ology", "ically", "fully", "ability", "ships", "ional",
        "ising", "izing",
    ];
    const ENDINGS: [&str; 18] = [
        "s", "es", "d", "ed", "ing", "ly", "er", "ers", "r", "rs", "est", "y", "ies", "ied", "ings", "less", "ful",
        "able",
    ];
    let listed = |stem: &str| LISTS.words.get(&hash(stem)).is_some_and(|known| known.common);
    if folded.len() < 4 || !folded.is_ascii() {
        return folded.contains('\'') && folded.split('\'').next().is_some_and(listed);
    }
    if folded.len() >= 8 && LONG_ENDINGS.iter().any(|ending| folded.ends_with(ending)) {
        return true;
    }
    ENDINGS.iter().filter_map(|ending| folded.strip_suffix(ending)).filter(|stem| stem.len() >= 3).any(|stem| {
        let doubled = stem.as_bytes().last().is_some_and(|last| stem.as_bytes().iter().rev().nth(1) == Some(last));
        listed(stem)
            || listed(&format!("{stem}e"))
            || listed(&format!("{stem}y"))
            || doubled && stem.get(..stem.len() - 1).is_some_and(listed)
    }) || folded.split('\'').next().is_some_and(|stem| stem.len() < folded.len() && listed(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_tell_names_from_words() {
        for name in ["kai", "oluwadamilola", "zuzanna", "siobhan", "nguyet", "zoe", "lukasz"] {
            assert!(about(name).plain_given(), "{name}");
        }
        for both in ["will", "grace", "hope", "may", "mark"] {
            assert!(about(both).given && about(both).common, "{both}");
        }
        for both in ["jordan", "lily", "chelsea", "raphael"] {
            assert!(about(both).given && about(both).both && !about(both).thing, "{both}");
        }
        for word in ["planning", "stopped", "fractions", "carries", "teacher's", "enjoyed", "celebration"] {
            assert!(about(word).common, "{word}");
        }
        assert!(about("kahoot").thing && about("macbeth").thing && is_figure("rosa parks"));
        assert!(about("thulasigaa").unknown());
    }

    #[test]
    fn every_origin_has_its_share() {
        for (origin, names) in GIVEN {
            assert!(names.split_whitespace().count() >= 60, "{origin}");
        }
    }
}

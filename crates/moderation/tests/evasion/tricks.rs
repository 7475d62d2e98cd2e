//! Ways to write a word so that a list does not have it.

use crate::chance::Chance;

/// What sort of trick it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Leet,
    Unicode,
    Spaces,
}

impl Family {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Leet => "signs for letters",
            Self::Unicode => "Unicode",
            Self::Spaces => "spaces put in",
        }
    }
}

type Trick = fn(&str, &mut Chance) -> String;

pub(crate) const TRICKS: &[(&str, Family, Trick)] = &[
    ("all digits", Family::Leet, |w, _| each(w, |c| digit(c).unwrap_or(c))),
    ("some digits", Family::Leet, |w, chance| each(w, |c| if chance.percent(50) { digit(c).unwrap_or(c) } else { c })),
    ("one digit", Family::Leet, one_digit),
    ("all signs", Family::Leet, |w, _| each(w, |c| sign(c).unwrap_or(c))),
    ("signs and digits", Family::Leet, |w, chance| {
        each(w, |c| if chance.percent(50) { sign(c).unwrap_or(c) } else { digit(c).unwrap_or(c) })
    }),
    ("Cyrillic and Greek letters", Family::Unicode, |w, _| each(w, |c| alphabet(c).unwrap_or(c))),
    ("some such letters", Family::Unicode, |w, chance| {
        each(w, |c| if chance.percent(50) { alphabet(c).unwrap_or(c) } else { c })
    }),
    ("Cyrillic capitals", Family::Unicode, |w, _| {
        let map = |c: char| "АВСЕНІКМОРТХУ".chars().nth("ABCEHIKMOPTXY".find(c).unwrap_or(99)).unwrap_or(c);
        w.to_uppercase().chars().map(map).collect()
    }),
    ("full width", Family::Unicode, |w, _| each(w, |c| shift(c, '!', 0xff01))),
    ("bold", Family::Unicode, |w, _| each(w, |c| shift(c, 'a', 0x1_d41a))),
    ("script", Family::Unicode, |w, _| each(w, |c| shift(c, 'a', 0x1_d4ea))),
    ("Fraktur", Family::Unicode, |w, _| each(w, |c| shift(c, 'a', 0x1_d586))),
    ("double-struck", Family::Unicode, |w, _| each(w, |c| shift(c, 'a', 0x1_d552))),
    ("typewriter", Family::Unicode, |w, _| each(w, |c| shift(c, 'a', 0x1_d68a))),
    ("circles", Family::Unicode, |w, _| each(w, |c| shift(c, 'a', 0x24d0))),
    ("black squares", Family::Unicode, |w, _| each(w, |c| shift(c, 'a', 0x1_f170))),
    ("halves of flags", Family::Unicode, |w, _| each(w, |c| shift(c, 'a', 0x1_f1e6))),
    ("brackets", Family::Unicode, |w, _| each(w, |c| shift(c, 'a', 0x249c))),
    ("small capitals", Family::Unicode, |w, _| each(w, |c| of(c, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ"))),
    ("letters barred", Family::Unicode, |w, _| each(w, |c| of(c, "ⱥƀȼđɇꞙǥħɨɉꝁłmꞥøᵽꝗɍꞩŧʉvwxɏƶ"))),
    ("raised", Family::Unicode, |w, _| each(w, |c| of(c, "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖqʳˢᵗᵘᵛʷˣʸᶻ"))),
    ("accents", Family::Unicode, |w, chance| marked(w, "\u{300}\u{301}\u{302}\u{303}\u{308}\u{30a}", 1, chance)),
    ("stacked marks", Family::Unicode, |w, chance| marked(w, "\u{335}\u{337}\u{310}\u{33f}\u{489}\u{35c}", 4, chance)),
    ("zero-width spaces", Family::Unicode, |w, _| parted(w, "\u{200b}")),
    ("joiners", Family::Unicode, |w, _| parted(w, "\u{200d}")),
    ("soft hyphens", Family::Unicode, |w, _| parted(w, "\u{ad}")),
    ("grapheme joiners", Family::Unicode, |w, _| parted(w, "\u{34f}")),
    ("variation selectors", Family::Unicode, |w, _| parted(w, "\u{fe0f}")),
    ("directional marks", Family::Unicode, |w, _| parted(w, "\u{202c}\u{200e}")),
    ("turned around", Family::Unicode, |w, _| format!("\u{202e}{}\u{202c}", w.chars().rev().collect::<String>())),
    ("a space between all letters", Family::Spaces, |w, _| parted(w, " ")),
    ("two spaces between all", Family::Spaces, |w, _| parted(w, "  ")),
    ("dots between all", Family::Spaces, |w, _| parted(w, ".")),
    ("hyphens between all", Family::Spaces, |w, _| parted(w, "-")),
    ("low lines between all", Family::Spaces, |w, _| parted(w, "_")),
    ("stars between all", Family::Spaces, |w, _| parted(w, "*")),
    ("pictures between all", Family::Spaces, |w, _| parted(w, "🙂")),
    ("one space", Family::Spaces, |w, chance| cut(w, 1, " ", chance)),
    ("two spaces", Family::Spaces, |w, chance| cut(w, 2, " ", chance)),
    ("one hyphen", Family::Spaces, |w, chance| cut(w, 1, "-", chance)),
    ("spaces and digits", Family::Spaces, |w, _| parted(&each(w, |c| digit(c).unwrap_or(c)), " ")),
];

fn each(word: &str, change: impl FnMut(char) -> char) -> String {
    word.chars().map(change).collect()
}

fn digit(c: char) -> Option<char> {
    "4310571"[..].chars().nth("aeiostl".find(c)?)
}

fn sign(c: char) -> Option<char> {
    "@3!0$+|89".chars().nth("aeiostlbg".find(c)?)
}

fn alphabet(c: char) -> Option<char> {
    "аЬсԁеƒɡһіјκӏмոорԛгѕтυνԝхуᴢ".chars().nth(usize::from(u8::try_from(c).ok()?.checked_sub(b'a')?))
}

/// The letter at its place in another alphabet.
fn of(c: char, letters: &str) -> char {
    let at = u8::try_from(c).ok().and_then(|b| b.checked_sub(b'a'));
    at.and_then(|at| letters.chars().nth(usize::from(at))).unwrap_or(c)
}

/// The letter so far behind `to` as it is behind `from`.
fn shift(c: char, from: char, to: u32) -> char {
    if c.is_ascii_lowercase() { char::from_u32(u32::from(c) - u32::from(from) + to).unwrap() } else { c }
}

fn one_digit(word: &str, _: &mut Chance) -> String {
    let at = word.find(|c| digit(c).is_some());
    word.char_indices().map(|(n, c)| if Some(n) == at { digit(c).unwrap() } else { c }).collect()
}

fn marked(word: &str, marks: &str, count: usize, chance: &mut Chance) -> String {
    let marks: Vec<char> = marks.chars().collect();
    let mut out = String::new();
    for c in word.chars() {
        out.push(c);
        if c.is_alphabetic() {
            (0..count).for_each(|_| out.push(marks[chance.next() as usize % marks.len()]));
        }
    }
    out
}

/// `by` between the letters of each word.
fn parted(text: &str, by: &str) -> String {
    let word = |word: &str| word.chars().map(String::from).collect::<Vec<_>>().join(by);
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The longest word cut in pieces.
fn cut(text: &str, cuts: usize, by: &str, chance: &mut Chance) -> String {
    let longest = text.split(' ').max_by_key(|word| word.len()).unwrap();
    let mut word = longest.to_owned();
    for _ in 0..cuts.min(longest.len() - 1) {
        let places: Vec<usize> = (1..word.len()).filter(|at| !word[at - 1..=*at].contains(by)).collect();
        if let Some(at) = places.get(chance.next() as usize % places.len().max(1)) {
            word.insert_str(*at, by);
        }
    }
    text.replacen(longest, &word, 1)
}

//! Letters that look alike made one.
//!
//! Three steps for what is not ASCII: compatibility forms and marks away (NFKD), our own table, and the prototypes of
//! Unicode Technical Standard 39 (`unicode-security`), which leaves out small capitals, turned and enclosed letters.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

use super::plain_form;

/// Look-alikes that neither decompose nor have a Latin prototype: small capitals, turned and barred letters, letters of
/// other alphabets used in "fancy text", and Greek and Cyrillic small letters (whose prototypes are not Latin).
const LOOK_ALIKES: [(char, &str); 26] = [
    ('a', "ɐᴀᶏⱥαДдᗩᎯค卂ꓯ"),
    ('b', "ʙᴃᵬᶀꞗβвьБбᗷ๒乃ъҍ"),
    ('c', "ɕʗↄꜿꞓꞔɔƆᑕᑢς匚ↃƇƈ"),
    ('d', "ȡᴅᵭᶁᶑꟈδᕲ๔ᗪð"),
    ('e', "ǝɘɛɜɞʚᴇᶒⱸⱻꬳεэЭєЄꞒΣᗴᘿ乇ƐƎƏə"),
    ('f', "ᶂꜰƒ千ᖴ"),
    ('g', "ɢʛᵷꞡꬶᎶᘜﻮ"),
    ('h', "ɥʜʮⱨꞕнђћᕼ卄ң"),
    ('i', "ᴉᶖɪιเᓰ丨"),
    ('j', "ʝᴊﾌᒍ"),
    ('k', "ʞᴋᶄⱪꝁꝃꝅꞣκкқҜҝ"),
    ('l', "ŀȴɬʟᴌᶅⱡꝉꞎꬷꬸꬹןㄥᒪ"),
    ('m', "ɰᴍᶆꬺм๓爪ᗰ"),
    ('n', "ȵɴᴎᶇꞑꞥꬻηпиИлภ几ᑎℵ"),
    ('o', "ᴐᴒⱺꝍꬿθσωΩ๏ㄖ"),
    ('p', "ᴘᵱᶈꝑꝓꝕρק卩ᑭþ"),
    ('q', "ɋꝗꝙꞯϙᑫ"),
    ('r', "ɹɺɻɾɿʀʁᴙᴚᵳᶉⱹꞧяЯгГ尺ᖇ"),
    ('s', "ȿᶊꞩꟊᔕร丂"),
    ('t', "ȶʇʈᴛⱦτт千ㄒՇ"),
    ('u', "ʉᶙꞹꭏυμцЦยㄩᑌ"),
    ('v', "ʌⱱⱴꝟνΛᐯש"),
    ('w', "ʍⱳɯωшщШЩฬ山ᗯ"),
    ('x', "ᶍꭖχжЖאҲ乂᙭"),
    ('y', "ʎγуץㄚ"),
    ('z', "ɀʑᶎζ乙ᘔ"),
];

static LETTERS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut letters = HashMap::new();
    for (letter, look_alikes) in LOOK_ALIKES {
        look_alikes.chars().for_each(|c| _ = letters.entry(c).or_insert(letter));
    }
    letters
});

/// The Latin letters a character with its marks looks like, else its plain form without marks.
pub(super) fn cluster(cluster: &str, push: &mut dyn FnMut(char)) {
    let start = cluster.chars().next().unwrap_or_default();
    if let Some(letter) = enclosed(start) {
        return push(letter);
    }
    for c in cluster.nfkd().filter(|c| !is_combining_mark(*c)) {
        if c.is_ascii() {
            push(plain_form(c.to_ascii_lowercase()));
        } else if c == 'ß' {
            "ss".chars().for_each(&mut *push);
        } else if let Some(letter) = LETTERS.get(&c) {
            push(*letter);
        } else if !(c.is_alphabetic() && prototype(c, push)) {
            c.to_lowercase().map(plain_form).for_each(&mut *push);
        }
    }
}

/// Letters in circles, squares, brackets, and the halves of flags.
fn enclosed(c: char) -> Option<char> {
    const STARTS: [u32; 8] = [0x249c, 0x24b6, 0x24d0, 0x1_f110, 0x1_f130, 0x1_f150, 0x1_f170, 0x1_f1e6];
    let code = u32::from(c);
    let start = STARTS.into_iter().find(|start| (*start..start + 26).contains(&code))?;
    char::from_u32(u32::from('a') + code - start)
}

/// Pushes the Latin letters `c` may be mistaken for; false if there are none.
fn prototype(c: char, push: &mut dyn FnMut(char)) -> bool {
    let mut buffer = [0; 4];
    let lower = c.to_lowercase().next().unwrap_or(c);
    for candidate in [c, lower] {
        let letters: String = skeleton(candidate.encode_utf8(&mut buffer)).filter(|c| !is_combining_mark(*c)).collect();
        if letters.is_empty() || !letters.bytes().all(|b| b.is_ascii_alphanumeric()) {
            continue;
        }
        match letters.as_str() {
            // The prototype of a capital I is the small L.
            "l" if candidate.is_uppercase() => push('i'),
            "rn" => push('m'),
            letters => letters.chars().map(|c| c.to_ascii_lowercase()).for_each(&mut *push),
        }
        return true;
    }
    false
}

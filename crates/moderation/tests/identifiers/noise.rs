//! The same values as hurried thumbs, copied tables and other keyboards leave them.

use super::chance::Chance;

/// Ways of spoiling a value, for the table.
pub(crate) const WAYS: &[&str] = &[
    "a space between all characters",
    "a dash or dot between all characters",
    "other separators",
    "separators in unusual places",
    "thin and non-breaking spaces",
    "line breaks",
    "full-width characters",
    "mixed case",
    "invisible characters",
];

/// Spoils `value` in the way `WAYS[way]`; [`None`] where nobody would (an e-mail address with slashes).
pub(crate) fn spoil(kind: &str, value: &str, way: usize, c: &mut Chance) -> Option<String> {
    let text = matches!(kind, "email" | "bank_details" | "ip_address");
    let words = kind == "date_of_birth" && value.chars().any(char::is_alphabetic);
    let spoiled = match way {
        0 | 1 if kind == "date_of_birth" && bare(value).len() != 8 => return None,
        0 if !text && !words => spread(value, " "),
        1 if !text && kind != "date_of_birth" => spread(value, c.pick(&["-", ".", " - "])),
        2 if kind == "email" => value.replace('@', c.pick(&[" @ ", "@ ", " @", "(at)", " [at] "])),
        2 if kind == "ip_address" => return None,
        2 if words => value.replace(' ', c.pick(&["-", "  "])),
        2 => {
            let other = c.pick(&[" ", "-", ".", "/", " - ", "–", "  ", " / "]);
            regroup(kind, value, other, c)
        }
        3 if kind == "email" => {
            let (local, domain) = value.split_once('@').unwrap();
            format!("{local}@{}", domain.replace('.', c.pick(&[" . ", " .", ". ", " dot ", "(dot)"])))
        }
        3 if kind == "date_of_birth" && !words => {
            value.replace(['/', '.', '-'], c.pick(&[" / ", " . ", " - ", "/ ", " /"]))
        }
        3 if !text && !words => scatter(value, c),
        4 if !text || kind == "bank_details" => {
            let space = c.pick(&["\u{a0}", "\u{2009}", "\u{202f}", "\u{2003}"]);
            regroup(kind, value, space, c)
        }
        5 if kind == "email" => value.replace('@', "@\n"),
        5 if kind != "ip_address" => regroup(kind, value, c.pick(&["\n", "\r\n", " \n"]), c),
        6 => value.chars().map(full_width).collect(),
        7 => {
            value.chars().map(|l| if c.percent(50) { l.to_ascii_lowercase() } else { l.to_ascii_uppercase() }).collect()
        }
        8 => {
            let mut out = String::new();
            for (at, l) in value.char_indices() {
                out.push(l);
                if at + l.len_utf8() < value.len() && c.percent(25) {
                    out.push_str(c.pick(&["\u{200b}", "\u{ad}", "\u{2060}", "\u{200d}"]));
                }
            }
            out
        }
        _ => return None,
    };
    Some(spoiled)
}

/// The separators a value has, or those it might have, made `other`.
fn regroup(kind: &str, value: &str, other: &str, c: &mut Chance) -> String {
    let separators = ['/', '.', '-', ' '];
    if kind == "bank_details" || kind == "date_of_birth" || value.contains(['(', '+']) {
        let at = value.match_indices(separators).map(|(at, _)| at).collect::<Vec<_>>();
        // In a date or a bracketed number one separator is changed or all of them are.
        return if at.is_empty() || kind == "date_of_birth" && other == " / " {
            value.to_owned()
        } else if kind == "bank_details" {
            value.replace(' ', if other.trim().is_empty() { other } else { " " })
        } else {
            value.replace(separators, other)
        };
    }
    let bare = bare(value);
    let cuts: Vec<usize> = match kind {
        "upn" => vec![1, 4, 8],
        "ni_number" => vec![2, 4, 6, 8],
        "phone" => vec![c.number(3, 5) as usize, 8],
        "postcode" => vec![bare.len() - 3],
        "driving_licence" => vec![5, 11],
        _ => vec![3, 6],
    };
    let mut out = String::new();
    for (at, l) in bare.into_iter().enumerate() {
        if cuts.contains(&at) {
            out.push_str(other);
        }
        out.push(l);
    }
    out
}

/// One to three separators of any kind at any place.
fn scatter(value: &str, c: &mut Chance) -> String {
    let bare = bare(value);
    let places: Vec<usize> = (0..c.number(1, 3)).map(|_| c.number(1, bare.len() as u32 - 1) as usize).collect();
    let mut out = String::new();
    for (at, l) in bare.into_iter().enumerate() {
        if places.contains(&at) {
            out.push_str(c.pick(&[" ", " ", " ", "-", ".", "/", "\u{a0}"]));
        }
        out.push(l);
    }
    out
}

fn spread(value: &str, with: &str) -> String {
    let mut out = String::new();
    for l in bare(value) {
        if !out.is_empty() && out != "+" {
            out.push_str(with);
        }
        out.push(l);
    }
    out
}

/// The value without what parts it.
fn bare(value: &str) -> Vec<char> {
    value.chars().filter(|l| !matches!(l, '/' | '.' | '-' | ' ' | '(' | ')')).collect()
}

fn full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
        c => c,
    }
}

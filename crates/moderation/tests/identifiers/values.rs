//! Values as they are issued, and the ways people write them down.

use super::chance::Chance;

const UPN_LETTERS: &str = "ABCDEFGHJKLMNPQRTUVWXYZ";

pub(crate) fn make(kind: &str, c: &mut Chance) -> String {
    match kind {
        "upn" => {
            let plain = upn(c);
            let (head, tail) = plain.split_at(4);
            match c.number(0, 9) {
                0..=5 => plain,
                6 => plain.to_lowercase(),
                7 => format!("{head} {} {}", &tail[..4], &tail[4..]),
                8 => format!("{} {}", &plain[..1], &plain[1..]),
                _ => format!("{head}-{}-{}", &tail[..4], &tail[4..]),
            }
        }
        "nhs_number" => {
            let plain = nhs(c);
            let parts = (&plain[..3], &plain[3..6], &plain[6..]);
            match c.number(0, 9) {
                0..=4 => format!("{} {} {}", parts.0, parts.1, parts.2),
                5..=7 => plain,
                8 => format!("{}-{}-{}", parts.0, parts.1, parts.2),
                _ => format!("{} {}", &plain[..6], &plain[6..]),
            }
        }
        "ni_number" => {
            let plain = ni(c);
            match c.number(0, 9) {
                0..=3 => plain,
                4..=6 => format!("{} {} {} {} {}", &plain[..2], &plain[2..4], &plain[4..6], &plain[6..8], &plain[8..]),
                7 => format!("{} {} {}", &plain[..2], &plain[2..8], &plain[8..]),
                8 => plain.to_lowercase(),
                _ => format!("{}-{}-{}-{}-{}", &plain[..2], &plain[2..4], &plain[4..6], &plain[6..8], &plain[8..]),
            }
        }
        "phone" => phone(c),
        "email" => email(c),
        "postcode" => postcode(c),
        "date_of_birth" => date(c, 1962, 2023),
        "passport" if c.percent(70) => format!("{}{}", c.number(1, 9), c.digits(8)),
        "passport" => format!("{}{}{}", c.letter("ABCDEFGHKMT"), c.letter("ABCDEFGHKMT"), c.digits(7)),
        "driving_licence" => licence(c),
        "uln" => uln(c),
        "ip_address" => {
            format!("{}.{}.{}.{}", c.number(11, 126), c.number(0, 255), c.number(20, 255), c.number(1, 254))
        }
        "bank_details" => match c.number(0, 2) {
            0 => format!("sort code {}-{}-{} account {}", c.digits(2), c.digits(2), c.digits(2), c.digits(8)),
            1 => format!("s/c {}-{}-{} a/c no {}", c.digits(2), c.digits(2), c.digits(2), c.digits(8)),
            _ => format!("sort code: {} {} {}, account number: {}", c.digits(2), c.digits(2), c.digits(2), c.digits(8)),
        },
        kind => unreachable!("{kind}"),
    }
}

fn digit(c: char) -> u32 {
    c.to_digit(10).unwrap()
}

/// The letter that makes twelve characters a pupil number.
pub(crate) fn upn_letter(rest: &str) -> char {
    let mut total = 0;
    for (at, c) in rest.chars().enumerate() {
        let value = c.to_digit(10).unwrap_or_else(|| UPN_LETTERS.find(c).unwrap() as u32);
        total += value * (at as u32 + 2);
    }
    UPN_LETTERS.chars().nth(total as usize % 23).unwrap()
}

pub(crate) fn upn(c: &mut Chance) -> String {
    let authority =
        c.pick(&["201", "204", "213", "301", "320", "352", "373", "801", "823", "846", "861", "886", "919", "938"]);
    let rest = format!("{authority}{}{:02}{}", c.number(1000, 7999), c.number(8, 26), c.digits(2));
    let last = if c.percent(20) { c.letter(UPN_LETTERS) } else { c.letter("0123456789") };
    let rest = format!("{rest}{last}");
    format!("{}{rest}", upn_letter(&rest))
}

pub(crate) fn nhs(c: &mut Chance) -> String {
    loop {
        let nine = format!("{}{}", c.pick(&["4", "6", "7", "9", "3", "1"]), c.digits(8));
        let mut total = 0;
        for (at, d) in nine.chars().enumerate() {
            total += digit(d) * (10 - at as u32);
        }
        match 11 - total % 11 {
            11 => return nine + "0",
            10 => {}
            check => return format!("{nine}{check}"),
        }
    }
}

pub(crate) fn uln(c: &mut Chance) -> String {
    loop {
        let nine = format!("{}{}", c.number(1, 9), c.digits(8));
        let total: u32 = nine.chars().enumerate().map(|(at, d)| digit(d) * (10 - at as u32)).sum();
        if !total.is_multiple_of(11) {
            return format!("{nine}{}", 10 - total % 11);
        }
    }
}

pub(crate) fn ni(c: &mut Chance) -> String {
    loop {
        let prefix = format!("{}{}", c.letter("ABCEGHJKLMNOPRSTWXYZ"), c.letter("ABCEGHJKLMNPRSTWXYZ"));
        if !["BG", "GB", "NK", "KN", "TN", "NT", "ZZ"].contains(&prefix.as_str()) {
            return format!("{prefix}{}{}", c.digits(6), c.letter("ABCD"));
        }
    }
}

fn phone(c: &mut Chance) -> String {
    let (code, rest) = match c.number(0, 11) {
        0..=4 => (format!("07{}", c.pick(&["3", "4", "5", "7", "8", "9"]).to_owned() + &c.digits(2)), c.digits(6)),
        5 => ("020".into(), format!("{}{}", c.number(3, 8), c.digits(7))),
        6 => (
            c.pick(&["0113", "0114", "0121", "0131", "0151", "0161", "0191"]).to_owned(),
            format!("{}{}", c.number(2, 9), c.digits(6)),
        ),
        7..=9 => (
            c.pick(&["01223", "01273", "01332", "01473", "01603", "01642", "01752", "01865", "01943", "01983"])
                .to_owned(),
            format!("{}{}", c.number(2, 9), c.digits(5)),
        ),
        10 => (c.pick(&["0300", "0330", "0345", "0370"]).to_owned(), c.digits(7)),
        _ => (c.pick(&["0800", "0808", "0845", "0870", "028", "029"]).to_owned(), String::new()),
    };
    let rest = if code.len() + rest.len() == 11 { rest } else { c.digits(11 - code.len()) };
    let half = rest.len() / 2;
    let (a, b) = rest.split_at(half);
    let national = &code[1..];
    match c.number(0, 15) {
        0..=2 => format!("{code} {rest}"),
        3..=5 => format!("{code}{rest}"),
        6..=7 => format!("{code} {a} {b}"),
        8 => format!("({code}) {rest}"),
        9 => format!("({code}) {a} {b}"),
        10 => format!("{code}-{a}-{b}"),
        11 => format!("+44 {national} {rest}"),
        12 => format!("+44{national}{rest}"),
        13 => format!("+44 (0){national} {a} {b}"),
        14 => format!("0044 {national} {rest}"),
        _ => format!("{code}.{a}.{b}"),
    }
}

fn email(c: &mut Chance) -> String {
    let first = c.pick(&["amy", "yusuf", "l", "siobhan", "oluwaseun", "zofia", "t", "priya", "d.m"]);
    let last = c.pick(&["jones", "o'neill", "khan", "wisniewska", "adeyemi", "smith-brown", "patel", "mcallister"]);
    let local = match c.number(0, 6) {
        0..=2 => format!("{first}.{last}"),
        3 => format!("{first}{last}{}", c.number(1, 99)),
        4 => format!("{first}_{last}"),
        5 => format!("{}{}", c.number(10, 24), last),
        _ => format!("{first}+school"),
    };
    let domain = c.pick(&[
        "gmail.com",
        "hotmail.co.uk",
        "oakwood.kent.sch.uk",
        "st-annes.org.uk",
        "trust.academy",
        "btinternet.com",
        "outlook.com",
        "parkside.school",
        "nhs.net",
        "leeds.gov.uk",
        "yahoo.co.uk",
        "mail.example",
    ]);
    let address = format!("{local}@{domain}");
    if c.percent(15) { address.to_uppercase() } else { address }
}

fn postcode(c: &mut Chance) -> String {
    let area = c.pick(&[
        "B", "BD", "BN", "BS", "CF", "CT", "DE", "DN", "E", "EH", "G", "GU", "HA", "IP", "KT", "L", "LE", "LS", "M",
        "ME", "N", "NE", "NG", "NW", "OX", "PE", "PL", "RG", "S", "SE", "SO", "SR", "SW", "TN", "TS", "W", "WA", "WV",
        "YO", "BT", "AB", "ZE",
    ]);
    let district = c.number(1, if area.len() == 1 { 40 } else { 24 });
    let central = ["EC1A", "EC2R", "W1A", "W1G", "SW1A", "SW1P", "WC2H", "SE1P", "N1C", "E1W"];
    let outward = if c.percent(10) { c.pick(&central).to_owned() } else { format!("{area}{district}") };
    let inward = format!("{}{}{}", c.number(0, 9), c.letter("ABDEFGHJLNPQRSTUWXYZ"), c.letter("ABDEFGHJLNPQRSTUWXYZ"));
    match c.number(0, 9) {
        0..=6 => format!("{outward} {inward}"),
        7 => format!("{outward}{inward}"),
        8 => format!("{outward} {inward}").to_lowercase(),
        _ => format!("{outward}{inward}").to_lowercase(),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(crate) fn date(c: &mut Chance, from: u32, to: u32) -> String {
    let (day, month, year) = (c.number(1, 28), c.number(1, 12), c.number(from, to));
    let name = MONTHS[month as usize - 1];
    let suffix = match day {
        1 | 21 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    let short = year % 100;
    match c.number(0, 17) {
        0..=3 => format!("{day:02}/{month:02}/{year}"),
        4 => format!("{day}/{month}/{year}"),
        5 => format!("{day:02}/{month:02}/{short:02}"),
        6 => format!("{day}.{month}.{short:02}"),
        7 => format!("{day:02}-{month:02}-{year}"),
        8 => format!("{day:02}.{month:02}.{year}"),
        9 => format!("{year}-{month:02}-{day:02}"),
        10 => format!("{day} {name} {year}"),
        11 => format!("{day}{suffix} {name} {year}"),
        12 => format!("{day}{suffix} of {name}, {year}"),
        13 => format!("{name} {day}{suffix} {year}"),
        14 => format!("{day} {} {year}", &name[..3]),
        15 => format!("{day}-{}-{short:02}", &name[..3]),
        16 => format!("{day}{suffix} {} '{short:02}", &name[..3]),
        _ => format!("{name} {day}, {year}"),
    }
}

fn licence(c: &mut Chance) -> String {
    let surname = c.pick(&["JONES", "SMITH", "KHAN9", "ADEYE", "LI999", "OBRIE", "PATEL"]);
    let month = c.number(1, 12) + if c.percent(50) { 50 } else { 0 };
    let initials = format!("{}{}", c.letter("ABDEJLMRS"), if c.percent(50) { '9' } else { c.letter("AEJLM") });
    let (decade, day, year) = (c.number(5, 9), c.number(1, 28), c.number(0, 9));
    let tail = format!("{}{}", c.letter("ABCDEFG"), c.letter("ABCDEFG"));
    let gap = if c.percent(40) { " " } else { "" };
    format!("{surname}{gap}{decade}{month:02}{day:02}{year}{gap}{initials}9{tail}")
}

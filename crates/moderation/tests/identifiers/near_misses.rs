//! What looks like an identifier and is none.

use super::chance::Chance;
use super::values;

pub(crate) const CLASSES: &[&str] = &[
    "UPN, wrong check letter",
    "UPN, a digit more or less",
    "NHS number, wrong check digit",
    "NHS number, a digit more or less",
    "NI number, prefix or suffix never given",
    "NI number, a digit more or less",
    "phone number, a digit more or less",
    "phone number, no such range",
    "postcode, no such area or letters",
    "class, room and set codes",
    "dates without a cue",
    "cut-off dates of births",
    "order, ticket and invoice numbers",
    "ISBNs and barcodes",
    "URNs, UKPRNs, establishment numbers",
    "prices and amounts",
    "times, scores, timetables",
    "serial and asset numbers",
    "version numbers and sections",
    "grid references",
    "handles, at signs, packages",
    "links with numbers",
    "meeting ids",
    "talk about identifiers",
];

pub(crate) fn make(class: usize, c: &mut Chance) -> String {
    match CLASSES[class] {
        "UPN, wrong check letter" => {
            let right = values::upn(c);
            let wrong = loop {
                let letter = c.letter("ABCDEFGHJKLMNPQRTUVWXYZ");
                if !right.starts_with(letter) {
                    break letter;
                }
            };
            frame(
                c,
                &["UPN {}", "Who has a record for {}?", "pupil number {}", "{} will not load"],
                &format!("{wrong}{}", &right[1..]),
            )
        }
        "UPN, a digit more or less" => {
            let right = values::upn(c);
            let value = if c.percent(50) { format!("{right}{}", c.number(0, 9)) } else { right[..12].to_owned() };
            frame(c, &["UPN {}", "Who has a record for {}?", "her UPN is {}, I think"], &value)
        }
        "NHS number, wrong check digit" => {
            let value = wrong_nhs(c);
            let value = grouped(c, &value);
            frame(
                c,
                &["NHS number {}", "NHS no: {}", "Referral for Amy Jones {} has gone", "{} is her NHS number"],
                &value,
            )
        }
        "NHS number, a digit more or less" => {
            let right = values::nhs(c);
            let value = if c.percent(50) { format!("{right}{}", c.number(0, 9)) } else { right[..9].to_owned() };
            let value = grouped(c, &value);
            frame(c, &["NHS number {}", "NHS no: {}", "They want {} on the form"], &value)
        }
        "NI number, prefix or suffix never given" => {
            let right = values::ni(c);
            let value = match c.number(0, 2) {
                0 => format!(
                    "{}{}",
                    c.pick(&["BG", "GB", "NK", "KN", "TN", "NT", "ZZ", "QQ", "FA", "DA", "UV", "AO", "IA"]),
                    &right[2..]
                ),
                1 => format!("{}{}", &right[..8], c.letter("EFGHJKLMNPQRSTUVWXYZ")),
                _ => format!("{}{}", &right[..8], c.number(0, 9)),
            };
            frame(c, &["NI number: {}", "NINO {}", "Payslip says {}"], &value)
        }
        "NI number, a digit more or less" => {
            let right = values::ni(c);
            let value = if c.percent(50) {
                format!("{}{}{}", &right[..8], c.number(0, 9), &right[8..])
            } else {
                format!("{}{}", &right[..7], &right[8..])
            };
            frame(c, &["NI number: {}", "NINO {}", "Payslip says {}"], &value)
        }
        "phone number, a digit more or less" => {
            let more = c.percent(50);
            let value = match c.number(0, 4) {
                0 => format!("07{} {}", c.digits(3), c.digits(if more { 7 } else { 5 })),
                1 => format!("07{}", c.digits(if more { 10 } else { 8 })),
                2 => format!("020 {} {}", 7000 + c.number(0, 999), c.digits(if more { 5 } else { 3 })),
                3 => format!("+44 7{} {}", c.digits(3), c.digits(if more { 7 } else { 5 })),
                _ => format!("0161 496 {}", c.digits(if more { 5 } else { 3 })),
            };
            frame(c, &["Call me on {}", "Tel: {}", "Trip leader Dave {}", "mobile {}", "My new one is {}"], &value)
        }
        "phone number, no such range" => {
            let value = match c.number(0, 3) {
                0 => format!("04{}", c.digits(9)),
                1 => format!("06{} {}", c.digits(3), c.digits(6)),
                2 => format!("{}{}", c.number(11, 43), c.digits(9)),
                _ => format!("010 {} {}", c.digits(4), c.digits(4)),
            };
            frame(c, &["Call me on {}", "The code on the box is {}", "{} came up on the display"], &value)
        }
        "postcode, no such area or letters" => {
            let value = match c.number(0, 4) {
                0 => format!(
                    "{}{} {}{}{}",
                    c.letter("QVXYZJ"),
                    c.number(1, 9),
                    c.number(1, 9),
                    c.letter("ABDE"),
                    c.letter("ABDE")
                ),
                1 => format!("M{} {}{}{}", c.number(1, 30), c.number(1, 9), c.letter("CIKMOV"), c.letter("ABDE")),
                2 => format!("LS{} {}{}{}", c.number(1, 29), c.number(1, 9), c.letter("ABDE"), c.letter("CIKMOV")),
                3 => format!("{}{} {}{}", c.pick(&["S", "B", "NE"]), c.number(1, 20), c.number(1, 9), c.letter("ABDE")),
                _ => {
                    format!("{}{} {}AB", c.pick(&["QU", "XY", "AA", "ZB", "YR", "KS"]), c.number(1, 9), c.number(1, 9))
                }
            };
            frame(c, &["Postcode {}", "The label says {}", "Looking for {} on the plan"], &value)
        }
        "class, room and set codes" => {
            let value = match c.number(0, 6) {
                0 => format!("Y{} {}{}", c.number(1, 9), c.number(1, 4), c.pick(&["AB", "AL", "BE"])),
                1 => {
                    format!("{}{}/{}{}", c.number(7, 11), c.letter("ABEL"), c.pick(&["Ma", "En", "Sc"]), c.number(1, 4))
                }
                2 => format!("{}{}", c.number(1, 13), c.letter("ABCDEW")),
                3 => format!("set {} in room {}{}", c.number(1, 5), c.letter("ABELMS"), c.number(1, 30)),
                4 => format!("S{} {}", c.number(1, 6), c.pick(&["1st term", "2nd block", "3rd period", "4th column"])),
                5 => format!("KS{} {}xT{}", c.number(1, 4), c.number(1, 3), c.number(1, 3)),
                _ => format!("B{} {} corridor", c.number(1, 9), c.pick(&["and B2", "upper", "2nd floor"])),
            };
            frame(c, &["Cover for {} today please", "Moved to {}", "Timetable change: {}", "class {} has PE"], &value)
        }
        "dates without a cue" => {
            let value = values::date(c, 2006, 2027);
            frame(
                c,
                &[
                    "The Year 5 trip is on {}",
                    "INSET day {}",
                    "Ofsted came on {} and again later",
                    "Minutes of the meeting, {}",
                    "Pupil progress meeting {}",
                    "Deadline: {}",
                    "Assembly with the Mayor – {}",
                    "{}: Sports day",
                    "Our school opened on {}",
                    "Policy last reviewed {}",
                    "Child protection training, {}",
                    "He joined us on {}",
                    "Please reply by {}",
                    "Pupil premium statement ({})",
                    "Year 6 boys' match, {}",
                    "The newsletter of {}",
                ],
                &value,
            )
        }
        "cut-off dates of births" => {
            let year = c.number(2010, 2024);
            let value = format!("1 September {year}");
            frame(
                c,
                &[
                    "Children born on or after {} start next year",
                    "For pupils born between {} and 31 August the year after",
                    "Apply if your child was born before {}",
                    "Date of birth cut-off changes from {}",
                    "Send dates of birth to the LA by {}",
                    "DOB needed before {}",
                ],
                &value,
            )
        }
        "order, ticket and invoice numbers" => {
            let len = c.pick(&["8", "10", "10", "10", "11", "12"]).parse().unwrap();
            let value = c.digits(len);
            frame(
                c,
                &[
                    "Order number {} has not arrived",
                    "order {} – glue sticks",
                    "Invoice {} unpaid",
                    "Your ticket no. {} is open",
                    "PO {} for the laptops",
                    "Booking ref {}",
                    "Ref: {}",
                    "tracking number {}",
                    "{} is the order number",
                    "Parcel {} is at reception",
                    "IT ticket #{} closed",
                ],
                &value,
            )
        }
        "ISBNs and barcodes" => {
            let value = match c.number(0, 3) {
                0 => isbn10(c, "-"),
                1 => isbn10(c, ""),
                2 => format!("978-0-{}-{}-{}", c.digits(3), c.digits(5), c.number(0, 9)),
                _ => format!("978{}", c.digits(10)),
            };
            frame(c, &["ISBN {}", "ISBN: {} (30 copies)", "The book is ISBN-10 {}", "isbn {} any good?"], &value)
        }
        "URNs, UKPRNs, establishment numbers" => {
            let value = match c.number(0, 3) {
                0 => format!("URN {}", c.number(100_000, 149_999)),
                1 => format!("UKPRN 100{}", c.digits(5)),
                2 => format!("DfE number {}/{}", c.number(201, 938), c.number(1000, 7999)),
                _ => format!("charity number {}", c.number(200_000, 1_199_999)),
            };
            frame(c, &["We are {}", "{}", "Look us up: {}"], &value)
        }
        "prices and amounts" => {
            let value = match c.number(0, 4) {
                0 => format!("£{}.{:02}", c.number(1, 9999), c.number(0, 99)),
                1 => format!("£{},{:03},{:03}", c.number(1, 9), c.number(0, 999), c.number(0, 999)),
                2 => format!("£{} - £{}", c.number(100, 999), c.number(1000, 9999)),
                3 => format!("{} pupils at £{} each", c.number(100, 2000), c.number(1, 60)),
                _ => format!("{}k over 3 years ({}%)", c.number(10, 900), c.number(1, 99)),
            };
            frame(
                c,
                &["That comes to {}", "Budget: {}", "We paid {} for the phonics scheme", "Bid of {} went in"],
                &value,
            )
        }
        "times, scores, timetables" => {
            let value = match c.number(0, 5) {
                0 => format!("{}.{:02}-{}.{:02}", c.number(8, 11), c.number(0, 59), c.number(12, 15), c.number(10, 59)),
                1 => format!(
                    "{:02}:{:02} to {:02}:{:02}",
                    c.number(8, 11),
                    c.number(0, 59),
                    c.number(12, 15),
                    c.number(0, 59)
                ),
                2 => format!("{}-{}, {}-{}", c.number(0, 9), c.number(0, 9), c.number(0, 9), c.number(0, 9)),
                3 => format!("09.10 10.05 11.20 12.15 {:02}.{:02}", c.number(13, 15), c.number(10, 59)),
                4 => format!(
                    "{} {} {} {} {}",
                    c.number(10, 99),
                    c.number(10, 99),
                    c.number(10, 99),
                    c.number(10, 99),
                    c.number(10, 99)
                ),
                _ => format!("2023/24 {}, 2024/25 {}", c.number(100, 999), c.number(100, 999)),
            };
            frame(c, &["Lessons: {}", "Netball: {}", "Bells at {}", "Numbers on roll {}"], &value)
        }
        "serial and asset numbers" => {
            let value = match c.number(0, 4) {
                0 => format!("0{}{}", c.number(1, 8), c.digits(9)),
                1 => format!("SN0{}", c.digits(10)),
                2 => format!("5CG{}{}", c.digits(4), c.letter("ABCDXYZ")),
                3 => c.digits(10),
                _ => format!("{}-{}-{}", c.digits(4), c.digits(4), c.digits(4)),
            };
            frame(
                c,
                &[
                    "Serial number {}",
                    "Laptop s/n {}",
                    "asset tag {} is missing",
                    "serial: {}",
                    "Chromebook serial no {}",
                ],
                &value,
            )
        }
        "version numbers and sections" => {
            let value = match c.number(0, 3) {
                0 => {
                    format!("version {}.{}.{}.{}", c.number(1, 30), c.number(0, 20), c.number(0, 255), c.number(0, 255))
                }
                1 => format!("v{}.{}.{}", c.number(1, 9), c.number(0, 20), c.number(0, 99)),
                2 => format!("section {}.{}.{}.{}", c.number(1, 9), c.number(1, 9), c.number(1, 9), c.number(1, 9)),
                _ => format!("build 10.0.{}.{}", c.number(10_000, 29_999), c.number(1, 9999)),
            };
            frame(
                c,
                &["Arbor {} breaks the export", "See {} of KCSIE", "We are on {}", "Updated to {} last night"],
                &value,
            )
        }
        "grid references" => {
            let square = c.pick(&["SU", "TQ", "NZ", "SD", "NT", "SH", "SK"]);
            let half = c.pick(&["3", "4", "5"]).parse().unwrap();
            let value = format!("{square} {} {}", c.digits(half), c.digits(half));
            frame(c, &["DofE start at {}", "Geography field trip: {}", "Grid ref {}", "camp site {}"], &value)
        }
        "handles, at signs, packages" => frame(
            c,
            &[
                "Thanks @amy@oak.test!",
                "@SLTchat tonight 8pm @ the usual place",
                "Meet @ 3.30 in the hall",
                "12 pens @ £3.50 each",
                "See @deputy@staff.example and @head@trust.example",
                "look at bbc.co.uk/bitesize",
                "find us at oakwood.sch.uk",
                "Meet us @ www.oakwood.sch.uk",
                "profile: https://staff.example/@amy",
                "npm i left-pad@1.3.0",
                "more details at oak dot test",
                "We look at dot plots in Year 5",
            ],
            "",
        ),
        "links with numbers" => {
            let value = format!(
                "https://{}/{}/{}",
                c.pick(&["www.gov.uk", "youtu.be", "staff.example"]),
                c.pick(&["status", "item", "p"]),
                c.digits(10)
            );
            frame(c, &["Have a look: {}", "{} 👀", "Slides at {}?"], &value)
        }
        "meeting ids" => {
            let value = format!("{} {} {}", c.digits(3), c.digits(3), c.digits(4));
            frame(c, &["Zoom {} passcode 4821", "Meeting ID: {}", "Webinar ID {} at 4pm", "Zoom meeting id {}"], &value)
        }
        _ => frame(
            c,
            &[
                "What is the UPN format these days?",
                "Where do NHS numbers go on the form?",
                "Do we still need the NI number of volunteers?",
                "How do you check dates of birth on entry?",
                "Do not share phone numbers or email addresses here",
                "Which postcode areas does the LA use for admissions?",
                "A UPN is a letter and 12 digits",
                "Happy birthday to our school, 150 this year!",
                "Two summer-born boys in my class",
                "An NHS number has 10 digits, 3-3-4",
                "Born in 2014, so Year 6?",
                "Dial 999 or 111, or Childline on 0800 1111",
            ],
            "",
        ),
    }
}

fn frame(c: &mut Chance, frames: &[&str], value: &str) -> String {
    let lead = c.pick(&["", "", "", "Morning all. ", "Sorry to ask: ", "#SLTchat "]);
    let tail = c.pick(&["", "", "", " Thanks!", " (posted from my phone)", " - any ideas?"]);
    format!("{lead}{}{tail}", c.pick(frames).replace("{}", value))
}

fn wrong_nhs(c: &mut Chance) -> String {
    let right = values::nhs(c);
    let check: u32 = right[9..].parse().unwrap();
    format!("{}{}", &right[..9], (check + c.number(1, 9)) % 10)
}

fn grouped(c: &mut Chance, digits: &str) -> String {
    if c.percent(50) { digits.to_owned() } else { format!("{} {} {}", &digits[..3], &digits[3..6], &digits[6..]) }
}

fn isbn10(c: &mut Chance, gap: &str) -> String {
    let nine = format!("0{}", c.digits(8));
    let sum: u32 = nine.chars().enumerate().map(|(at, d)| d.to_digit(10).unwrap() * (10 - at as u32)).sum();
    let check = match (11 - sum % 11) % 11 {
        10 => "X".to_owned(),
        check => check.to_string(),
    };
    format!("{}{gap}{}{gap}{}{gap}{check}", &nine[..1], &nine[1..4], &nine[4..])
}

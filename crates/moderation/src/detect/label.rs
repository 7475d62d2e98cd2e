//! What the words around a number say it is: `NHS no 943…`, `order number 943…`, `943… is her UPN`.

use super::reading::{Kind, Reading};
use super::words;

/// What a word says of the number beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Upn,
    Uln,
    Nhs,
    /// The health service or those who work for it, who use its numbers.
    Health,
    NationalInsurance,
    Phone,
    Bank,
    SortCode,
    Passport,
    Ip,
    /// An order, a book, a machine, a class: nobody's number.
    Thing,
}

/// What is said of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It is called what the detector looks for.
    Own,
    /// It is called something else.
    Other,
    Nothing,
}

/// Most words looked at before a number, and after it.
const WORDS_BEFORE: usize = 8;
const WORDS_AFTER: usize = 5;
/// Most tokens looked at on one side.
const TOKENS: usize = 24;

/// Says what the words near the tokens `first` to `last` call them: by the nearest label before, or by one after.
/// Labels in `others` count when only linking words stand between (`is`, `number`, `on`). Numbers of things always count
/// as other; with [`Label::Thing`] in `others` also where the thing has a number without being said so (`locker 943…`).
pub(super) fn said(reading: &Reading<'_>, first: usize, last: usize, own: &[Label], others: &[Label]) -> Said {
    match before(reading, first, own, others) {
        Said::Nothing => after(reading, last, own),
        said => said,
    }
}

fn before(reading: &Reading<'_>, first: usize, own: &[Label], others: &[Label]) -> Said {
    let any_thing = others.contains(&Label::Thing);
    let (mut words, mut linked, mut parted, mut numbered) = (0, true, false, any_thing);
    for at in (first.saturating_sub(TOKENS)..first).rev() {
        let word = reading.word(at);
        match reading.kind(at) {
            // An earlier number is what an earlier label spoke of.
            Some(Kind::Digits) if word.len() >= 4 => return Said::Nothing,
            Some(Kind::Sign('!' | '?' | ';')) => (linked, parted) = (false, true),
            Some(Kind::Sign('.')) if ends_sentence(reading, at) => (linked, parted) = (false, true),
            Some(Kind::Sign(',')) => parted = true,
            Some(Kind::Sign('#')) => numbered = true,
            Some(Kind::Letters) => {
                words += 1;
                if words > WORDS_BEFORE {
                    break;
                }
                let near = linked || any_thing || words <= 4 && !parted;
                match label_at(reading, at) {
                    Some(label) if own.contains(&label) => return Said::Own,
                    Some(Label::Thing) if near => return Said::Other,
                    Some(label) if linked && others.contains(&label) => return Said::Other,
                    _ => {}
                }
                if linked && (numbered && words::NUMBERED_THINGS.contains(word) || is_thing(reading, at)) {
                    return Said::Other;
                }
                // "The order number for the books is 943…": said to be one, whatever stands between.
                let named = || at.checked_sub(1).is_some_and(|at| has_number(reading, at));
                if any_thing && !parted && words::NUMBER.contains(word) && named() {
                    return Said::Other;
                }
                numbered |= words::NUMBER.contains(word);
                linked &= words::LINKS.contains(word) || words::NUMBER.contains(word);
            }
            _ => {}
        }
    }
    Said::Nothing
}

fn after(reading: &Reading<'_>, last: usize, own: &[Label]) -> Said {
    let (mut words, mut linked) = (0, true);
    for at in last + 1..=last + TOKENS {
        let word = reading.word(at);
        match reading.kind(at) {
            None | Some(Kind::Sign('!' | '?' | ';')) => break,
            Some(Kind::Digits) if word.len() >= 4 => break,
            Some(Kind::Sign('.')) if ends_sentence(reading, at) => break,
            Some(Kind::Letters) => {
                words += 1;
                if words > WORDS_AFTER {
                    break;
                }
                match label_at(reading, at) {
                    Some(label) if own.contains(&label) => return Said::Own,
                    Some(Label::Thing) if linked => return Said::Other,
                    _ => {}
                }
                if linked && words > 1 && has_number(reading, at) {
                    return Said::Other;
                }
                linked &= words::LINKS.contains(word);
            }
            _ => {}
        }
    }
    Said::Nothing
}

/// Whether the point at `at` ends a sentence: space follows, and what stands before is no abbreviation.
pub(super) fn ends_sentence(reading: &Reading<'_>, at: usize) -> bool {
    reading.token(at + 1).is_none_or(|next| next.spaced)
        && at.checked_sub(1).is_none_or(|before| reading.is_digits(before) || reading.word(before).len() > 4)
}

/// Whether the word at `at` is a thing with a number, alone or with the word before it.
fn is_thing(reading: &Reading<'_>, at: usize) -> bool {
    let pair = matches!(
        (earlier(reading, at, 1), reading.word(at)),
        ("library" | "gift", "card")
            | ("licence" | "license", "key")
            | ("delivery", "note")
            | ("exam", "entry")
            | ("meter", "reading")
            | ("account" | "cost" | "ledger" | "nominal" | "product", "code")
    );
    // "In order to reach me" is about nothing ordered.
    let purpose = reading.word(at) == "order" && reading.word(at + 1) == "to";
    pair || words::THINGS.contains(reading.word(at)) && !purpose
}

/// Whether the word at `at` is a thing that has a number when it is said to be one.
fn has_number(reading: &Reading<'_>, at: usize) -> bool {
    words::NUMBERED_THINGS.contains(reading.word(at)) || is_thing(reading, at)
}

/// The label the word at `at` is, alone or with its neighbours.
fn label_at(reading: &Reading<'_>, at: usize) -> Option<Label> {
    let previous = earlier(reading, at, 1);
    Some(match reading.word(at) {
        "upn" | "upns" => Label::Upn,
        "number" | "no" | "num" | "ref" | "reference" if matches!(previous, "pupil") => Label::Upn,
        "uln" | "ulns" => Label::Uln,
        "number" | "no" | "num" if matches!(previous, "learner") => Label::Uln,
        "nhsno" | "nhsnumber" | "chi" => Label::Nhs,
        "number" | "no" | "num" if matches!(previous, "nhs" | "health" | "hospital" | "medical" | "patient") => {
            Label::Nhs
        }
        "nhs" | "nurse" | "nurses" | "patient" | "camhs" | "gp" | "clinic" | "referral" | "immunisation"
        | "immunisations" | "vaccination" | "hospital" | "medical" | "health" | "doctor" | "paediatrician" => {
            Label::Health
        }
        "ni" | "nino" | "nin" | "insurance" => Label::NationalInsurance,
        "phone" | "phones" | "telephone" | "tel" | "telno" | "mobile" | "mobiles" | "mob" | "cell" | "call"
        | "calls" | "calling" | "called" | "ring" | "rang" | "text" | "texts" | "texted" | "txt" | "whatsapp"
        | "sms" | "landline" | "fax" | "dial" | "phoned" | "switchboard" | "helpline" | "hotline" | "voicemail"
        | "contact" | "reach" | "reached" => Label::Phone,
        "sortcode" => Label::SortCode,
        "code" | "codes" if previous == "sort" || previous == "-" && earlier(reading, at, 2) == "sort" => {
            Label::SortCode
        }
        "account" | "acc" | "acct" | "bank" | "bacs" | "iban" | "payee" => Label::Bank,
        "c" if previous == "/" && earlier(reading, at, 2) == "s" => Label::SortCode,
        "c" if previous == "/" && earlier(reading, at, 2) == "a" => Label::Bank,
        "passport" | "passports" => Label::Passport,
        "ip" => Label::Ip,
        "isbn" | "ean" | "barcode" | "barcodes" | "upc" | "sku" | "invoice" | "invoices" | "serial" | "ukprn"
        | "urn" | "imei" | "iccid" | "gtin" | "mpn" | "tracking" | "doi" | "issn" | "asin" | "firmware" | "laestab" => {
            Label::Thing
        }
        "n" if previous == "/" && earlier(reading, at, 2) == "s" => Label::Thing,
        _ => return None,
    })
}

fn earlier<'a>(reading: &Reading<'a>, at: usize, steps: usize) -> &'a str {
    at.checked_sub(steps).map_or("", |at| reading.word(at))
}

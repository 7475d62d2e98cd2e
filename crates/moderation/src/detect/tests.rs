//! Identifiers read in every form, and nothing else taken for one.

use proptest::prelude::*;

use super::reading::Reading;
use super::{Detector, Given, Glance, OwnAddresses};

const GIVEN: Given<'static> = Given { year: Some(2026), own_addresses: None };

fn found(detector: Detector, text: &str) -> Vec<&str> {
    detector.find(text, &GIVEN).into_iter().map(|range| text.get(range).unwrap()).collect()
}

#[test]
fn numbers_are_told_by_their_check_characters() {
    for (detector, right, wrong) in [
        (Detector::Upn, "h801200001001", "h801200001010"),
        (Detector::Upn, "b801200005001", "a801200005001"),
        (Detector::Upn, "upn a80120000501a", "upn z80120000501a"),
        (Detector::NhsNumber, "943 476 5919", "943 476 5918"),
        (Detector::NhsNumber, "nhs 0032698674", "nhs 0032698675"),
        (Detector::Uln, "uln 9276308686", "uln 9276308687"),
        (Detector::BankDetails, "gb29 nwbk 6016 1331 9268 19", "gb28 nwbk 6016 1331 9268 19"),
    ] {
        assert_eq!(found(detector, right).len(), 1, "{right}");
        assert_eq!(found(detector, wrong), Vec::<&str>::new(), "{wrong}");
    }
}

#[test]
fn what_a_number_is_called_decides() {
    let nhs = |text: &str| !found(Detector::NhsNumber, text).is_empty();
    assert!(nhs("amy, 943 476 5919, was seen"));
    assert!(!nhs("order number 943 476 5919"));
    assert!(!nhs("the order number for the exercise books is 943 476 5919"));
    assert!(nhs("the order number is wrong, it is for amy: 943 476 5919"));
    assert!(!nhs("isbn 9434765919"));
    assert!(nhs("the order form for amy, nhs no 943 476 5919"));
    let phone = |text: &str| !found(Detector::Phone, text).is_empty();
    assert!(phone("in case you need me 07700 900123"));
    assert!(phone("in order to reach me 07700 900123"));
    assert!(!phone("serial no 07700900123"));
    assert!(!phone("the ticket number is 07700900123"));
    assert!(found(Detector::Uln, "9276308686").is_empty());
    assert!(found(Detector::Passport, "123456789").is_empty());
}

#[test]
fn places_cover_the_value_and_nothing_else() {
    for (detector, text, value) in [
        (Detector::Upn, "the upnh801200001001.", "h801200001001"),
        (Detector::NiNumber, "(ni: ab 12 34 56 c)", "ab 12 34 56 c"),
        (Detector::Phone, "ring (020) 7946 0958!", "(020) 7946 0958"),
        (Detector::Phone, "ring +44 (0)20 7946 0958 2 or 3 times", "+44 (0)20 7946 0958"),
        (Detector::Email, "write to <amy.o'neill@oak.sch.uk>.", "amy.o'neill@oak.sch.uk"),
        (Detector::Email, "amy dot jones (at) oak dot sch dot uk please", "amy dot jones (at) oak dot sch dot uk"),
        (Detector::Postcode, "in sw1a 1aa, london", "sw1a 1aa"),
        (Detector::DateOfBirth, "dob: 3rd of april, 2015.", "3rd of april, 2015"),
        (Detector::DateOfBirth, "dob 2015-04-03 or so", "2015-04-03"),
        (Detector::DrivingLicence, "licence morga 657054 sm9ij ok", "morga 657054 sm9ij"),
        (Detector::IpAddress, "from 203.0.113.7.", "203.0.113.7"),
    ] {
        assert_eq!(found(detector, text), [value], "{text}");
    }
    assert_eq!(found(Detector::Phone, "07700 900123/07700 900456").len(), 2);
    assert_eq!(found(Detector::DateOfBirth, "dobs: amy 3/4/15, ben 5.6.2016").len(), 2);
}

#[test]
fn a_home_is_told_from_a_place() {
    let home = |text: &str| !found(Detector::HomePostcode, text).is_empty();
    assert!(home("amy lives at 14 mill lane, ls1 4ab"));
    assert!(home("14 mill lane, leeds, ls1 4ab"));
    assert!(home("his mum moved to ls1 4ab"));
    assert!(!home("the conference is at ls1 4ab"));
    assert_eq!(found(Detector::Postcode, "the conference is at ls1 4ab"), ["ls1 4ab"]);
}

#[test]
fn a_date_beside_a_child_needs_the_present_year() {
    let text = "pupil amy smith (03/04/2015)";
    assert_eq!(found(Detector::DateOfBirth, text), ["03/04/2015"]);
    assert!(Detector::DateOfBirth.find(text, &Given::default()).is_empty());
    assert!(Detector::DateOfBirth.find(text, &Given { year: Some(2016), ..GIVEN }).is_empty());
    assert!(found(Detector::DateOfBirth, "pupil voice meeting (03/04/2015)").is_empty());
}

#[test]
fn own_addresses_may_be_published() {
    let own = OwnAddresses::new(["Oak.sch.uk", "enquiries@", "head@elm.test"]);
    let given = Given { own_addresses: Some(&own), ..GIVEN };
    for address in
        ["amy@oak.sch.uk", "a@mail.oak.sch.uk", "enquiries@elm.test", "head@elm.test", "amy at oak dot sch dot uk"]
    {
        assert_eq!(found(Detector::Email, address).len(), 1, "{address}");
        assert!(Detector::Email.find(address, &given).is_empty(), "{address}");
    }
    for address in ["amy@elm.test", "amy@fakeoak.sch.uk", "amy@oak.sch.uk.example", "xhead@elm.test"] {
        assert_eq!(Detector::Email.find(address, &given).len(), 1, "{address}");
    }
}

#[test]
fn names_lead_back_to_their_detectors() {
    for detector in Detector::ALL {
        assert_eq!(Detector::parse(detector.as_str()), Some(detector));
    }
    assert_eq!(Detector::parse("shoe_size"), None);
}

/// Text that makes detectors begin often and never come to an end.
const HOSTILE: &[&str] = &[
    "0",
    "0 ",
    "07 ",
    "0-",
    "1.",
    "1 1/1 ",
    "a1",
    "a 1 ",
    "h8 ",
    "h80120000100 ",
    "a@",
    "a@a.",
    "a.a@a.a ",
    " at ",
    " dot ",
    "a dot a at ",
    "(0",
    "+4",
    "+44 ",
    "00 44 ",
    "dob ",
    "dob 1",
    "born 1 ",
    "b1",
    "sw1a 1 ",
    "s 1 ",
    "w1a1a",
    "gb2",
    "gb29nwbk",
    "1 may ",
    "may 1 ",
    "jan ",
    "a_",
    "-",
    ".",
    "@",
    "ab 12 ",
    "morga6",
    "12345678 ",
    "12-34-56 ",
    "pupil 1/1/15 ",
    "sort code 12 ",
    "d o b ",
    "''",
    "é1",
];

#[test]
fn work_grows_no_faster_than_the_text() {
    for piece in HOSTILE {
        let looks = |times: usize, detector: Detector| {
            let text = piece.repeat(times);
            let reading = Reading::of(text.trim());
            detector.find_in(&reading, &GIVEN);
            (reading.looks(), text.len())
        };
        for detector in Detector::ALL {
            let (once, _) = looks(500, detector);
            let (twice, bytes) = looks(1_000, detector);
            // At both ends windows are cut short, which is all that may be missing from the half.
            assert!(twice <= 2 * once + 10_000, "{detector:?} on {piece:?}: {once}, {twice}");
            assert!(twice <= 300 * bytes + 1_000, "{detector:?} on {piece:?}: {twice} for {bytes} bytes");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_to_its_end(
        text in "(\\PC|[0-9]|[ .@/+()'-]|a|h8|07|dob|born|may|sw1a|gb|é|ß|１|\u{20e3}|at |dot |upn){0,80}"
    ) {
        for detector in Detector::ALL {
            let found = detector.find(&text, &GIVEN);
            for range in &found {
                prop_assert!(text.get(range.clone()).is_some_and(|value| !value.is_empty()), "{:?} {:?}", detector, range);
            }
            for pair in found.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start, "{:?} {:?}", detector, found);
            }
            prop_assert!(found.is_empty() || detector.may_fire(&Glance::of(&text)));
        }
    }
}

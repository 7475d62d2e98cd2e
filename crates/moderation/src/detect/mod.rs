//! Identifiers of people and their homes in plain text: pupil and health numbers, telephone numbers, addresses, dates of
//! birth. One file for each; a file knows how a value is written and checked, and what the words around say of it.
//!
//! All read the text of a plain view: lower case, compatibility forms and invisible characters gone, every dash `-`,
//! white space one space.

mod bank_details;
mod check;
mod date;
mod date_of_birth;
mod driving_licence;
mod email;
mod gather;
mod ip_address;
mod label;
mod nhs_number;
mod ni_number;
mod passport;
mod phone;
mod postcode;
mod reading;
#[cfg(test)]
mod tests;
mod uln;
mod upn;
mod words;

use std::ops::Range;

pub use email::OwnAddresses;
pub use reading::Reading;

/// What can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detector {
    /// Unique pupil numbers.
    Upn,
    /// NHS numbers.
    NhsNumber,
    /// National Insurance numbers.
    NiNumber,
    /// Telephone numbers.
    Phone,
    /// E-mail addresses.
    Email,
    /// Postcodes, whoever's they are.
    Postcode,
    /// Postcodes beside which a person or a home is spoken of.
    HomePostcode,
    /// Dates of birth.
    DateOfBirth,
    /// Passport numbers.
    Passport,
    /// Driving licence numbers.
    DrivingLicence,
    /// Unique learner numbers.
    Uln,
    /// Internet addresses.
    IpAddress,
    /// Sort codes, account numbers, IBANs.
    BankDetails,
}

/// What detectors are told beside the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// The present year; without it dates are found only where words call them dates of birth.
    pub year: Option<u16>,
    /// E-mail addresses that may be published.
    pub own_addresses: Option<&'a OwnAddresses>,
}

/// The text of a plain view, and how many digits it has.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    text: &'a str,
    digits: usize,
}

impl<'a> Glance<'a> {
    /// Counts.
    pub fn of(text: &'a str) -> Self {
        Self { text, digits: text.bytes().filter(u8::is_ascii_digit).count() }
    }
}

impl Detector {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::Upn,
        Self::NhsNumber,
        Self::NiNumber,
        Self::Phone,
        Self::Email,
        Self::Postcode,
        Self::HomePostcode,
        Self::DateOfBirth,
        Self::Passport,
        Self::DrivingLicence,
        Self::Uln,
        Self::IpAddress,
        Self::BankDetails,
    ];

    /// The name it has in packs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upn => "upn",
            Self::NhsNumber => "nhs_number",
            Self::NiNumber => "ni_number",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Postcode => "postcode",
            Self::HomePostcode => "home_postcode",
            Self::DateOfBirth => "date_of_birth",
            Self::Passport => "passport",
            Self::DrivingLicence => "driving_licence",
            Self::Uln => "uln",
            Self::IpAddress => "ip_address",
            Self::BankDetails => "bank_details",
        }
    }

    /// The kind of what it finds, which two detectors may share.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::HomePostcode => Self::Postcode.as_str(),
            other => other.as_str(),
        }
    }

    /// The detector of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detector| detector.as_str() == name)
    }

    /// Whether it may find anything in a text: a quick look that saves the careful one.
    pub fn may_fire(self, glance: &Glance<'_>) -> bool {
        let Glance { text, digits } = *glance;
        let digits = |wanted: usize| digits >= wanted;
        let any = |of: &[&str]| of.iter().any(|word| text.contains(word));
        match self {
            Self::Email => any(&["@", " at ", "(at", "[at", "{at", "<at", "_at", "-at"]),
            Self::Postcode | Self::HomePostcode | Self::DateOfBirth => digits(1),
            Self::IpAddress => digits(4) && text.contains('.'),
            Self::NiNumber | Self::BankDetails => digits(6),
            Self::Passport => digits(7) && text.contains("passport"),
            Self::DrivingLicence => digits(7),
            Self::NhsNumber | Self::Phone => digits(10),
            Self::Uln => digits(10) && any(&["uln", "learner"]),
            Self::Upn => digits(11),
        }
    }

    /// Byte ranges of what it finds in `text`, the text of a plain view: at character boundaries, sorted, none
    /// overlapping.
    pub fn find(self, text: &str, given: &Given<'_>) -> Vec<Range<usize>> {
        if self.may_fire(&Glance::of(text)) { self.find_in(&Reading::of(text), given) } else { Vec::new() }
    }

    /// The same in a text that is read once for several detectors.
    pub fn find_in(self, reading: &Reading<'_>, given: &Given<'_>) -> Vec<Range<usize>> {
        match self {
            Self::Upn => upn::find(reading),
            Self::NhsNumber => nhs_number::find(reading),
            Self::NiNumber => ni_number::find(reading),
            Self::Phone => phone::find(reading),
            Self::Email => email::find(reading, given.own_addresses),
            Self::Postcode => postcode::find(reading),
            Self::HomePostcode => postcode::find_homes(reading),
            Self::DateOfBirth => date_of_birth::find(reading, given.year),
            Self::Passport => passport::find(reading),
            Self::DrivingLicence => driving_licence::find(reading),
            Self::Uln => uln::find(reading),
            Self::IpAddress => ip_address::find(reading),
            Self::BankDetails => bank_details::find(reading),
        }
    }
}

//! Identifiers of people, found by their form, their check digits and what stands beside them (see
//! [`detect`](crate::detect)).

use serde::Deserialize;

use super::wrong;
use crate::detect::Detector;

/// What is looked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Detectors {
    /// Names of [`Detector`]s, such as `upn`.
    pub any: Vec<String>,
    /// E-mail addresses that may be published: domains (`oak.sch.uk`, with all below), addresses, roles (`office@`).
    #[serde(default)]
    pub own_addresses: Vec<String>,
}

impl Detectors {
    pub(crate) fn validate(&self) -> Result<(), String> {
        match self.any.iter().find(|name| Detector::parse(name).is_none()) {
            Some(name) => {
                let known = Detector::ALL.map(Detector::as_str).join(", ");
                wrong("detector.any", &format!("names {name:?}; there are {known}"))
            }
            None if self.any.is_empty() => wrong("detector.any", "names nothing to look for"),
            None => Ok(()),
        }
    }

    pub(crate) fn detectors(&self) -> Vec<Detector> {
        self.any.iter().filter_map(|name| Detector::parse(name)).collect()
    }
}

//! Internet addresses of version 4: `192.0.2.17`.

use std::ops::Range;

use super::gather::stands_alone;
use super::label::{Label, Said, said};
use super::reading::Reading;

/// Places of addresses, but not those every machine has for itself (`127.0.0.1`).
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| address_at(reading, at).map(|last| (reading.range(at, last), last)))
}

fn address_at(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let last = at + 6;
    let octet = |at: usize| reading.number(at).filter(|octet| *octet < 256 && reading.word(at).len() < 4);
    let mut octets = Vec::new();
    for place in 0..4 {
        let number = at + 2 * place;
        octets.push(octet(number)?);
        let joined =
            place == 3 || reading.is(number + 1, '.') && reading.glued(number + 1) && reading.glued(number + 2);
        if !joined {
            return None;
        }
    }
    let own_machine = matches!(octets.first(), Some(0 | 127 | 255));
    if own_machine || !stands_alone(reading, at, last, true, &["ip", "ipv"]) {
        return None;
    }
    // A section of a paper has small numbers; versions are called so.
    let small = octets.iter().all(|octet| *octet < 20);
    let certain = match said(reading, at, last, &[Label::Ip], &[Label::Thing]) {
        Said::Own => true,
        Said::Other => false,
        Said::Nothing => !small,
    };
    certain.then_some(last)
}

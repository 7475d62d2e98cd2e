//! What the lists about accusations find in a text, told by kind.

use std::fmt::{Debug, Write as _};

use crate::context::read::Read;

/// Tells of each finding its first word and its kind: claims and signs by what they are about, everybody spoken of by
/// who they are, and what the text as a whole is.
pub(in crate::context) fn marks(read: &Read<'_>, mut tell: impl FnMut(usize, &str)) {
    let reading = read.reading();
    let mut mark = String::with_capacity(32);
    let mut each = |word: usize, sort: &str, kind: &dyn Debug| {
        mark.clear();
        mark.push_str(sort);
        if write!(mark, "{kind:?}").is_ok() {
            tell(word, &mark);
        }
    };
    for claim in read.claims() {
        each(claim.words.start, "@claim ", &claim.topic);
        each(claim.words.start, "@claim ", &(claim.shape, claim.strength));
    }
    for crime in read.crimes() {
        each(crime.words.start, "@crime ", &crime.topic);
        each(crime.words.start, "@crime ", &(crime.shape, crime.strength));
    }
    for sign in &read.signs().0 {
        each(sign.words.start, "@sign ", &sign.label);
    }
    for sign in read.scene().signs() {
        each(sign.words.start, "@scene ", &sign.label);
    }
    for (words, cue) in reading.cues.all() {
        each(words.start, "@cue ", cue);
    }
    for party in reading.parties() {
        each(party.words.start, "@of ", &party.who);
    }
    for (is, what) in
        [(reading.is_about_school(), "school"), (reading.reports_news(), "news"), (reading.is_fiction(), "fiction")]
    {
        if is {
            each(0, "@text ", &what);
        }
    }
}

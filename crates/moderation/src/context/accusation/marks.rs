//! What the lists about accusations find in a text, told by kind.

use std::fmt::{Debug, Write as _};

use crate::context::hash::Piece;
use crate::context::read::Read;

const CLAIM: Piece<'_> = Piece::of("@claim ");
const CRIME: Piece<'_> = Piece::of("@crime ");
const SIGN: Piece<'_> = Piece::of("@sign ");
const SCENE: Piece<'_> = Piece::of("@scene ");
const CUE: Piece<'_> = Piece::of("@cue ");
const OF: Piece<'_> = Piece::of("@of ");
const SCHOOL: Piece<'_> = Piece::of("@text school");
const NEWS: Piece<'_> = Piece::of("@text news");
const FICTION: Piece<'_> = Piece::of("@text fiction");

/// Tells of each finding of the lists of what people are accused of its first word and its kind: what it is about.
pub(in crate::context) fn listed(read: &Read<'_>, mut tell: impl FnMut(usize, &[Piece<'_>])) {
    let mut named = Named::default();
    for claim in read.claims() {
        named.tell(&mut tell, claim.words.start, CLAIM, &claim.topic);
        named.tell(&mut tell, claim.words.start, CLAIM, &(claim.shape, claim.strength));
    }
    for crime in read.crimes() {
        named.tell(&mut tell, crime.words.start, CRIME, &crime.topic);
        named.tell(&mut tell, crime.words.start, CRIME, &(crime.shape, crime.strength));
    }
    for sign in read.scene().signs() {
        named.tell(&mut tell, sign.words.start, SCENE, &sign.label);
    }
}

/// Tells the same of everybody spoken of, by who they are, of signs that they are spoken ill of, of the cues around, and
/// what the text as a whole is.
pub(in crate::context) fn marks(read: &Read<'_>, mut tell: impl FnMut(Option<usize>, &[Piece<'_>])) {
    let reading = read.reading();
    for party in reading.parties() {
        tell(Some(party.words.start), &[OF, Piece::of(party.who.name())]);
    }
    for (is, what) in
        [(reading.is_about_school(), SCHOOL), (reading.reports_news(), NEWS), (reading.is_fiction(), FICTION)]
    {
        if is {
            tell(None, &[what]);
        }
    }
    let (mut named, mut each) = (Named::default(), |word, mark: &[Piece<'_>]| tell(Some(word), mark));
    for sign in &read.signs().0 {
        named.tell(&mut each, sign.words.start, SIGN, &sign.label);
    }
    for (words, cue) in reading.cues.all() {
        named.tell(&mut each, words.start, CUE, cue);
    }
}

/// Names of kinds, one after another.
#[derive(Default)]
struct Named(String);

impl Named {
    fn tell(&mut self, tell: &mut impl FnMut(usize, &[Piece<'_>]), word: usize, sort: Piece<'_>, kind: &dyn Debug) {
        self.0.clear();
        if write!(self.0, "{kind:?}").is_ok() {
            tell(word, &[sort, Piece::of(&self.0)]);
        }
    }
}

//! A text read once for all rules; each part when the first of them asks for it.

use std::cell::OnceCell;

use super::Knowledge;
use super::accusation::{Claim, Reading, Scene, Signs, claims, crimes, signs_of_ill};
use super::learnt::{Sums, Worded};
use super::people::{Candidate, candidates};
use super::tokens::Tokens;

/// A text, what is known of the world, and what was read of the text so far.
#[derive(Debug)]
pub(crate) struct Read<'t> {
    pub(super) tokens: &'t Tokens<'t>,
    pub(super) known: &'t Knowledge,
    people: OnceCell<Vec<Candidate>>,
    reading: OnceCell<Reading<'t>>,
    claims: OnceCell<Vec<Claim>>,
    crimes: OnceCell<Vec<Claim>>,
    scene: OnceCell<Scene>,
    signs: OnceCell<Signs>,
    worded: OnceCell<Worded<'t>>,
    weighed: OnceCell<Sums>,
}

impl<'t> Read<'t> {
    /// Reads nothing yet.
    pub(crate) const fn of(tokens: &'t Tokens<'t>, known: &'t Knowledge) -> Self {
        Self {
            tokens,
            known,
            people: OnceCell::new(),
            reading: OnceCell::new(),
            claims: OnceCell::new(),
            crimes: OnceCell::new(),
            scene: OnceCell::new(),
            signs: OnceCell::new(),
            worded: OnceCell::new(),
            weighed: OnceCell::new(),
        }
    }

    /// Words that may name a person.
    pub(super) fn people(&self) -> &[Candidate] {
        self.people.get_or_init(|| candidates(self.tokens))
    }

    /// Who is spoken of, and the cues around.
    pub(super) fn reading(&self) -> &Reading<'t> {
        self.reading.get_or_init(|| Reading::of(self.tokens, self.known))
    }

    /// Words that accuse.
    pub(super) fn claims(&self) -> &[Claim] {
        self.claims.get_or_init(|| claims(self.tokens))
    }

    /// Words for crimes such as teachers are accused of.
    pub(super) fn crimes(&self) -> &[Claim] {
        self.crimes.get_or_init(|| crimes(self.tokens))
    }

    /// Signs of a pupil's accusation.
    pub(super) fn scene(&self) -> &Scene {
        self.scene.get_or_init(|| Scene::of(self.tokens))
    }

    /// Signs that somebody is spoken ill of.
    pub(super) fn signs(&self) -> &Signs {
        self.signs.get_or_init(|| signs_of_ill(self.tokens))
    }

    /// The words as the learnt weights see them.
    pub(super) fn worded(&self) -> &Worded<'t> {
        self.worded.get_or_init(|| Worded::of(self))
    }

    /// The text as the learnt weights see it.
    pub(super) fn weighed(&self) -> &Sums {
        self.weighed.get_or_init(|| Sums::of(self))
    }
}

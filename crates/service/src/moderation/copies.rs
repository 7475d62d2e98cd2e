//! Who sent the same text within a day. Kept in memory, by keyed digests: nothing of it can be read, nothing is written for
//! it, and a text counts however it was judged. A restart forgets it, and every node counts what it judged itself.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use moka::sync::Cache;
use staffroom_domain::ids::AccountId;
use staffroom_moderation::Part;
use staffroom_moderation::normalise::View;

/// How long a text is remembered after it was sent first.
const REMEMBERED: Duration = Duration::from_hours(24);
/// Texts remembered, and senders of each.
const MAX_TEXTS: u64 = 20_000;
const MAX_SENDERS: usize = 1_000;
/// Characters of a text that nobody writes by chance as somebody else does.
const MIN_CHARS: usize = 40;

/// Who sent a text.
type Senders = Arc<Mutex<Vec<AccountId>>>;

/// Who sent the same text.
pub(crate) struct SentTexts {
    key: RandomState,
    senders: Cache<u64, Senders>,
}

impl Default for SentTexts {
    fn default() -> Self {
        let senders = Cache::builder().max_capacity(MAX_TEXTS).time_to_live(REMEMBERED).build();
        Self { key: RandomState::new(), senders }
    }
}

impl SentTexts {
    /// By what a text is known again.
    pub(super) fn print(&self, text: &str) -> u64 {
        self.key.hash_one(text)
    }

    /// Remembers who sent it.
    pub(super) fn note(&self, print: u64, author: AccountId) {
        let senders = self.senders.get_with(print, Senders::default);
        let mut senders = senders.lock().unwrap_or_else(PoisonError::into_inner);
        if senders.len() < MAX_SENDERS && !senders.contains(&author) {
            senders.push(author);
        }
    }

    /// How many others sent it.
    pub(super) fn others(&self, print: u64, author: AccountId) -> u64 {
        let Some(senders) = self.senders.get(&print) else { return 0 };
        let senders = senders.lock().unwrap_or_else(PoisonError::into_inner);
        senders.iter().filter(|other| **other != author).count() as u64
    }
}

/// The text of a status without disguises and without whom it names; `None` for one so short that many write it.
pub(super) fn text_of(parts: &[(Part, String)]) -> Option<String> {
    let (_, content) = parts.iter().find(|(part, _)| *part == Part::Content)?;
    let view = View::folded(content).unwrap_or_else(|| View::plain(content));
    let words: Vec<&str> = view.text().split_whitespace().filter(|word| !word.starts_with('@')).collect();
    let text = words.join(" ");
    (text.chars().count() >= MIN_CHARS).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(content: &str) -> Option<String> {
        text_of(&[(Part::Content, content.to_owned())])
    }

    #[test]
    fn a_text_is_the_same_whomever_it_names_and_however_it_is_disguised() {
        let plain = text("@amy Vote now for the friendliest school of the county").unwrap();
        assert_eq!(text("@zoe@elm.test VОТE now for the  friendliest school of the county"), Some(plain.clone()));
        assert_ne!(text("Vote now for the friendliest school of the country"), Some(plain));
        assert_eq!(text("@amy @zoe @yan @mo Thank you all so much!"), None);
        assert_eq!(text_of(&[]), None);
    }

    #[test]
    fn senders_count_once_and_never_for_themselves() {
        let (sent, [amy, zoe, yan]) = (SentTexts::default(), [1, 2, 3].map(AccountId));
        let print = sent.print("the text");
        for author in [amy, amy, zoe] {
            sent.note(print, author);
        }
        assert_eq!([amy, zoe, yan].map(|author| sent.others(print, author)), [1, 1, 2]);
        assert_eq!(sent.others(sent.print("another"), amy), 0);
    }
}

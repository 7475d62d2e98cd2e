//! What an author means who answers a notice. An answer is a choice only where it says nothing but that one word, in a
//! polite phrase perhaps: `I'd like to keep it inside the school, thanks`. Where anything else is said nothing is done.

use staffroom_domain::hold::HoldChoice;

/// Marks that ask, doubt or deny.
const UNCLEAR: [char; 18] =
    ['?', '？', '؟', '⁇', '⁈', '⁉', '‽', '❓', '❔', '🤔', '🤷', '👎', '🚫', '⛔', '🛑', '❌', '❎', '✋'];

/// The choice an answer to the notice makes; `None` where it says anything else as well, asks, or names several.
pub(super) fn choice_in(text: &str) -> Option<HoldChoice> {
    if text.contains(UNCLEAR) {
        return None;
    }
    let words = words_of(text);
    let mut rest = Rest(&words);
    rest.skip(&["please", "pls", "ok", "okay", "yes", "hi", "hello"]);
    let wishes = rest.skip_wish()?;
    let acts = rest.skip_one(&["send", "keep"]);
    let names = (wishes || acts) && rest.skip_post();
    let leads = rest.skip_one(&["for", "to", "in", "inside", "within"]);
    let has_article = rest.skip_one(&["the", "my"]);
    let (choice, is_done) = rest.choice()?;
    rest.skip_post();
    rest.skip_one(&["only"]);
    rest.skip(&["please", "pls", "thanks", "thank", "you"]);
    // “I want it reviewed” and “keep it in school”, not “I want this school”
    let is_one_phrase = !names || leads || is_done;
    let is_meant = rest.0.is_empty() && is_one_phrase && (choice == HoldChoice::School || !has_article);
    is_meant.then_some(choice)
}

/// The words of a text in lower case, without people it addresses, emoji and punctuation.
fn words_of(text: &str) -> Vec<String> {
    // a hashtag is no word, and what is struck out is not said
    let is_of_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '#' | '~');
    let spoken = text.split_whitespace().filter(|word| !word.starts_with('@'));
    let words = spoken.flat_map(|word| word.split(move |c: char| !is_of_word(c)));
    let words = words.map(|word| word.trim_matches(['-', '\'', '’']).to_lowercase().replace('’', "'"));
    words.filter(|word| !word.is_empty()).collect()
}

/// What of an answer is not read yet.
struct Rest<'w>(&'w [String]);

impl Rest<'_> {
    /// Skips the next word if it is one of these.
    fn skip_one(&mut self, words: &[&str]) -> bool {
        match self.0.split_first() {
            Some((next, rest)) if words.contains(&next.as_str()) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn skip(&mut self, words: &[&str]) {
        while self.skip_one(words) {}
    }

    /// Skips `I`, `I want to`, `I'd like to`; tells whether something is wished. `None` for what only would be.
    fn skip_wish(&mut self) -> Option<bool> {
        let is_conditional = self.skip_one(&["i'd"]) || {
            self.skip_one(&["i"]);
            self.skip_one(&["would"])
        };
        let wishes = self.skip_one(if is_conditional { &["like"] } else { &["want"] });
        if wishes {
            self.skip_one(&["to"]);
        }
        (wishes || !is_conditional).then_some(wishes)
    }

    /// Skips what it is about: `it`, `this post`, `my status`.
    fn skip_post(&mut self) -> bool {
        match self.0 {
            [which, what, rest @ ..]
                if ["this", "my", "the"].contains(&which.as_str()) && ["post", "status"].contains(&what.as_str()) =>
            {
                self.0 = rest;
                true
            }
            _ => self.skip_one(&["it", "this"]),
        }
    }

    /// Takes the choice, and whether it stands there as something to be done to the post.
    fn choice(&mut self) -> Option<(HoldChoice, bool)> {
        let (word, rest) = self.0.split_first()?;
        self.0 = rest;
        match word.as_str() {
            "reviewed" => Some((HoldChoice::Review, true)),
            "withdrawn" => Some((HoldChoice::Withdraw, true)),
            word => Some((HoldChoice::parse(word)?, false)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_is_a_choice_in_a_polite_phrase_too() {
        for (text, choice) in [
            ("@moderation Review, please", HoldChoice::Review),
            ("@moderation@oak.test “school”", HoldChoice::School),
            ("Withdraw!", HoldChoice::Withdraw),
            ("'publish'", HoldChoice::Publish),
            ("WITHDRAW 🙏\n", HoldChoice::Withdraw),
            ("Review 👍🏽", HoldChoice::Review),
            ("pls review!", HoldChoice::Review),
            ("ok, school", HoldChoice::School),
            ("Hello! I’d like to keep this post inside the school, thank you.", HoldChoice::School),
            ("Please keep it in my school only", HoldChoice::School),
            ("to the school", HoldChoice::School),
            ("Yes, I want it withdrawn, thanks", HoldChoice::Withdraw),
            ("I would like to withdraw my status", HoldChoice::Withdraw),
            ("I withdraw it", HoldChoice::Withdraw),
            ("Send it for review please", HoldChoice::Review),
            ("I want this reviewed", HoldChoice::Review),
            ("Hi, I want to publish it, please", HoldChoice::Publish),
        ] {
            assert_eq!(choice_in(text), Some(choice), "{text}");
        }
    }

    #[test]
    fn whatever_says_more_is_no_choice() {
        for text in [
            "",
            "@moderation",
            "@review please",
            "#review",
            "~~withdraw~~",
            "🚫 withdraw",
            "school 👎",
            "school?",
            "withdraw ❓",
            "review or withdraw",
            "withdraw review/school",
            "school school",
            "School. Yes, school!",
            "Please don't withdraw",
            "not review but school",
            "I do not want review, withdraw",
            "never publish",
            "I am at school and will look later",
            "School closes at 4, talk tomorrow",
            "Why? It is about the school fair",
            "Leave it to the school",
            "Our school's trip was great",
            "I like the school",
            "I like school",
            "I want this school",
            "Thank you, school",
            "Thanks to the school",
            "I refuse to withdraw",
            "Should I withdraw",
            "I would withdraw",
            "I'd withdraw it",
            "withdraw would be silly",
            "stop! withdraw nothing",
            "with-draw",
            "<b>withdraw</b>",
            "with\u{200b}draw",
            "avoid review",
            "Thank you for the review",
            "the review, thanks",
            "post-review",
            "review https://oak.test/withdraw",
            "It was peer-review, withdrawn from the schools",
        ] {
            assert_eq!(choice_in(text), None, "{text}");
        }
    }
}

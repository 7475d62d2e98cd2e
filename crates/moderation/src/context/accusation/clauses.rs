//! Where sentences ask and where clauses begin.

use crate::context::tokens::Tokens;

/// Words that begin a clause of their own.
const JOINING: [&str; 22] = [
    "when", "after", "before", "if", "where", "why", "how", "as", "and", "but", "because", "while", "although",
    "though", "so", "yet", "or", "then", "until", "since", "plus", "&",
];

/// What stands between the words of a text.
#[derive(Debug)]
pub(super) struct Clauses {
    /// For each word the number of its clause.
    clause: Vec<usize>,
    /// For each sentence whether it ends in a question mark.
    questions: Vec<bool>,
}

impl Clauses {
    pub(super) fn of(tokens: &Tokens<'_>) -> Self {
        let (mut clause, mut questions, mut number) = (Vec::with_capacity(tokens.words().len()), Vec::new(), 0);
        let mut sentence = 0;
        for (at, word) in tokens.words().iter().enumerate() {
            let gap = tokens.gap(at);
            if word.sentence != sentence {
                questions.resize(word.sentence, false);
                if let Some(before) = questions.last_mut() {
                    *before = gap.contains('?');
                }
                sentence = word.sentence;
                number += 1;
            } else if gap.contains([',', ';', ':', '(', ')', '–', '—', '"', '“', '”', '&'])
                || gap.contains(" - ")
                || JOINING.contains(&word.folded.as_str())
            {
                number += 1;
            }
            clause.push(number);
        }
        questions.push(tokens.gap(tokens.words().len()).contains('?'));
        questions.resize(sentence + 1, false);
        Self { clause, questions }
    }

    /// Whether both words stand in one clause.
    pub(super) fn same(&self, one: usize, other: usize) -> bool {
        self.clause.get(one) == self.clause.get(other)
    }

    /// Whether the sentence is a question.
    pub(super) fn asks(&self, sentence: usize) -> bool {
        self.questions.get(sentence).copied().unwrap_or_default()
    }
}

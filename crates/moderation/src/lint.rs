//! What to think about before rules are used.

use crate::engine::Engine;
use crate::policy::{Condition, Mode, Rule};
use crate::verdict::{Action, Spelling};

/// Phrases so short are found in much ordinary talk.
const SHORT: usize = 4;

impl Engine {
    /// Remarks on rules that load and hold their samples, and yet cost much or catch much; each a line that names the rule.
    pub fn remarks(&self) -> Vec<String> {
        let remark = |rule: &Rule, text: &str| format!("{}: {text}", rule.id);
        self.rules().iter().flat_map(|rule| remarks(rule).into_iter().map(move |text| remark(rule, &text))).collect()
    }
}

fn remarks(rule: &Rule) -> Vec<String> {
    let mut remarks = Vec::new();
    match &rule.when {
        Condition::Regex(patterns) if patterns.expensive => {
            remarks.push("is marked expensive: its expressions run on every text".to_owned());
        }
        Condition::Phrase(phrases) => {
            let short: Vec<_> = phrases.any.iter().filter(|phrase| phrase.chars().count() < SHORT).collect();
            if !short.is_empty() {
                remarks.push(format!("has phrases of fewer than {SHORT} characters: {short:?}"));
            }
            if phrases.views.contains(&Spelling::Squashed) && rule.action == Action::Reject {
                remarks.push("sees through squashed spellings, which hold and never reject".to_owned());
            }
        }
        _ => {}
    }
    if rule.action == Action::Reject {
        remarks.push("rejects: nobody looks at what it matches".to_owned());
    }
    if rule.mode == Mode::Shadow {
        remarks.push("is tried out: its matches ask for nothing".to_owned());
    }
    remarks
}

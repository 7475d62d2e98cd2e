//! How much somebody publishes, and to how many at once.

use serde::Deserialize;

use super::wrong;
use crate::facts::RateFacts;

/// Figures that must all be reached.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rate {
    /// Statuses of the author in the last hour, this one counted in.
    pub posts_last_hour: Option<u64>,
    /// Other accounts whose same text was judged within a day.
    pub same_text_elsewhere: Option<u64>,
    /// People mentioned in the text.
    pub mentions: Option<u64>,
    /// Links in the text.
    pub links: Option<u64>,
}

impl Rate {
    pub(crate) fn validate(&self) -> Result<(), String> {
        let figures = [self.posts_last_hour, self.same_text_elsewhere, self.mentions, self.links];
        if figures.iter().all(Option::is_none) {
            return wrong("rate", "sets no limit");
        }
        if figures.contains(&Some(0)) {
            return wrong("rate", "sets a limit of 0, which everything reaches");
        }
        Ok(())
    }

    /// Whether all limits set are reached. What is not known is not.
    pub(crate) fn is_reached(&self, facts: Option<&RateFacts>, mentions: u64, links: u64) -> bool {
        let reached = |limit: Option<u64>, known: Option<u64>| {
            limit.is_none_or(|limit| known.is_some_and(|known| known >= limit))
        };
        reached(self.posts_last_hour, facts.and_then(|facts| facts.posts_last_hour))
            && reached(self.same_text_elsewhere, facts.and_then(|facts| facts.same_text_elsewhere))
            && reached(self.mentions, Some(mentions))
            && reached(self.links, Some(links))
    }
}

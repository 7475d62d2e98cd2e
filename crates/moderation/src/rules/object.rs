//! What sort of status it is. Audience, hashtags and language are asked for by every rule itself.

use serde::Deserialize;

use super::wrong;
use crate::facts::ObjectFacts;

/// A status of which everything said here is known to be true.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Object {
    /// It was published more than so many hours ago.
    pub older_than_hours: Option<u64>,
    /// Whether it answers another.
    pub is_reply: Option<bool>,
    /// Whether it answers somebody who does not follow the author.
    pub is_reply_to_stranger: Option<bool>,
    /// Whether it quotes another.
    pub has_quote: Option<bool>,
    /// Whether it was published before and is changed now.
    pub is_edit: Option<bool>,
}

impl Object {
    pub(crate) fn validate(&self) -> Result<(), String> {
        let flags = [self.is_reply, self.is_reply_to_stranger, self.has_quote, self.is_edit];
        if self.older_than_hours.is_none() && flags.iter().all(Option::is_none) {
            return wrong("object", "says nothing about a status");
        }
        Ok(())
    }

    /// Whether `object` is meant. What is not known is not true.
    pub(crate) fn fits(&self, object: &ObjectFacts) -> bool {
        let flag = |wanted: Option<bool>, known: Option<bool>| wanted.is_none() || wanted == known;
        self.older_than_hours.is_none_or(|limit| object.age_hours.is_some_and(|age| age > limit))
            && flag(self.is_reply, object.is_reply)
            && flag(self.is_reply_to_stranger, object.is_reply_to_stranger)
            && flag(self.has_quote, object.has_quote)
            && flag(self.is_edit, object.is_edit)
    }
}

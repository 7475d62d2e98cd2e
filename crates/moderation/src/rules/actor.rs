//! Who wrote it.

use serde::Deserialize;

use super::{link, wrong};
use crate::facts::ActorFacts;

/// An author of whom everything said here is known to be true.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Actor {
    /// Hosts, each with its subdomains.
    pub domains: Vec<String>,
    /// The account is younger than so many days.
    pub younger_than_days: Option<u64>,
    /// Fewer follow it.
    pub fewer_followers_than: Option<u64>,
    /// Whether it calls itself automated.
    pub is_bot: Option<bool>,
    /// Whether it has published nothing before.
    pub is_first_post: Option<bool>,
    /// Whether nobody here follows it or wrote anything that names it.
    pub is_first_contact: Option<bool>,
    /// Whether no status of its server came before.
    pub is_unknown_instance: Option<bool>,
}

impl Actor {
    pub(crate) fn validate(&self) -> Result<(), String> {
        let flags = [self.is_bot, self.is_first_post, self.is_first_contact, self.is_unknown_instance];
        let limits = [self.younger_than_days, self.fewer_followers_than];
        if self.domains.is_empty() && flags.iter().all(Option::is_none) && limits.iter().all(Option::is_none) {
            return wrong("actor", "says nothing about an author");
        }
        match self.domains.iter().find(|domain| !link::is_domain(domain)) {
            Some(domain) => wrong("actor.domains", &format!("lists {domain:?}, which is no domain in lower case")),
            None => Ok(()),
        }
    }

    /// Whether `actor` is meant. What is not known is not true.
    pub(crate) fn fits(&self, actor: &ActorFacts) -> bool {
        let flag = |wanted: Option<bool>, known: Option<bool>| wanted.is_none() || wanted == known;
        let below =
            |limit: Option<u64>, known: Option<u64>| limit.is_none_or(|limit| known.is_some_and(|known| known < limit));
        let of_domain = |host: &String| self.domains.iter().any(|domain| link::is_within(host, domain));
        (self.domains.is_empty() || actor.domain.as_ref().is_some_and(of_domain))
            && below(self.younger_than_days, actor.age_days)
            && below(self.fewer_followers_than, actor.followers)
            && flag(self.is_bot, actor.is_bot)
            && flag(self.is_first_post, actor.is_first_post)
            && flag(self.is_first_contact, actor.is_first_contact)
            && flag(self.is_unknown_instance, actor.is_unknown_instance)
    }
}

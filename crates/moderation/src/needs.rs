//! What rules have to be told about the outside, so that nobody looks up what none of them asks for.

use crate::policy::{Condition, Policy, Scope};
use crate::subject::Direction;

/// What has to be looked up for the rules about one direction. What is known of a subject anyway is not among it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Needs {
    /// [`Facts::role`](crate::Facts::role).
    pub role: bool,
    /// [`ActorFacts::is_first_post`](crate::facts::ActorFacts::is_first_post).
    pub is_first_post: bool,
    /// [`ActorFacts::is_first_contact`](crate::facts::ActorFacts::is_first_contact).
    pub is_first_contact: bool,
    /// [`ActorFacts::is_unknown_instance`](crate::facts::ActorFacts::is_unknown_instance).
    pub is_unknown_instance: bool,
    /// To how many [`RateFacts::posts_last_hour`](crate::facts::RateFacts::posts_last_hour) has to be counted; 0 if no
    /// rule asks.
    pub posts_last_hour: u64,
    /// The same of [`RateFacts::same_text_elsewhere`](crate::facts::RateFacts::same_text_elsewhere).
    pub same_text_elsewhere: u64,
    /// [`ObjectFacts::is_reply_to_stranger`](crate::facts::ObjectFacts::is_reply_to_stranger).
    pub is_reply_to_stranger: bool,
    /// [`Facts::schools`](crate::Facts::schools) and [`Facts::people`](crate::Facts::people).
    pub names: bool,
}

impl Needs {
    /// What the rules of `policy` about `direction` need.
    pub(crate) fn of(policy: &Policy, direction: Direction) -> Self {
        let mut needs = Self::default();
        let for_role = |scope: &Scope| matches!(scope, Scope::Role(_));
        let adjusts = |rule: &str| {
            policy.adjustments.iter().any(|adjustment| adjustment.rule == rule && for_role(&adjustment.scope))
        };
        for rule in policy.rules.iter().filter(|rule| rule.direction.contains(&direction)) {
            needs.role |= for_role(&rule.scope) || adjusts(&rule.id);
            match &rule.when {
                Condition::Actor(actor) => {
                    needs.is_first_post |= actor.is_first_post.is_some();
                    needs.is_first_contact |= actor.is_first_contact.is_some();
                    needs.is_unknown_instance |= actor.is_unknown_instance.is_some();
                }
                Condition::Rate(rate) => {
                    needs.posts_last_hour = needs.posts_last_hour.max(rate.posts_last_hour.unwrap_or_default());
                    let copies = rate.same_text_elsewhere.unwrap_or_default();
                    needs.same_text_elsewhere = needs.same_text_elsewhere.max(copies);
                }
                Condition::Object(object) => needs.is_reply_to_stranger |= object.is_reply_to_stranger.is_some(),
                Condition::Context(_) => needs.names = true,
                _ => {}
            }
        }
        needs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_rule_asks_for_is_not_needed() {
        let policy = Policy::built_in().unwrap();
        let (out, into) = (Needs::of(&policy, Direction::Outbound), Needs::of(&policy, Direction::Inbound));
        assert!(out.names && !out.is_first_contact && !out.is_unknown_instance && !out.role);
        assert!(into.is_first_contact && !into.names && !into.is_first_post && !into.is_reply_to_stranger);
        assert_eq!((out.posts_last_hour, out.same_text_elsewhere), (60, 0));
        assert_eq!((into.posts_last_hour, into.same_text_elsewhere), (60, 3));
        assert_eq!(Needs::of(&Policy::of_phrases(["a phrase"]), Direction::Outbound), Needs::default());
    }
}

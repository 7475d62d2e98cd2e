//! What happened to something held, as it was recorded.

use serde_json::Value;
use staffroom_domain::hold::HoldEvent;
use staffroom_domain::ids::{AccountId, StatusId};

use super::Moderation;
use crate::Result;

/// Events read at most.
const MAX_EVENTS: u32 = 200;

impl Moderation<'_> {
    /// What happened to something held of `author`, the oldest first.
    pub(super) async fn history(self, author: AccountId, held: StatusId) -> Result<Vec<HoldEvent>> {
        let read = self.service.storage().read();
        let found = read.moderation().about_held(author, held, MAX_EVENTS).await?;
        let by: Vec<Option<AccountId>> = found.iter().map(|decision| acted(&decision.findings)).collect();
        let mut ids: Vec<AccountId> = by.iter().copied().flatten().collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts = read.accounts().by_ids(&ids).await?;
        let account = |id: AccountId| accounts.iter().find(|account| account.id == id).cloned();
        let events = found.into_iter().zip(by).map(|(decision, by)| HoldEvent {
            what: decision.action,
            by: by.and_then(account),
            at: decision.created_at,
        });
        Ok(events.collect())
    }
}

/// Who decided; `None` for the rules.
fn acted(findings: &str) -> Option<AccountId> {
    let kept: Value = serde_json::from_str(findings).ok()?;
    AccountId::parse(kept.get("by")?.as_str()?)
}

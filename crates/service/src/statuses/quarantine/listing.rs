//! What is quarantined, for moderators.

use staffroom_domain::ids::{AccountId, QuarantineId};
use staffroom_domain::quarantine::{QuarantineState, Quarantined, QuarantinedView};
use staffroom_domain::{Page, PageRequest};

use super::stored;
use crate::moderation::KeptVerdict;
use crate::statuses::Statuses;
use crate::{Result, ServiceError};

impl Statuses<'_> {
    /// Those in `state`; see [`crate::moderation::quarantine::Quarantine::list`].
    pub(crate) async fn quarantined(&self, state: QuarantineState, page: PageRequest) -> Result<Page<QuarantinedView>> {
        let found = self.service.storage().read().quarantine().list(state, &page).await?;
        let (next, prev) = (found.next, found.prev);
        Ok(Page { items: self.quarantined_views(found.items).await?, next, prev })
    }

    /// One of them.
    pub(crate) async fn quarantined_one(&self, id: QuarantineId) -> Result<QuarantinedView> {
        let missing = || ServiceError::NotFound("quarantined status");
        let found = self.service.storage().read().quarantine().by_id(id).await?.ok_or_else(missing)?;
        self.quarantined_views(vec![found]).await?.pop().ok_or_else(missing)
    }

    async fn quarantined_views(&self, found: Vec<Quarantined>) -> Result<Vec<QuarantinedView>> {
        let read = self.service.storage().read();
        let identity = &self.service.settings().identity;
        let mut people: Vec<AccountId> =
            found.iter().flat_map(|one| [Some(one.account_id), one.decided_by]).flatten().collect();
        people.sort_unstable();
        people.dedup();
        let people = read.accounts().by_ids(&people).await?;
        let uris: Vec<String> = found.iter().map(|one| one.uri.clone()).collect();
        let known = read.statuses().by_uris(&uris).await?;
        let mut read_in = Vec::with_capacity(found.len());
        for one in found {
            let (incoming, _) = stored::read(&one.incoming)?;
            let mut to: Vec<String> = incoming.mention_uris.iter().chain(&incoming.recipient_uris).cloned().collect();
            to.retain(|uri| identity.is_local_uri(uri));
            read_in.push((one, incoming, to));
        }
        let mut to: Vec<String> = read_in.iter().flat_map(|(_, _, to)| to.iter().cloned()).collect();
        to.sort_unstable();
        to.dedup();
        let addressed = read.accounts().by_uris(&to).await?;
        let mut views = Vec::with_capacity(read_in.len());
        for (one, incoming, to) in read_in {
            let person = |id: AccountId| people.iter().find(|account| account.id == id).cloned();
            let Some(account) = person(one.account_id) else { continue };
            let verdict = KeptVerdict::read(&one.verdict)?;
            views.push(QuarantinedView {
                incoming,
                known: known
                    .iter()
                    .find(|known| known.uri == one.uri && known.deleted_at.is_none())
                    .map(|known| known.id),
                account,
                addressed: addressed.iter().filter(|account| to.contains(&account.uri)).cloned().collect(),
                findings: verdict.findings(),
                reason: verdict.reason,
                decided_by: one.decided_by.and_then(person),
                quarantined: one,
            });
        }
        Ok(views)
    }
}

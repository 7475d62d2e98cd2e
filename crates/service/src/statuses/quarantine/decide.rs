//! What moderators decide about something quarantined. They decide about what they saw: when its author changed it
//! meanwhile, or somebody else was faster, they are told.

use staffroom_domain::ids::{QuarantineId, StatusId};
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::quarantine::{QuarantineState, Quarantined};

use super::{Release, entry, keep_decision, overtaken, stored};
use crate::auth::Authority;
use crate::exchange::authority;
use crate::statuses::note::{checked, needed};
use crate::statuses::{Arrival, Statuses};
use crate::{Cx, Result, ServiceError};

/// Why something that was let in is not here all the same.
const GONE: &str =
    "it cannot come in any more: its author is gone or their server is blocked, or there is a newer version";

impl Statuses<'_> {
    /// Takes in what waited, as if it came now.
    pub(crate) async fn release_quarantined(
        &self,
        cx: &Cx,
        who: &Authority,
        id: QuarantineId,
        note: &str,
    ) -> Result<()> {
        let (waited, note) = (self.waiting(id).await?, checked(note)?);
        let (incoming, arrival) = stored::read(&waited.incoming)?;
        let release = Release { who, waited: &waited, note: &note };
        // what was blocked meanwhile stays out
        if authority(&waited.uri).is_some_and(|host| self.service.domains().permits(&host)) {
            match self.id_of(&waited.uri).await? {
                Some(_) => Box::pin(self.take_in_edit(cx, incoming, Some(&release))).await?,
                None => Box::pin(self.take_in(cx, incoming, arrival, Some(&release))).await.map(drop)?,
            }
        }
        let now = self.service.storage().read().quarantine().by_id(id).await?;
        match now.as_ref().map(|now| (now.state, now.released_as)) {
            Some((QuarantineState::Released, Some(status))) => {
                self.after_release(cx, &waited.uri, status, arrival).await
            }
            Some((QuarantineState::Waiting, _)) if now.as_ref().is_some_and(|now| now.revision == waited.revision) => {
                let tx = self.service.storage().begin().await?;
                tx.quarantine().remove(&waited.uri).await?;
                tx.commit().await?;
                Err(ServiceError::Conflict(GONE.to_owned()))
            }
            _ => Err(overtaken(now.as_ref(), &self.service.storage().read().accounts()).await?),
        }
    }

    /// Says no: while it is remembered, the same words of this status do not come in.
    pub(crate) async fn reject_quarantined(
        &self,
        cx: &Cx,
        who: &Authority,
        id: QuarantineId,
        reason: &str,
    ) -> Result<()> {
        let (waited, reason) = (self.waiting(id).await?, needed(reason, "reason")?);
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        let done = entry(who, Deed::RejectQuarantined, &waited);
        let rejected = Quarantined { state: QuarantineState::Rejected, note: reason, ..waited };
        keep_decision(&tx, cx, who, rejected).await?;
        metrics::counter!("moderation_quarantine_rejected_total").increment(1);
        self.service.commit_deed(tx, done).await
    }

    /// What happens to everything else once it is taken in.
    async fn after_release(&self, cx: &Cx, uri: &str, status: StatusId, arrival: Arrival) -> Result<()> {
        if let Arrival::Announced(feed) = arrival {
            self.announced_by_tag(cx, feed, status).await?;
        }
        if arrival != Arrival::Fetched {
            self.service.exchange().pass_on(cx, status, None).await?;
        }
        self.service.exchange().edit_passed_on(cx, uri, None).await
    }

    /// What is quarantined under `id`, if nobody decided.
    async fn waiting(&self, id: QuarantineId) -> Result<Quarantined> {
        let read = self.service.storage().read();
        let found = read.quarantine().by_id(id).await?.ok_or(ServiceError::NotFound("quarantined status"))?;
        if found.state == QuarantineState::Waiting {
            return Ok(found);
        }
        Err(overtaken(Some(&found), &read.accounts()).await?)
    }
}

//! What the author wants done with something held once it is published: boosting and pinning it.

use staffroom_domain::Visibility;
use staffroom_domain::hold::Hold;
use staffroom_domain::ids::StatusId;

use super::keep_changed;
use crate::statuses::pins::check_pin;
use crate::statuses::{Statuses, stored_draft};
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// Notes that a held status is to be boosted, for this audience or the author's usual one; returns its id.
    pub(in crate::statuses) async fn wish_boost(
        &self,
        cx: &Cx,
        hold: Hold,
        audience: Option<Visibility>,
    ) -> Result<StatusId> {
        let (draft, _) = stored_draft::read(&hold.draft)?;
        if draft.for_school || draft.visibility == Some(Visibility::Direct) {
            return Err(ServiceError::Forbidden("this status cannot be boosted".to_owned()));
        }
        let user = self.service.accounts().user(hold.account_id).await?;
        let (id, boost) = (hold.id, Some(audience.unwrap_or(user.posting.visibility)));
        self.keep_wishes(cx, Hold { boost, ..hold }).await?;
        Ok(id)
    }

    /// Notes that a held status is to be pinned, or not any more.
    pub(in crate::statuses) async fn wish_pin(&self, cx: &Cx, hold: Hold, on: bool) -> Result<()> {
        if on {
            let (draft, _) = stored_draft::read(&hold.draft)?;
            let tx = self.service.storage().begin().await?;
            check_pin(&tx, hold.account_id, draft.visibility.unwrap_or(Visibility::Direct)).await?;
            drop(tx);
        }
        self.keep_wishes(cx, Hold { pin: on, ..hold }).await
    }

    /// Keeps such wishes.
    pub(in crate::statuses) async fn keep_wishes(&self, cx: &Cx, hold: Hold) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        keep_changed(&tx, cx, hold).await?;
        self.service.commit(tx).await
    }
}

//! When something goes round that nobody may be part of: everything that is written is held for a time.

use std::time::Duration;

use staffroom_domain::ids::{OrganisationId, PanicId};
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::rule_cycle::Panic;
use staffroom_domain::{Tag, Timestamp};

use super::{Rules, check_decides, check_owner, logged};
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

/// The longest time at once, in hours.
pub const LONGEST_PANIC: u32 = 7 * 24;
/// Longest reason, in characters.
const MAX_REASON: usize = 500;

/// What is to be held.
#[derive(Clone, Debug)]
pub struct NewPanic {
    /// Whose words; `None`: everybody's here.
    pub organisation: Option<OrganisationId>,
    /// Only those with this hashtag.
    pub tag: Option<String>,
    /// Until when.
    pub until: Timestamp,
    /// Why, for those whose words are held.
    pub reason: String,
}

impl Rules<'_> {
    /// Holds everything that is written from now on, or what has one hashtag.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names what is wrong, [`ServiceError::Forbidden`] or [`ServiceError::NotFound`] where
    /// `who` has no right.
    pub async fn begin_panic(&self, cx: &Cx, who: &Authority, new: NewPanic) -> Result<Panic> {
        check_owner(who, new.organisation)?;
        let tag = new.tag.map(|text| {
            let tag = Tag::parse(&text).ok_or_else(|| ServiceError::invalid("hashtag", "is no hashtag"))?;
            Ok::<_, ServiceError>(tag.name().to_owned())
        });
        let reason = new.reason.trim().to_owned();
        if reason.is_empty() || reason.chars().count() > MAX_REASON {
            return Err(ServiceError::invalid("reason", format!("must have 1 to {MAX_REASON} characters")));
        }
        let latest = cx.now().plus(Duration::from_hours(LONGEST_PANIC.into()));
        if new.until <= cx.now() || new.until > latest {
            let [until, now, latest] = [new.until, cx.now(), latest].map(Timestamp::to_rfc3339);
            let why = format!("is {until}, and must lie in the next seven days: after {now}, and not after {latest}");
            return Err(ServiceError::invalid("until", why));
        }
        let panic = Panic {
            id: cx.id(),
            organisation: new.organisation,
            tag: tag.transpose()?,
            until: new.until,
            reason,
            started_by: who.by(),
            started_at: cx.now(),
            ended_at: None,
        };
        let (tx, _) = self.turn(who, panic.organisation).await?;
        tx.rules().begin_panic(&panic).await?;
        self.service.commit_deed(tx, logged::panic(who, Deed::StartPanic, &panic)).await?;
        let of_hashtag = panic.tag.is_some();
        tracing::warn!(by = ?who.by(), organisation = ?panic.organisation, of_hashtag, "everything is held");
        self.reload(cx).await?;
        Ok(panic)
    }

    /// Ends that before its time. What is held stays so until somebody decides about it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where `who` does not decide, and when it is over.
    pub async fn end_panic(&self, cx: &Cx, who: &Authority, id: PanicId) -> Result<Panic> {
        let known = self.service.storage().read().rules().panic(id).await?.ok_or(ServiceError::NotFound("panic"))?;
        check_decides(who, known.organisation, "panic")?;
        let (tx, _) = self.turn(who, known.organisation).await?;
        if !tx.rules().end_panic(id, cx.now()).await? {
            return Err(ServiceError::NotFound("panic"));
        }
        self.service.commit_deed(tx, logged::panic(who, Deed::EndPanic, &known)).await?;
        tracing::warn!(by = ?who.by(), organisation = ?known.organisation, "everything is no longer held");
        self.reload(cx).await?;
        Ok(Panic { ended_at: Some(cx.now()), ..known })
    }

    /// What goes on in the schools `who` may decide about and on the instance, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn panics(&self, cx: &Cx, who: &Authority) -> Result<Vec<Panic>> {
        Ok(self.service.storage().read().rules().panics(who.reach(), cx.now()).await?)
    }
}

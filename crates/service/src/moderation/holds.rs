//! Held statuses for those who decide about them. How they are held and published is `statuses::held`.

use staffroom_domain::hold::{HoldEvent, HoldState, HoldView, QueuePlace};
use staffroom_domain::ids::StatusId;
use staffroom_domain::organisation::{Organisation, Role};
use staffroom_domain::{Page, PageRequest};

use super::Moderation;
use crate::auth::Authority;
use crate::{Cx, Result, Service};

/// Held statuses for those who decide about them.
#[derive(Clone, Copy)]
pub struct Holds<'a> {
    service: &'a Service,
}

/// What somebody decides about, as they saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which one.
    pub id: StatusId,
    /// Its revision; `None` decides about it however it is by now.
    pub revision: Option<i64>,
}

impl From<StatusId> for Seen {
    fn from(id: StatusId) -> Self {
        Self { id, revision: None }
    }
}

/// A held status with everything those need who decide about it.
#[derive(Clone, Debug)]
pub struct HoldDetail {
    /// What it is, and why it is held.
    pub view: HoldView,
    /// The school of its author.
    pub school: Option<Organisation>,
    /// What they may do there.
    pub role: Option<Role>,
    /// What happened to it, the oldest first.
    pub history: Vec<HoldEvent>,
}

impl<'a> Moderation<'a> {
    /// Held statuses.
    pub fn holds(&self) -> Holds<'a> {
        Holds { service: self.service }
    }
}

impl Holds<'_> {
    /// Those a rule asks for, by people `who` decides about: the open ones, or those that stand as `state` says. What is
    /// open comes by its deadline, the soonest first, what is decided newest first. Nobody decides about their own, nor
    /// about those of somebody who stands as high.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, who: &Authority, state: Option<HoldState>, page: PageRequest) -> Result<Page<HoldView>> {
        self.service.statuses().held_by_others(who, state, page).await
    }

    /// The open ones in the order in which they should be decided, behind `after`, without what they would look like; and
    /// where to go on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn queue(
        &self,
        who: &Authority,
        after: Option<QueuePlace>,
        limit: usize,
    ) -> Result<(Vec<HoldView>, Option<QueuePlace>)> {
        // One more than asked for only tells that there is more.
        let asked = u64::try_from(limit.saturating_add(1)).unwrap_or(u64::MAX);
        let mut found = self.service.statuses().held_queue(who, after, asked).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|view| QueuePlace::of(&view.hold));
        Ok((found, next))
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`](crate::ServiceError::NotFound) when it is not for `who` to decide about.
    pub async fn get(&self, who: &Authority, id: StatusId) -> Result<HoldView> {
        let hold = self.service.statuses().held_by_other(who, id).await?;
        self.service.statuses().hold_view(hold).await
    }

    /// One of them with its history, and where its author stands.
    ///
    /// # Errors
    /// As [`Holds::get`].
    pub async fn detail(&self, who: &Authority, id: StatusId) -> Result<HoldDetail> {
        let view = self.get(who, id).await?;
        let (read, author) = (self.service.storage().read(), &view.account);
        let (school, role) = match author.organisation {
            Some(id) => (read.organisations().by_id(id).await?, read.organisations().role(author.id, id).await?),
            None => (None, None),
        };
        let history = self.service.moderation().history(author.id, id).await?;
        Ok(HoldDetail { view, school, role, history })
    }

    /// Lets it out: it is published under a new id, and its author is told, with `note`.
    ///
    /// # Errors
    /// As [`Holds::get`]; [`ServiceError::Conflict`](crate::ServiceError::Conflict) when it is decided already (by whom), was
    /// changed meanwhile, or an appeal about it was granted: then its author alone decides.
    pub async fn release(&self, cx: &Cx, who: &Authority, seen: impl Into<Seen>, note: &str) -> Result<HoldView> {
        let seen = seen.into();
        self.service.statuses().release_held(cx, who, seen, note).await?;
        self.get(who, seen.id).await
    }

    /// Says no: it is not published, and its author is told why.
    ///
    /// # Errors
    /// As [`Holds::release`]; [`ServiceError::Invalid`](crate::ServiceError::Invalid) without a reason.
    pub async fn reject(&self, cx: &Cx, who: &Authority, seen: impl Into<Seen>, reason: &str) -> Result<HoldView> {
        let seen = seen.into();
        self.service.statuses().reject_held(cx, who, seen, reason).await?;
        self.get(who, seen.id).await
    }

    /// Asks its author to edit it; it is still held.
    ///
    /// # Errors
    /// As [`Holds::reject`].
    pub async fn ask_to_edit(&self, cx: &Cx, who: &Authority, seen: impl Into<Seen>, note: &str) -> Result<HoldView> {
        let seen = seen.into();
        self.service.statuses().ask_to_edit_held(cx, who, seen, note).await?;
        self.get(who, seen.id).await
    }
}

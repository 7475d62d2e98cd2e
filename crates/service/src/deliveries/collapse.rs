//! What happened since takes earlier deliveries back, as long as nobody has tried them: a host that was away for a day
//! hears of what is, not of everything that was.

use std::collections::{HashMap, HashSet};

use staffroom_domain::ids::{AccountId, ActivityId, InboxId};
use staffroom_storage::Tx;
use staffroom_storage::deliveries::{NewDelivery, Untried};

use crate::ports::{Event, Rendered, kind};
use crate::{Cx, Result};

/// What an event makes needless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Collapse<'a> {
    Nothing,
    /// Earlier changes of the same thing.
    Changes,
    /// All that was said of the thing; where its making was not sent, its end need not be either.
    Everything,
    /// The activity with this network id, and with it the event itself.
    Undone(&'a str),
}

impl<'a> Collapse<'a> {
    pub(super) fn of(event: Event<'a>) -> Self {
        match event {
            Event::StatusEdited { .. } | Event::PollCounted { .. } | Event::AccountUpdated { .. } => Self::Changes,
            Event::StatusDeleted { .. } => Self::Everything,
            Event::ReblogUndone { reblog, .. } => Self::Undone(&reblog.uri),
            Event::FavouriteUndone { uri, .. }
            | Event::BlockUndone { uri, .. }
            | Event::TagAnnounceUndone { uri, .. } => Self::Undone(uri),
            Event::FollowUndone { follow, .. } => Self::Undone(&follow.uri),
            _ => Self::Nothing,
        }
    }

    /// Removes the deliveries that became needless, and from `targets` the inboxes that need not hear of the event.
    pub(super) async fn apply(
        self,
        tx: &Tx,
        cx: &Cx,
        sender: AccountId,
        rendered: &Rendered,
        targets: &mut Vec<NewDelivery>,
    ) -> Result<()> {
        if self == Self::Nothing {
            return Ok(());
        }
        let untried = tx.deliveries().untried(sender, rendered.order_key, cx.now()).await?;
        let (needless, spared) = self.judge(&untried);
        if needless.is_empty() {
            return Ok(());
        }
        tx.deliveries().remove(&needless).await?;
        let activities: HashSet<ActivityId> = needless.iter().map(|(activity, _)| *activity).collect();
        tx.outbox().remove_delivered(&activities.into_iter().collect::<Vec<_>>()).await?;
        targets.retain(|target| !spared.contains(&target.inbox_id));
        Ok(())
    }

    /// Deliveries that became needless, and inboxes that need not hear of the event.
    fn judge(self, untried: &[Untried]) -> (Vec<(ActivityId, InboxId)>, HashSet<InboxId>) {
        let mut by_inbox: HashMap<InboxId, Vec<&Untried>> = HashMap::new();
        for one in untried {
            by_inbox.entry(one.inbox_id).or_default().push(one);
        }
        let (mut needless, mut spared) = (Vec::new(), HashSet::new());
        for (inbox, waiting) in by_inbox {
            let is_needless = |one: &&&Untried| match self {
                Self::Nothing => false,
                Self::Changes => one.kind == kind::CHANGED,
                Self::Everything => one.kind == kind::CHANGED || one.kind == kind::MADE,
                Self::Undone(uri) => one.uri == uri,
            };
            let gone: Vec<&&Untried> = waiting.iter().filter(is_needless).collect();
            let is_spared = match self {
                Self::Nothing | Self::Changes => false,
                Self::Everything => gone.iter().any(|one| one.kind == kind::MADE),
                Self::Undone(_) => !gone.is_empty(),
            };
            if is_spared {
                spared.insert(inbox);
            }
            needless.extend(gone.into_iter().map(|one| (one.activity_id, inbox)));
        }
        (needless, spared)
    }
}

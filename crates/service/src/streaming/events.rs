//! What one listener is told of one piece of news on one channel.

use staffroom_domain::announcement::AnnouncementView;
use staffroom_domain::conversation::ConversationView;
use staffroom_domain::ids::{AnnouncementId, StatusId};
use staffroom_domain::news::{Gone, News};
use staffroom_domain::notification::NotificationView;
use staffroom_domain::status::{Status, StatusView};
use staffroom_domain::{PageRequest, Tag, Visibility};

use super::{Channel, Listener};
use crate::timelines::{PublicFilter, TagFilter};
use crate::{Result, ServiceError};

/// What a listener is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// A new status or boost.
    Update(Box<StatusView>),
    /// An edited status.
    StatusUpdate(Box<StatusView>),
    /// A status is gone.
    Delete(StatusId),
    /// A notification.
    Notification(Box<NotificationView>),
    /// One's filters are different.
    FiltersChanged,
    /// Notifications that were kept apart are among the others now.
    NotificationsMerged,
    /// A conversation has a new status, or was read.
    Conversation(Box<ConversationView>),
    /// An announcement, new or changed.
    Announcement(Box<AnnouncementView>),
    /// How often an emoji was put to an announcement.
    AnnouncementReaction {
        /// The announcement.
        id: AnnouncementId,
        /// The emoji.
        name: String,
        /// How many put it there.
        count: i64,
    },
    /// An announcement is no longer shown.
    AnnouncementDelete(AnnouncementId),
}

/// The page that holds exactly this status, if the timeline does.
fn only(id: StatusId) -> PageRequest {
    PageRequest { max_id: id.0.checked_add(1), since_id: id.0.checked_sub(1), ..PageRequest::newest(1) }
}

impl Listener {
    /// What to tell of `news` on `channel`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hear(&self, channel: &Channel, news: &News) -> Result<Option<Event>> {
        let heard = match news {
            News::Published(status) if matches!(channel, Channel::Direct) => self.conversation(status).await,
            News::ConversationRead(of, last_status) => {
                if *of != self.account || !matches!(channel, Channel::Direct) {
                    return Ok(None);
                }
                self.conversation_with(*last_status).await
            }
            News::Published(status) => self.shown(channel, status).await.map(|view| view.map(Event::Update)),
            News::Edited(status) => self.shown(channel, status).await.map(|view| view.map(Event::StatusUpdate)),
            News::Deleted(gone) => Ok(self.may_have_seen(channel, gone).await?.then_some(Event::Delete(gone.id))),
            News::Notified(to, id) => {
                let wants = matches!(channel, Channel::User | Channel::UserNotification);
                if *to != self.account || !self.notifications || !wants {
                    return Ok(None);
                }
                let view = self.service.notifications().get(self.account, *id).await;
                view.map(|view| Some(Event::Notification(Box::new(view))))
            }
            News::FiltersChanged(of) => {
                Ok((*of == self.account && matches!(channel, Channel::User)).then_some(Event::FiltersChanged))
            }
            News::NotificationsMerged(of) => {
                let wants = matches!(channel, Channel::User | Channel::UserNotification);
                Ok((*of == self.account && self.notifications && wants).then_some(Event::NotificationsMerged))
            }
            News::Announced(_) | News::AnnouncementEnded(_) | News::AnnouncementReacted(..) => {
                if matches!(channel, Channel::User) { self.announced(news).await } else { Ok(None) }
            }
            News::AccessChanged(_) | News::Missed | News::Stopped => Ok(None),
        };
        match heard {
            // what it was about is gone or hidden, or was never for this listener
            Err(ServiceError::NotFound(_) | ServiceError::Unauthorized(_)) => Ok(None),
            heard => heard,
        }
    }

    /// The conversation a direct status is the newest of, as this listener has it.
    async fn conversation(&self, status: &Status) -> Result<Option<Event>> {
        let concerns = status.visibility == Visibility::Direct && status.reblog_of.is_none();
        if concerns { self.conversation_with(status.id).await } else { Ok(None) }
    }

    async fn conversation_with(&self, last_status: StatusId) -> Result<Option<Event>> {
        let found = self.service.conversations().list(self.account, only(last_status)).await?;
        Ok(found.items.into_iter().next().map(|view| Event::Conversation(Box::new(view))))
    }

    /// What everybody here is told of announcements.
    async fn announced(&self, news: &News) -> Result<Option<Event>> {
        let (announcements, cx) = (self.service.announcements(), self.service.cx());
        Ok(match news {
            News::Announced(id) => {
                let view = announcements.get(&cx, self.account, *id).await?;
                Some(Event::Announcement(Box::new(view)))
            }
            News::AnnouncementReacted(id, name) => {
                let reactions = announcements.get(&cx, self.account, *id).await?.reactions;
                // None is left when the last one was taken back.
                let count = reactions.iter().find(|reaction| reaction.name == *name).map_or(0, |there| there.count);
                Some(Event::AnnouncementReaction { id: *id, name: name.clone(), count })
            }
            News::AnnouncementEnded(id) => Some(Event::AnnouncementDelete(*id)),
            _ => None,
        })
    }

    /// The status as this listener's timeline shows it, if it does.
    async fn shown(&self, channel: &Channel, status: &Status) -> Result<Option<Box<StatusView>>> {
        let timelines = self.service.timelines();
        let is_public = status.visibility == Visibility::Public && status.reblog_of.is_none();
        let comes = |filter: PublicFilter| fits(filter, status.local, !status.media_ids.is_empty());
        let page = only(status.id);
        let found = match channel {
            Channel::User => timelines.home(self.account, page).await?,
            Channel::List(list) => timelines.list(self.account, *list, page).await?,
            Channel::Public(filter) if is_public && comes(*filter) => {
                timelines.public(self.viewer(), *filter, page).await?
            }
            Channel::Hashtag(tag, public) if is_public && comes(*public) && has(&status.tags, tag) => {
                let (any, all, none) = (Vec::new(), Vec::new(), Vec::new());
                let filter = TagFilter { tag: tag.clone(), any, all, none, public: *public };
                timelines.tag(self.viewer(), filter, page).await?
            }
            Channel::Public(_) | Channel::Hashtag(..) | Channel::UserNotification | Channel::Direct => return Ok(None),
        };
        Ok(found.items.into_iter().next().map(Box::new))
    }

    /// Whether a status that is gone may have been shown on a channel: by what it was.
    async fn may_have_seen(&self, channel: &Channel, gone: &Gone) -> Result<bool> {
        let is_public = gone.visibility == Visibility::Public && !gone.is_boost;
        let fits = |filter: &PublicFilter| fits(*filter, gone.local, gone.has_media);
        match channel {
            Channel::Public(filter) => Ok(is_public && fits(filter)),
            Channel::Hashtag(tag, filter) => Ok(is_public && fits(filter) && has(&gone.tags, tag)),
            Channel::UserNotification | Channel::Direct => Ok(false),
            Channel::User | Channel::List(_) => {
                let own = gone.author == self.account || gone.named.contains(&self.account);
                if own || gone.visibility == Visibility::Direct {
                    return Ok(own);
                }
                let relation = self.service.accounts().relationships(self.account, &[gone.author]).await?.pop();
                let follows = relation.is_some_and(|relation| relation.following);
                Ok(follows || (is_public && !gone.tags.is_empty()))
            }
        }
    }
}

/// Whether a hashtag is among others, in whichever spelling.
fn has(tags: &[Tag], tag: &Tag) -> bool {
    tags.iter().any(|other| other.name() == tag.name())
}

/// Whether a status comes from where the filter asks.
fn fits(filter: PublicFilter, local: bool, has_media: bool) -> bool {
    (!filter.local || local) && (!filter.remote || !local) && (!filter.only_media || has_media)
}

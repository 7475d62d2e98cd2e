//! JSON shapes of the client API. Ids are strings, timestamps have three decimals, lists are never null.

mod account;
mod admin;
mod admin_blocks;
mod admin_figures;
mod announcement;
mod application;
mod card;
mod conversation;
mod filter;
mod instance;
mod list;
mod marker;
mod media;
mod notification;
mod notification_group;
mod notification_request;
mod poll;
mod push_subscription;
mod relationship;
mod report;
mod scheduled;
mod status;
mod tag;
#[cfg(test)]
mod tests;
mod translation;
mod trend;

use staffroom_domain::account::Picture;
use staffroom_domain::{Timestamp, Viewer};
use staffroom_service::Service;

pub(crate) use account::{Account, CredentialAccount, CustomEmoji};
pub(crate) use admin::{AdminAccount, AdminDomainAllow, AdminDomainBlock, AdminReport};
pub(crate) use admin_blocks::{AdminCanonicalEmailBlock, AdminEmailDomainBlock, AdminIpBlock};
pub(crate) use admin_figures::{AdminCohort, AdminDimension, AdminMeasure};
pub(crate) use application::{Application, CredentialApplication};
pub(crate) use filter::{Filter, FilterKeyword, FilterResult, FilterStatus, V1Filter};
pub(crate) use instance::{rules, v1 as instance_v1, v2 as instance_v2};
pub(crate) use list::List;
pub(crate) use marker::Marker;
pub(crate) use media::MediaAttachment;
pub(crate) use notification::Notification;
pub(crate) use notification_group::GroupedNotifications;
pub(crate) use notification_request::{NotificationPolicy, NotificationRequest};
pub(crate) use poll::Poll;
pub(crate) use push_subscription::WebPushSubscription;
pub(crate) use relationship::Relationship;
pub(crate) use report::Report;
pub(crate) use scheduled::ScheduledStatus;
pub(crate) use status::{Status, StatusEdit};
pub(crate) use tag::{FeaturedTag, Tag};
pub(crate) use translation::Translation;
pub(crate) use trend::TrendingLink;

/// Turns domain values into entities, for one viewer at one time.
#[derive(Clone, Copy)]
pub(crate) struct Render<'a> {
    pub(crate) service: &'a Service,
    pub(crate) now: Timestamp,
    pub(crate) viewer: Viewer,
}

impl Render<'_> {
    /// Our own address, no trailing slash.
    fn base(&self) -> &str {
        &self.service.settings().identity.public_url
    }

    /// Absolute URL of a picture, or of the placeholder at `missing`.
    fn picture(&self, picture: Option<&Picture>, missing: &str) -> String {
        picture.map_or_else(|| format!("{}{missing}", self.base()), |picture| self.service.media().url(picture))
    }
}

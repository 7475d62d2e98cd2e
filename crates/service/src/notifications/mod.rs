//! Notifications.

use crate::{Cx, Result, Service};

/// Notifications.
#[derive(Clone, Copy)]
pub struct Notifications<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Notifications<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::ids::{AccountId, NotificationId};
use staffroom_domain::notification::{NotificationFilter, NotificationView};
use staffroom_domain::{Page, PageRequest};

impl Notifications<'_> {
    /// One's notifications, newest first.
    pub async fn list(
        &self,
        _account: AccountId,
        _filter: NotificationFilter,
        _page: PageRequest,
    ) -> Result<Page<NotificationView>> {
        unimplemented!()
    }
    /// One of them.
    pub async fn get(&self, _account: AccountId, _id: NotificationId) -> Result<NotificationView> {
        unimplemented!()
    }
    /// Removes one.
    pub async fn dismiss(&self, _cx: &Cx, _account: AccountId, _id: NotificationId) -> Result<()> {
        unimplemented!()
    }
    /// Removes all.
    pub async fn clear(&self, _cx: &Cx, _account: AccountId) -> Result<()> {
        unimplemented!()
    }
}

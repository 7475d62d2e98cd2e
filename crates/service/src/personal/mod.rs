//! Lists, filters, markers.

use crate::{Cx, Result, Service};

/// Lists, filters, markers.
#[derive(Clone, Copy)]
pub struct Personal<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Personal<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::filter::{Filter, FilterChange};
use staffroom_domain::ids::{AccountId, FilterId, FilterKeywordId, FilterStatusId, ListId, StatusId};
use staffroom_domain::list::List;
use staffroom_domain::relationship::Listed;
use staffroom_domain::{Page, PageRequest, Timestamp};

/// How far somebody has read a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// `home` or `notifications`.
    pub timeline: String,
    /// The newest id read.
    pub last_read_id: i64,
    /// Counts changes.
    pub version: i64,
    /// Last change.
    pub updated_at: Timestamp,
}

/// What a list is made or changed to. `None` leaves a thing as it is (or takes the default).
#[derive(Clone, Debug, Default)]
pub struct ListChange {
    /// Title.
    pub title: Option<String>,
    /// `followed`, `list` or `none`.
    pub replies_policy: Option<String>,
    /// Members do not show in the home timeline.
    pub exclusive: Option<bool>,
}

impl Personal<'_> {
    /// One's lists, oldest first.
    pub async fn lists(&self, _owner: AccountId) -> Result<Vec<List>> {
        unimplemented!()
    }
    /// One of them.
    pub async fn list(&self, _owner: AccountId, _id: ListId) -> Result<List> {
        unimplemented!()
    }
    /// Makes a list.
    pub async fn create_list(&self, _cx: &Cx, _owner: AccountId, _change: ListChange) -> Result<List> {
        unimplemented!()
    }
    /// Changes a list.
    pub async fn update_list(&self, _cx: &Cx, _owner: AccountId, _id: ListId, _change: ListChange) -> Result<List> {
        unimplemented!()
    }
    /// Removes a list.
    pub async fn delete_list(&self, _cx: &Cx, _owner: AccountId, _id: ListId) -> Result<()> {
        unimplemented!()
    }
    /// Members of a list.
    pub async fn list_accounts(&self, _owner: AccountId, _id: ListId, _page: PageRequest) -> Result<Page<Listed>> {
        unimplemented!()
    }
    /// Adds members (only accounts one follows).
    pub async fn add_to_list(&self, _cx: &Cx, _owner: AccountId, _id: ListId, _accounts: &[AccountId]) -> Result<()> {
        unimplemented!()
    }
    /// Removes members.
    pub async fn remove_from_list(
        &self,
        _cx: &Cx,
        _owner: AccountId,
        _id: ListId,
        _accounts: &[AccountId],
    ) -> Result<()> {
        unimplemented!()
    }
    /// One's filters with keywords and statuses, oldest first.
    pub async fn filters(&self, _owner: AccountId) -> Result<Vec<Filter>> {
        unimplemented!()
    }
    /// One of them.
    pub async fn filter(&self, _owner: AccountId, _id: FilterId) -> Result<Filter> {
        unimplemented!()
    }
    /// Makes a filter.
    pub async fn create_filter(&self, _cx: &Cx, _owner: AccountId, _change: FilterChange) -> Result<Filter> {
        unimplemented!()
    }
    /// Changes a filter.
    pub async fn update_filter(
        &self,
        _cx: &Cx,
        _owner: AccountId,
        _id: FilterId,
        _change: FilterChange,
    ) -> Result<Filter> {
        unimplemented!()
    }
    /// Removes a filter.
    pub async fn delete_filter(&self, _cx: &Cx, _owner: AccountId, _id: FilterId) -> Result<()> {
        unimplemented!()
    }
    /// The filter a keyword belongs to.
    pub async fn filter_of_keyword(&self, _owner: AccountId, _id: FilterKeywordId) -> Result<Filter> {
        unimplemented!()
    }
    /// Names a status in a filter.
    pub async fn add_filter_status(
        &self,
        _cx: &Cx,
        _owner: AccountId,
        _id: FilterId,
        _status: StatusId,
    ) -> Result<FilterStatusId> {
        unimplemented!()
    }
    /// Removes a status from a filter.
    pub async fn remove_filter_status(&self, _cx: &Cx, _owner: AccountId, _id: FilterStatusId) -> Result<()> {
        unimplemented!()
    }
    /// One's markers for these timelines.
    pub async fn markers(&self, _owner: AccountId, _timelines: &[String]) -> Result<Vec<Marker>> {
        unimplemented!()
    }
    /// Moves markers; returns those moved.
    pub async fn set_markers(&self, _cx: &Cx, _owner: AccountId, _markers: &[(String, i64)]) -> Result<Vec<Marker>> {
        unimplemented!()
    }
}

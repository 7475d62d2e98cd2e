//! Lists, filters, markers: what belongs to one person and nobody else sees.

mod export;
mod filters;
mod lists;
mod markers;
mod matching;

pub(crate) use matching::Matcher;

use crate::Service;

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

use staffroom_domain::Timestamp;

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

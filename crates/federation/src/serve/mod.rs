//! Answers to GET: actors, statuses, tag accounts; and the inboxes' POST.

pub(crate) mod actors;
pub(crate) mod answer;
pub(crate) mod authorizations;
pub(crate) mod closed;
pub(crate) mod emojis;
mod forwarded;
pub(crate) mod inbox;
pub(crate) mod negotiate;
pub(crate) mod statuses;
pub(crate) mod tags;
pub(crate) mod viewer;

//! Timelines, and other lists of statuses.

pub(crate) mod account;
pub(crate) mod direct;
pub(crate) mod home;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod own;
pub(crate) mod public;
pub(crate) mod tag;

use axum::response::Response;
use staffroom_domain::status::StatusView;
use staffroom_domain::{Page, PageRequest};

use crate::call::Call;
use crate::paging;

fn page(call: &Call) -> PageRequest {
    call.page(20, 40)
}

pub(crate) fn answer(call: &Call, page: Page<StatusView>) -> Response {
    let render = call.render();
    paging::answer(call, page, |view| render.status(&view))
}

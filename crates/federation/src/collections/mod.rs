//! Collections: what others may page through. Public statuses only; who follows whom only for those who sign.

pub(crate) mod contexts;
pub(crate) mod featured;
pub(crate) mod follows;
pub(crate) mod outbox;
pub(crate) mod replies;
pub(crate) mod synchronisation;

use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use staffroom_domain::{Page, PageRequest};

use crate::render::context;
use crate::serve::answer::activity;

/// Items on one page.
pub(crate) const PAGE_SIZE: u64 = 20;

/// `?page=true&max_id=…`. Without `page` the collection itself is meant.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Paging {
    page: Option<String>,
    max_id: Option<String>,
}

impl Paging {
    /// The page asked for, newest first; `None` for the collection itself.
    pub(crate) fn request(&self) -> Option<PageRequest> {
        let max_id = self.max_id.as_deref().and_then(|text| text.parse().ok());
        let wanted = self.page.as_deref().is_some_and(|page| page != "false") || max_id.is_some();
        wanted.then(|| PageRequest { max_id, ..PageRequest::newest(PAGE_SIZE) })
    }
}

/// A collection without its items: how many there are and where the first page is, if pages are shown.
pub(crate) fn overview(uri: &str, total: Option<i64>, has_pages: bool) -> Response {
    let mut document = json!({ "id": uri, "type": "OrderedCollection" });
    if let Value::Object(members) = &mut document {
        if let Some(total) = total {
            members.insert("totalItems".into(), json!(total.max(0)));
        }
        if has_pages {
            members.insert("first".into(), json!(format!("{uri}?page=true")));
        }
    }
    activity(context::plain(), document)
}

/// One page; `next` leads to older items.
pub(crate) fn page(uri: &str, request: &PageRequest, context: Value, page: &Page<Value>) -> Response {
    let cursor = request.max_id.map(|id| format!("&max_id={id}")).unwrap_or_default();
    let mut document = json!({
        "id": format!("{uri}?page=true{cursor}"),
        "type": "OrderedCollectionPage",
        "partOf": uri,
        "orderedItems": page.items,
    });
    if let (Value::Object(members), Some(next)) = (&mut document, page.next) {
        members.insert("next".into(), json!(format!("{uri}?page=true&max_id={next}")));
    }
    activity(context, document)
}

//! Reading the outbox of a peer's tag account on from where we stopped: few pages, of its own server only, none twice.

use std::collections::HashSet;

use serde_json::Value;
use staffroom_service::ports::FeedPage;
use url::Url;

use crate::error::FederationError;
use crate::fetch;
use crate::http::Purpose;
use crate::state::Context;
use crate::vocab::lenient::{id_of, items, member, parse_url};

/// Pages read in one go.
const MAX_PAGES: usize = 10;
/// Announcements read in one go.
const MAX_ITEMS: usize = 500;

/// What was announced from the page `start` on. Ends at an empty page, at one that leads elsewhere or back, and at the
/// limits; what was read until then counts.
///
/// # Errors
/// The first page cannot be had.
pub(crate) async fn announced_since(context: &Context, start: &str) -> Result<FeedPage, FederationError> {
    let mut url = parse_url(start).ok_or(FederationError::Refused("outbox has no usable address"))?;
    let origin = url.origin();
    let (mut found, mut seen) = (FeedPage::default(), HashSet::new());
    while seen.insert(url.clone()) && seen.len() <= MAX_PAGES && found.statuses.len() < MAX_ITEMS {
        let page = match fetch::value(context, Purpose::Collection, &url).await {
            Ok(page) => page,
            Err(error) if found.next.is_none() => return Err(error),
            Err(_) => break,
        };
        let announced: Vec<&Value> = page.object.get("orderedItems").map(items).unwrap_or_default().iter().collect();
        let left = MAX_ITEMS - found.statuses.len();
        found.statuses.extend(announced.iter().take(left).filter_map(|item| status_of(item)).map(String::from));
        let next = page.object.get("next").and_then(id_of).filter(|next| next.origin() == origin);
        let Some(next) = next else { break };
        found.next = Some(next.to_string());
        if announced.is_empty() {
            break;
        }
        url = next;
    }
    Ok(found)
}

/// The status an announcement points at; what is embedded in it counts for nothing.
fn status_of(item: &Value) -> Option<Url> {
    member(item, "type").filter(|kind| *kind == "Announce")?;
    id_of(items(item.get("object")?).first()?)
}

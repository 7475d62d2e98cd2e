//! Completing threads (FEP-7888, FEP-f228, FEP-7458): what a status answers, and what its `context` and `replies`
//! collections name, fetched piece by piece.
//!
//! A collection is believed about one thing: that its own server thinks these belong together. What is embedded in it
//! is taken from its own server's objects only; everything else is looked up where it lives.

use std::collections::{HashSet, VecDeque};

use activitypub_federation::traits::Object as _;
use serde::Deserialize as _;
use serde_json::Value;
use staffroom_service::ports::ThreadToFill;
use url::Url;

use crate::error::FederationError;
use crate::fetch::{self, trigger};
use crate::http::Purpose;
use crate::objects::Note;
use crate::state::Context;
use crate::vocab::collection::CollectionDoc;
use crate::vocab::lenient::{id_of, parse_url};
use crate::vocab::note::{NoteDoc, is_status};

/// Pages read of one collection.
const MAX_PAGES: usize = 10;
/// Items read of one collection.
const MAX_ITEMS: usize = 500;

/// Fetches what is missing of a thread, as far as one trigger may; whether something is left for another.
pub(crate) async fn fill(context: &Context, wanted: &ThreadToFill) -> bool {
    let thread = wanted.thread.to_string();
    trigger::for_thread(thread.clone(), async {
        if let Some(parent) = wanted.missing_uri.as_deref().and_then(parse_url) {
            look_up(context, &parent).await;
        }
        for uri in wanted.uris.iter().filter_map(|uri| parse_url(uri)) {
            let Ok(found) = fetch::value(context, Purpose::Note, &uri).await else { continue };
            for name in ["context", "replies"] {
                let Some(start) = found.object.get(name) else { continue };
                for item in walk(context, start, &found.url).await {
                    take(context, item).await;
                }
            }
        }
        trigger::is_spent() && context.memory().has_more_for_thread(&thread, context.service().cx().now())
    })
    .await
}

/// One item of a collection.
enum Item {
    At(Url),
    /// By the collection's own server.
    Embedded(Box<NoteDoc>),
}

/// The items of the collection at (or embedded as) `start` in a document of `home`, in its order, each once.
async fn walk(context: &Context, start: &Value, home: &Url) -> Vec<Item> {
    let mut found = Vec::new();
    let mut seen: HashSet<Url> = HashSet::new();
    let mut visited: HashSet<Url> = HashSet::new();
    let mut origin = match start {
        Value::String(text) => match parse_url(text) {
            Some(url) => url,
            None => return found,
        },
        _ => home.clone(),
    };
    let mut waiting = VecDeque::from([start.clone()]);
    for _ in 0..MAX_PAGES {
        let Some(step) = waiting.pop_front() else { break };
        let page = match &step {
            Value::String(text) => {
                // pages are on the collection's own server, and none is read twice
                let url = parse_url(text).filter(|url| url.origin() == origin.origin());
                let Some(url) = url.filter(|url| visited.insert(url.clone())) else { break };
                match fetch::descriptor(context, Purpose::Collection, &url).await {
                    Ok(page) if page.url.origin() == url.origin() => {
                        origin = page.url.clone();
                        page.object.clone()
                    }
                    _ => break,
                }
            }
            embedded => embedded.clone(),
        };
        let Some(page) = CollectionDoc::read(&page) else { break };
        for item in page.items() {
            if found.len() >= MAX_ITEMS {
                return found;
            }
            let Some(id) = id_of(item).filter(|id| seen.insert(id.clone())) else { continue };
            found.push(read_item(item, id, &origin));
        }
        waiting.extend(page.next().cloned());
    }
    found
}

fn read_item(item: &Value, id: Url, origin: &Url) -> Item {
    let note = NoteDoc::deserialize(item).ok().filter(|note| {
        let is_home = |url: &Option<Url>| url.as_ref().is_some_and(|url| url.origin() == origin.origin());
        is_status(&note.kind) && is_home(&note.id) && is_home(&note.attributed_to)
    });
    note.map_or(Item::At(id), |note| Item::Embedded(Box::new(note)))
}

async fn take(context: &Context, item: Item) {
    match item {
        Item::At(url) => look_up(context, &url).await,
        Item::Embedded(note) => {
            let Some(id) = note.id.clone() else { return };
            if matches!(context.service().statuses().was_seen(id.as_str()).await, Ok(false)) {
                let taken = async {
                    Note::verify(&note, &id, context).await?;
                    Box::pin(Note::from_json(*note, context)).await.map(drop)
                };
                passed_over(&id, taken.await);
            }
        }
    }
}

/// Fetches what is neither here nor ours nor known to be gone.
async fn look_up(context: &Context, url: &Url) {
    let is_new = matches!(context.service().statuses().was_seen(url.as_str()).await, Ok(false));
    if is_new && !context.identity().is_local_uri(url.as_str()) {
        passed_over(url, Note::known_or_fetched(url, context).await.map(drop));
    }
}

/// What cannot be had is left out; the rest of the thread is shown.
fn passed_over(url: &Url, outcome: Result<(), FederationError>) {
    if let Err(error) = outcome {
        tracing::debug!(object.id = %url, %error, "part of a thread was not fetched");
    }
}

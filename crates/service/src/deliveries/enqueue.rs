//! Queues an activity for a set of inboxes, inside the transaction of the use case that caused it.

use std::collections::HashMap;
use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, ActivityId, InboxId, StatusId};
use staffroom_storage::Tx;
use staffroom_storage::deliveries::{INBOX_GONE, InboxRow, NewDelivery, NewInbox};
use staffroom_storage::outbox::OutboxActivity;
use url::Url;

use super::collapse::Collapse;
use super::{InboxRef, Lane, must_arrive};
use crate::accounts::proving_key;
use crate::ports::{Event, Rendered};
use crate::{Cx, Result, Service};

/// How long a personal inbox that answered 404 or 410 is left alone: its owner may be gone, or its server was mistaken.
const GONE_FOR: Duration = Duration::from_hours(24);

/// What was queued. Ring [`crate::signals::Signals::deliveries`] after the commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Enqueued {
    /// Inboxes the activity will reach, for `status_reach`; empty when there was nobody to tell.
    pub(crate) inbox_ids: Vec<InboxId>,
}

/// Renders `event` as an activity of `sender` and queues it for each distinct inbox.
///
/// Inboxes of domains and hosts we do not speak with, our own, or no http(s) URL are left out, and so are those of
/// hosts that are down unless somebody waits or it must arrive. One that said a short time ago that it is gone is sent
/// nothing; of a status that is kept as refused. If none is left nothing is queued.
pub(crate) async fn enqueue(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    sender: AccountId,
    event: Event<'_>,
    lane: Lane,
    inboxes: &[InboxRef],
) -> Result<Enqueued> {
    let targets = resolve(tx, service, cx, inboxes).await?;
    render_and_queue(tx, service, cx, sender, event, lane, targets).await
}

/// As [`enqueue`], for an activity that is already finished.
pub(crate) async fn enqueue_rendered(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    sender: AccountId,
    rendered: Rendered,
    lane: Lane,
    inboxes: &[InboxRef],
) -> Result<Enqueued> {
    let targets = open(resolve(tx, service, cx, inboxes).await?, lane, rendered.kind);
    if targets.is_empty() {
        return Ok(Enqueued::default());
    }
    let saying = Saying { id: cx.id(), sender, status_id: None };
    queue(tx, cx, saying, rendered, lane, targets).await
}

/// An inbox something may be sent to.
struct Target {
    delivery: NewDelivery,
    is_down: bool,
    is_gone: bool,
}

/// Where something of this lane and type goes.
fn open(targets: Vec<Target>, lane: Lane, kind: &str) -> Vec<NewDelivery> {
    let is_wanted =
        |target: &Target| !target.is_gone && (!target.is_down || lane == Lane::Interactive || must_arrive(kind));
    targets.into_iter().filter(is_wanted).map(|target| target.delivery).collect()
}

/// Loads or adds the rows of the inboxes we may deliver to.
async fn resolve(tx: &Tx, service: &Service, cx: &Cx, inboxes: &[InboxRef]) -> Result<Vec<Target>> {
    let our_host = service.settings().identity.host();
    let mut wanted: HashMap<&str, (NewInbox, Option<Timestamp>)> = HashMap::with_capacity(inboxes.len());
    for inbox in inboxes {
        let is_other = |host: &String| *host != our_host && service.domains().permits(host);
        let Some(host) = host_of(&inbox.url).filter(is_other) else { continue };
        wanted
            .entry(&inbox.url)
            .or_insert_with(|| (NewInbox { url: inbox.url.clone(), host, is_shared: inbox.shared }, inbox.not_before));
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<NewInbox> = wanted.values().map(|(inbox, _)| inbox.clone()).collect();
    let found = tx.deliveries().find_or_add_inboxes(&rows, || cx.id::<InboxId>().0).await?;
    Ok(targets_of(cx, found, |url| wanted.get(url).and_then(|(_, not_before)| *not_before)))
}

fn targets_of(cx: &Cx, rows: Vec<InboxRow>, not_before: impl Fn(&str) -> Option<Timestamp>) -> Vec<Target> {
    let target = |row: InboxRow| Target {
        delivery: NewDelivery {
            host_id: row.host_id,
            inbox_id: row.id,
            not_before: not_before(&row.url).unwrap_or_default(),
        },
        is_down: row.is_down,
        is_gone: row.gone_at.is_some_and(|at| cx.now() < at.plus(GONE_FOR)),
    };
    rows.into_iter().filter(|row| !row.is_host_gone).map(target).collect()
}

async fn render_and_queue(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    sender: AccountId,
    event: Event<'_>,
    lane: Lane,
    targets: Vec<Target>,
) -> Result<Enqueued> {
    if targets.is_empty() {
        return Ok(Enqueued::default());
    }
    let id = cx.id();
    let key = proving_key(tx, service, sender).await?;
    let rendered = service.inner.renderer.render(event, id, cx.now(), key.as_ref())?;
    let gone: Vec<InboxId> = targets.iter().filter(|target| target.is_gone).map(|t| t.delivery.inbox_id).collect();
    if let Some(status) = event.status_id().filter(|_| !gone.is_empty()) {
        tx.deliveries().insert_unsent((id, &rendered.uri), status, &gone, INBOX_GONE, cx.now()).await?;
    }
    let mut targets = open(targets, lane, rendered.kind);
    Collapse::of(event).apply(tx, cx, sender, &rendered, &mut targets).await?;
    if targets.is_empty() {
        return Ok(Enqueued::default());
    }
    let saying = Saying { id, sender, status_id: event.status_id() };
    queue(tx, cx, saying, rendered, lane, targets).await
}

/// Who says something, under which id, about which status.
struct Saying {
    id: ActivityId,
    sender: AccountId,
    status_id: Option<StatusId>,
}

async fn queue(
    tx: &Tx,
    cx: &Cx,
    saying: Saying,
    rendered: Rendered,
    lane: Lane,
    targets: Vec<NewDelivery>,
) -> Result<Enqueued> {
    let Saying { id, sender, status_id } = saying;
    let lane = same_lane(tx, rendered.order_key, lane).await?;
    let activity = OutboxActivity {
        id,
        uri: rendered.uri,
        account_id: sender,
        kind: rendered.kind.to_owned(),
        status_id,
        order_key: rendered.order_key,
        digest: rendered.digest,
        body: rendered.body,
    };
    tx.outbox().insert(&activity, cx.now()).await?;
    tx.deliveries().insert(id, lane, &targets).await?;
    Ok(Enqueued { inbox_ids: targets.iter().map(|row| row.inbox_id).collect() })
}

/// Activities about one object share a lane while they wait, the most urgent of theirs, and none of them waits for a
/// later time: within a lane a host is sent what is due in its order, otherwise a deletion could overtake what it
/// deletes.
async fn same_lane(tx: &Tx, order_key: i64, lane: Lane) -> Result<i16> {
    let waiting = tx.outbox().waiting_with_key(order_key).await?;
    if waiting.is_empty() {
        return Ok(lane.code());
    }
    let deliveries = tx.deliveries();
    let lowest = deliveries.lowest_lane(&waiting).await?.and_then(|lane| i16::try_from(lane).ok());
    let lane = lowest.map_or(lane.code(), |lowest| lowest.min(lane.code()));
    deliveries.promote(&waiting, lane).await?;
    Ok(lane)
}

/// Host of an inbox URL, with port where one is written; `None` for what cannot be delivered to.
fn host_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

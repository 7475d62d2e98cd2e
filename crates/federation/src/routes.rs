//! Every address federation answers at. Who asks is told by signatures alone; in a closed network only what a server
//! needs to introduce itself is open.

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{get, post};

use crate::Federation;
use crate::collections::{contexts, featured, follows, outbox, replies, synchronisation};
use crate::discovery::{host_meta, nodeinfo, webfinger};
use crate::serve::{actors, answer, authorizations, closed, emojis, inbox, statuses, tags};

/// The routes, on top of `federation`; `pages` is what people are shown at the addresses that both have.
pub(crate) fn router(federation: Federation, pages: Router) -> Router {
    let open = Router::new()
        .route("/.well-known/webfinger", get(webfinger::get))
        .route("/.well-known/host-meta", get(host_meta::xrd))
        .route("/.well-known/host-meta.json", get(host_meta::jrd))
        .route("/.well-known/nodeinfo", get(nodeinfo::links))
        .route("/nodeinfo/2.0", get(nodeinfo::v2_0))
        .route("/nodeinfo/2.1", get(nodeinfo::v2_1))
        .route("/inbox", post(inbox::shared))
        .route("/actor", get(actors::instance))
        .route("/actor/inbox", post(inbox::shared))
        .route("/relay/inbox", post(inbox::relay))
        .route("/users/{name}/inbox", post(inbox::user))
        .route("/tags/{slug}/inbox", post(inbox::tag));
    let documents = Router::new()
        .route("/actor/outbox", get(outbox::instance))
        .route("/actor/followers", get(follows::of_instance))
        .route("/users/{name}/outbox", get(outbox::user))
        .route("/users/{name}/followers", get(follows::followers))
        .route("/users/{name}/followers_synchronization", get(synchronisation::get))
        .route("/contexts/{id}", get(contexts::get))
        .route("/emojis/{shortcode}", get(emojis::get))
        .route("/users/{name}/following", get(follows::following))
        .route("/users/{name}/collections/featured", get(featured::get))
        .route("/users/{name}/statuses/{id}/activity", get(statuses::status_activity))
        .route("/users/{name}/statuses/{id}/replies", get(replies::get))
        .route("/users/{name}/quote_authorizations/{id}", get(authorizations::get))
        .route("/users/{name}/authorizations/{id}", get(authorizations::get))
        .route("/users/{name}/feature_authorizations/{id}", get(authorizations::feature))
        .route("/tags/{slug}/outbox", get(outbox::tag))
        .route("/tags/{slug}/followers", get(follows::of_tag))
        .route("/tags/{slug}/announces/{id}", get(tags::announcement))
        .route("/tags/{slug}/reach", get(tags::reach))
        .route_layer(from_fn_with_state(federation.clone(), closed::documents));
    let with_page_elsewhere = Router::new()
        .route("/users/{name}", get(actors::user))
        .route("/users/{name}/statuses/{id}", get(statuses::status))
        .route_layer(from_fn_with_state(federation.clone(), closed::pages))
        .route_layer(map_response(answer::vary));
    let with_page = Router::new()
        .route("/@{name}", get(actors::user))
        .route("/@{name}/{id}", get(statuses::status))
        .route("/tags/{slug}", get(tags::actor))
        .route_layer(from_fn_with_state((federation.clone(), pages), closed::beside_pages))
        .route_layer(map_response(answer::vary));
    open.merge(documents).merge(with_page_elsewhere).merge(with_page).with_state(federation)
}

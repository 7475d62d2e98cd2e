//! `/.well-known/host-meta` (RFC 6415): where WebFinger is, for servers that ask on the account domain.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use crate::Federation;
use crate::serve::answer::{body, json as json_answer};

/// `GET /.well-known/host-meta`, as XRD.
pub(crate) async fn xrd(State(federation): State<Federation>) -> Response {
    // the configuration check admits no character in public_url that XML would mind
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  <Link rel=\"lrdd\" template=\"{}\"/>\n</XRD>\n",
        template(&federation)
    );
    body(StatusCode::OK, "application/xrd+xml", xml.into_bytes())
}

/// `GET /.well-known/host-meta.json`, the same as JSON.
pub(crate) async fn jrd(State(federation): State<Federation>) -> Response {
    let document = json!({ "links": [{ "rel": "lrdd", "template": template(&federation) }] });
    json_answer("application/json", &document)
}

fn template(federation: &Federation) -> String {
    format!("{}/.well-known/webfinger?resource={{uri}}", federation.shared().identity().public_url)
}

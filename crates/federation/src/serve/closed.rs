//! Whom documents are served to: nobody who says they are of a suspended domain, and in a closed network nobody who
//! does not show to be of an allowed one.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tower::ServiceExt as _;

use super::answer::Failure;
use super::negotiate::wants_activity;
use super::viewer::signer;
use crate::Federation;
use crate::gate::Refused;
use crate::http::host_of;

/// In front of every document about somebody here.
pub(crate) async fn documents(
    State(federation): State<Federation>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let domains = federation.shared().service().domains();
    // before anything is asked of it
    if super::viewer::claimed_host(&parts).is_some_and(|claimed| !domains.permits(&claimed)) {
        return Err(Refused::Blocked.into());
    }
    if domains.is_closed() {
        let signer = signer(&federation, &parts).await?.ok_or(Refused::Unsigned)?;
        if !domains.permits(&host_of(&signer)) {
            return Err(Refused::Blocked.into());
        }
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// The same where people are sent to a page, which is not for us to close.
pub(crate) async fn pages(
    State(federation): State<Federation>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if wants_activity(request.headers()) {
        documents(State(federation), request, next).await
    } else {
        Ok(next.run(request).await)
    }
}

/// The same where a page for people is at the very address of the document.
pub(crate) async fn beside_pages(
    State((federation, pages)): State<(Federation, Router)>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if wants_activity(request.headers()) {
        return documents(State(federation), request, next).await;
    }
    let (parts, body) = request.into_parts();
    // A new request: what was found in the address here would be found a second time there.
    let mut request = Request::new(body);
    *request.method_mut() = parts.method;
    *request.uri_mut() = parts.uri;
    *request.headers_mut() = parts.headers;
    let Ok(page) = pages.oneshot(request).await;
    Ok(page)
}

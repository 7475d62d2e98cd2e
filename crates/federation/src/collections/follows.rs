//! `followers` and `following`: numbers for everybody, names only for accounts that sign their request.

use axum::extract::{Path, Query, Request, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};
use staffroom_domain::relationship::Listed;
use staffroom_domain::{Page, Viewer};

use super::{Paging, overview, page};
use crate::Federation;
use crate::render::context;
use crate::serve::answer::{Failure, private, problem};
use crate::serve::viewer::viewer;
use crate::serve::{actors, tags};

/// `GET /users/{name}/followers`.
pub(crate) async fn followers(
    State(federation): State<Federation>,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
    request: Request,
) -> Result<Response, Failure> {
    answer(&federation, &name, &paging, request, Side::Followers).await
}

/// `GET /users/{name}/following`.
pub(crate) async fn following(
    State(federation): State<Federation>,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
    request: Request,
) -> Result<Response, Failure> {
    answer(&federation, &name, &paging, request, Side::Following).await
}

/// `GET /tags/{slug}/followers` and `GET /actor/followers`: the number alone.
pub(crate) async fn of_tag(
    State(federation): State<Federation>,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let account = tags::find(&federation, &slug).await?;
    Ok(overview(&format!("{}/followers", account.uri), Some(account.followers_count), false))
}

/// `GET /actor/followers`: the instance account has none to speak of.
pub(crate) async fn of_instance(State(federation): State<Federation>) -> Response {
    overview(&format!("{}/followers", federation.shared().identity().instance_account_uri()), Some(0), false)
}

#[derive(Clone, Copy)]
enum Side {
    Followers,
    Following,
}

async fn answer(
    federation: &Federation,
    name: &str,
    paging: &Paging,
    request: Request,
    side: Side,
) -> Result<Response, Failure> {
    let account = actors::find(federation, name).await?;
    if account.is_gone() {
        return Ok(problem(StatusCode::GONE, "account is gone"));
    }
    let (word, total) = match side {
        Side::Followers => ("followers", account.followers_count),
        Side::Following => ("following", account.following_count),
    };
    let uri = format!("{}/{word}", account.uri);
    let Some(wanted) = paging.request() else { return Ok(overview(&uri, Some(total), true)) };
    let (parts, _) = request.into_parts();
    let viewer = viewer(federation, &parts).await?;
    if viewer == Viewer::Anonymous {
        return Ok(problem(StatusCode::UNAUTHORIZED, "names are shown to signed requests only"));
    }
    let accounts = federation.shared().service().accounts();
    let found: Page<Listed> = match side {
        Side::Followers => accounts.followers(viewer, account.id, wanted).await?,
        Side::Following => accounts.following(viewer, account.id, wanted).await?,
    };
    let items: Page<Value> = found.map(|listed| json!(listed.account.uri));
    Ok(private(page(&uri, &wanted, context::plain(), &items)))
}

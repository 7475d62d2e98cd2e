//! Lists of accounts: followers, follows, blocks, mutes, requests.

use axum::response::Response;
use staffroom_domain::Page;
use staffroom_domain::relationship::Listed;

use crate::call::Call;
use crate::error::ApiResult;
use crate::paging;

/// Accounts on a page unless said otherwise, and at most.
const PAGE: (u64, u64) = (40, 80);

/// `GET /api/v1/accounts/{id}/followers`.
pub(crate) async fn followers(call: Call) -> ApiResult<Response> {
    let page = call.page(PAGE.0, PAGE.1);
    let page = call.service().accounts().followers(call.viewer(), call.path_id("id")?, page).await?;
    Ok(answer(&call, page))
}

/// `GET /api/v1/accounts/{id}/following`.
pub(crate) async fn following(call: Call) -> ApiResult<Response> {
    let page = call.page(PAGE.0, PAGE.1);
    let page = call.service().accounts().following(call.viewer(), call.path_id("id")?, page).await?;
    Ok(answer(&call, page))
}

/// `GET /api/v1/blocks`.
pub(crate) async fn blocks(call: Call) -> ApiResult<Response> {
    let page = call.service().follows().blocks(call.me()?, call.page(PAGE.0, PAGE.1)).await?;
    Ok(answer(&call, page))
}

/// `GET /api/v1/mutes`.
pub(crate) async fn mutes(call: Call) -> ApiResult<Response> {
    let page = call.service().follows().mutes(call.me()?, call.page(PAGE.0, PAGE.1)).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |listed| render.muted_account(&listed.account, listed.expires_at)))
}

/// `GET /api/v1/follow_requests`.
pub(crate) async fn follow_requests(call: Call) -> ApiResult<Response> {
    let page = call.service().follows().requests(call.me()?, call.page(PAGE.0, PAGE.1)).await?;
    Ok(answer(&call, page))
}

/// A page of accounts.
pub(crate) fn answer(call: &Call, page: Page<Listed>) -> Response {
    let render = call.render();
    paging::answer(call, page, |listed| render.account(&listed.account))
}

//! The directory, suggestions and what is talked about now. Paged by `offset`, as Mastodon does where there is no order
//! by id.

use axum::Json;
use serde_json::{Value, json};
use staffroom_service::discovery::{DirectoryQuery, Order};

use super::timelines::public::require_reader;
use crate::call::Call;
use crate::entities::{Account, Status, Tag, TrendingLink};
use crate::error::{ApiError, ApiResult};

/// `GET /api/v1/directory`.
pub(crate) async fn directory(call: Call) -> ApiResult<Json<Vec<Account>>> {
    require_reader(&call)?;
    let order = match call.params.filled("order") {
        None | Some("active") => Order::Active,
        Some("new") => Order::New,
        Some(_) => return Err(ApiError::invalid("order", "must be active or new")),
    };
    let local = call.params.flag("local")?;
    let query = DirectoryQuery { order, local, limit: call.limit(40, 80), offset: offset(&call)? };
    let found = call.service().discovery().directory(call.viewer(), query).await?;
    let render = call.render();
    Ok(Json(found.iter().map(|account| render.account(account)).collect()))
}

/// `GET /api/v1/suggestions`, old form: accounts alone.
pub(crate) async fn suggestions(call: Call) -> ApiResult<Json<Vec<Account>>> {
    let found = call.service().discovery().suggestions(call.me()?, call.limit(40, 80)).await?;
    let render = call.render();
    Ok(Json(found.iter().map(|suggestion| render.account(&suggestion.account)).collect()))
}

/// `GET /api/v2/suggestions`: with why each is suggested.
pub(crate) async fn suggestions_v2(call: Call) -> ApiResult<Json<Vec<Value>>> {
    let found = call.service().discovery().suggestions(call.me()?, call.limit(40, 80)).await?;
    let render = call.render();
    let entity = found.iter().map(|suggestion| {
        let (source, former) = if suggestion.by_friends {
            ("friends_of_friends", "past_interactions")
        } else {
            ("most_followed", "global")
        };
        json!({ "source": former, "sources": [source], "account": render.account(&suggestion.account) })
    });
    Ok(Json(entity.collect()))
}

/// `DELETE /api/v1/suggestions/{account_id}`.
pub(crate) async fn dismiss_suggestion(call: Call) -> ApiResult<Json<Value>> {
    call.service().discovery().dismiss_suggestion(call.me()?, call.path_id("account_id")?).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v1/trends/tags`.
pub(crate) async fn tags(call: Call) -> ApiResult<Json<Vec<Tag>>> {
    require_reader(&call)?;
    let found = call.service().discovery().trending_tags(call.viewer(), call.limit(10, 20), offset(&call)?).await?;
    let render = call.render();
    Ok(Json(found.iter().map(|view| render.tag(view)).collect()))
}

/// `GET /api/v1/trends/statuses`.
pub(crate) async fn statuses(call: Call) -> ApiResult<Json<Vec<Status>>> {
    require_reader(&call)?;
    let found = call.service().discovery().trending_statuses(call.viewer(), call.limit(20, 40), offset(&call)?).await?;
    let render = call.render();
    Ok(Json(found.iter().map(|view| render.status(view)).collect()))
}

/// `GET /api/v1/trends/links`.
pub(crate) async fn links(call: Call) -> ApiResult<Json<Vec<TrendingLink>>> {
    require_reader(&call)?;
    let found = call.service().discovery().trending_links(call.viewer(), call.limit(10, 20), offset(&call)?).await?;
    Ok(Json(found.iter().map(|link| call.render().trending_link(link)).collect()))
}

/// How many are skipped.
pub(crate) fn offset(call: &Call) -> ApiResult<u64> {
    let number = call.params.number("offset")?.unwrap_or(0);
    u64::try_from(number).map_err(|_| ApiError::invalid("offset", "must not be negative"))
}

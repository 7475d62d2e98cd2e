//! Lists: make, show, change, remove.

use axum::Json;
use serde_json::{Value, json};
use staffroom_service::personal::ListChange;

use crate::call::Call;
use crate::entities::List;
use crate::error::{ApiError, ApiResult};

/// `GET /api/v1/lists`.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Vec<List>>> {
    let lists = call.service().personal().lists(call.me()?).await?;
    Ok(Json(lists.into_iter().map(List::from).collect()))
}

/// `GET /api/v1/accounts/{id}/lists`: those of one's own lists the account is in.
pub(crate) async fn with_account(call: Call) -> ApiResult<Json<Vec<List>>> {
    let lists = call.service().personal().lists_with(call.me()?, call.path_id("id")?).await?;
    Ok(Json(lists.into_iter().map(List::from).collect()))
}

/// `GET /api/v1/lists/{id}`.
pub(crate) async fn show(call: Call) -> ApiResult<Json<List>> {
    Ok(Json(call.service().personal().list(call.me()?, call.path_id("id")?).await?.into()))
}

/// `POST /api/v1/lists`.
pub(crate) async fn create(call: Call) -> ApiResult<Json<List>> {
    let change = change(&call)?;
    if change.title.is_none() {
        return Err(ApiError::invalid("title", "can't be blank"));
    }
    Ok(Json(call.service().personal().create_list(&call.cx, call.me()?, change).await?.into()))
}

/// `PUT /api/v1/lists/{id}`.
pub(crate) async fn update(call: Call) -> ApiResult<Json<List>> {
    let (me, id, change) = (call.me()?, call.path_id("id")?, change(&call)?);
    Ok(Json(call.service().personal().update_list(me, id, change).await?.into()))
}

/// `DELETE /api/v1/lists/{id}`.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().personal().delete_list(call.me()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

fn change(call: &Call) -> ApiResult<ListChange> {
    let owned = |name: &str| call.params.filled(name).map(ToOwned::to_owned);
    Ok(ListChange {
        title: owned("title"),
        replies_policy: owned("replies_policy"),
        exclusive: call.params.boolean("exclusive")?,
    })
}

//! Who has which role in an organisation: `/api/v1/staffroom/organisations/{id}/members…`.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::organisation::{Membership, Role};

use super::organisations::{LISTED, sees};
use crate::call::Call;
use crate::entities::Render;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// All with a role there, the newest accounts first; for those who have one themselves.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let (id, wanted) = (call.path_id("id")?, call.own_page(LISTED.0, LISTED.1)?);
    let page = call.service().organisations().members(&sees(&call).await?, id, wanted).await?;
    let render = call.render();
    Ok(paging::answer(&call, page, |member| entity(render, &member)))
}

/// Gives somebody here a `role`: `member`, `contributor`, `moderator` or `admin`.
pub(crate) async fn set_role(call: Call) -> ApiResult<Json<Value>> {
    let (id, account) = (call.path_id("id")?, call.path_id("account_id")?);
    let word = call.params.filled("role").ok_or_else(|| ApiError::invalid("role", "can't be blank"))?;
    let role = Role::parse(word).ok_or_else(|| ApiError::invalid("role", "is unknown"))?;
    let member = call.service().organisations().set_role(&call.cx, call.authority()?, id, account, role).await?;
    Ok(Json(entity(call.render(), &member)))
}

/// Takes somebody's role.
pub(crate) async fn take_role(call: Call) -> ApiResult<Json<Value>> {
    let (id, account) = (call.path_id("id")?, call.path_id("account_id")?);
    call.service().organisations().take_role(call.authority()?, id, account).await?;
    Ok(Json(json!({})))
}

/// Makes an account one of this school instead of its former one.
pub(crate) async fn move_to(call: Call) -> ApiResult<Json<Value>> {
    let (id, account) = (call.path_id("id")?, call.path_id("account_id")?);
    let member = call.service().organisations().move_to(&call.cx, call.authority()?, account, id).await?;
    Ok(Json(entity(call.render(), &member)))
}

fn entity(render: Render<'_>, member: &Membership) -> Value {
    json!({ "account": render.account(&member.account), "role": member.role.as_str() })
}

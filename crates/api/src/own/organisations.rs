//! Organisations of this instance: `/api/v1/staffroom/organisations…`.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};
use staffroom_domain::organisation::{Organisation, OrganisationView, Right, Role};
use staffroom_service::auth::Authority;

use crate::call::Call;
use crate::error::{ApiError, ApiResult};
use crate::paging;

/// Entries of a list unless asked otherwise, and at most.
pub(super) const LISTED: (u64, u64) = (40, 200);

/// How far the caller's right to see members reaches.
pub(super) async fn sees(call: &Call) -> ApiResult<Authority> {
    let (account, user) = call.person()?;
    Ok(call.service().auth().authority(account, user, Right::ListMembers).await?)
}

/// Those the caller has a role in, newest first; all of them for moderators and administrators of the instance.
pub(crate) async fn list(call: Call) -> ApiResult<Response> {
    let page = call.service().organisations().list(&sees(&call).await?, call.own_page(LISTED.0, LISTED.1)?).await?;
    Ok(paging::answer(&call, page, |view| entity(&view)))
}

/// One of them.
pub(crate) async fn show(call: Call) -> ApiResult<Json<Value>> {
    let view = call.service().organisations().get(&sees(&call).await?, call.path_id("id")?).await?;
    Ok(Json(entity(&view)))
}

/// Makes one: `name`, and `slug` if it is not to be made of the name.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Value>> {
    let name = call.params.filled("name").ok_or_else(|| ApiError::invalid("name", "can't be blank"))?;
    let slug = call.params.filled("slug");
    let made = call.service().organisations().create(&call.cx, call.authority()?, name, slug).await?;
    Ok(Json(of(&made, None)))
}

/// Gives it another `name` or `slug`; what is not sent stays.
pub(crate) async fn rename(call: Call) -> ApiResult<Json<Value>> {
    let (organisations, id) = (call.service().organisations(), call.path_id("id")?);
    let (name, slug) = (call.params.text("name"), call.params.filled("slug"));
    organisations.rename(call.authority()?, id, name, slug).await?;
    Ok(Json(entity(&organisations.get(call.authority()?, id).await?)))
}

fn entity(view: &OrganisationView) -> Value {
    of(&view.organisation, view.role)
}

fn of(organisation: &Organisation, role: Option<Role>) -> Value {
    json!({
        "id": organisation.id.to_string(),
        "slug": organisation.slug,
        "name": organisation.name,
        "created_at": organisation.created_at.to_rfc3339(),
        "role": role.map(Role::as_str),
    })
}

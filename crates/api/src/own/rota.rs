//! Who is on duty for an organisation, and who covers for them: `/api/staffroom/v1/moderation/rota…`.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::Account;
use staffroom_domain::cases::rota::{Turn, TurnKind};
use staffroom_domain::ids::OrganisationId;
use staffroom_service::cases::NewTurn;

use super::cases::time;
use crate::call::{Call, id};
use crate::entities::Render;
use crate::error::{ApiError, ApiResult};

/// The turns of an organisation that are not over, the first first.
pub(crate) async fn list(call: Call) -> ApiResult<Json<Value>> {
    let turns = call.service().cases().rota(&call.cx, call.authority()?, organisation(&call)?).await?;
    let render = call.render();
    Ok(Json(turns.iter().map(|(turn, account)| entity(render, turn, account)).collect()))
}

/// Puts somebody's turn on the rota.
pub(crate) async fn create(call: Call) -> ApiResult<Json<Value>> {
    let params = &call.params;
    let word = params.filled("kind").ok_or_else(|| ApiError::invalid("kind", "can't be blank"))?;
    let new = NewTurn {
        organisation: organisation(&call)?,
        account: params.filled("account_id").and_then(id).ok_or_else(ApiError::not_found)?,
        kind: TurnKind::parse(word).ok_or_else(|| ApiError::invalid("kind", "must be duty or cover"))?,
        from: time("from", params.text("from").unwrap_or_default())?,
        until: time("until", params.text("until").unwrap_or_default())?,
    };
    let (turn, account) = call.service().cases().take_turn(&call.cx, call.authority()?, new).await?;
    Ok(Json(entity(call.render(), &turn, &account)))
}

/// Takes a turn off the rota.
pub(crate) async fn delete(call: Call) -> ApiResult<Json<Value>> {
    call.service().cases().drop_turn(call.authority()?, call.path_id("id")?).await?;
    Ok(Json(json!({})))
}

fn organisation(call: &Call) -> ApiResult<OrganisationId> {
    call.params.filled("organisation_id").and_then(id).ok_or_else(ApiError::not_found)
}

fn entity(render: Render<'_>, turn: &Turn, account: &Account) -> Value {
    json!({
        "id": turn.id.to_string(),
        "organisation_id": turn.organisation.to_string(),
        "account": render.account(account),
        "kind": turn.kind.as_str(),
        "from": turn.from.to_rfc3339(),
        "until": turn.until.to_rfc3339(),
    })
}

//! Letters to the people a case is about.

use axum::Json;
use serde_json::{Value, json};
use staffroom_domain::cases::CaseLetter;
use staffroom_service::cases::NewLetter;

use super::case_steps::version;
use super::cases::file;
use crate::call::Call;
use crate::error::{ApiError, ApiResult};

/// A letter as it would be sent.
pub(crate) async fn draft(call: Call) -> ApiResult<Json<Value>> {
    let (id, new) = (call.path_id("id")?, wanted(&call)?);
    let draft = Box::pin(call.service().cases().draft(&call.cx, call.authority()?, id, new)).await?;
    Ok(Json(json!({ "subject": draft.subject, "text": draft.text })))
}

/// Sends a letter, which is a step of the case.
pub(crate) async fn send(call: Call) -> ApiResult<Json<Value>> {
    let (id, new) = (call.path_id("id")?, wanted(&call)?);
    let view = Box::pin(call.service().cases().send(&call.cx, call.authority()?, id, new)).await?;
    Ok(Json(file(call.render(), &view)))
}

fn wanted(call: &Call) -> ApiResult<NewLetter> {
    let word = call.params.filled("letter").ok_or_else(|| ApiError::invalid("letter", "can't be blank"))?;
    Ok(NewLetter {
        letter: CaseLetter::parse(word).ok_or_else(|| ApiError::invalid("letter", "is unknown"))?,
        version: version(call)?,
        text: call.params.text("text").unwrap_or_default().to_owned(),
    })
}

//! Reads what an author asks to be published.

use staffroom_domain::Visibility;
use staffroom_domain::ids::{MediaId, StatusId};
use staffroom_domain::interaction::QuotePolicy;
use staffroom_domain::poll::NewPoll;
use staffroom_domain::status::Draft;

use crate::call::{Call, id};
use crate::error::{ApiError, ApiResult};
use crate::params::Params;

/// Longest `Idempotency-Key` kept, in bytes.
const MAX_KEY_BYTES: usize = 200;

/// The draft in the parameters of `call`.
///
/// # Errors
/// 422 naming the value that is wrong, 404 for an answer to nothing we know.
pub(crate) fn read(call: &Call) -> ApiResult<Draft> {
    let params = &call.params;
    let in_reply_to = match params.filled("in_reply_to_id") {
        None => None,
        Some(text) => Some(id(text).ok_or_else(ApiError::not_found)?),
    };
    Ok(Draft {
        text: params.text("status").unwrap_or_default().to_owned(),
        spoiler_text: params.text("spoiler_text").unwrap_or_default().to_owned(),
        sensitive: params.boolean("sensitive")?,
        visibility: visibility(params)?,
        language: params.filled("language").map(ToOwned::to_owned),
        in_reply_to,
        media_ids: media_ids(params)?,
        poll: poll(params)?,
        quoted: quoted(params)?,
        quote_policy: quote_policy(params, "quote_approval_policy")?,
        app_id: call.bearer.as_ref().and_then(|bearer| bearer.app.as_ref()).map(|app| app.id),
        idempotency_key: idempotency_key(call)?,
        share_tagged: params.boolean("share_tagged")?,
        for_school: false,
    })
}

/// `quoted_status_id`; 404 for what is no id.
fn quoted(params: &Params) -> ApiResult<Option<StatusId>> {
    let quoted = params.filled("quoted_status_id");
    quoted.map(|text| id(text).ok_or_else(ApiError::not_found)).transpose()
}

/// Who may quote, as `name` says; empty is absent.
pub(crate) fn quote_policy(params: &Params, name: &str) -> ApiResult<Option<QuotePolicy>> {
    let word = params.filled(name);
    word.map(|word| QuotePolicy::parse(word).ok_or_else(|| ApiError::invalid(name, "is not known"))).transpose()
}

/// `visibility`; empty is absent.
pub(super) fn visibility(params: &Params) -> ApiResult<Option<Visibility>> {
    let word = params.filled("visibility");
    word.map(|word| Visibility::parse(word).ok_or_else(|| ApiError::invalid("visibility", "is not known"))).transpose()
}

/// `media_ids`, each of which must be an id.
pub(super) fn media_ids(params: &Params) -> ApiResult<Vec<MediaId>> {
    let wrong = || ApiError::invalid("media_ids", "names an attachment that is not there");
    params.list("media_ids").into_iter().map(|text| id(text).ok_or_else(wrong)).collect()
}

/// `poll`. One without options is none: apps send the empty group along.
pub(super) fn poll(params: &Params) -> ApiResult<Option<NewPoll>> {
    let Some(poll) = params.group("poll") else {
        return if params.filled("poll").is_some() {
            Err(ApiError::invalid("poll", "must be a group"))
        } else {
            Ok(None)
        };
    };
    let options: Vec<String> = poll.list("options").into_iter().map(ToOwned::to_owned).collect();
    if options.is_empty() {
        return Ok(None);
    }
    let secs = poll.number("expires_in")?.ok_or_else(|| ApiError::invalid("poll[expires_in]", "can't be blank"))?;
    let expires_in_secs =
        u64::try_from(secs).map_err(|_| ApiError::invalid("poll[expires_in]", "must not be negative"))?;
    Ok(Some(NewPoll {
        options,
        expires_in_secs,
        multiple: poll.flag("multiple")?,
        hide_totals: poll.flag("hide_totals")?,
    }))
}

fn idempotency_key(call: &Call) -> ApiResult<Option<String>> {
    let Some(value) = call.parts.headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().map_err(|_| ApiError::bad_request("Idempotency-Key must be plain ASCII"))?.trim();
    if key.len() > MAX_KEY_BYTES {
        return Err(ApiError::bad_request(format!("Idempotency-Key is longer than {MAX_KEY_BYTES} bytes")));
    }
    Ok((!key.is_empty()).then(|| key.to_owned()))
}

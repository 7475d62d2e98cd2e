//! `/emojis/{shortcode}`: custom emoji of this instance.

use axum::extract::{Path, State};
use axum::response::Response;
use staffroom_domain::account::Emoji;

use super::answer::{Failure, activity};
use crate::Federation;
use crate::render::{context, emoji};

/// `GET /emojis/{shortcode}`.
pub(crate) async fn get(
    State(federation): State<Federation>,
    Path(shortcode): Path<String>,
) -> Result<Response, Failure> {
    let service = federation.shared().service();
    let found = service.emojis().get(&shortcode).await?;
    let identity = &service.settings().identity;
    let found = Emoji { url: identity.media_url(&found.path), shortcode: found.shortcode };
    Ok(activity(context::note(), emoji::emoji(identity, &found)))
}

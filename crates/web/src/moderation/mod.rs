//! Pages for moderators: what waits for them, and what they decide. What is theirs to see and to decide is for the use
//! cases to say, by the [`Authority`] of whoever is signed in.

pub(crate) mod appeal;
pub(crate) mod approval;
pub(crate) mod hold;
mod marked;
pub(crate) mod queue;

use axum::http::{StatusCode, Uri};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::organisation::Right;
use staffroom_service::auth::{Authority, Session};
use staffroom_service::{Cx, ServiceError};

use crate::Web;
use crate::cookies::is_same;
use crate::error::WebError;
use crate::params::Params;

/// A moderator who is signed in.
struct Moderator {
    session: Session,
    authority: Authority,
}

impl Moderator {
    /// Lets forms go on that this browser was shown.
    fn check_form(&self, params: &Params) -> Result<(), WebError> {
        if is_same(&self.session.csrf, params.text("csrf")) { Ok(()) } else { Err(WebError::ForeignForm) }
    }
}

impl Web {
    /// Who looks at `uri`, which is for moderators.
    ///
    /// # Errors
    /// [`WebError::SignInFirst`] for strangers, "forbidden" for people who decide nowhere.
    async fn moderator(&self, cx: &Cx, jar: &CookieJar, uri: &Uri) -> Result<Moderator, WebError> {
        let session = self.session(cx, jar).await?.ok_or_else(|| WebError::sign_in_first(uri))?;
        let user = self.service.accounts().user(session.account.id).await?;
        let authority = self.service.auth().staff(&session.account, &user, Right::Moderate).await?;
        Ok(Moderator { session, authority })
    }

    /// Whether these pages are for whoever is signed in.
    pub(crate) async fn moderates(&self, session: &Session) -> Result<bool, WebError> {
        let user = self.service.accounts().user(session.account.id).await?;
        let authority = self.service.auth().authority(&session.account, &user, Right::Moderate).await?;
        Ok(!authority.reach().is_nowhere())
    }
}

/// Why nothing was decided, for the page to say, with its status code.
///
/// # Errors
/// What the page cannot be shown after.
fn problem(error: ServiceError) -> Result<(StatusCode, String), WebError> {
    match error {
        ServiceError::Conflict(why) => Ok((StatusCode::CONFLICT, sentence(&why))),
        ServiceError::Forbidden(why) => Ok((StatusCode::FORBIDDEN, sentence(&why))),
        ServiceError::Refused { reason } => Ok((StatusCode::UNPROCESSABLE_ENTITY, sentence(&reason))),
        ServiceError::Invalid { field, why } => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, format!("the {field} {}", sentence(&why))))
        }
        error => Err(error.into()),
    }
}

/// With a full stop.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

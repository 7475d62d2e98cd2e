//! Telling one address of one thing that happened (a job).

use staffroom_domain::ids::{AccountId, ReportId, StatusId, WebhookId};
use staffroom_domain::webhook::{WebhookEvent, WebhookSubject};
use staffroom_domain::{Timestamp, Viewer};

use super::Webhooks;
use crate::auth::Authority;
use crate::ports::{WebhookCall, WebhookNews, WebhookObject};
use crate::{Cx, Result, ServiceError};

/// What the secret of a webhook is sealed for.
pub(super) fn label(id: WebhookId) -> String {
    format!("webhook:{}", id.0)
}

impl Webhooks<'_> {
    /// Tells it, if it still listens for that; the object is told of as it is now.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the object is gone, or no longer for everybody to read;
    /// [`ServiceError::Forbidden`] when the receiver will never take it; another one when it does not for the moment.
    pub(crate) async fn tell(
        &self,
        cx: &Cx,
        id: WebhookId,
        event: WebhookEvent,
        object: i64,
        at: Timestamp,
    ) -> Result<()> {
        let storage = self.service.storage();
        let Some(known) = storage.read().webhooks().by_id(id).await? else { return Ok(()) };
        if !known.webhook.listens_for(event) {
            return Ok(());
        }
        let body = self.body(cx, event, object, at).await?;
        let secret = storage.vault().open(&label(id), &known.secret)?;
        let nobody = || ServiceError::Remote("webhooks cannot be told from here".to_owned());
        let sender = self.service.inner.webhook_sender.get().ok_or_else(nobody)?;
        sender.send(WebhookCall { url: known.webhook.url, body, secret, now: cx.now() }).await
    }

    /// What is sent, of what is stored now.
    async fn body(self, cx: &Cx, event: WebhookEvent, object: i64, at: Timestamp) -> Result<Vec<u8>> {
        let operator = Authority::operator();
        match event.subject() {
            WebhookSubject::Account => {
                let one = self.service.accounts().moderated_one(&operator, AccountId(object)).await?;
                if one.account.deleted_at.is_some() {
                    return Err(ServiceError::NotFound("account"));
                }
                self.written(cx, event, at, WebhookObject::Account(&one))
            }
            WebhookSubject::Report => {
                let detail = self.service.reports().detail(&operator, ReportId(object)).await?;
                self.written(cx, event, at, WebhookObject::Report(&detail))
            }
            WebhookSubject::Status => {
                // as a stranger sees it: what is no longer open is not told
                let view = self.service.statuses().get(Viewer::Anonymous, StatusId(object)).await?;
                self.written(cx, event, at, WebhookObject::Status(&view))
            }
        }
    }

    fn written(self, cx: &Cx, event: WebhookEvent, at: Timestamp, object: WebhookObject<'_>) -> Result<Vec<u8>> {
        let nobody = || ServiceError::Internal("nothing writes what webhooks are told".to_owned());
        let writer = self.service.inner.webhook_writer.get().ok_or_else(nobody)?;
        writer.write(self.service, &WebhookNews { event, created_at: at, now: cx.now(), object })
    }
}

//! Which addresses are told, by the operator's decision.

use staffroom_domain::ids::WebhookId;
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::webhook::{Webhook, WebhookEvent};
use staffroom_storage::webhooks::Sealed;
use url::Url;

use super::Webhooks;
use super::tell::label;
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

/// Random bytes in a secret.
const SECRET_BYTES: usize = 30;
/// Addresses at most: each is looked at whenever something happens.
const MOST: usize = 20;

impl Webhooks<'_> {
    /// All of them, the oldest first.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance.
    pub async fn list(&self, who: &Authority) -> Result<Vec<Webhook>> {
        who.check_instance()?;
        Ok(self.service.storage().read().webhooks().list().await?)
    }

    /// Tells `url` of these events from now on. Returns the secret as well by which the receiver knows what is from us; it is
    /// told this once.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names what is wrong, [`ServiceError::Forbidden`] for those without rights on the whole
    /// instance.
    pub async fn add(
        &self,
        cx: &Cx,
        who: &Authority,
        url: &str,
        events: Vec<WebhookEvent>,
    ) -> Result<(Webhook, String)> {
        let url = self.checked(url)?;
        let mut wanted: Vec<WebhookEvent> = Vec::new();
        for event in events {
            if !wanted.contains(&event) {
                wanted.push(event);
            }
        }
        if wanted.is_empty() {
            return Err(ServiceError::invalid("events", "can't be blank"));
        }
        let id: WebhookId = cx.id();
        let (secret, sealed) = self.secret(cx, id)?;
        let webhook = Webhook { id, url: url.into(), events: wanted, is_enabled: true, created_at: cx.now() };
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if tx.webhooks().list().await?.len() >= MOST {
            return Err(ServiceError::invalid("Webhooks", format!("can't be more than {MOST}")));
        }
        if !tx.webhooks().insert(&Sealed { webhook: webhook.clone(), secret: sealed }).await? {
            return Err(ServiceError::invalid("url", "is told already"));
        }
        self.service.commit_deed(tx, done(who, Deed::AddWebhook, id)).await?;
        Ok((webhook, secret))
    }

    /// Switches one on, or off.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not there, [`ServiceError::Forbidden`] as in [`Webhooks::add`].
    pub async fn enable(&self, cx: &Cx, who: &Authority, id: WebhookId, on: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.webhooks().set_enabled(id, on, cx.now()).await? {
            return Err(ServiceError::NotFound("webhook"));
        }
        let deed = if on { Deed::EnableWebhook } else { Deed::DisableWebhook };
        self.service.commit_deed(tx, done(who, deed, id)).await
    }

    /// Gives one another secret, which is returned; the former counts no more.
    ///
    /// # Errors
    /// As [`Webhooks::enable`].
    pub async fn rotate_secret(&self, cx: &Cx, who: &Authority, id: WebhookId) -> Result<String> {
        let (secret, sealed) = self.secret(cx, id)?;
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.webhooks().set_secret(id, sealed, cx.now()).await? {
            return Err(ServiceError::NotFound("webhook"));
        }
        self.service.commit_deed(tx, done(who, Deed::RotateWebhookSecret, id)).await?;
        Ok(secret)
    }

    /// Tells one nothing any more.
    ///
    /// # Errors
    /// As [`Webhooks::enable`].
    pub async fn remove(&self, who: &Authority, id: WebhookId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.webhooks().remove(id).await? {
            return Err(ServiceError::NotFound("webhook"));
        }
        self.service.commit_deed(tx, done(who, Deed::RemoveWebhook, id)).await
    }

    /// An address that may be spoken to, as far as its text tells.
    fn checked(self, text: &str) -> Result<Url> {
        let url = Url::parse(text.trim()).map_err(|_| ServiceError::invalid("url", "is not an address"))?;
        let may_be = self.service.inner.webhook_sender.get().is_some_and(|sender| sender.may_speak_to(&url));
        if may_be {
            return Ok(url);
        }
        Err(ServiceError::invalid("url", "must be a public https:// address elsewhere"))
    }

    fn secret(self, cx: &Cx, id: WebhookId) -> Result<(String, Vec<u8>)> {
        let secret = cx.secret(SECRET_BYTES);
        let sealed = self.service.storage().vault().seal(&label(id), secret.as_bytes())?;
        Ok((secret, sealed))
    }
}

/// For the log: the address is none of its business.
fn done(who: &Authority, deed: Deed, id: WebhookId) -> Entry {
    Entry::new(who, deed, Subject::new("webhook", &id))
}

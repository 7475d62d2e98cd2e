//! Signing the end of the log by the instance's own key: who then makes the chain anew, needs that key as well.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use staffroom_domain::Timestamp;
use staffroom_domain::account::{KeyAlgorithm, KeyPair};
use staffroom_domain::figures::day_of;
use staffroom_domain::moderation_log::{Head, SignedHead};

use super::{ModerationLog, form};
use crate::{Cx, Result, ServiceError};

impl ModerationLog<'_> {
    /// Signs the end of the log once a day (UTC), if something was added. To be called from time to time.
    ///
    /// # Errors
    /// The database failed, or the instance's key is damaged.
    pub async fn sign_end(&self, cx: &Cx) -> Result<()> {
        let read = self.service.storage().read();
        let (last, head) = (read.moderation_log().last_signed().await?, read.moderation_log().head().await?);
        let is_signed = |last: &SignedHead| last.head == head || day_of(last.created_at) == day_of(cx.now());
        if head == Head::start() || last.as_ref().is_some_and(is_signed) {
            return Ok(());
        }
        let Some(key) = self.key().await? else {
            tracing::warn!("the moderation log is not signed: the instance has no Ed25519 key");
            return Ok(());
        };
        let signature = self.signature(&key, &head, cx.now())?;
        let signed = SignedHead { head, created_at: cx.now(), key_uri: key.uri, signature };
        let tx = self.service.storage().begin().await?;
        tx.moderation_log().keep_signed(&signed).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether `signed` was signed by `key`. Ed25519 signs the same with the same, so it is done again: whoever put
    /// another key into the database could not have sealed its private half.
    pub(super) fn is_genuine(self, key: &KeyPair, signed: &SignedHead) -> Result<bool> {
        Ok(signed.key_uri == key.uri && self.signature(key, &signed.head, signed.created_at)? == signed.signature)
    }

    fn signature(self, key: &KeyPair, head: &Head, at: Timestamp) -> Result<String> {
        let message = form::to_sign(head, at, &key.uri)
            .ok_or_else(|| ServiceError::Internal("the end of the moderation log has no canonical form".to_owned()))?;
        Ok(BASE64.encode(self.service.inner.key_maker.sign(key, message.as_bytes())?))
    }

    /// The instance's key.
    pub(super) async fn key(self) -> Result<Option<KeyPair>> {
        let accounts = self.service.accounts();
        let uri = self.service.settings().identity.instance_account_uri();
        let Some(instance) = accounts.by_uri(&uri).await? else { return Ok(None) };
        match accounts.signing_key(instance.id, KeyAlgorithm::Ed25519).await {
            Ok(key) => Ok(Some(key)),
            Err(ServiceError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

//! Who is told where: one subscription for each access token.

use aws_lc_rs::agreement::{ECDH_P256, ParsedPublicKey, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use staffroom_domain::ids::{AccountId, TokenId};
use staffroom_domain::push::{Alerts, PushPolicy, PushSubscription};
use staffroom_storage::push::Sealed;
use url::Url;

use super::{NewSubscription, Push};
use crate::{Cx, Result, ServiceError};

/// Longest address of an endpoint, in bytes.
const MAX_ENDPOINT_BYTES: usize = 2048;
/// Length of an uncompressed point of P-256, in bytes.
const POINT_BYTES: usize = 65;
/// Length of the shared secret, in bytes (RFC 8291 section 3.2).
pub(super) const SECRET_BYTES: usize = 16;

impl Push<'_> {
    /// Subscribes the device behind `token` of `account`, in place of what the token had. `token_text` goes with every
    /// message; it is kept sealed.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for an endpoint that may not be spoken to, and for bad keys.
    pub async fn subscribe(
        &self,
        cx: &Cx,
        account: AccountId,
        token: TokenId,
        token_text: &str,
        new: NewSubscription,
    ) -> Result<PushSubscription> {
        self.check_endpoint(&new.endpoint)?;
        let public_key = decode(&new.p256dh).filter(|bytes| is_point(bytes));
        let public_key = public_key
            .ok_or_else(|| ServiceError::invalid("subscription[keys][p256dh]", "must be a public key of P-256"))?;
        let auth = decode(&new.auth).filter(|bytes| bytes.len() == SECRET_BYTES);
        let mut secrets = auth.ok_or_else(|| {
            ServiceError::invalid("subscription[keys][auth]", format!("must be {SECRET_BYTES} bytes in base64"))
        })?;
        secrets.extend_from_slice(token_text.as_bytes());
        let subscription = PushSubscription {
            id: cx.id(),
            token_id: token,
            account_id: account,
            endpoint: new.endpoint,
            public_key,
            standard: new.standard,
            alerts: new.alerts,
            policy: new.policy,
        };
        let secrets = self.service.storage().vault().seal(&label(&subscription), &secrets)?;
        let sealed = Sealed { subscription, secrets };
        let tx = self.service.storage().begin().await?;
        tx.push().replace(&sealed, cx.now()).await?;
        tx.commit().await?;
        Ok(sealed.subscription)
    }

    /// The subscription made with a token.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn get(&self, token: TokenId) -> Result<PushSubscription> {
        let found = self.service.storage().read().push().of_token(token).await?;
        found.ok_or(ServiceError::NotFound("push subscription"))
    }

    /// Changes what the device behind a token is told of; `policy` stays where none is given.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it has no subscription.
    pub async fn change(&self, token: TokenId, alerts: Alerts, policy: Option<PushPolicy>) -> Result<PushSubscription> {
        let tx = self.service.storage().begin().await?;
        let found = tx.push().of_token(token).await?.ok_or(ServiceError::NotFound("push subscription"))?;
        let changed = PushSubscription { alerts, policy: policy.unwrap_or(found.policy), ..found };
        tx.push().change(token, &changed.alerts, changed.policy).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Ends the subscription of a token, if it has one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unsubscribe(&self, token: TokenId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.push().remove_of(token).await?;
        tx.commit().await?;
        Ok(())
    }

    fn check_endpoint(&self, endpoint: &str) -> Result<()> {
        let refuse = |why: &str| Err(ServiceError::invalid("subscription[endpoint]", why));
        if endpoint.len() > MAX_ENDPOINT_BYTES {
            return refuse("is too long");
        }
        // they would be dropped where it is read as an address, and kept where it is shown
        if endpoint.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return refuse("must not contain spaces or control characters");
        }
        let Ok(url) = Url::parse(endpoint) else { return refuse("must be an https address") };
        let may_be = match self.service.inner.push_sender.get() {
            Some(sender) => sender.may_speak_to(&url),
            None => url.scheme() == "https",
        };
        if may_be { Ok(()) } else { refuse("must be an https address of a push service") }
    }
}

/// What the secrets of a subscription are sealed under.
pub(super) fn label(subscription: &PushSubscription) -> String {
    format!("push:{}", subscription.id)
}

/// Base64 of either alphabet, padded or not: clients send all four.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().trim_end_matches('=').replace('+', "-").replace('/', "_");
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Whether these are the bytes of an uncompressed point on the curve.
fn is_point(bytes: &[u8]) -> bool {
    let is_whole = bytes.len() == POINT_BYTES && bytes.first() == Some(&4);
    is_whole && ParsedPublicKey::try_from(UnparsedPublicKey::new(&ECDH_P256, bytes)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The device of RFC 8291, appendix A.
    const DEVICE: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    #[test]
    fn keys_come_in_every_base64_and_off_the_curve_in_none() {
        let standard = DEVICE.replace('-', "+").replace('_', "/") + "=";
        for good in [DEVICE, &standard] {
            assert!(decode(good).is_some_and(|bytes| is_point(&bytes)), "{good}");
        }
        let mut off = decode(DEVICE).unwrap();
        off[64] ^= 1;
        assert!(!is_point(&off));
        assert!(!is_point(&off[1..]) && !is_point(&[]) && !is_point(&[4; 65]));
        let mut compressed = decode(DEVICE).unwrap()[..33].to_vec();
        compressed[0] = 2;
        assert!(!is_point(&compressed));
        assert_eq!(decode("not base64!"), None);
    }
}

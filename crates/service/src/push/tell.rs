//! One message to one device (a job).

use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::account::Account;
use staffroom_domain::ids::{NotificationId, PushSubscriptionId};
use staffroom_domain::push::{PushPolicy, PushSubscription};

use super::subscribe::{SECRET_BYTES, label};
use super::{Push, words};
use crate::ports::{PushContent, PushMessage, Pushed};
use crate::{Cx, Result, ServiceError};

/// Nobody is told of what is older than this.
const STALE: Duration = Duration::from_hours(48);
/// Longest pause that a push service is left alone for when it asks for one.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_hours(24);
/// Longest address of a picture that is told, in bytes: a message has room for 4096 in all.
const MAX_ICON_BYTES: usize = 1024;

impl Push<'_> {
    /// Tells a device of a notification, if both are still there, its owner may still see what it is about, and the
    /// device still wants to know. A device its push service does not know any more is not told again; while the
    /// service asks for a pause, up to a day, it hears nothing for that device.
    ///
    /// # Errors
    /// The push service cannot take it for the moment ([`ServiceError::RateLimited`] says for how long), or the
    /// database failed.
    pub(crate) async fn tell(&self, cx: &Cx, device: PushSubscriptionId, notification: NotificationId) -> Result<()> {
        let (storage, pauses) = (self.service.storage(), &self.service.inner.push_pauses);
        if let Some(until) = pauses.get(&device).filter(|until| *until > cx.now()) {
            return Err(not_before(cx, until));
        }
        let Some(sealed) = storage.read().push().usable(device).await? else { return Ok(()) };
        let subscription = sealed.subscription;
        let owner = subscription.account_id;
        let view = match self.service.notifications().get(owner, notification).await {
            Ok(view) => view,
            // taken back, or hidden by now
            Err(ServiceError::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let is_wanted = subscription.alerts.has(view.kind.as_str())
            && view.created_at > cx.now().minus(STALE)
            && self.is_from_wanted(cx, &subscription, &view.account).await?;
        if !is_wanted {
            return Ok(());
        }
        let secrets = storage.vault().open(&label(&subscription), &sealed.secrets)?;
        let split = secrets.split_at_checked(SECRET_BYTES);
        let (auth, token) =
            split.ok_or_else(|| ServiceError::Internal("secrets of a device are cut off".to_owned()))?;
        let settings = self.service.settings();
        let content = PushContent {
            access_token: String::from_utf8_lossy(token).into_owned(),
            preferred_locale: self.service.accounts().user(owner).await?.locale,
            notification_id: view.id,
            notification_type: view.kind,
            icon: self.icon(&view.account),
            title: words::title(&view),
            body: words::body(&view),
        };
        let message = PushMessage {
            endpoint: subscription.endpoint,
            public_key: subscription.public_key,
            auth_secret: auth.to_vec(),
            standard: subscription.standard,
            server_key: self.pair().await?.private.clone(),
            contact: match settings.contact_email.as_str() {
                "" => settings.identity.public_url.clone(),
                email => format!("mailto:{email}"),
            },
            now: cx.now(),
            content,
        };
        let nobody = || ServiceError::Remote("devices cannot be told from here".to_owned());
        match self.service.inner.push_sender.get().ok_or_else(nobody)?.send(message).await? {
            Pushed::Taken => {}
            Pushed::Refused(why) => tracing::info!(push.id = %device, why, "push service refuses a message"),
            Pushed::Later(pause) => {
                let until = cx.now().plus(pause.min(LONGEST_PAUSE));
                tracing::info!(push.id = %device, until = %until.to_rfc3339(), "push service asks for a pause");
                pauses.insert(device, until);
                return Err(not_before(cx, until));
            }
            Pushed::Gone => {
                let tx = storage.begin().await?;
                tx.push().remove(device).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Whether the owner of a device wants to hear there of what `from` causes. What comes from nobody in particular
    /// comes from oneself.
    async fn is_from_wanted(&self, cx: &Cx, subscription: &PushSubscription, from: &Account) -> Result<bool> {
        let owner = subscription.account_id;
        if matches!(subscription.policy, PushPolicy::All | PushPolicy::None) || from.id == owner {
            return Ok(subscription.policy != PushPolicy::None);
        }
        let read = self.service.storage().read();
        let relations = read.follows().relationships(owner, &[from.id], cx.now()).await?;
        Ok(relations.first().is_some_and(|relation| match subscription.policy {
            PushPolicy::Followed => relation.following,
            _ => relation.followed_by,
        }))
    }

    fn icon(&self, account: &Account) -> String {
        let shown = account.avatar.as_ref().map(|picture| self.service.media().url(picture));
        shown
            .filter(|url| url.len() <= MAX_ICON_BYTES)
            .unwrap_or_else(|| format!("{}/avatars/original/missing.png", self.service.settings().identity.public_url))
    }
}

/// A device is to be left alone until then; whole seconds, rounded up.
fn not_before(cx: &Cx, until: Timestamp) -> ServiceError {
    let left_ms = u64::try_from(until.0 - cx.now().0).unwrap_or_default();
    ServiceError::RateLimited { retry_after_secs: left_ms.div_ceil(1_000) }
}

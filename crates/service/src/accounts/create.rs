//! Making a local account.

use staffroom_domain::account::{Account, Endpoints, PostingDefaults, User, UserRole};
use staffroom_domain::ids::AccountId;
use staffroom_domain::instance::InstanceIdentity;
use staffroom_domain::interaction::QuotePolicy;
use staffroom_domain::organisation::Role;
use staffroom_domain::webhook::WebhookEvent;
use staffroom_domain::{Timestamp, Visibility};
use staffroom_storage::{StorageError, Tx};

use super::keys::make_pairs;
use super::set_role;
use super::{Accounts, NewLocalAccount};
use crate::{Cx, Result, ServiceError, passwords, webhooks};

/// Longest name of a local account.
const MAX_USERNAME: usize = 30;
/// Longest e-mail address (RFC 5321, 4.5.3.1.3).
const MAX_EMAIL: usize = 254;
/// Longest name of an interface language, in bytes.
const MAX_LOCALE_BYTES: usize = 35;
/// Interface language of those who name none.
const DEFAULT_LOCALE: &str = "en";
/// Names that could be taken for the instance speaking, or that are words of our URLs.
const RESERVED: [&str; 23] = [
    "abuse",
    "actor",
    "admin",
    "administrator",
    "api",
    "auth",
    "everyone",
    "help",
    "hostmaster",
    "inbox",
    "instance",
    "mod",
    "moderation",
    "moderator",
    "oauth",
    "postmaster",
    "relay",
    "root",
    "security",
    "staffroom",
    "support",
    "system",
    "webmaster",
];

impl Accounts<'_> {
    /// Makes a local account by the operator's decision, confirmed and approved.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names the value that is wrong or taken.
    pub async fn create_local(&self, cx: &Cx, new: NewLocalAccount) -> Result<Account> {
        let now = Some(cx.now());
        let (tx, account, user) = self.make(cx, new, now, now, DEFAULT_LOCALE).await?;
        if user.role == UserRole::Member {
            tx.commit().await?;
        } else {
            self.service.commit_deed(tx, set_role::entry(account.id, user.role)).await?;
        }
        Ok(account)
    }

    /// Makes a local account in a transaction that is still open, confirmed and approved when that is said.
    pub(super) async fn make(
        &self,
        cx: &Cx,
        new: NewLocalAccount,
        confirmed_at: Option<Timestamp>,
        approved_at: Option<Timestamp>,
        locale: &str,
    ) -> Result<(Tx, Account, User)> {
        let username = check_username(&new.username, &self.service.settings().identity)?;
        let email = check_email(&new.email)?;
        // Both slow, so both before the transaction.
        let password_hash = passwords::hash(cx, &new.password).await?;
        let mut account = local_account(&self.service.settings().identity, cx.id(), &username, cx.now());
        let pairs = make_pairs(self.service, &account.uri).await?;

        let tx = self.service.storage().begin().await?;
        if tx.accounts().by_handle(&username, None).await?.is_some() {
            return Err(ServiceError::invalid("username", "has already been taken"));
        }
        if tx.users().email_taken(&email).await? {
            return Err(ServiceError::invalid("email", "has already been taken"));
        }
        let organisation = match new.organisation {
            Some(id) => tx.organisations().by_id(id).await?,
            None => tx.organisations().first().await?,
        };
        let organisation = organisation.ok_or(ServiceError::NotFound("organisation"))?.id;
        account.organisation = Some(organisation);
        account.is_pending = confirmed_at.is_none() || approved_at.is_none();
        let user = User {
            account_id: account.id,
            email,
            confirmed_at,
            approved_at,
            disabled_at: None,
            role: new.role,
            posting: PostingDefaults {
                visibility: Visibility::Public,
                sensitive: false,
                language: None,
                quotes: QuotePolicy::default(),
            },
            share_tagged: self.service.settings().share_tagged,
            locale: locale_of(locale).to_owned(),
        };
        tx.accounts().insert(&account).await.map_err(taken)?;
        tx.users().insert(&user, &password_hash, cx.now()).await.map_err(taken)?;
        tx.keys().insert_pairs(&pairs.into_iter().map(|pair| (account.id, pair)).collect::<Vec<_>>(), cx.now()).await?;
        tx.organisations().set_role(account.id, organisation, Role::Contributor, cx.now()).await?;
        webhooks::queue(&tx, cx, WebhookEvent::AccountCreated, &[account.id.0]).await?;
        Ok((tx, account, user))
    }
}

/// The locale somebody asks for, if it looks like one.
fn locale_of(asked: &str) -> &str {
    let is_locale = (2..=MAX_LOCALE_BYTES).contains(&asked.len())
        && asked.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if is_locale { asked } else { DEFAULT_LOCALE }
}

/// A new local account with its addresses filled in and everything else empty.
pub(crate) fn local_account(identity: &InstanceIdentity, id: AccountId, username: &str, now: Timestamp) -> Account {
    let uri = identity.account_uri(username);
    Account {
        url: identity.account_url(username),
        endpoints: local_endpoints(identity, &uri),
        ..Account::new(id, uri, username, now)
    }
}

/// Where a local account with this network id can be reached.
pub(crate) fn local_endpoints(identity: &InstanceIdentity, uri: &str) -> Endpoints {
    Endpoints {
        inbox: Some(format!("{uri}/inbox")),
        shared_inbox: Some(format!("{}/inbox", identity.public_url)),
        outbox: Some(format!("{uri}/outbox")),
        followers: Some(format!("{uri}/followers")),
        following: Some(format!("{uri}/following")),
        featured: Some(format!("{uri}/collections/featured")),
    }
}

fn check_username(username: &str, identity: &InstanceIdentity) -> Result<String> {
    let invalid = |why: String| Err(ServiceError::invalid("username", why));
    if username.is_empty() || username.len() > MAX_USERNAME {
        return invalid(format!("must have 1 to {MAX_USERNAME} characters"));
    }
    if !username.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return invalid("must only contain letters, digits and underscores".to_owned());
    }
    let lower = username.to_ascii_lowercase();
    if RESERVED.contains(&lower.as_str()) || lower == super::instance_account::username(identity) {
        return invalid("is reserved".to_owned());
    }
    Ok(username.to_owned())
}

/// An address as typed, lower-cased. That mail arrives there is only shown by mail.
pub(crate) fn check_email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let sound = |text: &str| !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@');
    match email.rsplit_once('@') {
        Some((local, host))
            if email.len() <= MAX_EMAIL
                && sound(local)
                && sound(host)
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !host.contains("..") =>
        {
            Ok(email)
        }
        _ => Err(ServiceError::invalid("email", "is not a valid e-mail address")),
    }
}

/// Two people asked for the same name in the same moment.
fn taken(e: StorageError) -> ServiceError {
    if e.is_unique_violation() {
        ServiceError::Conflict("username or e-mail address has already been taken".to_owned())
    } else {
        e.into()
    }
}

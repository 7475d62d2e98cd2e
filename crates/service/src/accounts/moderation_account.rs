//! The account in whose name authors are told that something of theirs is held. Nobody signs in to it, other servers know
//! nothing of it, and it sends nothing out.

use staffroom_domain::account::{Account, AccountKind, Endpoints};

use super::Accounts;
use super::create::local_account;
use crate::{Cx, Result, ServiceError};

/// Its name, and the one it has where a person has that: names of people hold no dot.
const NAMES: [&str; 2] = ["moderation", "moderation.desk"];

impl Accounts<'_> {
    /// The account that speaks for the moderators; made on first need.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn ensure_moderation_account(&self, cx: &Cx) -> Result<Account> {
        let taken = || ServiceError::Internal("the names of the moderation account are taken".to_owned());
        for name in NAMES {
            match self.by_handle(name).await? {
                Some(account) if is_ours(&account) => return Ok(account),
                Some(_) => {}
                None => return self.make_moderation_account(cx, name).await,
            }
        }
        Err(taken())
    }

    async fn make_moderation_account(self, cx: &Cx, name: &str) -> Result<Account> {
        let settings = self.service.settings();
        let account = Account {
            kind: AccountKind::Application,
            display_name: "Moderation".to_owned(),
            note: "<p>Tells you when something you wrote is held, and why.</p>".to_owned(),
            locked: true,
            discoverable: Some(false),
            endpoints: Endpoints::default(),
            ..local_account(&settings.identity, cx.id(), name, cx.now())
        };
        let tx = self.service.storage().begin().await?;
        if let Err(error) = tx.accounts().insert(&account).await {
            // Something else was held in the same moment, for the first time as well.
            drop(tx);
            return self.by_handle(name).await?.filter(is_ours).ok_or(ServiceError::Storage(error));
        }
        tx.commit().await?;
        Ok(account)
    }
}

fn is_ours(account: &Account) -> bool {
    account.is_local() && account.kind == AccountKind::Application && account.deleted_at.is_none()
}

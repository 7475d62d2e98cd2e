//! Which accounts a text names.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::status::Mention;
use staffroom_domain::text::{self, MentionLink, MentionRef};
use tokio::task::JoinSet;

use super::Statuses;
use super::kept::is_inside;
use crate::Result;

/// People one status can name.
const MAX_MENTIONS: usize = 50;
/// Names asked of other servers for one status.
const MAX_ASKED: usize = 20;
/// Asking must not keep the author waiting longer than this; who was not found by then stays plain text.
const ASK_TIMEOUT: Duration = Duration::from_secs(5);

type Handle = (String, Option<String>);

/// Accounts by the handle that was typed, lower case, our own host left out.
pub(super) struct Named {
    accounts: HashMap<Handle, Account>,
    order: Vec<Handle>,
    ours: [String; 2],
}

impl Statuses<'_> {
    /// Accounts stored here that each of several texts names, looked up at once.
    pub(super) async fn named_in(&self, texts: &[&str]) -> Result<Vec<Named>> {
        let ours = self.own_names();
        let orders: Vec<Vec<Handle>> = texts.iter().map(|plain| order(&text::scan(plain).mentions, &ours)).collect();
        let mut all: Vec<Handle> = orders.iter().flatten().cloned().collect();
        all.sort_unstable();
        all.dedup();
        let stored = self.service.storage().read().accounts().by_handles(&all).await?;
        let stored: HashMap<Handle, Account> = stored.into_iter().filter(Account::is_present).map(by_handle).collect();
        let named = |order: Vec<Handle>| {
            let accounts = order.iter().filter_map(|handle| stored.get_key_value(handle));
            let accounts = accounts.map(|(handle, account)| (handle.clone(), account.clone())).collect();
            Named { accounts, order, ours: ours.clone() }
        };
        Ok(orders.into_iter().map(named).collect())
    }

    /// Names of this host.
    fn own_names(self) -> [String; 2] {
        let identity = &self.service.settings().identity;
        [identity.account_domain.clone(), identity.host()]
    }

    /// Finds the accounts named; where `may_ask` says so, unknown names on other servers are asked for there, outside any
    /// transaction.
    pub(super) async fn find_named(&self, mentions: &[MentionRef], may_ask: bool) -> Result<Named> {
        let ours = self.own_names();
        let order = order(mentions, &ours);
        let stored = self.service.storage().read().accounts().by_handles(&order).await?;
        let mut accounts: HashMap<Handle, Account> = stored.into_iter().map(by_handle).collect();
        let unknown: Vec<Handle> =
            order.iter().filter(|h| h.1.is_some() && !accounts.contains_key(*h)).take(MAX_ASKED).cloned().collect();
        if may_ask {
            accounts.extend(self.ask(unknown).await?);
        }
        accounts.retain(|_, account| account.is_present());
        Ok(Named { accounts, order, ours })
    }

    async fn ask(&self, unknown: Vec<Handle>) -> Result<Vec<(Handle, Account)>> {
        let Some(remote) = self.service.remote().filter(|_| !unknown.is_empty()) else { return Ok(Vec::new()) };
        let mut asked = JoinSet::new();
        for handle in unknown {
            let remote = Arc::clone(remote);
            asked.spawn(async move {
                let domain = handle.1.clone().unwrap_or_default();
                let answer = remote.account_by_handle(&handle.0, &domain).await;
                (handle, answer)
            });
        }
        let mut found: HashMap<AccountId, Handle> = HashMap::new();
        let collect = async {
            while let Some(answer) = asked.join_next().await {
                if let Ok((handle, Ok(Some(id)))) = answer {
                    found.insert(id, handle);
                }
            }
        };
        // On time-out the remaining questions are dropped with the set.
        let _ = tokio::time::timeout(ASK_TIMEOUT, collect).await;
        let ids: Vec<AccountId> = found.keys().copied().collect();
        let accounts = self.service.storage().read().accounts().by_ids(&ids).await?;
        Ok(accounts.into_iter().filter_map(|account| Some((found.remove(&account.id)?, account))).collect())
    }
}

impl Named {
    /// Each account once, in the order of the text.
    pub(super) fn accounts(&self) -> Vec<Account> {
        let mut seen = HashSet::new();
        let found = self.order.iter().filter_map(|handle| self.accounts.get(handle));
        found.filter(|account| seen.insert(account.id)).cloned().collect()
    }

    /// Forgets all who are not of `school`; returns their handles, and those of other servers nobody here knows.
    pub(super) fn keep_inside(&mut self, school: OrganisationId) -> Vec<String> {
        let accounts = &self.accounts;
        let is_outside = |handle: &&Handle| match accounts.get(*handle) {
            Some(account) => !is_inside(account, school),
            None => handle.1.is_some(),
        };
        let outside = self.order.iter().filter(is_outside).map(in_words).collect();
        self.accounts.retain(|_, account| is_inside(account, school));
        outside
    }

    /// How a mention is shown; `None` leaves the text.
    pub(super) fn link(&self, mention: &MentionRef) -> Option<MentionLink> {
        let account = self.accounts.get(&handle(mention, &self.ours))?;
        Some(MentionLink { url: account.url.clone(), username: account.username.clone(), acct: account.acct() })
    }
}

/// Handles, each once.
fn order(mentions: &[MentionRef], ours: &[String; 2]) -> Vec<Handle> {
    let mut seen = HashSet::new();
    let handles = mentions.iter().map(|mention| handle(mention, ours));
    handles.filter(|handle| seen.insert(handle.clone())).take(MAX_MENTIONS).collect()
}

fn by_handle(account: Account) -> (Handle, Account) {
    ((account.username.to_lowercase(), account.domain.clone()), account)
}

fn handle(mention: &MentionRef, ours: &[String; 2]) -> Handle {
    (mention.user.to_lowercase(), mention.domain.clone().filter(|domain| !ours.contains(domain)))
}

/// A handle as people write it.
fn in_words((user, domain): &Handle) -> String {
    match domain {
        Some(domain) => format!("@{user}@{domain}"),
        None => format!("@{user}"),
    }
}

/// An account as named in a status.
pub(super) fn mention_of(account: &Account) -> Mention {
    Mention {
        account_id: account.id,
        uri: account.uri.clone(),
        url: account.url.clone(),
        username: account.username.clone(),
        acct: account.acct(),
    }
}

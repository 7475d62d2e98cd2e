//! Internet addresses that may not make accounts, or ask for nothing at all. The rules are asked on every request: a
//! copy is in memory, read anew now and then, since others change them too.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use staffroom_domain::cidr::Cidr;
use staffroom_domain::ids::IpBlockId;
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::sign_up::{IpBlock, IpSeverity};
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::{MAX_COMMENT, SignUps};
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

/// The rules now.
#[derive(Debug, Default)]
pub(crate) struct Current(RwLock<Arc<Vec<IpBlock>>>);

/// How a rule about addresses is to be.
#[derive(Clone, Debug)]
pub struct IpWishes {
    /// `address/length`, or a single address.
    pub network: String,
    /// What the addresses may not do.
    pub severity: IpSeverity,
    /// Why, for the operators.
    pub comment: String,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

impl SignUps<'_> {
    /// Whether a client at this address is answered at all.
    pub fn answers(&self, client: IpAddr) -> bool {
        self.severity(client) != Some(IpSeverity::NoAccess)
    }

    /// The rule a client falls under: the hardest of several.
    pub(super) fn severity(self, client: IpAddr) -> Option<IpSeverity> {
        let rules = Arc::clone(&self.service.inner.networks.0.read().unwrap_or_else(PoisonError::into_inner));
        if rules.is_empty() {
            return None;
        }
        let (client, now) = (client.to_canonical(), self.service.cx().now());
        let hardness = |severity: &IpSeverity| match severity {
            IpSeverity::SignUpRequiresApproval => 0,
            IpSeverity::SignUpBlock => 1,
            IpSeverity::NoAccess => 2,
        };
        rules.iter().filter(|rule| rule.covers(client, now)).map(|rule| rule.severity).max_by_key(hardness)
    }

    /// Rules about addresses, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn networks(&self, cx: &Cx, page: PageRequest) -> Result<Page<IpBlock>> {
        Ok(self.service.storage().read().ip_blocks().page(cx.now(), &page).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown id, or a rule that has ended.
    pub async fn network(&self, cx: &Cx, id: IpBlockId) -> Result<IpBlock> {
        let found = self.service.storage().read().ip_blocks().by_id(id, cx.now()).await?;
        found.ok_or(ServiceError::NotFound("rule about addresses"))
    }

    /// Adds a rule. `asker` is the address of who asks: nobody shuts themselves out.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance, [`ServiceError::Invalid`] for what
    /// is no block of addresses, one that has a rule already, one's own address, or an end that is past.
    pub async fn block_network(&self, cx: &Cx, who: &Authority, asker: IpAddr, wishes: IpWishes) -> Result<IpBlock> {
        let id = cx.id();
        let block = checked(cx, asker, id, wishes)?;
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        tx.ip_blocks().forget_ended(cx.now()).await?;
        if !tx.ip_blocks().insert(&block).await? {
            return Err(taken());
        }
        let done = entry(who, Deed::BlockAddresses, id).with("severity", block.severity.as_str());
        self.service.commit_deed(tx, done).await?;
        self.reload(cx).await?;
        Ok(block)
    }

    /// Changes a rule.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown id, else as [`SignUps::block_network`].
    pub async fn change_network(
        &self,
        cx: &Cx,
        who: &Authority,
        asker: IpAddr,
        id: IpBlockId,
        wishes: IpWishes,
    ) -> Result<IpBlock> {
        let known = self.network(cx, id).await?;
        let block = IpBlock { since: known.since, ..checked(cx, asker, id, wishes)? };
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.ip_blocks().update(&block).await? {
            return Err(taken());
        }
        let done = entry(who, Deed::ChangeAddresses, id).with("severity", block.severity.as_str());
        self.service.commit_deed(tx, done).await?;
        self.reload(cx).await?;
        Ok(block)
    }

    /// Takes a rule back.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, [`ServiceError::Forbidden`] for those without rights on the whole
    /// instance.
    pub async fn unblock_network(&self, cx: &Cx, who: &Authority, id: IpBlockId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.ip_blocks().remove(id).await? {
            return Err(ServiceError::NotFound("rule about addresses"));
        }
        self.service.commit_deed(tx, entry(who, Deed::UnblockAddresses, id)).await?;
        self.reload(cx).await
    }

    /// All rules that hold, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all_networks(&self, cx: &Cx) -> Result<Vec<IpBlock>> {
        Ok(self.service.storage().read().ip_blocks().all(cx.now()).await?)
    }

    /// Takes the rule about these addresses (`address/length`, or one address) back; returns the addresses.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what is no block of addresses, else as [`SignUps::unblock_network`].
    pub async fn unblock_addresses(&self, cx: &Cx, who: &Authority, network: &str) -> Result<Cidr> {
        let network = parsed(network)?;
        let rule = self.all_networks(cx).await?.into_iter().find(|rule| rule.network == network);
        self.unblock_network(cx, who, rule.ok_or(ServiceError::NotFound("rule about addresses"))?.id).await?;
        Ok(network)
    }

    /// Reads the rules anew.
    ///
    /// # Errors
    /// The database failed; the rules stay as they were.
    pub async fn reload(&self, cx: &Cx) -> Result<()> {
        let rules = self.all_networks(cx).await?;
        *self.service.inner.networks.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        Ok(())
    }
}

/// Something done about a rule, for the log, which outlives the rule: an address can be somebody's, so it is left out.
fn entry(who: &Authority, deed: Deed, id: IpBlockId) -> Entry {
    Entry::new(who, deed, Subject::new("ip_block", &id))
}

fn checked(cx: &Cx, asker: IpAddr, id: IpBlockId, wishes: IpWishes) -> Result<IpBlock> {
    let IpWishes { network, severity, comment, expires_at } = wishes;
    let network = parsed(&network)?;
    if severity == IpSeverity::NoAccess && network.contains(asker.to_canonical()) {
        return Err(ServiceError::invalid("ip", "would shut you out yourself"));
    }
    if severity == IpSeverity::NoAccess && network.has_loopback() {
        return Err(ServiceError::invalid("ip", "would shut this server and its proxy out"));
    }
    if severity == IpSeverity::NoAccess && network.is_huge() {
        return Err(ServiceError::invalid("ip", "is too large to be shut out: at least /8, or /16 in IPv6"));
    }
    if comment.chars().count() > MAX_COMMENT {
        return Err(ServiceError::invalid("comment", format!("is longer than {MAX_COMMENT} characters")));
    }
    if expires_at.is_some_and(|end| end <= cx.now()) {
        return Err(ServiceError::invalid("expires_in", "must be greater than 0"));
    }
    Ok(IpBlock { id, network, severity, comment, expires_at, since: cx.now() })
}

fn parsed(network: &str) -> Result<Cidr> {
    let is_none = || ServiceError::invalid("ip", "is not an address or a block of addresses");
    Cidr::parse_or_one(network.trim()).ok_or_else(is_none)
}

fn taken() -> ServiceError {
    ServiceError::invalid("ip", "has already been taken")
}

//! Rules about domains one by one, under their ids: for those who look after them in an app.

use staffroom_domain::domain_rule::{DomainAllow, DomainBlock};
use staffroom_domain::ids::DomainRuleId;
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::{Page, PageRequest};

use super::change::{entry, lift};
use super::{Domains, NewBlock};
use crate::auth::Authority;
use crate::digest::sha256_hex;
use crate::{Cx, Result, ServiceError};

impl Domains<'_> {
    /// Limits, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn blocks(&self, page: PageRequest) -> Result<Page<DomainBlock>> {
        Ok(self.service.storage().read().domains().block_page(&page).await?)
    }

    /// One limit.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn block_by_id(&self, id: DomainRuleId) -> Result<DomainBlock> {
        let found = self.service.storage().read().domains().block_by_id(id).await?;
        found.ok_or(ServiceError::NotFound("limit on a domain"))
    }

    /// Limits a domain that has no limit yet, see [`Domains::block`].
    ///
    /// # Errors
    /// As [`Domains::block`], and [`ServiceError::Invalid`] for what is limited already.
    pub async fn add_block(&self, cx: &Cx, who: &Authority, domain: &str, wanted: NewBlock) -> Result<DomainBlock> {
        let name = self.name(domain)?;
        if self.service.storage().read().domains().block_of(&name).await?.is_some() {
            return Err(ServiceError::invalid("domain", "has already been limited"));
        }
        self.block(cx, who, &name, wanted).await
    }

    /// Takes a limit back; follows that ended do not come back.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, [`ServiceError::Forbidden`] for those without rights on the whole
    /// instance.
    pub async fn unblock(&self, who: &Authority, id: DomainRuleId) -> Result<DomainBlock> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        let block = tx.domains().block_by_id(id).await?.ok_or(ServiceError::NotFound("limit on a domain"))?;
        lift(self.service, &tx, &block).await?;
        self.service.commit_deed(tx, entry(who, Deed::UnblockDomain, &block.domain)).await?;
        self.reload().await?;
        Ok(block)
    }

    /// Allowances, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn allows(&self, page: PageRequest) -> Result<Page<DomainAllow>> {
        Ok(self.service.storage().read().domains().allow_page(&page).await?)
    }

    /// One allowance.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none.
    pub async fn allow_by_id(&self, id: DomainRuleId) -> Result<DomainAllow> {
        let found = self.service.storage().read().domains().allow_by_id(id).await?;
        found.ok_or(ServiceError::NotFound("allowance of a domain"))
    }

    /// Allows a domain by name, see [`Domains::allow`]; one that is allowed already stays so.
    ///
    /// # Errors
    /// As [`Domains::block`].
    pub async fn add_allow(&self, cx: &Cx, who: &Authority, domain: &str) -> Result<DomainAllow> {
        let name = self.allow(cx, who, domain).await?;
        let found = self.service.storage().read().domains().allow_of(&name).await?;
        found.ok_or(ServiceError::NotFound("allowance of a domain"))
    }

    /// Takes an allowance back.
    ///
    /// # Errors
    /// As [`Domains::unblock`].
    pub async fn disallow(&self, who: &Authority, id: DomainRuleId) -> Result<DomainAllow> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        let allow = tx.domains().allow_by_id(id).await?.ok_or(ServiceError::NotFound("allowance of a domain"))?;
        tx.domains().remove_allow(&allow.domain).await?;
        self.service.commit_deed(tx, entry(who, Deed::DisallowDomain, &allow.domain)).await?;
        self.reload().await?;
        Ok(allow)
    }

    /// SHA-256 of a domain in hexadecimal digits, by which a limit can be compared without naming it.
    pub fn digest(&self, domain: &str) -> String {
        sha256_hex(domain)
    }
}

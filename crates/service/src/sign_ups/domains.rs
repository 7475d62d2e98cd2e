//! E-mail domains nobody makes an account with.

use std::collections::HashMap;

use staffroom_domain::domain_rule::normalise;
use staffroom_domain::figures::day_of;
use staffroom_domain::ids::EmailDomainBlockId;
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::sign_up::{DayOfTries, EmailDomainBlock};
use staffroom_domain::{Page, PageRequest};

use super::SignUps;
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

/// Days for which is remembered who was turned away, today included.
pub const TRIES_DAYS: i64 = 7;
/// A rule with who was turned away by it, day by day, today first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithTries {
    /// The rule.
    pub block: EmailDomainBlock,
    /// One entry for each of the last [`TRIES_DAYS`] days.
    pub tries: Vec<DayOfTries>,
}

impl SignUps<'_> {
    /// Domains nobody makes an account with, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn email_domains(&self, cx: &Cx, page: PageRequest) -> Result<Page<WithTries>> {
        let mut found = self.service.storage().read().email_blocks().domains(&page).await?;
        let blocks = std::mem::take(&mut found.items);
        Ok(found.with_items(self.with_tries(cx, blocks).await?))
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown id.
    pub async fn email_domain(&self, cx: &Cx, id: EmailDomainBlockId) -> Result<WithTries> {
        let found = self.service.storage().read().email_blocks().domain(id).await?;
        let mut found = self.with_tries(cx, found.into_iter().collect()).await?;
        found.pop().ok_or(ServiceError::NotFound("e-mail domain"))
    }

    /// Blocks a domain and what lies below it; who has an account keeps it. With `allow_with_approval` people may make
    /// accounts, but a moderator looks first.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance, [`ServiceError::Invalid`] for what
    /// is no domain, or blocked already.
    pub async fn block_email_domain(
        &self,
        cx: &Cx,
        who: &Authority,
        domain: &str,
        allow_with_approval: bool,
    ) -> Result<WithTries> {
        let domain = normalise(domain).ok_or_else(|| ServiceError::invalid("domain", "is not a domain name"))?;
        let block = EmailDomainBlock { id: cx.id(), domain, allow_with_approval, since: cx.now() };
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.email_blocks().block_domain(&block).await? {
            return Err(ServiceError::invalid("domain", "has already been taken"));
        }
        let subject = Subject::new("email_domain_block", &block.id);
        let done = Entry::new(who, Deed::BlockEmailDomain, subject)
            .with("domain", block.domain)
            .with("allow_with_approval", allow_with_approval);
        self.service.commit_deed(tx, done).await?;
        self.email_domain(cx, block.id).await
    }

    /// Takes such a rule back.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, [`ServiceError::Forbidden`] for those without rights on the whole
    /// instance.
    pub async fn unblock_email_domain(&self, who: &Authority, id: EmailDomainBlockId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.email_blocks().unblock_domain(id).await? {
            return Err(ServiceError::NotFound("e-mail domain"));
        }
        let subject = Subject::new("email_domain_block", &id);
        self.service.commit_deed(tx, Entry::new(who, Deed::UnblockEmailDomain, subject)).await
    }

    async fn with_tries(self, cx: &Cx, blocks: Vec<EmailDomainBlock>) -> Result<Vec<WithTries>> {
        let ids: Vec<EmailDomainBlockId> = blocks.iter().map(|block| block.id).collect();
        let today = day_of(cx.now());
        let mut found: HashMap<EmailDomainBlockId, Vec<DayOfTries>> = HashMap::new();
        let read = self.service.storage().read();
        for (id, day) in read.email_blocks().tries(&ids, today - TRIES_DAYS + 1).await? {
            found.entry(id).or_default().push(day);
        }
        let with_tries = |block: EmailDomainBlock| {
            let known = found.remove(&block.id).unwrap_or_default();
            let on = |day| {
                let nobody = DayOfTries { day, clients: 0, tries: 0 };
                known.iter().find(|tries| tries.day == day).copied().unwrap_or(nobody)
            };
            let tries = (0..TRIES_DAYS).map(|back| on(today - back)).collect();
            WithTries { block, tries }
        };
        Ok(blocks.into_iter().map(with_tries).collect())
    }
}

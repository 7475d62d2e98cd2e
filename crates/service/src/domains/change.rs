//! Blocking, limiting and allowing domains.

use staffroom_domain::domain_rule::{DomainBlock, Severity, normalise};
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::text::shown_text;
use staffroom_storage::Tx;

use super::{Domains, Ended, Rules};
use crate::auth::Authority;
use crate::exchange::parting::part_with;
use crate::moderation_log::Entry;
use crate::{Cx, Result, Service, ServiceError};

/// Longest comment kept, in characters.
const MAX_COMMENT_CHARS: usize = 1_000;

/// How a domain is to be limited.
#[derive(Clone, Debug)]
pub struct NewBlock {
    /// How hard.
    pub severity: Severity,
    /// Show no pictures from there.
    pub reject_media: bool,
    /// Read no reports from there.
    pub reject_reports: bool,
    /// Why, for the operators.
    pub comment: String,
    /// Why, for everybody.
    pub public_comment: String,
    /// Do not show the name in full where limits are published.
    pub obfuscate: bool,
}

impl NewBlock {
    /// A limit of this severity and nothing else.
    pub const fn new(severity: Severity) -> Self {
        Self {
            severity,
            reject_media: false,
            reject_reports: false,
            comment: String::new(),
            public_comment: String::new(),
            obfuscate: false,
        }
    }
}

impl Domains<'_> {
    /// Limits a domain and everything below it, in place of an older limit.
    ///
    /// A suspension ends all follows in both directions; which ones is kept, the people here who lost some are told so,
    /// and nobody there is, but for the hashtag exchange: what feeds of that domain brought leaves the timelines, and its tag accounts (and followers of
    /// ours) are told that this is over. Lifting it brings the accounts back, not the follows.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance, [`ServiceError::Invalid`] for what
    /// is no domain, or our own.
    pub async fn block(&self, cx: &Cx, who: &Authority, domain: &str, wanted: NewBlock) -> Result<DomainBlock> {
        let domain = self.name(domain)?;
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        let block = put(self.service, cx, &tx, domain, &wanted).await?;
        self.service.commit_deed(tx, blocked(who, &block)).await?;
        self.reload().await?;
        Ok(block)
    }

    /// Allows a domain by name, for closed networks. Names below it are not meant.
    ///
    /// # Errors
    /// As [`Domains::block`].
    pub async fn allow(&self, cx: &Cx, who: &Authority, domain: &str) -> Result<String> {
        let domain = self.name(domain)?;
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        tx.domains().put_allow(cx.id(), &domain, cx.now()).await?;
        self.service.commit_deed(tx, entry(who, Deed::AllowDomain, &domain)).await?;
        self.reload().await?;
        Ok(domain)
    }

    /// Takes limit and allowance of exactly this domain back.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is neither; else as [`Domains::block`].
    pub async fn remove(&self, who: &Authority, domain: &str) -> Result<String> {
        let domain = self.name(domain)?;
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        let block = tx.domains().block_of(&domain).await?;
        if let Some(block) = &block {
            lift(self.service, &tx, block).await?;
        }
        let was_allowed = tx.domains().remove_allow(&domain).await?;
        if block.is_none() && !was_allowed {
            return Err(ServiceError::NotFound("rule about this domain"));
        }
        let done = [(block.is_some(), Deed::UnblockDomain), (was_allowed, Deed::DisallowDomain)];
        let done = done.into_iter().filter(|(done, _)| *done).map(|(_, deed)| entry(who, deed, &domain)).collect();
        self.service.commit_deeds(tx, done).await?;
        self.reload().await?;
        Ok(domain)
    }

    /// All limits and all allowances, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self) -> Result<(Vec<DomainBlock>, Vec<String>)> {
        let read = self.service.storage().read();
        Ok((read.domains().blocks().await?, read.domains().allows().await?))
    }

    /// What ended by suspensions, newest first, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn severances(&self, limit: u64) -> Result<Vec<Ended>> {
        Ok(self.service.storage().read().severances().events(limit).await?)
    }

    /// Reads the rules anew: at start, after a change, and now and then, since others change them too.
    ///
    /// # Errors
    /// The database failed; the rules stay as they were.
    pub async fn reload(&self) -> Result<()> {
        let (blocks, allows) = self.list().await?;
        self.service.inner.domains.replace(Rules::new(blocks, allows));
        Ok(())
    }

    pub(super) fn name(self, text: &str) -> Result<String> {
        let name = normalise(text).ok_or_else(|| ServiceError::invalid("domain", "is not a domain name"))?;
        if text.contains(':') {
            let why = format!("must not have a port: what holds for {name} holds for all its ports");
            return Err(ServiceError::invalid("domain", why));
        }
        let identity = &self.service.settings().identity;
        let is_ours = |ours: &str| {
            let ours = normalise(ours).unwrap_or_default();
            ours == name || ours.strip_suffix(&name).is_some_and(|rest| rest.ends_with('.'))
        };
        if is_ours(&identity.host()) || is_ours(&identity.account_domain) {
            return Err(ServiceError::invalid("domain", "is our own"));
        }
        Ok(name)
    }
}

/// Something done about a domain, for the log.
pub(super) fn entry(who: &Authority, deed: Deed, domain: &str) -> Entry {
    Entry::new(who, deed, Subject::new("domain", &domain))
}

/// That a domain was limited, for the log.
pub(super) fn blocked(who: &Authority, block: &DomainBlock) -> Entry {
    entry(who, Deed::BlockDomain, &block.domain)
        .with("severity", block.severity.as_str())
        .with("reject_media", block.reject_media)
        .with("reject_reports", block.reject_reports)
}

/// Limits a domain (its name as it is kept) and everything below it, see [`Domains::block`].
pub(super) async fn put(service: &Service, cx: &Cx, tx: &Tx, domain: String, wanted: &NewBlock) -> Result<DomainBlock> {
    let known = tx.domains().block_of(&domain).await?;
    let cut = |text: &str| shown_text(text).chars().take(MAX_COMMENT_CHARS).collect();
    let block = DomainBlock {
        id: known.as_ref().map_or_else(|| cx.id(), |known| known.id),
        domain,
        severity: wanted.severity,
        reject_media: wanted.reject_media,
        reject_reports: wanted.reject_reports,
        comment: cut(&wanted.comment),
        public_comment: cut(&wanted.public_comment),
        obfuscate: wanted.obfuscate,
        since: cx.now(),
    };
    if block.severity == Severity::Suspend {
        part_with(tx, service, cx, &block.domain).await?;
    }
    if let Some(known) = known {
        tx.domains().lift_accounts(&block.domain, known.since).await?;
        if block.severity == Severity::Noop {
            find_again(service, cx, tx, &known).await?;
        }
    }
    tx.domains().put_block(&block).await?;
    tx.domains().limit_accounts(&block).await?;
    if block.reject_media || block.severity == Severity::Suspend {
        tx.domains().drop_media(&block.domain).await?;
    }
    if block.severity == Severity::Suspend {
        let event = cx.id();
        let concerned = tx.severances().sever_domain(event, &block.domain, cx.now()).await?;
        tx.severances().tell(event, &concerned, cx.now(), || cx.id()).await?;
    }
    Ok(block)
}

/// Takes a limit back; the follows it ended do not come back.
pub(super) async fn lift(service: &Service, tx: &Tx, block: &DomainBlock) -> Result<()> {
    tx.domains().lift_accounts(&block.domain, block.since).await?;
    find_again(service, &service.cx(), tx, block).await?;
    tx.domains().remove_block(&block.domain).await?;
    Ok(())
}

/// What was written while `gone`, a limit that is no more, held is found: where it kept anything from being found, all
/// is read into the index again.
async fn find_again(service: &Service, cx: &Cx, tx: &Tx, gone: &DomainBlock) -> Result<()> {
    if gone.severity == Severity::Noop { Ok(()) } else { service.search().queue(cx, tx, None).await }
}

//! E-mail addresses nobody makes an account with, in whichever spelling. Only their hashes are kept.

use staffroom_domain::ids::CanonicalEmailBlockId;
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::sign_up::{CanonicalEmailBlock, plain_email};
use staffroom_domain::{Page, PageRequest};

use super::SignUps;
use crate::auth::Authority;
use crate::digest::sha256_hex;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

/// Hexadecimal digits of a hash.
const HASH_DIGITS: usize = 64;

impl SignUps<'_> {
    /// Hashes of addresses nobody makes an account with, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn email_hashes(&self, page: PageRequest) -> Result<Page<CanonicalEmailBlock>> {
        Ok(self.service.storage().read().email_blocks().hashes(&page).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown id.
    pub async fn email_hash(&self, id: CanonicalEmailBlockId) -> Result<CanonicalEmailBlock> {
        let found = self.service.storage().read().email_blocks().hash(id).await?;
        found.ok_or(ServiceError::NotFound("e-mail address"))
    }

    /// The rule an address falls under, if any.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what is no e-mail address.
    pub async fn email_hash_of(&self, email: &str) -> Result<Option<CanonicalEmailBlock>> {
        Ok(self.service.storage().read().email_blocks().by_hash(&hash_of(email)?).await?)
    }

    /// Blocks an address.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance, [`ServiceError::Invalid`] for what
    /// is no e-mail address, or blocked already.
    pub async fn block_email(&self, cx: &Cx, who: &Authority, email: &str) -> Result<CanonicalEmailBlock> {
        self.block(cx, who, hash_of(email)?).await
    }

    /// Blocks an address of which only the hash is known: SHA-256 in hexadecimal digits.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance, [`ServiceError::Invalid`] for what
    /// is no such hash, or blocked already.
    pub async fn block_email_hash(&self, cx: &Cx, who: &Authority, hash: &str) -> Result<CanonicalEmailBlock> {
        let hash = hash.trim().to_ascii_lowercase();
        if hash.len() != HASH_DIGITS || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ServiceError::invalid("canonical_email_hash", "is not a SHA-256 in hexadecimal digits"));
        }
        self.block(cx, who, hash).await
    }

    /// Takes such a rule back.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, [`ServiceError::Forbidden`] for those without rights on the whole
    /// instance.
    pub async fn unblock_email(&self, who: &Authority, id: CanonicalEmailBlockId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.email_blocks().unblock_hash(id).await? {
            return Err(ServiceError::NotFound("e-mail address"));
        }
        self.service.commit_deed(tx, entry(who, Deed::UnblockEmail, id)).await
    }

    async fn block(self, cx: &Cx, who: &Authority, hash: String) -> Result<CanonicalEmailBlock> {
        let block = CanonicalEmailBlock { id: cx.id(), hash };
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if !tx.email_blocks().block_hash(&block, cx.now()).await? {
            return Err(ServiceError::invalid("canonical_email_hash", "has already been taken"));
        }
        self.service.commit_deed(tx, entry(who, Deed::BlockEmail, block.id)).await?;
        Ok(block)
    }
}

/// Something done about such a rule, for the log, without the hash: who knows an address could find it.
fn entry(who: &Authority, deed: Deed, id: CanonicalEmailBlockId) -> Entry {
    Entry::new(who, deed, Subject::new("canonical_email_block", &id))
}

fn hash_of(email: &str) -> Result<String> {
    let plain = plain_email(email).ok_or_else(|| ServiceError::invalid("email", "is not a valid e-mail address"))?;
    Ok(sha256_hex(&plain))
}

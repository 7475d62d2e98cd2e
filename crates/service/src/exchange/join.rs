//! Authors elsewhere who want their statuses in the exchange: a tag account follows them back, but only on request.

use staffroom_domain::Tag;
use staffroom_domain::account::Account;
use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::FollowOptions;

use super::Exchange;
use crate::{Cx, Origin, Result, ServiceError};

impl Exchange<'_> {
    /// Our tag account follows a remote account, so that its public statuses with the hashtag reach us; ends that when
    /// `join` is false.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for accounts that are not there, as [`crate::follows::Follows::follow`] else.
    pub async fn join(&self, cx: &Cx, tag_account: &Account, author: AccountId, join: bool) -> Result<()> {
        let author = self.service.accounts().get(author).await?;
        if author.is_local() || author.tag.is_some() || tag_account.tag.is_none() || !tag_account.is_local() {
            return Err(ServiceError::Forbidden("only accounts of people elsewhere can join a hashtag".to_owned()));
        }
        let follows = self.service.follows();
        if join {
            follows.follow(cx, tag_account.id, author.id, FollowOptions::default(), Origin::Local).await?;
        } else {
            follows.unfollow(cx, tag_account.id, author.id, Origin::Local).await?;
        }
        Ok(())
    }

    /// The same by an operator, for a published hashtag and a handle (`name@host`), which is looked up if need be.
    ///
    /// # Errors
    /// As [`Exchange::join`]; [`ServiceError::Remote`] when its server does not answer.
    pub async fn join_by_name(&self, cx: &Cx, tag: &Tag, handle: &str, join: bool) -> Result<()> {
        let account = self.tag_account(&tag.slug()).await?.ok_or(ServiceError::NotFound("published hashtag"))?;
        let handle = handle.trim_start_matches('@');
        let (user, domain) =
            handle.split_once('@').ok_or_else(|| ServiceError::invalid("account", "must be name@host"))?;
        let remote = self.service.others()?;
        let author = remote.account_by_handle(user, domain).await?.ok_or(ServiceError::NotFound("account"))?;
        self.join(cx, &account, author, join).await
    }
}

/// What a text to a tag account asks for: `join` or `leave`, beside names and hashtags nothing else.
pub(crate) fn wish(plain: &str) -> Option<bool> {
    let mut words = plain.split_whitespace().filter(|word| !word.starts_with(['@', '#']));
    let wish = words.next().filter(|_| words.next().is_none())?;
    match wish.to_ascii_lowercase().trim_end_matches(['.', '!']) {
        "join" => Some(true),
        "leave" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::wish;

    #[test]
    fn a_wish_is_one_word() {
        assert_eq!(wish("@tag-sltchat@oak.example join"), Some(true));
        assert_eq!(wish("Leave! #SLTchat @tag-sltchat"), Some(false));
        for other in ["", "@tag-sltchat", "join us tonight", "do not join", "joined"] {
            assert_eq!(wish(other), None, "{other}");
        }
    }
}

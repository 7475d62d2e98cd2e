//! Following.

use staffroom_domain::ids::{AccountId, FollowId};
use staffroom_domain::language::language_tag;
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::relationship::{Follow, FollowOptions, Relationship};
use staffroom_storage::Tx;

use super::Follows;
use super::pair::{Pair, notify, relationship, tell};
use crate::exchange::requests::must_wait;
use crate::inbox::may_ask_again;
use crate::ports::Event;
use crate::{Cx, Origin, Result, ServiceError};

/// Most languages a follow can be narrowed to.
const MAX_LANGUAGES: usize = 50;

impl Follows<'_> {
    /// `actor` follows `target`, or changes how; repeating changes nothing. For a remote origin `actor` is the remote
    /// follower.
    ///
    /// Open local targets accept at once (a remote follower is sent the answer, also when it asks again); locked and
    /// remote targets are asked first. Tag accounts and the instance account are open to everybody not blocked, but
    /// other instances that are no peers wait for a moderator.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for oneself and across a block, [`ServiceError::NotFound`] for accounts that are
    /// gone, [`ServiceError::Conflict`] for a network id that is another follow's, [`ServiceError::Invalid`] for a language
    /// that is none and more than 50.
    pub async fn follow(
        &self,
        cx: &Cx,
        actor: AccountId,
        target: AccountId,
        mut options: FollowOptions,
        origin: Origin,
    ) -> Result<Relationship> {
        options.languages = options.languages.as_deref().map(languages).transpose()?;
        match self.try_follow(cx, actor, target, &options, &origin).await {
            // The same wish came twice in one moment: now it is there to be repeated.
            Err(ServiceError::Storage(e)) if e.is_unique_violation() => {
                self.try_follow(cx, actor, target, &options, &origin).await
            }
            other => other,
        }
    }

    async fn try_follow(
        &self,
        cx: &Cx,
        actor: AccountId,
        target: AccountId,
        options: &FollowOptions,
        origin: &Origin,
    ) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        let pair = Pair::lock(&tx, actor, target).await?;
        if pair.target.is_gone() || (!origin.is_local() && !pair.target.is_local()) {
            return Err(ServiceError::NotFound("account"));
        }
        if origin.is_local() && pair.target.moved_to.is_some() {
            return Err(ServiceError::Forbidden("this account has moved".to_owned()));
        }
        if pair.actor.is_gone() {
            return Err(ServiceError::Forbidden("this account is suspended".to_owned()));
        }
        if !tx.follows().blocked_either_way(actor, &[target]).await?.is_empty() {
            if !origin.is_local() {
                let follow = new_follow(cx, &pair, options, origin);
                let event = Event::FollowRejected { target: &pair.target, follower: &pair.actor, follow: &follow };
                tell(&tx, self.service, cx, target, &pair.actor, event).await?;
                may_ask_again(&tx, cx, &follow.uri).await?;
                self.service.commit(tx).await?;
            }
            return Err(ServiceError::Forbidden("this action is not allowed".to_owned()));
        }

        let follow = if let Some(mut known) = tx.follows().pair(actor, target).await? {
            apply(&mut known, options);
            if let Origin::Remote(uri) = origin {
                check_free(&tx, uri, known.id).await?;
                known.uri.clone_from(uri);
            }
            tx.follows().update(&known).await?;
            known
        } else {
            let mut follow = new_follow(cx, &pair, options, origin);
            follow.accepted &= !must_wait(&tx, &pair.actor, &pair.target, options.relay).await?;
            check_free(&tx, &follow.uri, follow.id).await?;
            tx.follows().insert(&follow).await?;
            if follow.accepted {
                tx.accounts().count_follow(actor, target, 1).await?;
                tx.timelines().add_author(actor, target).await?;
                notify(&tx, cx, &pair.target, actor, NotificationKind::Follow).await?;
            } else {
                notify(&tx, cx, &pair.target, actor, NotificationKind::FollowRequest).await?;
                let event = Event::Followed { account: &pair.actor, target: &pair.target, follow: &follow };
                tell(&tx, self.service, cx, actor, &pair.target, event).await?;
            }
            follow
        };
        if !origin.is_local() && follow.accepted {
            // Also when it was accepted long ago: the follower asks because it does not know.
            let event = Event::FollowAccepted { target: &pair.target, follower: &pair.actor, follow: &follow };
            tell(&tx, self.service, cx, target, &pair.actor, event).await?;
        }
        let relationship = relationship(&tx, cx, actor, target).await?;
        self.service.commit(tx).await?;
        Ok(relationship)
    }
}

fn new_follow(cx: &Cx, pair: &Pair, options: &FollowOptions, origin: &Origin) -> Follow {
    let id: FollowId = cx.id();
    let mut follow = Follow {
        id,
        account_id: pair.actor.id,
        target_id: pair.target.id,
        uri: match origin {
            Origin::Local => format!("{}#follows/{id}", pair.actor.uri),
            Origin::Remote(uri) => uri.clone(),
        },
        accepted: pair.target.is_local() && !pair.target.locked,
        show_reblogs: true,
        notify: false,
        languages: Vec::new(),
        created_at: cx.now(),
        relay: false,
    };
    apply(&mut follow, options);
    follow
}

fn apply(follow: &mut Follow, options: &FollowOptions) {
    follow.relay |= options.relay;
    follow.show_reblogs = options.reblogs.unwrap_or(follow.show_reblogs);
    follow.notify = options.notify.unwrap_or(follow.notify);
    if let Some(languages) = &options.languages {
        follow.languages.clone_from(languages);
    }
}

/// Languages as statuses have them, each once.
fn languages(wanted: &[String]) -> Result<Vec<String>> {
    let field = "languages";
    if wanted.len() > MAX_LANGUAGES {
        return Err(ServiceError::invalid(field, format!("can't be more than {MAX_LANGUAGES}")));
    }
    let mut languages = Vec::new();
    for text in wanted {
        let tag = language_tag(text).ok_or_else(|| ServiceError::invalid(field, "must be language tags"))?;
        if !languages.contains(&tag) {
            languages.push(tag);
        }
    }
    Ok(languages)
}

async fn check_free(tx: &Tx, uri: &str, id: FollowId) -> Result<()> {
    match tx.follows().by_uri(uri).await? {
        Some(other) if other.id != id => Err(ServiceError::Conflict("this id belongs to another follow".to_owned())),
        _ => Ok(()),
    }
}

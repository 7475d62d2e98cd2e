//! A remote author edited a status.

use staffroom_domain::Visibility;
use staffroom_domain::account::Account;
use staffroom_domain::ids::AccountId;
use staffroom_domain::status::{IncomingStatus, Status};

use super::edit::notify_boosters;
use super::feed::Passage;
use super::incoming::{attachments, bounded, status_of};
use super::quarantine::{Came, Release, Waited};
use super::{Arrival, Statuses, cards, incoming_poll, quotes, store};
use crate::{Cx, Result};

impl Statuses<'_> {
    /// A remote author edited a status, or their server counted votes; unknown ones are ignored, and so is everybody but
    /// the author.
    ///
    /// The former version is kept. The audience may become narrower, never wider. An edit the rules do not let in
    /// leaves the status as it was: what is shown was let in, and stays what its author once said. Where the rules want a
    /// person to look at it first, it waits as new statuses do.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ingest_edit(&self, cx: &Cx, incoming: IncomingStatus) -> Result<()> {
        Box::pin(self.take_in_edit(cx, incoming, None)).await
    }

    /// The same; with `release` a moderator lets it in after it waited.
    pub(super) async fn take_in_edit(
        &self,
        cx: &Cx,
        incoming: IncomingStatus,
        release: Option<&Release<'_>>,
    ) -> Result<()> {
        let read = self.service.storage().read();
        let Some(known) = read.statuses().by_uri(&incoming.uri).await? else { return Ok(()) };
        if known.deleted_at.is_some() || known.local || known.reblog_of.is_some() {
            return Ok(());
        }
        let author = read.accounts().by_id(known.account_id).await?;
        let Some(author) = author.filter(|author| author.uri == incoming.author_uri && !author.is_gone()) else {
            return Ok(());
        };
        let mut incoming = bounded(incoming, cx.now());
        self.drop_unwanted_media(&mut incoming, &author);
        let is_older = incoming.updated.is_some_and(|at| at < known.edited_at.unwrap_or(known.created_at));
        if is_older {
            return Ok(());
        }
        let people = self.people(&incoming).await?;
        let before = read.quarantine().by_uri(&incoming.uri).await?;
        let waited = if let Some(release) = release {
            Waited::Released(release)
        } else {
            let came =
                Came { incoming: &incoming, author: &author, arrival: Arrival::Delivered, waited: before.as_ref() };
            if !self.can_stand(cx, &came, Some(&known)).await? {
                return Ok(());
            }
            Waited::before(before.as_ref(), &incoming)
        };
        let passage = match release {
            Some(_) => Passage::LetIn,
            None => self.may_change(cx, &known, &mut incoming, &author, &people).await?,
        };
        if passage == Passage::Waits {
            return Ok(());
        }
        let is_named = |account: &Account| incoming.mention_uris.contains(&account.uri);
        let named: Vec<Account> = people.iter().filter(|a| is_named(a)).cloned().collect();

        let tx = self.service.storage().begin().await?;
        let Some(former) = tx.statuses().get(known.id).await? else { return Ok(()) };
        if passage == Passage::LetIn {
            tx.exchange().drop_held(&former.uri).await?;
        }
        if let Some(quote) = &incoming.quote {
            quotes::take(&tx, cx, self.service, &former, &author, quote).await?;
        }
        let mut edited = edited(cx, &former, &incoming, &author, &named);
        let old_media = tx.media().find_many(&former.media_ids).await?;
        let same_media = old_media.len() == incoming.media.len()
            && former.media_ids.iter().zip(&incoming.media).all(|(id, new)| {
                old_media.iter().any(|old| {
                    old.id == *id
                        && old.description == new.description
                        && matches!(&old.file, staffroom_domain::account::Picture::Remote(url) if *url == new.url)
                })
            });
        edited.media_ids.clone_from(&former.media_ids);
        edited.poll_id = incoming_poll::renew(&tx, cx, &former, incoming.poll.take()).await?;
        if edited == (Status { edited_at: edited.edited_at, ..former.clone() }) && same_media {
            return waited.commit(self.service, cx, tx, known.id).await;
        }
        let policy = edited.interaction_policy;
        if edited == (Status { edited_at: edited.edited_at, interaction_policy: policy, ..former.clone() })
            && same_media
        {
            // nothing a reader would notice: no new version
            tx.statuses().update_edited(&Status { interaction_policy: policy, ..former }).await?;
            return waited.commit(self.service, cx, tx, known.id).await;
        }
        tx.statuses().keep_version(&former).await?;
        if !same_media {
            let media = attachments(cx, &incoming, &author, former.id);
            edited.media_ids = media.iter().map(|m| m.id).collect();
            tx.media().insert_many(&media).await?;
        }
        tx.statuses().update_edited(&edited).await?;
        if edited.visibility == Visibility::Direct && former.visibility != Visibility::Direct {
            tx.accounts().count_status(edited.account_id, -1, None).await?;
        }
        tx.statuses().clear_tags(edited.id).await?;
        store::link_tags(&tx, cx, &edited).await?;
        let known_names = |id: AccountId| former.mentions.iter().any(|m| m.account_id == id);
        let new: Vec<AccountId> = named.iter().map(|a| a.id).filter(|id| !known_names(*id)).collect();
        tx.statuses().add_mentions(edited.id, &new.iter().map(|id| (*id, false)).collect::<Vec<_>>()).await?;
        store::notify_named(&tx, cx, &edited, &new).await?;
        notify_boosters(&tx, cx, &edited).await?;
        quotes::notify_quoters(&tx, cx, &edited).await?;
        cards::renew(&tx, self.service, cx, &edited, incoming.attached_link.as_deref()).await?;
        waited.commit(self.service, cx, tx, known.id).await
    }
}

/// The former version with what an edit can change.
fn edited(cx: &Cx, former: &Status, incoming: &IncomingStatus, author: &Account, named: &[Account]) -> Status {
    let new = status_of(incoming, former.id, author, None, named, cx.now());
    Status {
        content: new.content,
        spoiler_text: new.spoiler_text,
        sensitive: new.sensitive,
        visibility: narrower(former.visibility, new.visibility),
        language: new.language,
        edited_at: Some(incoming.updated.unwrap_or(cx.now())),
        mentions: new.mentions,
        tags: new.tags,
        emojis: new.emojis,
        interaction_policy: new.interaction_policy,
        ..former.clone()
    }
}

/// The audience that lets fewer people see it.
fn narrower(a: Visibility, b: Visibility) -> Visibility {
    a.max(b)
}

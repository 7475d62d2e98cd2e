//! Having judged what came, and keeping it apart where the rules want a person to look first.

use staffroom_domain::account::Account;
use staffroom_domain::ids::QuarantineId;
use staffroom_domain::quarantine::{QuarantineState, Quarantined};
use staffroom_domain::status::{IncomingStatus, Status};
use staffroom_moderation::{Action, Direction, Part, Subject};
use staffroom_storage::moderation::KeptWith;

use super::{stored, version};
use crate::moderation::{About, AboutStatus, Answered, Judged, foreign_media_facts, foreign_parts};
use crate::statuses::{Arrival, Statuses};
use crate::{Cx, Result};

/// What of one author can wait at a time; more of them is not kept.
const MAX_WAITING: i64 = 100;

/// What came, and how.
pub(in crate::statuses) struct Came<'c> {
    /// The status, cut to size and made safe.
    pub(in crate::statuses) incoming: &'c IncomingStatus,
    /// Who wrote it.
    pub(in crate::statuses) author: &'c Account,
    /// Why it comes to us.
    pub(in crate::statuses) arrival: Arrival,
    /// What is kept of it, or of another version.
    pub(in crate::statuses) waited: Option<&'c Quarantined>,
}

impl Statuses<'_> {
    /// Whether what came is let in, by the rules or by what a moderator said of the same words before. What
    /// rules want a person to look at is kept apart, what they reject is not kept; the decision is recorded. Of a status
    /// that is `known` the same words are let in again.
    pub(in crate::statuses) async fn can_stand(
        &self,
        cx: &Cx,
        came: &Came<'_>,
        known: Option<&Status>,
    ) -> Result<bool> {
        let Came { incoming, author, waited, .. } = *came;
        let parts = parts_of(incoming);
        if let Some(known) = known
            && known.visibility == incoming.visibility
            && self.known_parts(known).await? == parts
        {
            return Ok(true);
        }
        let moderation = self.service.moderation();
        let digest = stored::digest(moderation, &parts);
        let same = waited.filter(|one| one.digest == digest);
        match same.map(|one| one.state) {
            Some(QuarantineState::Released) => return Ok(true),
            Some(QuarantineState::Rejected) => return Ok(false),
            Some(QuarantineState::Waiting) | None => {}
        }
        let about = AboutStatus {
            language: incoming.language.as_deref(),
            media: foreign_media_facts(&incoming.media),
            published: incoming.published,
            answers: incoming.in_reply_to_uri.as_deref().map(Answered::At),
            has_quote: incoming.quote.is_some(),
            edits: known.map(|known| known.id),
        };
        let about = About { direction: Direction::Inbound, parts: &parts, status: Some(&about), is_asked: false };
        let facts = moderation.facts(cx, author, &about).await?;
        let judged = moderation.judge(Subject {
            parts,
            direction: Direction::Inbound,
            visibility: incoming.visibility,
            tags: incoming.tags.clone(),
            facts,
        });
        if judged.verdict.can_stand() {
            return Ok(true);
        }
        // of something that waits, neither an older version nor the same once more says anything new
        let is_new = waited.is_none_or(|one| {
            let is_edited = incoming.updated.is_some_and(|at| at > one.version_at);
            is_edited || (digest != one.digest && version(incoming) >= one.version_at)
        });
        if is_new {
            self.keep_apart(cx, came, &judged, digest).await?;
        }
        Ok(false)
    }

    async fn keep_apart(self, cx: &Cx, came: &Came<'_>, judged: &Judged, digest: String) -> Result<()> {
        let Came { incoming, author, arrival, waited } = *came;
        let moderation = self.service.moderation();
        let uri = incoming.uri.as_str();
        let tx = self.service.storage().begin().await?;
        let decision = moderation.record_inbound(cx, &tx, judged, uri, Some(author.id)).await?;
        if judged.verdict.action == Action::Reject {
            tx.quarantine().remove(uri).await?;
        } else if waited.is_some() || tx.quarantine().count_waiting(author.id).await? < MAX_WAITING {
            let now = cx.now();
            let kept = Quarantined {
                id: cx.id::<QuarantineId>(),
                uri: uri.to_owned(),
                account_id: author.id,
                incoming: stored::write(incoming, arrival)?,
                version_at: version(incoming),
                verdict: judged.kept().write()?,
                digest,
                state: QuarantineState::Waiting,
                revision: 1,
                created_at: now,
                updated_at: now,
                deadline: moderation.decide_by(now),
                decided_at: None,
                decided_by: None,
                note: String::new(),
                released_as: None,
            };
            tx.quarantine().keep(&kept).await?;
            if let Some(decision) = decision {
                moderation.keep_texts(&tx, decision, KeptWith::Quarantined(uri), judged).await?;
            }
            metrics::counter!("moderation_quarantined_total").increment(1);
        } else {
            tracing::warn!(account = %author.id, "so much of one author waits for moderators that more is not kept");
        }
        tx.commit().await?;
        self.forget_if_gone(uri).await
    }

    /// Forgets something quarantined that was taken back in the very moment in which it was kept: each of the two looks for
    /// the other once its own transaction is over.
    pub(in crate::statuses) async fn forget_if_gone(&self, uri: &str) -> Result<()> {
        if self.service.storage().read().quarantine().is_kept_though_gone(uri).await? {
            let tx = self.service.storage().begin().await?;
            tx.quarantine().remove(uri).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The texts of a status of another server as it is here.
    async fn known_parts(self, known: &Status) -> Result<Vec<(Part, String)>> {
        let read = self.service.storage().read();
        let media = read.media().find_many(&known.media_ids).await?;
        let poll = match known.poll_id {
            Some(id) => read.polls().by_ids(&[id], None).await?.remove(&id),
            None => None,
        };
        let described = known.media_ids.iter().map(|id| media.iter().find(|one| one.id == *id));
        Ok(foreign_parts(
            &known.content,
            &known.spoiler_text,
            poll.iter().flat_map(|poll| &poll.options).map(|option| option.title.as_str()),
            described.map(|one| one.and_then(|one| one.description.as_deref())),
            &known.tags,
        ))
    }
}

/// The texts of what came.
fn parts_of(incoming: &IncomingStatus) -> Vec<(Part, String)> {
    foreign_parts(
        &incoming.content,
        &incoming.spoiler_text,
        incoming.poll.iter().flat_map(|poll| &poll.options).map(|option| option.title.as_str()),
        incoming.media.iter().map(|media| media.description.as_deref()),
        &incoming.tags,
    )
}

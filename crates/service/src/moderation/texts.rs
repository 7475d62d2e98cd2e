//! The texts a decision was about, as the rules were given them. They stay beside what is held or quarantined because of the
//! decision, whatever its author writes since, and are gone with it.

use serde::{Deserialize, Serialize};
use staffroom_domain::Tag;
use staffroom_moderation::{Part, Subject};
use staffroom_storage::Tx;
use staffroom_storage::moderation::KeptWith;

use super::{Judged, Moderation};
use crate::{Result, ServiceError};

/// The texts of a subject, and its hashtags.
#[derive(Serialize, Deserialize)]
pub(super) struct Texts {
    /// All its texts.
    pub(super) parts: Vec<(Part, String)>,
    tags: Vec<String>,
}

impl Texts {
    fn of(subject: &Subject) -> Self {
        let tags = subject.tags.iter().map(|tag| tag.display().to_owned()).collect();
        Self { parts: subject.parts.clone(), tags }
    }

    /// Its hashtags.
    pub(super) fn tags(&self) -> Vec<Tag> {
        self.tags.iter().filter_map(|tag| Tag::parse(tag)).collect()
    }
}

impl Moderation<'_> {
    /// Keeps what a decision was about with what is held or quarantined because of it, which must be stored already.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn keep_texts(self, tx: &Tx, decision: i64, with: KeptWith<'_>, judged: &Judged) -> Result<()> {
        let texts = serde_json::to_string(&Texts::of(&judged.subject))
            .map_err(|e| ServiceError::Internal(format!("texts of a decision: {e}")))?;
        Ok(tx.moderation().keep_texts(decision, with, &texts).await?)
    }

    /// What a decision was about, while it is kept.
    pub(super) async fn texts_of(self, decision: i64) -> Result<Option<Texts>> {
        let kept = self.service.storage().read().moderation().texts_of(decision).await?;
        // What serde says of a text it cannot read may quote it.
        let unreadable = |_| ServiceError::Internal("texts of a decision cannot be read".to_owned());
        kept.map(|json| serde_json::from_str(&json).map_err(unreadable)).transpose()
    }
}

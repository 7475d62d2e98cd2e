//! What is known of statements that were removed after notices: enough to see that one comes back.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, CaseId};

use super::{Reads, Writes};
use crate::error::Result;

/// A statement that was removed.
#[derive(Clone, Debug)]
pub struct Removal {
    /// After the notice of this case.
    pub case: CaseId,
    /// Who complained, as a keyed hash.
    pub complainant: Vec<u8>,
    /// Who had posted it.
    pub poster: AccountId,
    /// What it said, see [`staffroom_domain::cases::fingerprint`].
    pub fingerprint: String,
    /// When.
    pub at: Timestamp,
}

/// Most removals of one pair looked at.
const LOOKED_AT: i64 = 1_000;

impl Reads<'_> {
    /// The fingerprints of what was removed of `poster` after notices of `complainant`, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn removed(&self, complainant: &[u8], poster: AccountId) -> Result<Vec<String>> {
        #[derive(FromQueryResult)]
        struct Row {
            fingerprint: String,
        }
        // case_removals_of
        let sql = "SELECT fingerprint FROM case_removals WHERE complainant = $1 AND poster_id = $2 \
                   ORDER BY at DESC LIMIT +$3";
        let values = vec![complainant.to_vec().into(), poster.0.into(), LOOKED_AT.into()];
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(|row| row.fingerprint).collect())
    }
}

impl Writes<'_> {
    /// Keeps that a statement was removed; of each case once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_removal(&self, removal: Removal) -> Result<()> {
        let head = "INSERT INTO case_removals (case_id, complainant, poster_id, fingerprint, at)";
        let values = vec![
            removal.case.0.into(),
            removal.complainant.into(),
            removal.poster.0.into(),
            removal.fingerprint.into(),
            removal.at.0.into(),
        ];
        self.db.insert_many(head, vec![values], "ON CONFLICT (case_id) DO NOTHING").await?;
        Ok(())
    }
}

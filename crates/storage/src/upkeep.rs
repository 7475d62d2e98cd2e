//! Leases on work that one node does for all, and removal of what was kept only for a time.

use staffroom_domain::Timestamp;

use crate::error::Result;

crate::db::noun!();

/// Things kept only for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Hashes of received activities.
    SeenActivities,
    /// Network ids of deleted objects.
    Tombstones,
    /// Clients' idempotency keys.
    IdempotencyKeys,
    /// Sign-in requests that were never answered.
    AuthorizeRequests,
    /// Authorisation codes.
    OauthCodes,
    /// Browser sessions, by their end.
    Sessions,
    /// Letters to people here, sent or given up.
    Letters,
    /// Links in letters, by their end.
    LetterLinks,
}

impl Kept {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::SeenActivities,
        Self::Tombstones,
        Self::IdempotencyKeys,
        Self::AuthorizeRequests,
        Self::OauthCodes,
        Self::Sessions,
        Self::Letters,
        Self::LetterLinks,
    ];

    const fn delete(self) -> &'static str {
        match self {
            Self::SeenActivities => "DELETE FROM seen_activities WHERE at < $1",
            Self::Tombstones => "DELETE FROM tombstones WHERE at < $1",
            Self::IdempotencyKeys => "DELETE FROM idempotency_keys WHERE created_at < $1",
            Self::AuthorizeRequests => "DELETE FROM authorize_requests WHERE expires_at < $1",
            Self::OauthCodes => "DELETE FROM oauth_codes WHERE expires_at < $1",
            Self::Sessions => "DELETE FROM sessions WHERE expires_at < $1",
            Self::Letters => "DELETE FROM letters WHERE created_at < $1",
            Self::LetterLinks => "DELETE FROM letter_links WHERE expires_at < $1",
        }
    }
}

impl Writes<'_> {
    /// Takes or prolongs the lease `name` for `owner` until `until`; `false` while another owner holds it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease(&self, name: &str, owner: &str, now: Timestamp, until: Timestamp) -> Result<bool> {
        let sql = "INSERT INTO leases (name, owner, held_until) VALUES ($1, $2, $4) ON CONFLICT (name) DO UPDATE \
                   SET owner = excluded.owner, held_until = excluded.held_until \
                   WHERE leases.owner = excluded.owner OR leases.held_until <= $3";
        Ok(self.db.run(sql, vec![name.into(), owner.into(), now.0.into(), until.0.into()]).await? > 0)
    }

    /// Ends the lease `name` if `owner` holds it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release(&self, name: &str, owner: &str) -> Result<()> {
        self.db.run("DELETE FROM leases WHERE name = $1 AND owner = $2", vec![name.into(), owner.into()]).await?;
        Ok(())
    }

    /// Removes what is older than `before`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn purge(&self, kept: Kept, before: Timestamp) -> Result<u64> {
        self.db.run(kept.delete(), vec![before.0.into()]).await
    }
}

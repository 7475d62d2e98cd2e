//! Follows of our tag accounts and of the instance itself that wait for an answer.

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, FollowId};
use staffroom_domain::relationship::Follow;

use super::Reads;
use crate::domains::{OF_DOMAIN, of_domain};
use crate::error::Result;
use crate::follows::{COLUMNS, Row as FollowRow};

/// Another server asks to follow one of our tag accounts, or the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowRequest {
    /// The follow.
    pub id: FollowId,
    /// Who asks.
    pub follower: AccountId,
    /// Network id of who asks.
    pub follower_uri: String,
    /// Whom it wants to follow.
    pub target: AccountId,
    /// Network id of that.
    pub target_uri: String,
    /// Since when.
    pub created_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    follower: i64,
    follower_uri: String,
    target: i64,
    target_uri: String,
    created_at: i64,
}

impl Reads<'_> {
    /// All of them, oldest first: those that wait, or those that were accepted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follow_requests(&self, are_accepted: bool) -> Result<Vec<FollowRequest>> {
        // few accounts of ours are a tag's or the instance's (kind 2), and few of those who follow them
        let sql = "SELECT f.id, a.id AS follower, a.uri AS follower_uri, t.id AS target, t.uri AS target_uri, \
                   f.created_at FROM accounts t JOIN follows f ON f.target_id = t.id \
                   JOIN accounts a ON a.id = f.account_id WHERE t.domain IS NULL AND (t.tag IS NOT NULL OR t.kind = 2) \
                   AND (NOT f.accepted OR a.tag IS NOT NULL OR a.kind = 2 OR t.kind = 2) AND a.domain IS NOT NULL \
                   AND f.accepted = $1 AND a.suspended_at IS NULL AND a.deleted_at IS NULL ORDER BY f.id";
        let rows = self.db.all::<Row>(sql, vec![are_accepted.into()]).await?;
        let request = |row: Row| FollowRequest {
            id: FollowId(row.id),
            follower: AccountId(row.follower),
            follower_uri: row.follower_uri,
            target: AccountId(row.target),
            target_uri: row.target_uri,
            created_at: Timestamp(row.created_at),
        };
        Ok(rows.into_iter().map(request).collect())
    }

    /// Follows between accounts of ours that are a tag's or the instance's and accounts of a domain (and what is below
    /// it), in both directions, asked for or accepted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ties_with(&self, domain: &str) -> Result<Vec<Follow>> {
        let ours = "SELECT o.id FROM accounts o WHERE o.domain IS NULL AND (o.tag IS NOT NULL OR o.kind = 2)";
        let theirs = format!("SELECT a.id FROM accounts a WHERE {OF_DOMAIN}");
        let sql = format!(
            "SELECT {COLUMNS} FROM follows WHERE (account_id IN ({ours}) AND target_id IN ({theirs})) \
             OR (target_id IN ({ours}) AND account_id IN ({theirs})) ORDER BY id"
        );
        self.db.all::<FollowRow>(sql, of_domain(domain)).await?.into_iter().map(Follow::try_from).collect()
    }
}

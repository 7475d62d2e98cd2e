//! Who may see a status, in SQL: the same rule as `staffroom_domain::can_see`, compared by a property test.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::StatusId;
use staffroom_domain::visibility::Sight;
use staffroom_domain::{Viewer, Visibility};

use super::Reads;
use crate::error::Result;

/// A condition that holds when `viewer` may see the status under the alias `s`; its values are added to `values`.
pub(crate) fn visible_sql(viewer: Viewer, values: &mut Vec<Value>) -> String {
    let here = "s.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM accounts va WHERE va.id = s.account_id \
                AND (va.suspended_at IS NOT NULL OR va.deleted_at IS NOT NULL))";
    let Viewer::Account(viewer) = viewer else {
        return format!("{here} AND s.visibility <= 1 AND s.kept_in IS NULL");
    };
    values.push(viewer.0.into());
    let v = values.len();
    format!(
        "{here} AND (s.account_id = ${v} OR (NOT EXISTS (SELECT 1 FROM blocks vb \
         WHERE vb.account_id = s.account_id AND vb.target_id = ${v}) \
         AND NOT EXISTS (SELECT 1 FROM account_domain_blocks vd WHERE vd.account_id = s.account_id \
         AND vd.domain = (SELECT vv.domain FROM accounts vv WHERE vv.id = ${v})) \
         AND (s.kept_in IS NULL OR s.kept_in = (SELECT vk.organisation_id FROM accounts vk WHERE vk.id = ${v})) \
         AND (s.visibility <= 1 \
         OR EXISTS (SELECT 1 FROM status_mentions vm WHERE vm.status_id = s.id AND vm.account_id = ${v}) \
         OR (s.visibility = 2 AND EXISTS (SELECT 1 FROM follows vf WHERE vf.account_id = ${v} \
         AND vf.target_id = s.account_id AND vf.accepted)))))"
    )
}

impl Reads<'_> {
    /// What `domain::can_see` has to know about a status, deleted or not.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sight(&self, viewer: Viewer, id: StatusId) -> Result<Option<Sight>> {
        #[derive(FromQueryResult)]
        #[expect(clippy::struct_excessive_bools, reason = "a row: one bool for each fact of the rule")]
        struct Row {
            account_id: i64,
            visibility: i16,
            deleted: bool,
            author_gone: bool,
            follows_author: bool,
            mentioned: bool,
            blocked_by_author: bool,
            kept_from_viewer: bool,
        }
        let sql = "SELECT s.account_id, s.visibility, s.deleted_at IS NOT NULL AS deleted, \
             (a.suspended_at IS NOT NULL OR a.deleted_at IS NOT NULL) AS author_gone, \
             EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $2 AND f.target_id = s.account_id AND f.accepted) \
             AS follows_author, \
             EXISTS (SELECT 1 FROM status_mentions m WHERE m.status_id = s.id AND m.account_id = $2) AS mentioned, \
             (EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = s.account_id AND b.target_id = $2) \
             OR EXISTS (SELECT 1 FROM account_domain_blocks d JOIN accounts v ON v.domain = d.domain \
             WHERE d.account_id = s.account_id AND v.id = $2)) AS blocked_by_author, \
             (s.kept_in IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM accounts k WHERE k.id = $2 AND k.organisation_id = s.kept_in)) AS kept_from_viewer \
             FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.id = $1";
        // No account has the id 0.
        let viewer = viewer.account().map_or(0, |id| id.0);
        let row = self.db.one::<Row>(sql, vec![id.0.into(), viewer.into()]).await?;
        Ok(row.map(|row| Sight {
            author: row.account_id.into(),
            visibility: Visibility::from_code(row.visibility),
            deleted: row.deleted,
            author_gone: row.author_gone,
            follows_author: row.follows_author,
            mentioned: row.mentioned,
            blocked_by_author: row.blocked_by_author,
            kept_from_viewer: row.kept_from_viewer,
        }))
    }
}

//! Telling people, as far as they want to be told.

use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, NotificationId, StatusId};
use staffroom_domain::news::News;
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::notification_policy::Handling;

use super::Writes;
use crate::db::in_order;
use crate::error::Result;
use crate::push;

const INSERT: &str =
    "INSERT INTO notifications (id, account_id, from_account_id, kind, status_id, created_at, filtered)";

impl Writes<'_> {
    /// Tells each of `recipients` once; what they were told before changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add(
        &self,
        recipients: &[AccountId],
        from: AccountId,
        kind: NotificationKind,
        status: Option<StatusId>,
        now: Timestamp,
        next_id: impl FnMut() -> i64,
    ) -> Result<()> {
        let recipients: Vec<(AccountId, Option<StatusId>)> = recipients.iter().map(|to| (*to, status)).collect();
        self.tell(&recipients, from, kind, status, now, next_id).await
    }

    /// Tells each of `recipients` once about a status of their own.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_each(
        &self,
        recipients: &[(AccountId, StatusId)],
        from: AccountId,
        kind: NotificationKind,
        now: Timestamp,
        next_id: impl FnMut() -> i64,
    ) -> Result<()> {
        let recipients: Vec<(AccountId, Option<StatusId>)> =
            recipients.iter().map(|(to, status)| (*to, Some(*status))).collect();
        self.tell(&recipients, from, kind, None, now, next_id).await
    }

    /// `said` is the status that was said, where that is what people are told of.
    async fn tell(
        &self,
        recipients: &[(AccountId, Option<StatusId>)],
        from: AccountId,
        kind: NotificationKind,
        said: Option<StatusId>,
        now: Timestamp,
        mut next_id: impl FnMut() -> i64,
    ) -> Result<()> {
        let people: Vec<AccountId> = recipients.iter().map(|(to, _)| *to).collect();
        let handled = self.handled(&people, from, kind, said, now).await?;
        let (mut rows, mut requests, mut told) = (Vec::new(), Vec::new(), Vec::new());
        // In one order: two statuses that name the same people do not wait for each other in a circle.
        for (to, status) in in_order(recipients) {
            let filtered = match handled.get(&to) {
                None | Some(Handling::Drop) => continue,
                Some(handling) => *handling == Handling::Filter,
            };
            if filtered && matches!(kind, NotificationKind::Mention | NotificationKind::Quote) {
                requests.push(vec![next_id().into(), to.0.into(), from.0.into(), now.0.into()]);
            }
            let (id, status) = (next_id(), status.map(|status| status.0));
            if !filtered {
                told.push((to, NotificationId(id)));
                self.db.tell(News::Notified(to, NotificationId(id)));
            }
            let kind = kind.as_str();
            rows.push(vec![
                id.into(),
                to.0.into(),
                from.0.into(),
                kind.into(),
                status.into(),
                now.0.into(),
                filtered.into(),
            ]);
        }
        let head = "INSERT INTO notification_requests (id, account_id, from_account_id, created_at)";
        self.db.insert_many(head, requests, "ON CONFLICT (account_id, from_account_id) DO NOTHING").await?;
        self.db.insert_many(INSERT, rows, "ON CONFLICT DO NOTHING").await?;
        push::queue(self.db, &told, kind, now, next_id).await
    }
}

//! Queries about push subscriptions, and the jobs that tell devices of notifications.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, NotificationId, PushSubscriptionId, TokenId};
use staffroom_domain::job::Job;
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::push::{Alerts, PushPolicy, PushSubscription};

use crate::db::{Db, in_list};
use crate::error::Result;
use crate::jobs;

crate::db::noun!();

const COLUMNS: &str =
    "s.id, s.token_id, s.account_id, s.endpoint, s.public_key, s.secrets_sealed, s.standard, s.alerts, s.policy";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    token_id: i64,
    account_id: i64,
    endpoint: String,
    public_key: Vec<u8>,
    secrets_sealed: Vec<u8>,
    standard: bool,
    alerts: String,
    policy: String,
}

impl From<Row> for Sealed {
    fn from(row: Row) -> Self {
        Self {
            subscription: PushSubscription {
                id: PushSubscriptionId(row.id),
                token_id: TokenId(row.token_id),
                account_id: AccountId(row.account_id),
                endpoint: row.endpoint,
                public_key: row.public_key,
                standard: row.standard,
                alerts: Alerts::parse(&row.alerts),
                // an unknown word tells of nothing
                policy: PushPolicy::parse(&row.policy).unwrap_or(PushPolicy::None),
            },
            secrets: row.secrets_sealed,
        }
    }
}

/// A subscription with what is the client's alone.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The subscription.
    pub subscription: PushSubscription,
    /// The client's secret and its token, sealed.
    pub secrets: Vec<u8>,
}

impl Reads<'_> {
    /// The subscription made with a token.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_token(&self, token: TokenId) -> Result<Option<PushSubscription>> {
        let sql = format!("SELECT {COLUMNS} FROM push_subscriptions s WHERE s.token_id = $1");
        Ok(self.db.one::<Row>(sql, vec![token.0.into()]).await?.map(|row| Sealed::from(row).subscription))
    }

    /// A subscription that is still to be told: its token holds, and whose it is may use it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn usable(&self, id: PushSubscriptionId) -> Result<Option<Sealed>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM push_subscriptions s JOIN tokens t ON t.id = s.token_id \
             JOIN accounts a ON a.id = s.account_id JOIN users u ON u.account_id = s.account_id \
             WHERE s.id = $1 AND t.revoked_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL \
             AND u.disabled_at IS NULL"
        );
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(Sealed::from))
    }
}

impl Writes<'_> {
    /// Keeps a subscription in place of the one its token had.
    ///
    /// # Errors
    /// The database failed.
    pub async fn replace(&self, new: &Sealed, now: Timestamp) -> Result<()> {
        let subscription = &new.subscription;
        let head = "INSERT INTO push_subscriptions (id, token_id, account_id, endpoint, public_key, secrets_sealed, \
                    standard, alerts, policy, created_at)";
        let values = vec![
            subscription.id.0.into(),
            subscription.token_id.0.into(),
            subscription.account_id.0.into(),
            subscription.endpoint.clone().into(),
            subscription.public_key.clone().into(),
            new.secrets.clone().into(),
            subscription.standard.into(),
            subscription.alerts.joined().into(),
            subscription.policy.as_str().into(),
            now.as_millis().into(),
        ];
        let tail = "ON CONFLICT (token_id) DO UPDATE SET id = excluded.id, endpoint = excluded.endpoint, \
                    public_key = excluded.public_key, secrets_sealed = excluded.secrets_sealed, \
                    standard = excluded.standard, alerts = excluded.alerts, policy = excluded.policy, \
                    created_at = excluded.created_at";
        self.db.insert_many(head, vec![values], tail).await?;
        Ok(())
    }

    /// Changes what the subscription of a token is told of; `false` where there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn change(&self, token: TokenId, alerts: &Alerts, policy: PushPolicy) -> Result<bool> {
        let sql = "UPDATE push_subscriptions SET alerts = $2, policy = $3 WHERE token_id = $1";
        let values = vec![token.0.into(), alerts.joined().into(), policy.as_str().into()];
        Ok(self.db.run(sql, values).await? > 0)
    }

    /// Removes the subscription of a token.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove_of(&self, token: TokenId) -> Result<()> {
        self.db.run("DELETE FROM push_subscriptions WHERE token_id = $1", vec![token.0.into()]).await?;
        Ok(())
    }

    /// Removes a subscription.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remove(&self, id: PushSubscriptionId) -> Result<()> {
        self.db.run("DELETE FROM push_subscriptions WHERE id = $1", vec![id.0.into()]).await?;
        Ok(())
    }
}

/// Queues a job for each device that wants to hear of one of the notifications `told` (who is told of which); all are of
/// one kind. Whether it still wants to is looked at again when the job runs.
///
/// # Errors
/// The database failed.
pub(crate) async fn queue(
    db: Db<'_>,
    told: &[(AccountId, NotificationId)],
    kind: NotificationKind,
    now: Timestamp,
    mut next_id: impl FnMut() -> i64,
) -> Result<()> {
    #[derive(FromQueryResult)]
    struct Device {
        id: i64,
        account_id: i64,
        alerts: String,
    }
    if told.is_empty() {
        return Ok(());
    }
    let mut values: Vec<Value> = Vec::new();
    let list = in_list(&mut values, told.iter().map(|(account, _)| account.0));
    // push_subscriptions_account
    let sql = format!(
        "SELECT id, account_id, alerts FROM push_subscriptions WHERE policy <> 'none' AND account_id IN ({list})"
    );
    let devices = db.all::<Device>(sql, values).await?;
    let devices: Vec<_> = devices.iter().filter(|one| Alerts::parse(&one.alerts).has(kind.as_str())).collect();
    let mut rows = Vec::new();
    for (account, notification) in told {
        for device in devices.iter().filter(|device| device.account_id == account.0) {
            let subscription = PushSubscriptionId(device.id);
            rows.push((next_id(), Job::Push { subscription, notification: *notification }));
        }
    }
    jobs::insert_all(db, &rows, now).await
}

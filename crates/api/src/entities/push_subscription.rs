//! Push subscriptions.

use std::collections::BTreeMap;

use serde::Serialize;
use staffroom_domain::push::{Alerts, PushSubscription};

/// Where a device wants to be told of notifications. The id is a number, as clients in typed languages have it from
/// Mastodon.
#[derive(Debug, Serialize)]
pub(crate) struct WebPushSubscription {
    id: i64,
    endpoint: String,
    standard: bool,
    alerts: BTreeMap<&'static str, bool>,
    policy: &'static str,
    server_key: String,
}

impl WebPushSubscription {
    /// Shows `subscription`; `server_key` is the one messages are signed with.
    pub(crate) fn new(subscription: &PushSubscription, server_key: String) -> Self {
        Self {
            id: subscription.id.0,
            endpoint: subscription.endpoint.clone(),
            standard: subscription.standard,
            alerts: Alerts::words().map(|word| (word, subscription.alerts.has(word))).collect(),
            policy: subscription.policy.as_str(),
            server_key,
        }
    }
}

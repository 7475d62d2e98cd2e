//! What webhooks are told: an event, and what it is about in the shape the API has for it, as Mastodon writes it.

use serde::Serialize;
use serde_json::{Value, json};
use staffroom_domain::Viewer;
use staffroom_service::ports::{WebhookNews, WebhookObject, WebhookWriter};
use staffroom_service::{Result, Service, ServiceError};

use crate::entities::Render;

/// Writes what webhooks are told.
#[derive(Clone, Copy, Debug)]
pub struct WebhookBodies;

impl WebhookWriter for WebhookBodies {
    fn write(&self, service: &Service, news: &WebhookNews<'_>) -> Result<Vec<u8>> {
        let render = Render { service, now: news.now, viewer: Viewer::Anonymous };
        let object = match news.object {
            WebhookObject::Account(account) => value(&render.admin_account(account)),
            WebhookObject::Report(report) => value(&render.admin_report(report)),
            WebhookObject::Status(status) => value(&render.status(status)),
        };
        let body = json!({
            "event": news.event.as_str(),
            "created_at": news.created_at.to_rfc3339(),
            "object": object?,
        });
        serde_json::to_vec(&body).map_err(|error| unwritable(&error))
    }
}

fn value(entity: &impl Serialize) -> Result<Value> {
    serde_json::to_value(entity).map_err(|error| unwritable(&error))
}

fn unwritable(error: &serde_json::Error) -> ServiceError {
    ServiceError::Internal(format!("what a webhook is told: {error}"))
}

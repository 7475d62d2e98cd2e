//! Devices, without a push service: what is queued, and when nothing is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use staffroom_domain::Account;
use staffroom_domain::account::UserRole;
use staffroom_domain::ids::TokenId;
use staffroom_domain::moderation::Measure;
use staffroom_domain::organisation::Right;
use staffroom_domain::push::{Alerts, PushPolicy};
use staffroom_domain::scope::Scopes;
use url::Url;

use super::NewSubscription;
use crate::accounts::Action;
use crate::ports::{PushMessage, PushSender, Pushed};
use crate::testing::{World, world};
use crate::{Origin, Result, ServiceError};

/// The device of RFC 8291, appendix A.
const KEY: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

/// A push service that answers as it is told.
#[derive(Default)]
struct Service {
    answer: Mutex<Option<Pushed>>,
    taken: Mutex<Vec<PushMessage>>,
}

#[async_trait]
impl PushSender for Service {
    fn may_speak_to(&self, endpoint: &Url) -> bool {
        endpoint.scheme() == "https"
    }

    async fn send(&self, message: PushMessage) -> Result<Pushed> {
        self.taken.lock().unwrap().push(message);
        let answer = self.answer.lock().unwrap().clone();
        answer.ok_or_else(|| ServiceError::Remote("busy".to_owned()))
    }
}

/// A world with amy, whose device wants to hear of everything, and its push service.
async fn told() -> (World, Arc<Service>, Account, TokenId) {
    let w = world().await;
    let service = Arc::new(Service { answer: Mutex::new(Some(Pushed::Taken)), ..Service::default() });
    w.service.set_push_sender(service.clone());
    let amy = w.local("amy").await;
    let auth = w.service.auth();
    let token = auth.issue_personal_token(&w.cx(), amy.id, Scopes::parse("push")).await.unwrap().token;
    let id = auth.bearer(&token).await.unwrap().unwrap().token_id;
    w.service.push().subscribe(&w.cx(), amy.id, id, &token, everything()).await.unwrap();
    (w, service, amy, id)
}

fn everything() -> NewSubscription {
    NewSubscription {
        endpoint: "https://push.test/1".to_owned(),
        p256dh: KEY.to_owned(),
        auth: "BTBZMqHH6r4Tts7J_aSIgg".to_owned(),
        standard: true,
        alerts: Alerts::chosen(|_| true),
        policy: PushPolicy::All,
    }
}

async fn run(w: &World) -> usize {
    w.service.jobs().run_due(&w.cx(), 100).await.unwrap()
}

#[tokio::test]
async fn each_notification_is_told_once_whoever_writes_it() {
    let (w, service, amy, _) = told().await;
    let (ben, max) = (w.local("ben").await, w.local("max").await);
    w.service.accounts().set_role(max.id, UserRole::Moderator).await.unwrap();
    let status = w.publish(&amy, "hello").await.status;
    for _ in 0..2 {
        w.service.statuses().favourite(&w.cx(), ben.id, status.id, Origin::Local).await.unwrap();
    }
    let action = Action { measure: Measure::Sensitive, report: None, text: "Mind the pictures".to_owned(), tell: true };
    let max = w.authority(max.id, Right::Moderate).await;
    w.service.accounts().act(&w.cx(), &max, amy.id, action).await.unwrap();
    // two messages, and a letter of the moderator's
    assert_eq!(run(&w).await, 3);
    let titles: Vec<String> = service.taken.lock().unwrap().iter().map(|m| m.content.title.clone()).collect();
    assert_eq!(titles.len(), 2, "{titles:?}");
    assert!(titles.iter().any(|t| t == "ben likes what you wrote"), "{titles:?}");
    assert_eq!(run(&w).await, 0);
}

#[tokio::test]
async fn what_was_taken_back_or_cannot_be_seen_any_more_is_not_told() {
    let (w, service, amy, token) = told().await;
    let ben = w.local("ben").await;
    let gone = w.publish(&ben, "@amy a slip").await.status;
    w.service.statuses().delete(&w.cx(), ben.id, gone.id, false).await.unwrap();
    let status = w.publish(&amy, "hello").await.status;
    w.service.statuses().favourite(&w.cx(), ben.id, status.id, Origin::Local).await.unwrap();
    w.service.statuses().unfavourite(&w.cx(), ben.id, status.id, Origin::Local).await.unwrap();
    run(&w).await;
    assert!(service.taken.lock().unwrap().is_empty());

    // nor is a device whose owner was switched off, or that was signed out, while a message waited
    w.publish(&ben, "@amy one").await;
    w.service.accounts().suspend(&w.cx(), amy.id).await.unwrap();
    run(&w).await;
    assert!(service.taken.lock().unwrap().is_empty());
    assert!(matches!(w.service.push().get(token).await, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn a_busy_push_service_is_asked_a_few_times_and_a_gone_device_once() {
    let (w, service, _, token) = told().await;
    let ben = w.local("ben").await;
    *service.answer.lock().unwrap() = None;
    w.publish(&ben, "@amy one").await;
    for _ in 0..10 {
        run(&w).await;
        w.clock.advance(std::time::Duration::from_hours(1));
    }
    assert_eq!(service.taken.lock().unwrap().len(), 4);
    assert!(w.service.push().get(token).await.is_ok());

    *service.answer.lock().unwrap() = Some(Pushed::Gone);
    w.publish(&ben, "@amy two").await;
    run(&w).await;
    assert!(w.service.push().get(token).await.is_err());
    w.publish(&ben, "@amy three").await;
    assert_eq!(run(&w).await, 0);
}

#[tokio::test]
async fn a_push_service_that_asks_for_a_pause_hears_nothing_for_the_device_until_it_is_over() {
    let (w, service, ..) = told().await;
    let ben = w.local("ben").await;
    let heard = || service.taken.lock().unwrap().len();
    let day = Duration::from_hours(24);
    // what would last for ever lasts for a day
    for (asked, pause) in [(Duration::from_secs(4_000), Duration::from_secs(4_000)), (Duration::MAX, day)] {
        let before = heard();
        *service.answer.lock().unwrap() = Some(Pushed::Later(asked));
        w.publish(&ben, "@amy one").await;
        run(&w).await;
        assert_eq!(heard(), before + 1);
        *service.answer.lock().unwrap() = Some(Pushed::Taken);
        w.publish(&ben, "@amy two").await;
        for _ in 0..3 {
            run(&w).await;
            w.clock.advance(pause / 4);
        }
        assert_eq!(heard(), before + 1, "not during the pause of {pause:?}");
        w.clock.advance(pause / 4 + Duration::from_secs(1));
        run(&w).await;
        assert_eq!(heard(), before + 3, "both, after it");
        assert_eq!(run(&w).await, 0);
    }
}

#[tokio::test]
async fn what_waited_for_days_is_not_told_any_more() {
    let (w, service, ..) = told().await;
    let ben = w.local("ben").await;
    w.publish(&ben, "@amy one").await;
    w.clock.advance(std::time::Duration::from_hours(49));
    run(&w).await;
    assert!(service.taken.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_key_is_made_once_and_messages_carry_what_only_the_client_knows() {
    let (w, service, ..) = told().await;
    let ben = w.local("ben").await;
    let key = w.service.push().server_key().await.unwrap();
    assert_eq!(key, w.service.push().server_key().await.unwrap());
    let kept = w.service.storage().read().instance().get("vapid_key").await.unwrap().unwrap();
    assert!(!kept.contains(&key));
    w.publish(&ben, "@amy one").await;
    run(&w).await;
    let taken = service.taken.lock().unwrap();
    assert_eq!(taken[0].auth_secret.len(), 16);
    assert!(taken[0].content.access_token.len() > 30);
    assert_eq!(taken[0].contact, "https://oak.test");
}

#[tokio::test]
async fn an_app_whose_access_is_taken_back_is_told_nothing_more() {
    let (w, _, amy, token) = told().await;
    let ben = w.local("ben").await;
    let auth = w.service.auth();
    assert!(matches!(auth.end_app_access(&w.cx(), ben.id, token).await, Err(ServiceError::NotFound(_))));
    w.service.push().get(token).await.unwrap();
    let (apps, browsers) = auth.access(&w.cx(), amy.id, "").await.unwrap();
    assert_eq!((apps.len(), apps[0].token, apps[0].scopes.to_string(), browsers.len()), (1, token, "push".into(), 0));
    auth.end_app_access(&w.cx(), amy.id, token).await.unwrap();
    assert!(matches!(w.service.push().get(token).await, Err(ServiceError::NotFound(_))));
    assert!(auth.access(&w.cx(), amy.id, "").await.unwrap().0.is_empty());
    assert!(matches!(auth.end_app_access(&w.cx(), amy.id, token).await, Err(ServiceError::NotFound(_))));
}

//! Keeping received activities and handing them out.

use std::time::Duration;

use staffroom_domain::Timestamp;

use super::{Accepted, Ended, NewInboxItem};
use crate::testing::{World, world};

fn item(host: &str, name: &str, order_key: i64) -> NewInboxItem {
    NewInboxItem {
        uri: format!("https://{host}/activities/{name}"),
        host: host.to_owned(),
        actor_uri: format!("https://{host}/users/bo"),
        order_key,
        body: format!(r#"{{"id":"{name}"}}"#).into_bytes(),
        signed_at: Timestamp::default(),
        ends_follow: None,
    }
}

async fn accept(world: &World, item: NewInboxItem) -> Accepted {
    world.service.inbox().accept(&world.cx(), item).await.unwrap()
}

#[tokio::test]
async fn an_activity_is_accepted_once() {
    let world = world().await;
    let inbox = world.service.inbox();
    assert!(!inbox.seen("https://elm.test/activities/1", Timestamp::default()).await.unwrap());
    assert_eq!(accept(&world, item("elm.test", "1", 1)).await, Accepted::New);
    assert_eq!(accept(&world, item("elm.test", "1", 1)).await, Accepted::Duplicate);
    assert!(inbox.seen("https://elm.test/activities/1", Timestamp::default()).await.unwrap());
    assert_eq!(inbox.pending().await.unwrap(), 1);
}

#[tokio::test]
async fn what_was_worked_off_is_not_accepted_again() {
    let world = world().await;
    accept(&world, item("elm.test", "1", 1)).await;
    let items = world.service.inbox().oldest(&[("elm.test".to_owned(), 10)]).await.unwrap();
    world.service.inbox().ended(&world.cx(), &[Ended::Done(items[0].id)]).await.unwrap();
    assert_eq!(world.service.inbox().pending().await.unwrap(), 0);
    assert_eq!(accept(&world, item("elm.test", "1", 1)).await, Accepted::Duplicate);
}

#[tokio::test]
async fn hosts_and_their_oldest_items_are_found_in_order() {
    let world = world().await;
    for n in 0..5 {
        accept(&world, item("elm.test", &n.to_string(), n)).await;
    }
    accept(&world, item("ash.test", "0", 9)).await;
    accept(&world, item("yew.test", "0", 9)).await;
    let inbox = world.service.inbox();
    assert_eq!(inbox.hosts("").await.unwrap(), ["ash.test", "elm.test", "yew.test"]);
    assert_eq!(inbox.hosts("elm.test").await.unwrap(), ["yew.test"]);
    let wanted = [("elm.test".to_owned(), 2), ("ash.test".to_owned(), 2), ("fir.test".to_owned(), 2)];
    let found = inbox.oldest(&wanted).await.unwrap();
    let uris: Vec<&str> = found.iter().map(|item| item.uri.as_str()).collect();
    assert_eq!(
        uris,
        ["https://elm.test/activities/0", "https://elm.test/activities/1", "https://ash.test/activities/0"]
    );
    assert_eq!(found[0].body.as_deref(), Some(br#"{"id":"0"}"#.as_slice()));
    assert_eq!(found[0].actor_uri, "https://elm.test/users/bo");
}

#[tokio::test]
async fn a_long_body_is_read_when_its_turn_comes() {
    let world = world().await;
    let long = vec![b' '; 20_000];
    accept(&world, NewInboxItem { body: long.clone(), ..item("elm.test", "1", 1) }).await;
    let inbox = world.service.inbox();
    let found = inbox.oldest(&[("elm.test".to_owned(), 2)]).await.unwrap();
    assert_eq!(found[0].body, None);
    assert_eq!(inbox.body(found[0].id).await.unwrap(), Some(long));
}

#[tokio::test]
async fn an_item_that_failed_is_put_off_and_counted() {
    let world = world().await;
    accept(&world, item("elm.test", "1", 1)).await;
    let inbox = world.service.inbox();
    let wanted = [("elm.test".to_owned(), 2)];
    let id = inbox.oldest(&wanted).await.unwrap()[0].id;
    let at = world.cx().now().plus(Duration::from_secs(10));
    inbox.ended(&world.cx(), &[Ended::PutOff(id, at)]).await.unwrap();
    let found = inbox.oldest(&wanted).await.unwrap();
    assert_eq!((found[0].attempts, found[0].next_attempt_at), (1, at));
}

#[tokio::test]
async fn one_node_at_a_time_works_the_inbox() {
    let world = world().await;
    let inbox = world.service.inbox();
    assert!(inbox.lease(&world.cx(), "a").await.unwrap().is_some());
    assert!(inbox.lease(&world.cx(), "b").await.unwrap().is_none());
    world.clock.advance(Duration::from_secs(20));
    assert!(inbox.lease(&world.cx(), "a").await.unwrap().is_some());
    world.clock.advance(Duration::from_secs(20));
    assert!(inbox.lease(&world.cx(), "b").await.unwrap().is_none());
    inbox.release("b").await.unwrap();
    assert!(inbox.lease(&world.cx(), "b").await.unwrap().is_none());
    inbox.release("a").await.unwrap();
    assert!(inbox.lease(&world.cx(), "b").await.unwrap().is_some());
    world.clock.advance(Duration::from_secs(31));
    assert!(inbox.lease(&world.cx(), "a").await.unwrap().is_some());
}

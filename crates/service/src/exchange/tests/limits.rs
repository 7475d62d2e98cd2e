//! Limits on how often: a day's share for each host, and the hours of chats in which they do not count.

use staffroom_domain::Tag;
use staffroom_domain::exchange::ChatTime;
use staffroom_domain::status::Draft;

use super::network;
use crate::ServiceError;
use crate::testing::{World, draft, world};

/// Publishes `count` statuses and returns how many of them the peer was sent.
async fn shared(w: &World, author: &str, count: usize) -> usize {
    let author = w.local(author).await;
    for n in 0..count {
        w.publish(&author, &format!("{n} #SLTchat")).await;
    }
    w.sent().await.into_iter().filter(|sent| sent.event == "StatusPublished").count()
}

#[tokio::test]
async fn a_host_takes_its_share_of_a_day_and_the_operators_see_what_was_left_out() {
    let w = world().await;
    network(&w).await;
    let mut taken = 0;
    for n in 0..3 {
        taken += shared(&w, &format!("amy{n}"), 10).await;
    }
    assert_eq!(taken, 25, "the settings of this world say 25 a day");
    let today = w.service.exchange().today().await.unwrap();
    let elm = today.iter().find(|count| count.host == "elm.example").unwrap();
    assert_eq!((elm.inbound, elm.taken, elm.left_out), (false, 25, 5));
    w.wait(24 * 3600);
    assert!(w.service.exchange().today().await.unwrap().is_empty());
    assert_eq!(shared(&w, "zoe", 1).await, 1);
}

#[tokio::test]
async fn a_greater_share_counts_at_once_though_the_smaller_was_used_up() {
    let w = world().await;
    let counted = async |most: i64| {
        let tx = w.service.storage().begin().await.unwrap();
        let counts = tx.exchange().count_day(&["elm.example"], false, 1, most).await.unwrap();
        tx.commit().await.unwrap();
        (counts[0].taken, counts[0].left_out)
    };
    let mut counts = Vec::new();
    for most in [2, 2, 2, 2, 4, 4, 4, 3] {
        counts.push(counted(most).await);
    }
    assert_eq!(counts, [(1, 0), (2, 0), (2, 1), (2, 2), (3, 0), (4, 0), (4, 1), (4, 2)]);
}

#[tokio::test]
async fn in_the_hours_of_a_chat_the_limits_do_not_count() {
    let w = world().await;
    network(&w).await;
    let now = w.cx().now();
    let hour = std::time::Duration::from_secs(3600);
    let (exchange, tag) = (w.service.exchange(), Tag::parse("sltchat").unwrap());
    let chat = ChatTime::Once { from: now, until: now.plus(hour) };
    let id = exchange.add_chat_hours(&w.cx(), &tag, &chat).await.unwrap();
    let unknown = exchange.add_chat_hours(&w.cx(), &Tag::parse("nothing").unwrap(), &chat).await;
    assert!(matches!(unknown, Err(ServiceError::NotFound(_))));
    assert_eq!(shared(&w, "amy", 40).await, 40);
    // what was said in the chat counts for nothing afterwards
    w.clock.advance(hour);
    assert_eq!(shared(&w, "ben", 12).await, 10);
    exchange.remove_chat_hours(id).await.unwrap();
    assert!(exchange.chat_hours().await.unwrap().is_empty());
}

#[tokio::test]
async fn answers_are_announced_if_they_carry_the_tag_themselves() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    let question = w.publish(&amy, "who? #SLTchat").await.status.id;
    w.sent().await;
    let answer = |text: &str| Draft { in_reply_to: Some(question), ..draft(text) };
    w.publish_draft(&amy, answer("me")).await;
    assert!(w.sent().await.is_empty());
    w.publish_draft(&amy, answer("me #SLTchat")).await;
    assert_eq!(w.sent().await.len(), 2);
}

#[tokio::test]
async fn announcements_by_id_leave_over_half_a_minute_in_the_slowest_lane() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    let tag = w.service.exchange().tag_account("sltchat").await.unwrap().unwrap();
    for n in 0..20 {
        let fan = w.remote("fan", &format!("fan{n}.example")).await;
        w.befriend(&fan, &tag).await;
    }
    w.sent().await;
    w.publish(&amy, "spread #SLTchat").await;
    let due = async || w.service.deliveries().due_hosts(&w.cx(), 100, 100).await.unwrap().len();
    let at_once = due().await;
    w.wait(15);
    let later = due().await;
    w.wait(15);
    assert!(at_once < later && later < 22, "{at_once} at once, {later} after a quarter of a minute");
    assert_eq!(due().await, 22);
    let lanes = w.service.storage().read().deliveries().pending_by_lane().await.unwrap();
    let mut lanes: Vec<(i16, i64)> = lanes.iter().map(|lane| (lane.lane, lane.count)).collect();
    lanes.sort_unstable();
    assert_eq!(lanes, [(1, 1), (2, 21)]);
}

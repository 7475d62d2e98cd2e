//! Stories of announcements, and what must not be shown.

use staffroom_domain::ids::AnnouncementId;

use super::NewAnnouncement;
use crate::ServiceError;
use crate::testing::{World, world};

impl World {
    async fn announce(&self, text: &str, publish: bool, ends_in_secs: Option<u64>) -> AnnouncementId {
        let ends_at = ends_in_secs.map(|secs| self.cx().now().plus(std::time::Duration::from_secs(secs)));
        let new = NewAnnouncement { text: text.to_owned(), publish, ends_at, ..NewAnnouncement::default() };
        self.service.announcements().create(&self.cx(), new).await.unwrap().id
    }
}

#[tokio::test]
async fn an_announcement_is_shown_from_publishing_to_its_end() {
    let w = world().await;
    let amy = w.local("amy").await;
    let news = w.service.announcements();
    let shown = async || -> Vec<String> {
        let list = news.list(&w.cx(), amy.id, true).await.unwrap();
        list.into_iter().map(|view| view.announcement.text).collect()
    };
    let draft = w.announce("a draft", false, None).await;
    let short = w.announce("an hour", true, Some(3600)).await;
    assert_eq!(shown().await, ["an hour"]);
    news.publish(&w.cx(), draft).await.unwrap();
    assert_eq!(shown().await, ["a draft", "an hour"]);
    w.wait(3600);
    assert_eq!(shown().await, ["a draft"]);
    assert!(matches!(news.publish(&w.cx(), short).await, Err(ServiceError::Invalid { .. })));
    assert!(matches!(news.dismiss(&w.cx(), amy.id, short).await, Err(ServiceError::NotFound(_))));
    news.end(&w.cx(), draft).await.unwrap();
    assert!(shown().await.is_empty());
    assert_eq!(news.all(10).await.unwrap().len(), 2);
    assert!(matches!(news.end(&w.cx(), 1.into()).await, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn who_dismissed_one_sees_it_only_on_demand() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let news = w.service.announcements();
    let id = w.announce("Inset day <b>Monday</b> #SLTchat https://oak.test/x", true, None).await;
    news.dismiss(&w.cx(), amy.id, id).await.unwrap();
    news.dismiss(&w.cx(), amy.id, id).await.unwrap();
    assert!(news.list(&w.cx(), amy.id, false).await.unwrap().is_empty());
    let seen = news.list(&w.cx(), amy.id, true).await.unwrap();
    assert!(seen[0].read && seen[0].content.contains("&lt;b&gt;") && seen[0].content.contains("hashtag"));
    assert!(!news.list(&w.cx(), ben.id, false).await.unwrap()[0].read);
}

#[tokio::test]
async fn emoji_are_counted_limited_and_only_emoji() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let news = w.service.announcements();
    let id = w.announce("cake in the hall", true, None).await;
    let draft = w.announce("not yet", false, None).await;
    for person in [&amy, &amy, &ben] {
        news.react(&w.cx(), person.id, id, "👍").await.unwrap();
    }
    let reactions = news.list(&w.cx(), amy.id, false).await.unwrap().remove(0).reactions;
    assert_eq!((reactions.len(), reactions[0].count, reactions[0].is_own), (1, 2, true));
    for bad in ["", "x", "👍👍", ":blobcat:", "<script>"] {
        assert!(matches!(news.react(&w.cx(), amy.id, id, bad).await, Err(ServiceError::Invalid { .. })), "{bad}");
    }
    assert!(matches!(news.react(&w.cx(), amy.id, draft, "👍").await, Err(ServiceError::NotFound(_))));
    for emoji in ["🎉", "🍰", "🚀", "👀", "🥳", "😀", "🙏"] {
        news.react(&w.cx(), amy.id, id, emoji).await.unwrap();
    }
    assert!(matches!(news.react(&w.cx(), ben.id, id, "😡").await, Err(ServiceError::Invalid { .. })));
    news.react(&w.cx(), ben.id, id, "🍰").await.unwrap();
    news.unreact(&w.cx(), amy.id, id, "👍").await.unwrap();
    assert!(matches!(news.unreact(&w.cx(), amy.id, id, "👍").await, Err(ServiceError::NotFound(_))));
    w.service.accounts().delete(&w.cx(), ben.id).await.unwrap();
    let left = news.list(&w.cx(), amy.id, false).await.unwrap().remove(0).reactions;
    assert_eq!(left.iter().map(|r| r.count).sum::<i64>(), 7, "what ben put there went with ben");
}

#[tokio::test]
async fn an_announcement_needs_words_and_an_end_after_its_beginning() {
    let w = world().await;
    let now = w.cx().now();
    for (text, starts_at, ends_at) in [
        (" ".to_owned(), None, None),
        ("x".repeat(5001), None, None),
        ("over".to_owned(), None, Some(now)),
        (
            "turned round".to_owned(),
            Some(staffroom_domain::Timestamp(now.0 + 9)),
            Some(staffroom_domain::Timestamp(now.0 + 8)),
        ),
    ] {
        let new = NewAnnouncement { text, starts_at, ends_at, ..NewAnnouncement::default() };
        let refused = w.service.announcements().create(&w.cx(), new).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { .. })));
    }
}

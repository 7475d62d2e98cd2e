//! Stories of direct conversations, each with who must not hear of them.

use staffroom_domain::account::Account;
use staffroom_domain::ids::ConversationId;
use staffroom_domain::status::{Draft, StatusView};
use staffroom_domain::{PageRequest, Visibility};

use crate::statuses::Arrival;
use crate::testing::{World, incoming, world};
use crate::{Origin, ServiceError};

const PAGE: PageRequest = PageRequest::newest(20);

impl World {
    async fn whisper(&self, author: &Account, text: &str, answers: Option<&StatusView>) -> StatusView {
        let draft = Draft {
            text: text.to_owned(),
            visibility: Some(Visibility::Direct),
            in_reply_to: answers.map(|view| view.status.id),
            ..Draft::default()
        };
        self.publish_draft(author, draft).await
    }

    /// (id, unread, the others, last words) of each conversation.
    async fn conversations(&self, account: &Account) -> Vec<(ConversationId, bool, Vec<String>, String)> {
        let found = self.service.conversations().list(account.id, PAGE).await.unwrap();
        let row = |view: staffroom_domain::conversation::ConversationView| {
            let people = view.accounts.iter().map(Account::acct).collect();
            (view.id, view.unread, people, view.last_status.map(|view| view.status.content).unwrap_or_default())
        };
        found.items.into_iter().map(row).collect()
    }
}

#[tokio::test]
async fn a_thread_is_one_conversation_unread_until_it_is_read() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.local("cat").await);
    let first = w.whisper(&amy, "@ben one", None).await;
    let theirs = w.conversations(&ben).await;
    assert_eq!((theirs.len(), theirs[0].1, theirs[0].2.clone()), (1, true, vec!["amy".to_owned()]));
    assert_eq!(w.conversations(&amy).await[0].2, ["ben"]);
    assert!(!w.conversations(&amy).await[0].1, "one's own words are read");
    assert!(w.conversations(&cat).await.is_empty());

    let stolen = w.service.conversations().mark_read(cat.id, theirs[0].0).await;
    assert!(matches!(stolen, Err(ServiceError::NotFound(_))));
    assert!(matches!(w.service.conversations().remove(cat.id, theirs[0].0).await, Err(ServiceError::NotFound(_))));
    assert!(!w.service.conversations().mark_read(ben.id, theirs[0].0).await.unwrap().unread);
    let second = w.whisper(&ben, "@amy two", Some(&first)).await;
    let mine = w.conversations(&amy).await;
    assert_eq!((mine.len(), mine[0].1), (1, true));
    assert!(mine[0].3.contains("two"));
    w.whisper(&amy, "to myself", None).await;
    let mine = w.conversations(&amy).await;
    assert_eq!((mine.len(), mine[0].2.clone()), (2, vec!["amy".to_owned()]));

    // What is taken back is no longer the newest; with its last status a conversation ends.
    w.service.statuses().delete(&w.cx(), ben.id, second.status.id, true).await.unwrap();
    assert!(w.conversations(&ben).await[0].3.contains("one"));
    w.service.statuses().delete(&w.cx(), amy.id, first.status.id, true).await.unwrap();
    assert!(w.conversations(&ben).await.is_empty());
    assert_eq!(w.conversations(&amy).await.len(), 1);
}

#[tokio::test]
async fn what_comes_from_elsewhere_is_a_conversation_too_and_what_is_not_direct_is_none() {
    let w = world().await;
    let (amy, zoe) = (w.local("amy").await, w.remote("zoe", "elm.test").await);
    let tell = async |name: &str, visibility| {
        let mut status = incoming(&zoe, name, "to you");
        status.mention_uris = vec![amy.uri.clone()];
        status.visibility = visibility;
        w.service.statuses().ingest(&w.cx(), status, Arrival::Delivered).await.unwrap()
    };
    tell("1", Visibility::Public).await;
    tell("2", Visibility::Private).await;
    assert!(w.conversations(&amy).await.is_empty());
    tell("3", Visibility::Direct).await;
    assert_eq!(w.conversations(&amy).await[0].2, ["zoe@elm.test"]);
    let direct = w.service.timelines().direct(amy.id, PAGE).await.unwrap();
    assert_eq!(direct.items.len(), 1);
    w.service.statuses().remove(&w.cx(), &direct.items[0].status.uri, &zoe.uri).await.unwrap();
    assert!(w.conversations(&amy).await.is_empty());
}

#[tokio::test]
async fn who_is_blocked_muted_or_suspended_starts_none() {
    let w = world().await;
    let (amy, ben, cat, dan) = (w.local("amy").await, w.local("ben").await, w.local("cat").await, w.local("dan").await);
    w.whisper(&dan, "@amy before", None).await;
    w.service.follows().block(&w.cx(), amy.id, ben.id, Origin::Local).await.unwrap();
    w.service.follows().mute(&w.cx(), amy.id, cat.id, true, 0).await.unwrap();
    w.whisper(&ben, "@amy hello", None).await;
    w.whisper(&cat, "@amy hello", None).await;
    assert_eq!(w.conversations(&amy).await.len(), 1);
    w.service.follows().block(&w.cx(), amy.id, dan.id, Origin::Local).await.unwrap();
    assert!(
        w.conversations(&amy).await.is_empty()
            && w.service.timelines().direct(amy.id, PAGE).await.unwrap().items.is_empty()
    );
    w.service.follows().unblock(&w.cx(), amy.id, dan.id, Origin::Local).await.unwrap();
    assert_eq!(w.conversations(&amy).await.len(), 1);
    w.service.accounts().suspend(&w.cx(), dan.id).await.unwrap();
    assert!(w.conversations(&amy).await.is_empty());
}

#[tokio::test]
async fn a_conversation_removed_comes_back_with_the_next_word() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let first = w.whisper(&amy, "@ben one", None).await;
    let id = w.conversations(&ben).await[0].0;
    w.service.conversations().remove(ben.id, id).await.unwrap();
    assert!(w.conversations(&ben).await.is_empty());
    assert_eq!(w.conversations(&amy).await.len(), 1, "only from one's own list");
    w.whisper(&amy, "@ben two", Some(&first)).await;
    assert_eq!(w.conversations(&ben).await.len(), 1);
    w.service.accounts().delete(&w.cx(), amy.id).await.unwrap();
    assert!(w.conversations(&ben).await.is_empty());
}

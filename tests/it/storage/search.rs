//! What the index of words keeps, and that nobody waits for somebody else for ever when it is written.

use staffroom_server::domain::account::{Account, PostingDefaults, User, UserRole};
use staffroom_server::domain::ids::{AccountId, StatusId};
use staffroom_server::domain::interaction::QuotePolicy;
use staffroom_server::domain::{Status, Timestamp, Visibility};
use staffroom_server::storage::Storage;

use super::{Opened, open, somebody_waits};

const NOW: Timestamp = Timestamp(1);

/// A person here.
async fn person(storage: &Storage, id: i64) -> AccountId {
    let id = AccountId(id);
    let tx = storage.begin().await.unwrap();
    let uri = format!("https://oak.test/users/u{id}");
    tx.accounts().insert(&Account::new(id, uri, &format!("u{id}"), NOW)).await.unwrap();
    let user = User {
        account_id: id,
        email: format!("u{id}@oak.test"),
        confirmed_at: Some(NOW),
        approved_at: Some(NOW),
        disabled_at: None,
        role: UserRole::Member,
        posting: PostingDefaults {
            visibility: Visibility::Public,
            sensitive: false,
            language: None,
            quotes: QuotePolicy::Public,
        },
        share_tagged: false,
        locale: "en".to_owned(),
    };
    tx.users().insert(&user, "", NOW).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A status with these words.
async fn status(storage: &Storage, id: i64, author: AccountId, content: String) -> Status {
    let status = Status { content, ..Status::new(id.into(), format!("https://oak.test/{id}"), author, true, NOW) };
    let tx = storage.begin().await.unwrap();
    assert!(tx.statuses().insert(&status).await.unwrap());
    tx.commit().await.unwrap();
    status
}

async fn entries(opened: &Opened, id: StatusId) -> i64 {
    opened.database.count(&format!("status_search WHERE rowid = {id}")).await
}

/// Erases what `author` wrote while somebody who bookmarked it has not ended their transaction; with `all`, as when an
/// account goes.
async fn erased_while_marked(all: bool) -> i64 {
    let opened = open().await;
    let (author, reader) = (person(&opened.storage, 1).await, person(&opened.storage, 2).await);
    let status = status(&opened.storage, 10, author, "<p>marking</p>".to_owned()).await;
    assert_eq!(entries(&opened, status.id).await, 1);

    let marking = opened.storage.begin().await.unwrap();
    marking.favourites().bookmark(20.into(), reader, status.id, NOW).await.unwrap();
    let (storage, erased) = (opened.storage.clone(), status.clone());
    let erasing = tokio::spawn(async move {
        let tx = storage.begin().await.unwrap();
        if all {
            tx.statuses().erase_all(&[erased.id], NOW).await.unwrap();
        } else {
            assert!(tx.statuses().erase(&erased, NOW).await.unwrap());
        }
        tx.commit().await.unwrap();
    });
    somebody_waits(&opened).await;
    marking.commit().await.unwrap();
    erasing.await.unwrap();
    entries(&opened, status.id).await
}

#[tokio::test]
async fn words_of_who_goes_do_not_stay_when_somebody_marks_them_meanwhile() {
    assert_eq!(erased_while_marked(true).await, 0);
    assert_eq!(erased_while_marked(false).await, 0);
}

#[tokio::test]
async fn what_was_erased_comes_back_by_no_edit_and_no_mark() {
    let opened = open().await;
    let (author, reader) = (person(&opened.storage, 1).await, person(&opened.storage, 2).await);
    let known = status(&opened.storage, 10, author, "<p>marking</p>".to_owned()).await;
    let tx = opened.storage.begin().await.unwrap();
    tx.statuses().erase_all(&[known.id], NOW).await.unwrap();
    tx.commit().await.unwrap();

    let tx = opened.storage.begin().await.unwrap();
    tx.statuses().update_edited(&known).await.unwrap();
    tx.statuses().let_out(&known).await.unwrap();
    tx.statuses().add_mentions(known.id, &[(reader, false)]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(entries(&opened, known.id).await, 0);
    assert_eq!(opened.database.count("statuses WHERE id = 10 AND content <> ''").await, 0);
}

#[tokio::test]
async fn however_long_its_words_are_a_status_can_be_marked() {
    let opened = open().await;
    let (author, reader) = (person(&opened.storage, 1).await, person(&opened.storage, 2).await);
    // Letters of four bytes, in more and longer words than are kept.
    let gothic = |digit: char| char::from_u32(0x10330 + digit.to_digit(16).unwrap()).unwrap();
    let word = |n: i64| format!("{n:0100x}").chars().map(gothic).collect::<String>();
    let words: Vec<String> = (0..6_000).map(word).collect();
    let known = status(&opened.storage, 10, author, format!("<p>{}</p>", words.join(" "))).await;
    let tx = opened.storage.begin().await.unwrap();
    tx.favourites().add_once(20.into(), reader, known.id, "https://oak.test/likes/20", NOW).await.unwrap();
    tx.favourites().bookmark(21.into(), reader, known.id, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(entries(&opened, known.id).await, 1);
}

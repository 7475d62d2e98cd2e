//! A commit is on disk when it returns, and one that fails takes no other with it.

use futures_util::future::join_all;

use super::open;

#[tokio::test]
async fn many_commits_at_once_are_all_there_for_another_connection() {
    let opened = open().await;
    let write = async |n: usize| {
        let tx = opened.storage.begin().await.unwrap();
        tx.instance().set(&format!("key{n}"), "value").await.unwrap();
        tx.commit().await.unwrap();
        // Asked at once, past every cache of ours.
        opened.database.count(&format!("instance_settings WHERE name = 'key{n}'")).await
    };
    let found = join_all((0..40).map(write)).await;
    assert_eq!(found, [1; 40]);
}

#[tokio::test]
async fn a_transaction_that_fails_or_is_dropped_takes_no_other_with_it() {
    let opened = open().await;
    let write = async |n: usize| {
        let tx = opened.storage.begin().await.unwrap();
        tx.instance().set(&format!("key{n}"), "value").await.unwrap();
        match n % 4 {
            // Given up half-way.
            0 => drop(tx),
            // A row the schema refuses: an account that is not there.
            1 => {
                let nobody = 1.into();
                let refused =
                    tx.follows().insert_block(&block(n, nobody), staffroom_server::domain::Timestamp(1)).await;
                assert!(refused.is_err());
                drop(tx);
            }
            _ => tx.commit().await.unwrap(),
        }
    };
    join_all((0..40).map(write)).await;
    assert_eq!(opened.database.count("instance_settings WHERE name LIKE 'key%'").await, 20);
    assert_eq!(opened.database.count("blocks").await, 0);
    let tx = opened.storage.begin().await.unwrap();
    tx.instance().set("after", "value").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(opened.storage.read().instance().get("after").await.unwrap().as_deref(), Some("value"));
}

fn block(n: usize, nobody: staffroom_server::domain::ids::AccountId) -> staffroom_server::storage::follows::Block {
    let id = i64::try_from(n).unwrap() + 1;
    staffroom_server::storage::follows::Block {
        id: id.into(),
        account_id: nobody,
        target_id: nobody,
        uri: format!("https://oak.test/blocks/{n}"),
    }
}

#[tokio::test]
async fn what_is_not_committed_is_not_seen() {
    let opened = open().await;
    let tx = opened.storage.begin().await.unwrap();
    tx.instance().set("secret", "value").await.unwrap();
    assert_eq!(tx.instance().get("secret").await.unwrap().as_deref(), Some("value"));
    assert_eq!(opened.storage.read().instance().get("secret").await.unwrap(), None);
    assert_eq!(opened.database.count("instance_settings WHERE name = 'secret'").await, 0);
    drop(tx);
    assert_eq!(opened.storage.read().instance().get("secret").await.unwrap(), None);
    opened.storage.ping().await.unwrap();
}

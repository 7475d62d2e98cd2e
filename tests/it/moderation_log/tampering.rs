//! What is done to the log beside the program: refused by the database, and where it was made not to, found.

use serde_json::Value;
use staffroom_tests::process::ServerProcess;

use super::{listed, start, text, verified};

/// A server with three entries about domains; it does not run.
async fn stopped() -> (ServerProcess, Vec<Value>) {
    let mut server = start().await;
    for domain in ["ash.example", "elm.example", "yew.example"] {
        server.admin(&["domain", "allow", domain], "");
    }
    let entries = listed(&server, &[]);
    server.kill();
    (server, entries)
}

fn is_sqlite(server: &ServerProcess) -> bool {
    server.database().url().starts_with("sqlite:")
}

#[tokio::test]
async fn the_database_refuses_to_change_what_was_logged() {
    let (server, entries) = stopped().await;
    let [first, last] = [entries.first(), entries.last()].map(|entry| text(&entry.unwrap()["id"]));
    let row = "1, NULL, NULL, 'k', 's', '1', NULL, '{}', 's', 'p', 'h'";
    for change in [
        "UPDATE moderation_log SET subject_id = 'oak.example' WHERE subject_id = 'elm.example'".to_owned(),
        "DELETE FROM moderation_log WHERE subject_id = 'elm.example'".to_owned(),
        "DELETE FROM moderation_log".to_owned(),
        format!("INSERT INTO moderation_log VALUES ({first} - 1, {row})"),
        format!("INSERT INTO moderation_log VALUES ({last}, {row}) ON CONFLICT (id) DO UPDATE SET kind = 'k'"),
        "UPDATE moderation_log_head SET entry_id = 0".to_owned(),
        "DELETE FROM moderation_log_head".to_owned(),
    ] {
        let said = server.database().refuses(&change).await;
        assert!(said.contains("moderation_log"), "{change}: {said}");
    }
    let more = if is_sqlite(&server) {
        format!("REPLACE INTO moderation_log VALUES ({last}, {row})")
    } else {
        "TRUNCATE moderation_log".to_owned()
    };
    assert!(server.database().refuses(&more).await.contains("moderation_log"), "{more}");
    assert_eq!(listed(&server, &[]), entries);
    assert_eq!(verified(&server).0, Some(0));
}

#[tokio::test]
async fn what_was_changed_all_the_same_is_named() {
    let (server, entries) = stopped().await;
    let unprotect = if is_sqlite(&server) {
        "DROP TRIGGER moderation_log_unchanged"
    } else {
        "DROP TRIGGER moderation_log_kept ON moderation_log"
    };
    server.database().change(unprotect).await;
    let (code, said) = verified(&server);
    assert_eq!(code, Some(0), "{said}");
    let place = entries.iter().position(|entry| entry["subject"]["id"] == "elm.example").unwrap();
    let change = "UPDATE moderation_log SET subject_id = 'oak.example' WHERE subject_id = 'elm.example'";
    server.database().change(change).await;
    let (code, said) = verified(&server);
    assert_eq!(code, Some(1), "{said}");
    let mut lines = said.lines();
    assert!(lines.next().unwrap().starts_with(&format!("{place} entries are right")), "{said}");
    let wanted = format!("entry {} was changed after it was written", text(&entries[place]["id"]));
    assert_eq!(lines.next().unwrap(), wanted);
}

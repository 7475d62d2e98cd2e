//! The log of what moderators do: that nothing goes without an entry, who sees which, and that what is done to it beside
//! the program is refused or found.

mod every_act;
mod tampering;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};

const LOG: &str = "/api/staffroom/v1/moderation/log";
const SCOPES: &str = "read write follow push admin:read admin:write";

async fn start() -> ServerProcess {
    let [port] = free_ports();
    ServerProcess::start(port, &[]).await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn id_of(api: &Api) -> String {
    text(&api.get("/api/v1/accounts/verify_credentials").await["id"])
}

/// A client for `handle` with every scope.
fn client(server: &ServerProcess, handle: &str) -> Api {
    let printed = server.admin(&["token", "create", "--account", handle, "--scopes", SCOPES], "");
    server.api(printed.lines().last().map(str::to_owned))
}

/// Somebody with this role on the instance.
fn of_instance(server: &ServerProcess, handle: &str, role: &str) -> Api {
    server.member(handle);
    server.admin(&["account", "set-role", handle, role], "");
    client(server, handle)
}

/// Somebody with this role in the school `slug`, which they belong to.
fn of_school(server: &ServerProcess, slug: &str, handle: &str, role: &str) -> Api {
    let email = format!("{handle}@example.org");
    let create =
        ["account", "create", "--handle", handle, "--email", &email, "--organisation", slug, "--password-stdin"];
    server.admin(&create, PASSWORD);
    server.admin(&["organisation", "member", "set", slug, handle, role], "");
    client(server, handle)
}

/// What the log holds, oldest first, as the program prints it.
fn listed(server: &ServerProcess, more: &[&str]) -> Vec<Value> {
    let output = server.run(&[&["moderation", "log", "list"][..], more].concat(), &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The exit code of a check of the log, and what it printed.
fn verified(server: &ServerProcess) -> (Option<i32>, String) {
    let output = server.run(&["moderation", "log", "verify"], &[]);
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn kinds(entries: &Value) -> Vec<String> {
    entries.as_array().unwrap().iter().map(|entry| text(&entry["kind"])).collect()
}

#[tokio::test]
async fn a_schools_moderators_see_what_is_theirs_and_nothing_else() {
    let server = start().await;
    for name in ["Oak", "Elm"] {
        server.admin(&["organisation", "create", name], "");
    }
    let zoe = of_instance(&server, "zoe", "moderator");
    let (pat, quin) =
        (of_school(&server, "oak", "pat", "contributor"), of_school(&server, "elm", "quin", "contributor"));
    let (oak, elm) = (of_school(&server, "oak", "mo", "moderator"), of_school(&server, "elm", "lu", "moderator"));
    for (by, against) in [(&oak, &pat), (&elm, &quin)] {
        let action = format!("/api/v1/admin/accounts/{}/action", id_of(against).await);
        by.post(&action, &json!({ "type": "silence", "text": "pat is loud" })).await;
    }
    let found = oak.get(LOG).await;
    assert_eq!(kinds(&found).first().unwrap(), "account.silence");
    let entry = &found[0];
    assert_eq!(
        (&entry["account_id"], &entry["target_account_id"]),
        (&json!(id_of(&oak).await), &json!(id_of(&pat).await))
    );
    assert!(!found.to_string().contains("loud"), "{found}");
    let others = [id_of(&quin).await, id_of(&elm).await];
    assert!(others.iter().all(|id| !found.to_string().contains(id.as_str())), "{found}");
    assert!(found.as_array().unwrap().iter().all(|one| one["organisation_id"] == entry["organisation_id"]), "{found}");

    let all = zoe.get(&format!("{LOG}?kind=account.silence")).await;
    assert_eq!(kinds(&all), ["account.silence"; 2]);
    assert_eq!(all[1], *entry);
    let page = zoe.get(&format!("{LOG}?kind=account.silence&limit=1")).await;
    let rest = zoe.get(&format!("{LOG}?kind=account.silence&max_id={}", text(&page[0]["id"]))).await;
    assert_eq!((&page[0], &rest), (&all[0], &json!([all[1]])));
    assert!(kinds(&zoe.get(LOG).await).contains(&"rules.change".to_owned()));

    let asked = async |api: &Api, path: &str| api.send(Method::GET, path, &Value::Null).await.status;
    assert_eq!(asked(&zoe, &format!("{LOG}?kind=account.shoot")).await, 422);
    assert_eq!((asked(&pat, LOG).await, asked(&server.api(None), LOG).await), (403, 401));
    let printed = server.admin(&["token", "create", "--account", "zoe", "--scopes", "read admin:read:accounts"], "");
    assert_eq!(asked(&server.api(printed.lines().last().map(str::to_owned)), LOG).await, 403);
}

#[tokio::test]
async fn what_is_erased_leaves_a_whole_log_without_names() {
    let server = start().await;
    let zoe = of_instance(&server, "zoe", "moderator");
    let amy = server.member("amycadabra");
    let action = format!("/api/v1/admin/accounts/{}/action", id_of(&amy).await);
    zoe.post(&action, &json!({ "type": "silence", "text": "amycadabra is loud" })).await;
    server.admin(&["account", "delete", "amycadabra", "--yes"], "");
    let entries = listed(&server, &[]);
    assert_eq!(entries.last().unwrap()["kind"], "account.delete");
    assert!(entries.iter().all(|entry| !entry.to_string().contains("amycadabra")), "{entries:?}");
    let (code, said) = verified(&server);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with(&format!("{} entries are right", entries.len())), "{said}");
}

#[tokio::test]
async fn the_log_is_listed_from_a_day_on_and_by_kind() {
    let server = start().await;
    server.admin(&["domain", "allow", "elm.example"], "");
    server.admin(&["domain", "allow", "yew.example"], "");
    let found = listed(&server, &["--kind", "domain.allow"]);
    let subjects: Vec<&Value> = found.iter().map(|entry| &entry["subject"]).collect();
    let domain = |name: &str| json!({ "kind": "domain", "id": name });
    assert_eq!(subjects, [&domain("elm.example"), &domain("yew.example")]);
    let second = text(&found[1]["created_at"]);
    assert_eq!(listed(&server, &["--kind", "domain.allow", "--since", &second]).last(), found.last());
    assert_eq!(listed(&server, &["--since", "2026-01-01"]).len(), listed(&server, &[]).len());
    assert!(listed(&server, &["--since", "2999-01-01"]).is_empty());
    for wrong in [["--kind", "domain.burn"], ["--since", "yesterday"]] {
        let output = server.run(&[&["moderation", "log", "list"][..], &wrong].concat(), &[]);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}

//! Reports, appeals and requests for approval beside what is held, and going on through long lists.

use serde_json::{Value, json};
use staffroom_tests::browser::Page;

use super::{FLAG, Schools, press};
use crate::moderation_rules::{post, rule, says, text, tried};

/// Ids of what is held that `page` leads to, in its order.
fn holds(page: &Page) -> Vec<String> {
    let links = page.body.split("href=\"/moderation/holds/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn long_lists_go_on_behind_a_link_and_nothing_is_passed_over() {
    let schools = Schools::open().await;
    let mut wanted = Vec::new();
    for n in 0..23 {
        wanted.push(schools.hold(&json!({ "status": format!("{FLAG}, number {n}") })).await);
    }
    for id in [&wanted[4], &wanted[21]] {
        schools.amy.post(&format!("/api/staffroom/v1/held/{id}/review"), &json!({})).await;
    }
    let (sent, others): (Vec<_>, Vec<_>) = wanted.iter().enumerate().partition(|(n, _)| [4, 21].contains(n));
    let order: Vec<String> = sent.into_iter().chain(others).map(|(_, id)| id.clone()).collect();
    let mut mo = schools.browser("mo").await;
    let all = schools.open_page(&mut mo, "/moderation").await;
    assert!(all.body.contains("Held statuses (23)") && all.body.contains("href=\"/moderation?kind=holds\""));
    assert_eq!(holds(&all), order[..5]);
    let first = schools.open_page(&mut mo, "/moderation?kind=holds").await;
    assert_eq!(holds(&first), order[..20]);
    assert!(!first.body.contains("id=\"reports\""), "one kind alone: {}", first.body);
    let next =
        first.body.split("class=\"button quiet\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let second = schools.open_page(&mut mo, &next.replace("&#38;", "&")).await;
    assert_eq!(holds(&second), order[20..]);
    assert!(!second.body.contains("class=\"button quiet\""), "the end");
    for odd in ["kind=nothing", "kind=holds&after=x", "kind=reports&max_id=x", "kind=cases&max_id=7"] {
        assert_eq!(schools.open_page(&mut mo, &format!("/moderation?{odd}")).await.status, 200, "{odd}");
    }
}

#[tokio::test]
async fn reports_and_appeals_stand_there_and_appeals_are_decided_by_somebody_else() {
    let schools = Schools::open().await;
    let amy = text(&schools.amy.get("/api/v1/accounts/verify_credentials").await["id"]);
    let report = json!({ "account_id": amy, "comment": "rude <b>words</b>" });
    let measure = json!({ "type": "silence", "text": "Mind your words" });
    schools.mo.post(&format!("/api/v1/admin/accounts/{amy}/action"), &measure).await;
    // a measure without a report deals with all there are
    schools.eve.post("/api/v1/reports", &report).await;
    let decision = schools.amy.get("/api/staffroom/v1/decisions").await[0]["id"].clone();
    let appeal = json!({ "decision_id": decision, "text": "<i>I did not</i>" });
    let appeal = text(&schools.amy.post("/api/staffroom/v1/appeals", &appeal).await["id"]);
    let path = format!("/moderation/appeals/{appeal}");

    let (mut mo, mut ada, mut eve) =
        (schools.browser("mo").await, schools.browser("ada").await, schools.browser("eve").await);
    let queue = schools.open_page(&mut ada, "/moderation").await;
    for words in ["Reports (1)", "rude &#60;b&#62;words", "Appeals (1)", path.as_str(), "the account was limited"] {
        assert!(queue.body.contains(words), "{words}: {}", queue.body);
    }
    let others = schools.open_page(&mut eve, "/moderation").await;
    assert!(others.body.contains("Reports (0)") && others.body.contains("Appeals (0)"), "{}", others.body);
    assert!(!others.body.contains("rude") && !others.body.contains(&appeal), "{}", others.body);
    assert_eq!(schools.open_page(&mut eve, &path).await.status, 404);

    let page = schools.open_page(&mut mo, &path).await;
    assert!(page.status == 200 && page.body.contains("&#60;i&#62;I did not"), "{}", page.body);
    let own = press(&mut mo, &page, "approve", "You were right").await;
    assert!(own.status == 403 && own.body.contains("somebody else looks at"), "{}", own.body);
    let page = schools.open_page(&mut ada, &path).await;
    let forged = ada.post(page.url.clone(), &[("decision", "approve"), ("words", "x"), ("csrf", "guessed")]).await;
    assert_eq!(forged.status, 403);
    let mute = press(&mut ada, &page, "approve", " ").await;
    assert!(mute.status == 422 && mute.body.contains("Nothing was decided"), "{}", mute.body);
    let granted = press(&mut ada, &page, "approve", "You were right").await;
    assert!(granted.status == 200 && granted.body.contains("It was granted"), "{}", granted.body);
    let late = press(&mut ada, &page, "reject", "No").await;
    assert!(late.status == 409 && late.body.contains("already decided by @ada"), "{}", late.body);
    let account = schools.mo.get(&format!("/api/v1/admin/accounts/{amy}")).await;
    assert_eq!(account["silenced"], Value::Bool(false));
    assert!(schools.open_page(&mut ada, "/moderation").await.body.contains("Appeals (0)"));
}

#[tokio::test]
async fn what_one_moderator_asks_for_another_one_agrees_to() {
    let schools = Schools::open().await;
    let (mut mo, mut ada, mut eve) =
        (schools.browser("mo").await, schools.browser("ada").await, schools.browser("eve").await);
    for (name, words) in [("no-way", "green flags"), ("never", "blue flags")] {
        let id = tried(&schools.mo, &rule(name, "reject", words)).await;
        let asked = post(&schools.mo, &format!("/rules/{id}/enforce"), &json!({})).await.ok();
        let path = format!("/moderation/approvals/{}", text(&asked["approval"]["id"]));
        let queue = schools.open_page(&mut ada, "/moderation").await;
        assert!(queue.body.contains("Approvals (1)") && queue.body.contains(&path), "{}", queue.body);
        let own = schools.open_page(&mut mo, &path).await;
        assert!(own.body.contains("You asked for this") && !own.body.contains("value=\"grant\""), "{}", own.body);
        assert_eq!(press(&mut mo, &own, "grant", "").await.status, 403, "not by who asked");
        assert_eq!(schools.open_page(&mut eve, &path).await.status, 404);
        let page = schools.open_page(&mut ada, &path).await;
        assert_eq!(ada.post(page.url.clone(), &[("decision", "grant"), ("csrf", "guessed")]).await.status, 403);
        let (button, said, action) = match name {
            "no-way" => ("grant", "It was granted", "reject"),
            _ => ("refuse", "It was refused", "allow"),
        };
        let done = press(&mut ada, &page, button, "").await;
        assert!(done.status == 200 && done.body.contains(said), "{}", done.body);
        assert_eq!(press(&mut ada, &page, "refuse", "").await.status, 409, "once");
        assert_eq!(says(&schools.amy, words).await, action);
    }
}

//! Rules from draft to retirement, what is held, appeals, cases, the rota, lists of domains.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::wait::eventually;

use super::super::{id_of, text};
use super::Staff;
use crate::moderation_rules::rule;

const MODERATION: &str = "/api/staffroom/v1/moderation";

fn path(rest: &str) -> String {
    format!("{MODERATION}{rest}")
}

/// A dry run that is under way and never goes on: nobody was told to.
pub(super) const ENDLESS: &str = "INSERT INTO dry_runs (id, organisation_id, rule_id, version, state, since_at, \
    before_id, scanned, matched, recent_scanned, recent_matched, by_organisation, samples, created_at) \
    SELECT 77, 0, id, version, 'running', 0, 0, 0, 0, 0, 0, '[]', '[]', 0 FROM moderation_rules ORDER BY id LIMIT 1";

pub(super) async fn about_moderation_rules(staff: &mut Staff) {
    let (rules, one, runs) = (path("/rules"), path("/rules/{id}"), path("/dry_runs"));
    let new = json!({ "definition": rule("red-flag", "hold", "red flags") });
    let id = text(&staff.posts(&rules, &[], new, "rule.create").await["id"]);
    let changed = json!({ "definition": rule("red-flag", "hold", "blue flags") });
    staff.does(Method::PUT, &one, &[&id], changed, "rule.update").await;
    staff.posts(&format!("{one}/shadow"), &[&id], json!({}), "rule.shadow").await;
    let run = text(&staff.posts(&runs, &[], json!({ "rule_id": id }), "dry_run.start").await["id"]);
    eventually("the dry run ends", || async {
        let run = staff.admin.get(&format!("{runs}/{run}")).await;
        if run["state"] == "done" { Ok(()) } else { Err(run) }
    })
    .await;
    staff.posts(&format!("{runs}/{{id}}/stop"), &["77"], json!({}), "dry_run.stop").await;

    let asked = staff.posts(&format!("{one}/enforce"), &[&id], json!({}), "approval.ask").await;
    let (approval, enforced) = (text(&asked["approval"]["id"]), staff.count("rule.enforce").await);
    staff.agrees(&path("/approvals/{id}/grant"), &approval, json!({}), "approval.grant").await;
    assert_eq!(staff.count("rule.enforce").await, enforced + 1);
    let asked = staff.posts(&format!("{one}/rollback"), &[&id], json!({}), "approval.ask").await;
    staff.agrees(&path("/approvals/{id}/grant"), &text(&asked["approval"]["id"]), json!({}), "rule.roll_back").await;
    staff.posts(&format!("{one}/retire"), &[&id], json!({}), "rule.retire").await;

    let head = json!({ "pack": { "id": "flags", "version": 1, "title": "Flags" } });
    staff.posts(&path("/packs"), &[], json!({ "document": head.to_string() }), "rule_pack.install").await;
    let panic = json!({ "hours": 1, "hashtag": "nowhere", "reason": "wait" });
    let panic = text(&staff.posts(&path("/panic"), &[], panic, "panic.start").await["id"]);
    staff.deletes(&path("/panic/{id}"), &panic, "panic.end").await;
}

pub(super) async fn about_domain_lists(staff: &mut Staff) {
    let import = path("/domain_blocks/import");
    let before = staff.count("domain.block").await;
    staff.posts(&import, &[], json!({ "csv": "ash.example\nbox.example\n" }), "domain_list.import").await;
    assert_eq!(staff.count("domain.block").await, before + 2);
    let many = (0..21).map(|n| format!("many{n}.example\n")).collect::<Vec<_>>().concat();
    let asked = staff.posts(&import, &[], json!({ "csv": many }), "approval.ask").await;
    let approval = text(&asked["approval"]["id"]);
    staff.posts(&path("/approvals/{id}/refuse"), &[&approval], json!({}), "approval.refuse").await;
}

pub(super) async fn about_holds(staff: &mut Staff) {
    let author = staff.server.member("olga");
    for (verb, body, kind) in [
        ("ask_to_edit", json!({ "note": "Leave the number out" }), "hold.ask_to_edit"),
        ("reject", json!({ "reason": "It names a child" }), "hold.reject"),
        ("release", json!({ "note": "It is nobody's" }), "hold.release"),
    ] {
        let risky = json!({ "status": format!("UPN: H801200001001 {verb}") });
        let held = text(&author.post("/api/v1/statuses", &risky).await["id"]);
        staff.posts(&path(&format!("/holds/{{id}}/{verb}")), &[&held], body, kind).await;
    }
}

pub(super) async fn about_appeals(staff: &mut Staff) {
    for (name, outcome, kind, ended) in
        [("petra", "rejected", "appeal.reject", 0), ("paul", "approved", "appeal.approve", 1)]
    {
        let person = staff.server.member(name);
        let act = format!("/api/v1/admin/accounts/{}/action", id_of(&person).await);
        staff.admin.post(&act, &json!({ "type": "silence" })).await;
        let decision = person.get("/api/staffroom/v1/decisions").await[0]["id"].clone();
        let appeal = json!({ "decision_id": decision, "text": "I did not" });
        let id = text(&person.post("/api/staffroom/v1/appeals", &appeal).await["id"]);
        let before = staff.count("account.unsilence").await;
        let body = json!({ "outcome": outcome, "answer": "We looked again" });
        staff.agrees(&path("/appeals/{id}/decide"), &id, body, kind).await;
        assert_eq!(staff.count("account.unsilence").await, before + ended, "{outcome}");
    }
}

pub(super) async fn about_cases(staff: &mut Staff) {
    let author = staff.server.member("quentin");
    let status = author.post("/api/v1/statuses", &json!({ "status": "The cook takes from the tuck shop" })).await;
    let school = staff.admin.get("/api/v1/staffroom/organisations").await[0]["id"].clone();
    let complaint = json!({ "name": "Cora Cole", "email": "cora@cole.example", "text": "It is about me" });
    let new = json!({
        "kind": "data_complaint", "organisation_id": school, "status_ids": [status["id"]], "complaint": complaint,
    });
    let mut case = staff.posts(&path("/cases"), &[], new, "case.open").await;
    let id = text(&case["id"]);
    let removed = staff.count("status.remove").await;
    for (verb, more, kind) in [
        ("assign", json!({}), "case.assign"),
        ("unassign", json!({}), "case.unassign"),
        ("notes", json!({ "note": "rang her" }), "case.note"),
        ("letters", json!({ "letter": "acknowledgement", "text": "" }), "case.letter"),
        ("events", json!({ "event": "removed", "remove_statuses": true }), "case.record"),
        ("events", json!({ "event": "withdrawn" }), "case.record"),
        ("close", json!({}), "case.close"),
    ] {
        let mut body = json!({ "version": case["version"] });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        case = staff.posts(&path(&format!("/cases/{{id}}/{verb}")), &[&id], body, kind).await;
    }
    assert_eq!(staff.count("status.remove").await, removed + 1);

    let turn: Value = json!({
        "organisation_id": school, "account_id": id_of(&staff.admin).await, "kind": "duty",
        "from": "2098-06-01T00:00:00Z", "until": "2099-01-01T00:00:00Z",
    });
    let turn = text(&staff.posts(&path("/rota"), &[], turn, "rota_turn.create").await["id"]);
    staff.deletes(&path("/rota/{id}"), &turn, "rota_turn.delete").await;
}

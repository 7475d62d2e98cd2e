//! The weekly safety report over HTTP: what it counts, what it keeps to itself, and for whom it is.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::domain::Timestamp;
use staffroom_server::domain::week::Week;
use staffroom_tests::api::Api;
use staffroom_tests::browser::{Browser, Page};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};

const REPORT: &str = "/api/staffroom/v1/moderation/report";
const MODERATION: &str = "/api/staffroom/v1/moderation";
const SCOPES: &str = "read write follow push admin:read admin:write";

/// Two schools: at oak amy writes and mo moderates; eve moderates elm. zoe is the instance's admin.
struct Ground {
    server: ServerProcess,
    oak: String,
    elm: String,
    zoe: Api,
    amy: Api,
    mo: Api,
    eve: Api,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn staff(server: &ServerProcess, handle: &str) -> Api {
    let printed = server.admin(&["token", "create", "--account", handle, "--scopes", SCOPES], "");
    server.api(printed.lines().last().map(str::to_owned))
}

async fn ground() -> Ground {
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    server.member_token("zoe");
    server.admin(&["account", "set-role", "zoe", "admin"], "");
    let zoe = staff(&server, "zoe");
    let make = async |name: &str| {
        let made = zoe.post("/api/v1/staffroom/organisations", &json!({ "name": name })).await;
        (text(&made["id"]), text(&made["slug"]))
    };
    let (oak, elm) = (make("Oak").await, make("Elm").await);
    let person = |name: &str, slug: &str, role: &str| {
        let email = format!("{name}@example.org");
        let create =
            ["account", "create", "--handle", name, "--email", &email, "--organisation", slug, "--password-stdin"];
        server.admin(&create, PASSWORD);
        server.admin(&["organisation", "member", "set", slug, name, role], "");
        staff(&server, name)
    };
    let amy = person("amy", &oak.1, "contributor");
    let (mo, eve) = (person("mo", &oak.1, "moderator"), person("eve", &elm.1, "moderator"));
    Ground { server, oak: oak.0, elm: elm.0, zoe, amy, mo, eve }
}

impl Ground {
    /// Six statuses of amy's are held; mo lets five of them out and turns one down. Returns the week of that.
    async fn decide(&self) -> Week {
        let mut at = Timestamp(0);
        for n in 0..6 {
            let words = format!("UPN: H801200001001 has left form {n}");
            let status = self.amy.post("/api/v1/statuses", &json!({ "status": words })).await;
            assert_eq!(status["staffroom"]["held"]["rule"], "pupil-number", "{status}");
            at = Timestamp::parse(&text(&status["created_at"])).unwrap();
            let hold = format!("{MODERATION}/holds/{}", text(&status["id"]));
            let (verb, body) = if n == 0 {
                ("reject", json!({ "reason": "secret words" }))
            } else {
                ("release", json!({ "note": "" }))
            };
            let answer = self.mo.send(Method::POST, &format!("{hold}/{verb}"), &body).await;
            assert_eq!(answer.status, 200, "{verb}: {answer:?}");
        }
        Week::of(at)
    }

    async fn browser(&self, login: &str) -> Browser {
        let mut browser = Browser::default();
        let page = browser.open(&format!("{}/auth/sign_in", self.server.url())).await;
        assert_eq!(browser.sign_in(&page, login, PASSWORD).await.status, 200);
        browser
    }

    async fn open(&self, browser: &mut Browser, path: &str) -> Page {
        browser.open(&format!("{}{path}", self.server.url())).await
    }
}

/// The line about pupils' numbers.
fn line(report: &Value) -> Value {
    let rules = report["rules"].as_array().unwrap();
    rules.iter().find(|line| line["rule"] == "pupil-number").cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_week_is_counted_for_a_school_and_for_the_instance() {
    let ground = ground().await;
    let week = ground.decide().await;
    let path = format!("{REPORT}?week={week}");
    let report = ground.mo.get(&path).await;
    let posts = &report["posts"];
    assert_eq!((&posts["held"], &posts["released_unchanged"], &posts["open"]), (&json!(6), &json!(5), &json!(0)));
    assert_eq!(posts["rejected"], Value::Null, "one is too few to be told: {posts}");
    let wanted = json!({
        "rule": "pupil-number", "held": 6, "decided": 6, "released_unchanged": 5, "percent_unchanged": 83,
    });
    assert_eq!(line(&report), wanted);
    let times = &report["time_to_decision"];
    assert!(["median", "p90", "p95"].iter().all(|name| times[name].is_number()), "{times}");
    assert_eq!((&report["organisation_id"], &report["of_instance"]), (&json!(ground.oak), &json!(false)));
    assert_eq!((&report["week"], &report["is_over"]), (&json!(week.to_string()), &json!(false)));
    assert_eq!(report["elsewhere"], Value::Null, "what concerns the whole instance is told to its own staff");
    assert!(report["packs"].as_array().unwrap().iter().any(|pack| pack["of_instance"] == true), "{report}");

    let all = ground.zoe.get(&path).await;
    assert_eq!(
        (&all["posts"]["held"], &all["organisation_id"], &all["of_instance"]),
        (&json!(6), &Value::Null, &json!(true))
    );
    assert_eq!(all["elsewhere"]["domains"], 0);
    let of = |school: &str| format!("{path}&organisation_id={school}");
    assert_eq!(line(&ground.zoe.get(&of(&ground.oak)).await), wanted);
    for elm in [ground.zoe.get(&of(&ground.elm)).await, ground.eve.get(&path).await] {
        assert_eq!((&elm["posts"]["held"], &elm["rules"]), (&json!(0), &json!([])), "{elm}");
    }
    let former = ground.mo.get(&format!("{REPORT}?week=2020-W10")).await;
    assert_eq!((&former["posts"]["held"], &former["is_over"]), (&json!(0), &json!(true)));
    let last = ground.mo.get(REPORT).await;
    assert_eq!(last["week"], week.before().to_string(), "without a week it is the last one that is over");
}

#[tokio::test]
async fn what_was_let_out_unchanged_counts_for_its_rule() {
    let ground = ground().await;
    ground.decide().await;
    let rules = ground.zoe.get(&format!("{MODERATION}/rules?of_instance=true&limit=200")).await;
    let rule = rules.as_array().unwrap().iter().find(|rule| rule["name"] == "pupil-number").unwrap().clone();
    let path = format!("{MODERATION}/rules/{}/figures", text(&rule["id"]));
    let days = ground.zoe.get(&path).await;
    let sum: i64 = days.as_array().unwrap().iter().filter_map(|day| day["released_unchanged"].as_i64()).sum();
    assert_eq!(sum, 5, "{days}");
    assert_eq!(ground.mo.send(Method::GET, &path, &Value::Null).await.status, 404, "not a school's to look at");
}

#[tokio::test]
async fn the_file_has_numbers_and_no_people() {
    let ground = ground().await;
    let week = ground.decide().await;
    let request = ground.mo.request(Method::GET, &format!("{REPORT}.csv?week={week}"));
    let answer = request.send().await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("text/csv"), "{kind}");
    let file = answer.text().await.unwrap();
    for wanted in [
        "section,row,column,value\r\n".to_owned(),
        format!("report,Week,Value,{week}\r\n"),
        "posts,Held by a rule,Number,6\r\n".to_owned(),
        "posts,Turned down,Number,fewer than 5\r\n".to_owned(),
        "rules,pupil-number,Share published unchanged,83 %\r\n".to_owned(),
        "deadlines,\"Of cases, missed\",Number,0\r\n".to_owned(),
    ] {
        assert!(file.contains(&wanted), "{wanted}: {file}");
    }
    for secret in ["amy", "H8012", "secret words", "@"] {
        assert!(!file.contains(secret), "{secret}: {file}");
    }
}

#[tokio::test]
async fn deadlines_of_cases_are_met_or_missed_in_the_week_they_fall_into() {
    let ground = ground().await;
    let status = ground.amy.post("/api/v1/statuses", &json!({ "status": "The register is on the bus" })).await;
    let now = Timestamp::parse(&text(&status["created_at"])).unwrap();
    let received = now.minus(Duration::from_hours(73));
    let new = json!({
        "kind": "data_breach", "organisation_id": ground.oak, "received_at": received.to_rfc3339(),
        "status_ids": [status["id"]],
    });
    let case = ground.mo.post(&format!("{MODERATION}/cases"), &new).await;
    let by = case["deadlines"].as_array().unwrap().iter().find(|due| due["duty"] == "notify_regulator").unwrap();
    let week = Week::of(Timestamp::parse(&text(&by["by"])).unwrap());
    let path = format!("{REPORT}?week={week}");
    let deadlines = async |api: &Api| {
        let found = api.get(&path).await["deadlines"].clone();
        (found["met"].clone(), found["missed"].clone())
    };
    assert_eq!(deadlines(&ground.mo).await, (json!(0), json!(1)));
    assert_eq!(deadlines(&ground.eve).await, (json!(0), json!(0)), "another school's");
    assert_eq!(ground.mo.get(&path).await["cases"]["overdue"], Value::Null, "one case is too few to be told");

    // it was done in time, and is written down now
    let told = json!({
        "event": "regulator_told", "version": case["version"],
        "at": received.plus(Duration::from_hours(1)).to_rfc3339(),
    });
    ground.mo.post(&format!("{MODERATION}/cases/{}/events", text(&case["id"])), &told).await;
    assert_eq!(deadlines(&ground.mo).await, (json!(1), json!(0)));
    assert_eq!(deadlines(&ground.zoe).await, (json!(1), json!(0)));
}

#[tokio::test]
async fn sec_69_a_report_is_for_those_who_decide_there_and_for_weeks_there_are() {
    let ground = ground().await;
    let week = ground.decide().await;
    let of_oak = format!("?week={week}&organisation_id={}", ground.oak);
    for path in [format!("{REPORT}{of_oak}"), format!("{REPORT}.csv{of_oak}")] {
        let code = async |api: &Api| api.send(Method::GET, &path, &Value::Null).await.status;
        assert_eq!(code(&ground.eve).await, 404, "another school's moderator: {path}");
        assert_eq!(code(&ground.amy).await, 403, "a member: {path}");
        assert_eq!(code(&ground.server.api(None)).await, 401, "a guest: {path}");
        assert_eq!(code(&ground.mo).await, 200, "{path}");
    }
    for wrong in ["2026-W54", "2025-W53", "2026-47", "soon", "9998-W01", "2026-W47'--"] {
        let answer = ground.mo.send(Method::GET, &format!("{REPORT}?week={wrong}"), &Value::Null).await;
        assert_eq!(answer.status, 422, "{wrong}: {answer:?}");
        assert!(text(&answer.json["error"]).to_lowercase().contains("week"), "{answer:?}");
    }
    for wrong in ["oak", "1", "-5"] {
        let path = format!("{REPORT}?organisation_id={wrong}");
        assert_eq!(ground.mo.send(Method::GET, &path, &Value::Null).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn the_page_shows_it_to_moderators_without_script() {
    let ground = ground().await;
    let week = ground.decide().await;
    let path = format!("/moderation/report?week={week}");
    let mut browser = ground.browser("mo@example.org").await;
    let page = ground.open(&mut browser, &path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for wanted in [
        "<caption id=\"posts\">Posts held before they were published</caption>",
        "<th scope=\"col\">Number</th>",
        "<th scope=\"row\">Held by a rule</th><td>6</td>",
        "<th scope=\"row\">Turned down</th><td>fewer than 5</td>",
        "<th scope=\"row\">pupil-number</th><td>6</td>",
        "Oak",
        "name=\"week\"",
    ] {
        assert!(page.body.contains(wanted), "{wanted}: {}", page.body);
    }
    assert!(!page.body.contains("<script") && !page.body.contains("amy") && !page.body.contains("H8012"));
    let file = ground.open(&mut browser, &format!("/moderation/report.csv?week={week}")).await;
    assert!(page.body.contains(&format!("/moderation/report.csv?week={week}")));
    assert!(file.header("content-type").starts_with("text/csv") && file.body.contains("Held by a rule,Number,6"));
    assert_eq!(ground.open(&mut browser, "/moderation/report?week=soon").await.status, 422);

    let mut all = ground.browser("zoe@example.org").await;
    let page = ground.open(&mut all, &format!("{path}&organisation_id={}", ground.elm)).await;
    assert!(page.body.contains("selected>Elm</option>") && page.body.contains("Held by a rule</th><td>0</td>"));

    let elsewhere = format!("{path}&organisation_id={}", ground.oak);
    let mut other = ground.browser("eve@example.org").await;
    assert_eq!(ground.open(&mut other, &elsewhere).await.status, 404);
    let mut member = ground.browser("amy@example.org").await;
    for path in [path.as_str(), "/moderation/report.csv"] {
        assert_eq!(ground.open(&mut member, path).await.status, 403, "{path}");
        let page = ground.open(&mut Browser::default(), path).await;
        assert_eq!(page.url.path(), "/auth/sign_in", "a guest at {path}");
    }
}

//! The same for those who moderate: whoever administers another school of the instance reaches nothing of this one, by
//! whatever operation, and changes nothing.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{PASSWORD, ServerProcess};
use staffroom_tests::wait::eventually;

use super::super::described::Ids;
use super::school::{RULES, SECRET, School, id_of, rule, text};
use super::{NOT_ALLOWED, Operation, is_refused, operations, tells};

const MODERATION: &str = "/api/staffroom/v1/moderation";
const SCOPES: &str = "read write follow push admin:read admin:write";

/// Two schools of one instance: that of amy and ben, which mo administers, and that of lu.
struct Schools {
    school: School,
    oak: String,
    elm: String,
    mo: Api,
    lu: Api,
}

/// The admin of a school.
fn head(server: &ServerProcess, slug: &str, name: &str) -> Api {
    let email = format!("{name}@example.org");
    let create = ["account", "create", "--handle", name, "--email", &email, "--organisation", slug, "--password-stdin"];
    server.admin(&create, PASSWORD);
    server.admin(&["organisation", "member", "set", slug, name, "admin"], "");
    let printed = server.admin(&["token", "create", "--account", name, "--scopes", SCOPES], "");
    server.api(printed.lines().last().map(str::to_owned))
}

impl Schools {
    async fn open() -> Self {
        let school = School::open().await;
        let listed = school.server.admin(&["organisation", "list"], "");
        let slug = listed.lines().last().and_then(|line| line.split_whitespace().next()).unwrap().to_owned();
        school.server.admin(&["organisation", "create", "Elm School", "--slug", "elm"], "");
        let (mo, lu) = (head(&school.server, &slug, "mo"), head(&school.server, "elm", "lu"));
        let all = school.zoe.get("/api/v1/staffroom/organisations").await;
        let id = |slug: &str| {
            let found = all.as_array().unwrap().iter().find(|one| one["slug"] == slug);
            text(&found.unwrap()["id"])
        };
        let (oak, elm) = (id(&slug), id("elm"));
        Self { school, oak, elm, mo, lu }
    }

    /// Something of amy's school of each of `kinds`, or of the instance where schools have no such thing.
    async fn make(&self, kinds: &[&str]) -> Option<Ids> {
        let id = async |path: &str, body: Value| text(&self.mo.post(&format!("{MODERATION}{path}"), &body).await["id"]);
        let made = match kinds {
            ["organisation"] => vec![self.oak.clone()],
            ["organisation", "account"] => {
                vec![self.oak.clone(), id_of(&self.school.server.member(&self.name())).await]
            }
            ["case"] => {
                let complaint = json!({ "name": SECRET, "email": "somebody@example.org", "text": SECRET });
                let case = json!({ "kind": "data_complaint", "organisation_id": self.oak, "complaint": complaint });
                vec![id("/cases", case).await]
            }
            ["turn"] => vec![id("/rota", self.turn(&self.oak, &self.mo).await).await],
            ["dry_run"] => vec![self.dry_run(&self.rule("hold").await).await],
            ["approval"] => vec![self.approval().await],
            ["staff_appeal"] => vec![self.appeal().await],
            ["report" | "hold" | "rule" | "rule_pack" | "panic" | "account"] => {
                return self.school.make(&self.mo, kinds).await;
            }
            _ => return self.school.make(&self.school.zoe, kinds).await,
        };
        Some(kinds.iter().map(|kind| (*kind).to_owned()).zip(made).collect())
    }

    fn name(&self) -> String {
        format!("somebody{}", self.school.next())
    }

    async fn turn(&self, organisation: &str, whose: &Api) -> Value {
        json!({
            "organisation_id": organisation, "account_id": id_of(whose).await, "kind": "duty",
            "from": "2098-06-01T00:00:00Z", "until": "2099-01-01T00:00:00Z",
        })
    }

    /// A rule of amy's school that asks for `action`.
    async fn rule(&self, action: &str) -> String {
        let mut definition: Value = serde_json::from_str(&rule(self.school.next())).unwrap();
        definition["action"] = json!(action);
        text(&self.mo.post(RULES, &json!({ "definition": definition.to_string() })).await["id"])
    }

    /// A dry run that has ended.
    async fn dry_run(&self, rule: &str) -> String {
        let runs = format!("{MODERATION}/dry_runs");
        let id = text(&self.mo.post(&runs, &json!({ "rule_id": rule })).await["id"]);
        eventually("the dry run ends", || async {
            let run = self.mo.get(&format!("{runs}/{id}")).await;
            if run["state"] == "done" { Ok(()) } else { Err(run) }
        })
        .await;
        id
    }

    /// A request that somebody else of the school has to answer.
    async fn approval(&self) -> String {
        let rule = self.rule("reject").await;
        self.mo.post(&format!("{RULES}/{rule}/shadow"), &json!({})).await;
        self.dry_run(&rule).await;
        text(&self.mo.post(&format!("{RULES}/{rule}/enforce"), &json!({})).await["approval"]["id"])
    }

    /// An appeal of ben against what mo decided about him.
    async fn appeal(&self) -> String {
        let action = json!({ "type": "none", "text": SECRET });
        self.mo.post(&format!("/api/v1/admin/accounts/{}/action", self.school.ben_id), &action).await;
        let decision = self.school.ben.get("/api/staffroom/v1/decisions").await[0]["id"].clone();
        let appeal = json!({ "decision_id": decision, "text": SECRET });
        text(&self.school.ben.post("/api/staffroom/v1/appeals", &appeal).await["id"])
    }

    /// What was done here, by the number of entries in the log, and how a thing stands.
    async fn state(&self, operation: &Operation, ids: &Ids) -> (i64, Value) {
        let done = self.school.server.database().count("moderation_log").await;
        if !operation.path.starts_with(MODERATION) {
            return (done, Value::Null);
        }
        let end = operation.path.find('}').map_or(operation.path.len(), |end| end + 1);
        let mut path = operation.path[..end].to_owned();
        for (name, kind) in &operation.names {
            path = path.replace(&format!("{{{name}}}"), &ids[kind]);
        }
        (done, self.school.zoe.send(Method::GET, &path, &Value::Null).await.json)
    }
}

#[tokio::test]
async fn sec_69_who_administers_another_school_reaches_nothing_of_this_one() {
    let schools = Schools::open().await;
    let mut problems = Vec::new();
    let all = operations(&schools.school.document);
    for operation in all.iter().filter(|operation| operation.of_staff && !operation.names.is_empty()) {
        let name = &operation.name;
        let Some(ids) = schools.make(&operation.kinds()).await else {
            problems.push(format!("{name}: the sweep does not know what {:?} are", operation.kinds()));
            continue;
        };
        if ids.values().any(String::is_empty) {
            problems.push(format!("{name}: nothing was made: {ids:?}"));
            continue;
        }
        let request = operation.request(&schools.school.samples, &ids, &[]);
        let before = schools.state(operation, &ids).await;
        let answer = operation.call(&schools.lu, &request).await;
        if !is_refused(&answer) || tells(&answer) {
            problems.push(format!("{name} by lu: {answer:?}"));
        }
        let after = schools.state(operation, &ids).await;
        if after != before {
            problems.push(format!("{name} by lu changed {before:?} to {after:?}"));
        }
        // what comes in from elsewhere is the instance's
        let is_instances = operation.path.starts_with(&format!("{MODERATION}/quarantine"));
        if is_instances || !operation.path.starts_with(MODERATION) {
            continue;
        }
        // that others have to agree is no matter of whose it is
        let answer = operation.call(&schools.mo, &request).await;
        let is_state = answer.status == 403 && answer.json["error"] != NOT_ALLOWED;
        if is_refused(&answer) && !is_state {
            problems.push(format!("{name} by mo: {answer:?} to {request:?}"));
        }
    }
    // lists are of one's own school
    schools.make(&["panic"]).await;
    let mut told = Vec::new();
    for operation in all.iter().filter(|operation| operation.of_staff && operation.names.is_empty()) {
        if operation.method != Method::GET {
            continue;
        }
        let request = operation.request(&schools.school.samples, &Ids::new(), &[]);
        let answer = operation.call(&schools.lu, &request).await;
        if tells(&answer) {
            problems.push(format!("{} by lu: {answer:?}", operation.name));
        }
        if tells(&operation.call(&schools.mo, &request).await) {
            told.push(operation.path.clone());
        }
    }
    for list in ["holds", "rules", "packs", "panic", "appeals"] {
        let list = format!("{MODERATION}/{list}");
        if !told.contains(&list) {
            problems.push(format!("{list} tells mo nothing: {told:?}"));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[tokio::test]
async fn sec_69_another_school_cannot_be_named_in_parameters_either() {
    let schools = Schools::open().await;
    let (oak, elm) = (&schools.oak, &schools.elm);
    let zoe = &schools.school.zoe;
    let (rule_id, report) = (schools.rule("hold").await, schools.make(&["report"]).await.unwrap()["report"].clone());
    let shipped = zoe.get(&format!("{RULES}?of_instance=true&limit=1")).await[0]["id"].clone();
    let private = json!({ "status": SECRET, "visibility": "private" });
    let private = text(&schools.school.amy.post("/api/v1/statuses", &private).await["id"]);
    let breach = |at: &str, name: &str, value: Value| {
        let mut case = json!({ "kind": "data_breach", "organisation_id": at });
        case[name] = value;
        (Method::POST, format!("{MODERATION}/cases"), case)
    };
    let post = |path: &str, body: Value| (Method::POST, format!("{MODERATION}{path}"), body);
    let pack = json!({ "pack": { "id": "flags", "version": 1, "title": "Flags" } }).to_string();
    let (lu_id, amy_id) = (id_of(&schools.lu).await, id_of(&schools.school.amy).await);
    let own = schools.turn(oak, &schools.lu).await;
    let calls = vec![
        post("/rules", json!({ "definition": rule(schools.school.next()), "organisation_id": oak })),
        post("/packs", json!({ "document": pack, "organisation_id": oak })),
        post("/packs/preview", json!({ "document": pack, "organisation_id": oak })),
        post("/dry_runs", json!({ "rule_id": rule_id })),
        post("/dry_runs", json!({ "rule_id": shipped, "organisation_id": oak })),
        post("/panic", json!({ "hours": 1, "reason": "wait", "organisation_id": oak })),
        post("/rota", own),
        breach(oak, "note", json!("mine")),
        breach(elm, "account_ids", json!([amy_id])),
        breach(elm, "status_ids", json!([private])),
        breach(elm, "status_ids", json!([schools.school.open])),
        breach(elm, "report_id", json!(report)),
        (Method::GET, format!("{MODERATION}/rota?organisation_id={oak}"), Value::Null),
        (
            Method::POST,
            format!("/api/v1/admin/accounts/{lu_id}/action"),
            json!({ "type": "none", "report_id": report }),
        ),
    ];
    let before = zoe.get(&format!("{MODERATION}/log?limit=1")).await;
    for (method, path, body) in &calls {
        let answer = schools.lu.send(method.clone(), path, body).await;
        assert!([403, 404].contains(&answer.status) && !tells(&answer), "{method} {path} {body}: {answer:?}");
    }
    assert_eq!(zoe.get(&format!("{MODERATION}/log?limit=1")).await, before, "nothing was done");
    assert_eq!(schools.lu.get(&format!("{RULES}?organisation_id={oak}")).await, json!([]));
    // what is one's own can be named
    let done =
        schools.lu.send(Method::POST, &format!("{MODERATION}/rota"), &schools.turn(elm, &schools.lu).await).await;
    assert_eq!(done.status, 200, "{done:?}");
    let (method, path, body) = breach(elm, "account_ids", json!([]));
    assert_eq!(schools.lu.send(method, &path, &body).await.status, 200);
    assert_ne!(zoe.get(&format!("{MODERATION}/log?limit=1")).await, before);
}

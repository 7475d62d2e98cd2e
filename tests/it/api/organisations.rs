//! Schools on one instance: what a role in one of them opens, and that it opens nothing in another.

mod measures;

use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::api::{Auth, ROUTES};
use staffroom_tests::api::Api;

use super::{server, somebody};

const SCOPES: &str = "read write follow push admin:read admin:write";
const ORGANISATIONS: &str = "/api/v1/staffroom/organisations";

/// A school nobody else uses.
pub(super) struct School {
    pub(super) id: String,
    pub(super) slug: String,
}

impl School {
    fn path(&self) -> String {
        format!("{ORGANISATIONS}/{}", self.id)
    }

    fn member(&self, person: &Person) -> String {
        format!("{}/members/{}", self.path(), person.id)
    }

    /// Somebody whose account belongs here, with this role.
    pub(super) async fn person(&self, role: &str) -> Person {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let handle = format!("school{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let (server, email) = (server().await, format!("{handle}@example.org"));
        let create = [
            "account",
            "create",
            "--handle",
            &handle,
            "--email",
            &email,
            "--organisation",
            &self.slug,
            "--password-stdin",
        ];
        server.admin(&create, "correct horse battery");
        server.admin(&["organisation", "member", "set", &self.slug, &handle, role], "");
        Person::with_token(handle).await
    }
}

/// Somebody with a token for everything.
pub(super) struct Person {
    pub(super) api: Api,
    pub(super) id: String,
    pub(super) handle: String,
    pub(super) token: String,
}

impl Person {
    async fn with_token(handle: String) -> Self {
        let server = server().await;
        let printed = server.admin(&["token", "create", "--account", &handle, "--scopes", SCOPES], "");
        let token = printed.lines().last().unwrap().to_owned();
        let api = server.api(Some(token.clone()));
        let id = text(&api.get("/api/v1/accounts/verify_credentials").await["id"]);
        Self { api, id, handle, token }
    }

    /// The status code of a call.
    pub(super) async fn asks(&self, method: Method, path: &str, body: Value) -> u16 {
        self.api.send(method, path, &body).await.status
    }

    /// The path of an account as moderators see it.
    fn account(&self, rest: &str) -> String {
        format!("/api/v1/admin/accounts/{}{rest}", self.id)
    }

    /// Reports somebody; the path of the report as moderators see it.
    async fn reports(&self, target: &Self) -> String {
        let filed = json!({ "account_id": target.id, "comment": "rude" });
        format!("/api/v1/admin/reports/{}", text(&self.api.post("/api/v1/reports", &filed).await["id"]))
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn ids(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| text(&one["id"])).collect()
}

/// Somebody with rights on the whole instance.
pub(super) async fn of_instance(role: &str) -> Person {
    let (_, handle) = somebody().await;
    server().await.admin(&["account", "set-role", &handle, role], "");
    Person::with_token(handle).await
}

pub(super) async fn school(admin: &Person) -> School {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("School of Tests {}", COUNT.fetch_add(1, Ordering::Relaxed));
    let made = admin.api.post(ORGANISATIONS, &json!({ "name": name })).await;
    School { id: text(&made["id"]), slug: text(&made["slug"]) }
}

/// What moderators do to an account and to a report about it; each can be done again.
fn moderation(target: &Person, report: &str) -> Vec<(Method, String, Value)> {
    let post = |path: String| (Method::POST, path, json!({}));
    let mut calls = vec![
        (Method::GET, target.account(""), Value::Null),
        (Method::POST, target.account("/action"), json!({ "type": "silence", "text": "stop" })),
        (Method::POST, target.account("/action"), json!({ "type": "none", "text": "mind" })),
        (Method::GET, report.to_owned(), Value::Null),
        (Method::PUT, report.to_owned(), json!({ "category": "spam" })),
    ];
    calls.extend(
        ["enable", "unsensitive", "unsilence", "unsuspend"].map(|verb| post(target.account(&format!("/{verb}")))),
    );
    calls.extend(["assign_to_self", "unassign", "resolve", "reopen"].map(|verb| post(format!("{report}/{verb}"))));
    calls
}

#[tokio::test]
async fn sec_69_a_moderator_reaches_the_accounts_and_reports_of_their_own_school_alone() {
    let admin = of_instance("admin").await;
    let (oak, elm) = (school(&admin).await, school(&admin).await);
    let (pat, quin) = (oak.person("contributor").await, elm.person("contributor").await);
    let (about_pat, about_quin) = (quin.reports(&pat).await, pat.reports(&quin).await);
    let reader = oak.person("member").await;
    let nobody = server().await.api(None);
    for role in ["moderator", "admin"] {
        let staff = oak.person(role).await;
        for (method, path, body) in moderation(&quin, &about_quin) {
            assert_eq!(staff.asks(method.clone(), &path, body.clone()).await, 404, "{role}: {method} {path}");
        }
        for (method, path, body) in moderation(&pat, &about_pat) {
            let case = format!("{role}: {method} {path}");
            assert_eq!(staff.asks(method.clone(), &path, body.clone()).await, 200, "{case}");
            for refused in [&reader, &pat, &quin] {
                assert_eq!(refused.asks(method.clone(), &path, body.clone()).await, 403, "{case}");
            }
            assert_eq!(nobody.send(method, &path, &body).await.status, 401, "{case}");
        }
        for verb in ["approve", "reject"] {
            assert_eq!(staff.asks(Method::POST, &quin.account(&format!("/{verb}")), json!({})).await, 404);
        }
        // lists hold what is theirs, whatever is asked for
        for list in ["/api/v1/admin/accounts?limit=200", "/api/v2/admin/accounts?origin=local&limit=200"] {
            let seen = ids(&staff.api.get(list).await);
            assert!(
                seen.contains(&pat.id) && !seen.contains(&quin.id) && !seen.contains(&admin.id),
                "{list}: {seen:?}"
            );
            let asked = format!("{list}&username={}", quin.handle);
            assert_eq!(staff.api.get(&asked).await, json!([]), "{asked}");
        }
        assert_eq!(staff.api.get("/api/v1/admin/accounts?remote=true").await, json!([]));
        let found = staff.api.get("/api/v1/admin/reports").await;
        assert_eq!(ids(&found).len(), 1, "{found}");
        assert_eq!(found[0]["target_account"]["email"], format!("{}@example.org", pat.handle));
        assert_eq!(found[0]["account"]["email"], "", "who reported belongs to another school");
        let asked = format!("/api/v1/admin/reports?target_account_id={}", quin.id);
        assert_eq!(staff.api.get(&asked).await, json!([]));
    }
    let (account, report) = (admin.api.get(&quin.account("")).await, admin.api.get(&about_quin).await);
    assert_eq!((&account["silenced"], &report["action_taken"]), (&json!(false), &json!(false)), "nothing was done");
    assert_eq!((&report["category"], &report["assigned_account"]), (&json!("other"), &Value::Null));
    assert_eq!(report["account"]["email"], format!("{}@example.org", pat.handle), "the instance's staff see everybody");
}

#[tokio::test]
async fn sec_69_what_is_the_instances_is_closed_to_a_schools_staff() {
    let admin = of_instance("admin").await;
    let staff = school(&admin).await.person("admin").await;
    let mut closed = 0;
    for route in ROUTES.iter().filter(|route| matches!(route.auth, Auth::Admin | Auth::Moderator)) {
        let part = |part: &'static str| if part.starts_with('{') { "999999999999999999" } else { part };
        let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
        let method: Method = route.method.parse().unwrap();
        assert_eq!(staff.asks(method, &path, json!({})).await, 403, "{} {path}", route.method);
        closed += 1;
    }
    assert!(closed > 30, "only {closed} endpoints");
}

#[tokio::test]
async fn sec_69_roles_are_given_by_the_admins_of_a_school_and_there_alone() {
    let admin = of_instance("admin").await;
    let (oak, elm) = (school(&admin).await, school(&admin).await);
    let (head, moderator) = (oak.person("admin").await, oak.person("moderator").await);
    let (pat, other_head) = (oak.person("contributor").await, elm.person("admin").await);
    let set = async |by: &Person, at: &School, whom: &Person, role: &str| {
        by.asks(Method::PUT, &at.member(whom), json!({ "role": role })).await
    };
    assert_eq!(set(&head, &oak, &pat, "moderator").await, 200);
    assert_eq!(set(&head, &oak, &pat, "contributor").await, 200);
    for (by, at, wanted) in [(&moderator, &oak, 403), (&pat, &oak, 403), (&other_head, &oak, 404), (&head, &elm, 404)] {
        assert_eq!(set(by, at, &pat, "admin").await, wanted, "{} at {}", by.handle, at.slug);
        assert_eq!(by.asks(Method::DELETE, &at.member(&pat), Value::Null).await, wanted);
        assert_eq!(by.asks(Method::PUT, &at.path(), json!({ "name": "Ours" })).await, wanted);
        let taken = by.asks(Method::POST, &format!("{}/move", at.member(&pat)), json!({})).await;
        assert_eq!(taken, 403, "only the instance moves accounts");
        assert_eq!(by.asks(Method::POST, ORGANISATIONS, json!({ "name": "Ours" })).await, 403);
    }
    for wrong in [json!({}), json!({ "role": "owner" })] {
        assert_eq!(head.asks(Method::PUT, &oak.member(&pat), wrong).await, 422);
    }
    // an organisation keeps its last admin
    assert_eq!(set(&head, &oak, &head, "member").await, 403);
    assert_eq!(set(&admin, &oak, &head, "moderator").await, 403);
    assert_eq!(head.asks(Method::DELETE, &oak.member(&head), Value::Null).await, 403);
    assert_eq!(set(&head, &oak, &moderator, "admin").await, 200);
    assert_eq!(set(&head, &oak, &head, "member").await, 200);
    assert_eq!(set(&head, &oak, &head, "admin").await, 403, "no admin any more");

    let members = pat.api.get(&format!("{}/members", oak.path())).await;
    let found: Vec<(String, String)> =
        members.as_array().unwrap().iter().map(|one| (text(&one["account"]["username"]), text(&one["role"]))).collect();
    let wanted = [(&pat, "contributor"), (&moderator, "admin"), (&head, "member")];
    assert_eq!(found, wanted.map(|(person, role)| (person.handle.clone(), role.to_owned())));
    for path in [oak.path(), format!("{}/members", oak.path())] {
        assert_eq!(other_head.asks(Method::GET, &path, Value::Null).await, 404);
        assert_eq!(server().await.api(None).send(Method::GET, &path, &Value::Null).await.status, 401);
        assert_eq!(admin.asks(Method::GET, &path, Value::Null).await, 200);
    }
    let page = pat.api.request(Method::GET, &format!("{}/members?limit=2", oak.path())).send().await.unwrap();
    let link = page.headers()["link"].to_str().unwrap().to_owned();
    assert!(link.contains(&format!("max_id={}>; rel=\"next\"", moderator.id)), "{link}");
}

#[tokio::test]
async fn who_has_no_role_that_lets_them_write_publishes_and_boosts_nothing() {
    let admin = of_instance("admin").await;
    let oak = school(&admin).await;
    let (pat, writer) = (oak.person("contributor").await, oak.person("contributor").await);
    let written = writer.api.post("/api/v1/statuses", &json!({ "status": "the minutes" })).await;
    let own = pat.api.post("/api/v1/statuses", &json!({ "status": "my minutes" })).await;
    let (boost, own) =
        (format!("/api/v1/statuses/{}/reblog", text(&written["id"])), format!("/api/v1/statuses/{}", text(&own["id"])));
    let tries = async || {
        let status = json!({ "status": "news" });
        [
            pat.asks(Method::POST, "/api/v1/statuses", status.clone()).await,
            pat.asks(Method::PUT, &own, status).await,
            pat.asks(Method::POST, &boost, json!({})).await,
        ]
    };
    for (change, wanted) in [
        (json!({ "role": "member" }), 403),
        (json!({ "role": "contributor" }), 200),
        (Value::Null, 403),
        (json!({ "role": "moderator" }), 200),
    ] {
        let method = if change.is_null() { Method::DELETE } else { Method::PUT };
        assert_eq!(admin.asks(method, &oak.member(&pat), change.clone()).await, 200);
        assert_eq!(tries().await, [wanted; 3], "{change}");
        assert_eq!(pat.asks(Method::GET, "/api/v1/timelines/home", Value::Null).await, 200, "reading stays");
    }
    assert_eq!(admin.asks(Method::DELETE, &oak.member(&admin), Value::Null).await, 404, "no member");
}

#[tokio::test]
async fn nobody_acts_on_those_who_stand_as_high_in_the_school_of_the_account() {
    let admin = of_instance("admin").await;
    let (oak, elm) = (school(&admin).await, school(&admin).await);
    let (head, moderator) = (oak.person("admin").await, oak.person("moderator").await);
    let (colleague, pat) = (oak.person("moderator").await, oak.person("contributor").await);
    let warden = of_instance("moderator").await;
    admin.api.post(&format!("{}/move", oak.member(&warden)), &json!({})).await;
    // a role elsewhere shields nobody from their own school
    admin.api.send(Method::PUT, &elm.member(&pat), &json!({ "role": "admin" })).await.ok();
    for (by, against, wanted) in [
        (&moderator, &head, 403),
        (&moderator, &colleague, 403),
        (&moderator, &moderator, 403),
        (&head, &head, 403),
        (&head, &warden, 403),
        (&moderator, &pat, 200),
        (&head, &moderator, 200),
        (&warden, &head, 200),
    ] {
        let act = json!({ "type": "sensitive" });
        let found = by.asks(Method::POST, &against.account("/action"), act).await;
        assert_eq!(found, wanted, "{} against {}", by.handle, against.handle);
    }
}

#[tokio::test]
async fn what_was_decided_above_a_school_is_not_undone_in_it() {
    let admin = of_instance("admin").await;
    let oak = school(&admin).await;
    let (pat, moderator) = (oak.person("contributor").await, oak.person("moderator").await);
    let act = async |by: &Person, measure: &str| {
        by.asks(Method::POST, &pat.account("/action"), json!({ "type": measure })).await
    };
    let lift =
        async |by: &Person, verb: &str| by.asks(Method::POST, &pat.account(&format!("/{verb}")), json!({})).await;
    for (measure, verb) in
        [("silence", "unsilence"), ("sensitive", "unsensitive"), ("disable", "enable"), ("suspend", "unsuspend")]
    {
        assert_eq!((act(&moderator, measure).await, lift(&moderator, verb).await), (200, 200), "{measure}");
        assert_eq!((act(&admin, measure).await, lift(&moderator, verb).await), (200, 403), "{measure}");
        // taking it again makes it nobody's own
        assert_eq!((act(&moderator, measure).await, lift(&moderator, verb).await), (200, 403), "{measure}");
        assert_eq!(lift(&admin, verb).await, 200);
        // nor when the instance joins in later
        assert_eq!((act(&moderator, measure).await, act(&admin, measure).await), (200, 200));
        assert_eq!((lift(&moderator, verb).await, lift(&admin, verb).await), (403, 200), "{measure}");
    }
    server().await.admin(&["account", "suspend", &pat.handle], "");
    assert_eq!((lift(&moderator, "unsuspend").await, lift(&admin, "unsuspend").await), (403, 200));
}

#[tokio::test]
async fn an_account_that_is_moved_is_the_new_schools_affair() {
    let admin = of_instance("admin").await;
    let (oak, elm) = (school(&admin).await, school(&admin).await);
    let (there, here) = (oak.person("moderator").await, elm.person("moderator").await);
    let pat = oak.person("admin").await;
    let move_to = |to: &School| (format!("{}/move", to.member(&pat)), json!({}));
    let (path, body) = move_to(&elm);
    assert_eq!(admin.asks(Method::POST, &path, body.clone()).await, 403, "the last admin of a school");
    oak.person("admin").await;
    assert_eq!(admin.api.post(&path, &body).await["role"], "contributor");
    assert_eq!(admin.api.post(&path, &body).await["role"], "contributor", "again");
    let seen = async |by: &Person| by.asks(Method::GET, &pat.account(""), Value::Null).await;
    assert_eq!((seen(&there).await, seen(&here).await), (404, 200));
    assert_eq!(ids(&pat.api.get(ORGANISATIONS).await), std::slice::from_ref(&elm.id));
    assert_eq!(pat.asks(Method::PUT, &oak.path(), json!({ "name": "Mine" })).await, 403, "no admin of anything");
    let nobody = format!("{}/members/999999999999999999/move", oak.path());
    assert_eq!(admin.asks(Method::POST, &nobody, json!({})).await, 404);
}

#[tokio::test]
async fn schools_are_made_named_and_listed() {
    let admin = of_instance("admin").await;
    let oak = school(&admin).await;
    let (head, pat) = (oak.person("admin").await, oak.person("contributor").await);
    let rename = async |by: &Person, body: Value| by.api.send(Method::PUT, &oak.path(), &body).await;
    let renamed = rename(&head, json!({ "name": " Oak\u{202e} Primary " })).await.ok();
    assert_eq!(
        (&renamed["name"], &renamed["slug"], &renamed["role"]),
        (&json!("Oak Primary"), &json!(oak.slug), &json!("admin"))
    );
    for wrong in [json!({ "name": " " }), json!({ "name": "x".repeat(101) }), json!({ "slug": "Oak_1" })] {
        assert_eq!(rename(&head, wrong.clone()).await.status, 422, "{wrong}");
        let mut made = json!({ "name": "A school" });
        made.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert_eq!(admin.asks(Method::POST, ORGANISATIONS, made).await, 422, "{wrong}");
    }
    let taken = json!({ "name": "Another", "slug": oak.slug });
    assert_eq!(admin.asks(Method::POST, ORGANISATIONS, taken).await, 422);
    let elm = school(&admin).await;
    assert_eq!(rename(&head, json!({ "slug": elm.slug })).await.status, 422);
    assert_eq!(ids(&pat.api.get(ORGANISATIONS).await), std::slice::from_ref(&oak.id));
    let all = ids(&admin.api.get(&format!("{ORGANISATIONS}?limit=200")).await);
    assert!(all.contains(&oak.id) && all.contains(&elm.id));
    assert_eq!(pat.api.get(&oak.path()).await["role"], "contributor");
    assert_eq!(pat.asks(Method::GET, &elm.path(), Value::Null).await, 404);
}

#[tokio::test]
async fn apps_are_told_who_may_moderate() {
    let oak = school(&of_instance("admin").await).await;
    let own = "/api/v1/accounts/verify_credentials";
    for (role, wanted) in [("member", "0"), ("contributor", "0"), ("moderator", "1040"), ("admin", "1040")] {
        let person = oak.person(role).await;
        assert_eq!(person.api.get(own).await["role"]["permissions"], wanted, "{role}");
    }
    assert_eq!(of_instance("moderator").await.api.get(own).await["role"]["name"], "Moderator");
}

#[tokio::test]
async fn operators_make_schools_and_give_roles_by_the_command_line() {
    let server = server().await;
    let slug = server.admin(&["organisation", "create", "Elm High"], "");
    assert_eq!(slug, "elm-high\n");
    for (args, why) in [
        (&["organisation", "create", "Elm High"][..], "taken"),
        (&["organisation", "create", "学校"], "slug"),
        (&["organisation", "rename", "no-such", "X"], "not found"),
        (&["organisation", "member", "list", "no-such"], "not found"),
        (&["organisation", "member", "set", "elm-high", "no-such", "admin"], "no local account"),
    ] {
        let said = server.admin_refuses(args);
        assert!(said.contains(why), "{args:?}: {said}");
    }
    let (_, handle) = somebody().await;
    let list = || server.admin(&["organisation", "member", "list", "elm-high"], "");
    assert_eq!(list(), "");
    server.admin(&["organisation", "member", "set", "elm-high", &handle, "admin"], "");
    assert_eq!(list(), format!("{handle}\tadmin\tguest\n"));
    server.admin(&["organisation", "member", "move", "elm-high", &handle], "");
    assert_eq!(list(), format!("{handle}\tadmin\tbelongs there\n"));
    for args in [
        &["organisation", "member", "remove", "elm-high", &handle][..],
        &["organisation", "member", "set", "elm-high", &handle, "member"],
    ] {
        assert!(server.admin_refuses(args).contains("last admin"), "{args:?}");
    }
    let (_, second) = somebody().await;
    server.admin(&["organisation", "member", "set", "elm-high", &second, "admin"], "");
    server.admin(&["organisation", "member", "remove", "elm-high", &handle], "");
    assert!(!list().contains(&handle));
    assert!(server.admin_refuses(&["organisation", "member", "remove", "elm-high", &handle]).contains("not found"));
    server.admin(&["organisation", "rename", "elm-high", "Elm College", "--to-slug", "elm-college"], "");
    assert!(server.admin(&["organisation", "list"], "").lines().any(|line| line == "elm-college\tElm College"));
}

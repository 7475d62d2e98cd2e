//! Every endpoint by which staff change something is called once, and leaves an entry of its sort.

mod moderation;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_server::api::{Auth, ROUTES};
use staffroom_server::domain::moderation_log::Deed;
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::Puppet;
use staffroom_tests::wait::eventually;

use super::{id_of, of_instance, text};

/// What is asked with a body and changes nothing.
const ASKED_BY_POST: [&str; 6] = [
    "/api/v1/admin/measures",
    "/api/v1/admin/dimensions",
    "/api/v1/admin/retention",
    "/api/v1/admin/canonical_email_blocks/test",
    "/api/staffroom/v1/moderation/packs/preview",
    "/api/staffroom/v1/moderation/domain_blocks/preview",
];

/// What is done on the command line alone.
const ELSEWHERE: [&str; 7] = [
    "feed_item.allow",
    "feed_item.refuse",
    "webhook.add",
    "webhook.enable",
    "webhook.disable",
    "webhook.rotate_secret",
    "webhook.remove",
];

const ACCOUNT: &str = "/api/v1/admin/accounts/{id}";
const REPORT: &str = "/api/v1/admin/reports/{id}";
const ORGANISATION: &str = "/api/v1/staffroom/organisations/{id}";
const MEMBER: &str = "/api/v1/staffroom/organisations/{id}/members/{account_id}";
const HOST: &str = "/api/v1/staffroom/admin/delivery/hosts/{host}";

/// `METHOD /path/{parameter}` of every such endpoint.
fn wanted() -> BTreeSet<String> {
    let of_staff = [Auth::OrganisationModerator, Auth::OrganisationAdmin, Auth::Moderator, Auth::Admin];
    let acts = ROUTES.iter().filter(|route| route.method != "GET" && of_staff.contains(&route.auth));
    acts.filter(|route| !ASKED_BY_POST.contains(&route.path))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect()
}

/// An administrator who keeps count of what was done.
struct Staff {
    server: ServerProcess,
    admin: Api,
    /// Another one, who agrees to what the first asks for.
    other: Api,
    puppet: Puppet,
    done: BTreeSet<String>,
}

impl Staff {
    /// How many entries there are of this `kind`.
    async fn count(&self, kind: &str) -> i64 {
        self.server.database().count(&format!("moderation_log WHERE kind = '{kind}'")).await
    }

    /// Calls an endpoint with `ids` for its parameters; there is one entry more of this `kind`.
    async fn does(&mut self, method: Method, path: &str, ids: &[&str], body: Value, kind: &str) -> Value {
        let admin = self.admin.clone();
        self.done_by(&admin, method, (path, ids), body, kind).await
    }

    /// The other one does so.
    async fn agrees(&mut self, path: &str, id: &str, body: Value, kind: &str) {
        let other = self.other.clone();
        self.done_by(&other, Method::POST, (path, &[id][..]), body, kind).await;
    }

    async fn done_by(
        &mut self,
        who: &Api,
        method: Method,
        (path, ids): (&str, &[&str]),
        body: Value,
        kind: &str,
    ) -> Value {
        let mut ids = ids.iter();
        let part = |part: &str| if part.starts_with('{') { (*ids.next().unwrap()).to_owned() } else { part.to_owned() };
        let called = path.split('/').map(part).collect::<Vec<_>>().join("/");
        let before = self.count(kind).await;
        let answer = who.send(method.clone(), &called, &body).await;
        assert_eq!(answer.status, 200, "{method} {called}: {}", answer.json);
        assert_eq!(self.count(kind).await, before + 1, "{method} {called}: {kind}");
        self.done.insert(format!("{method} {path}"));
        answer.json
    }

    async fn posts(&mut self, path: &str, ids: &[&str], body: Value, kind: &str) -> Value {
        self.does(Method::POST, path, ids, body, kind).await
    }

    async fn deletes(&mut self, path: &str, id: &str, kind: &str) {
        self.does(Method::DELETE, path, &[id], Value::Null, kind).await;
    }
}

/// A server on which everything is there that something can be done about.
async fn furnished() -> Staff {
    let [port, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let mut server = ServerProcess::start(port, &[theirs]).await;
    let (admin, other) = (of_instance(&server, "zoe", "admin"), of_instance(&server, "yan", "admin"));
    let [amy, ben, cat] = ["amy", "ben", "cat"].map(|name| server.member(name));
    let mut written = Vec::new();
    for author in [&amy, &ben] {
        let found = json!({ "discoverable": true });
        author.send(Method::PATCH, "/api/v1/accounts/update_credentials", &found).await.ok();
        written.push(text(&author.post("/api/v1/statuses", &json!({ "status": "a word on #phonics" })).await["id"]));
    }
    for reader in [&ben, &cat] {
        reader.post(&format!("/api/v1/statuses/{}/favourite", written[0]), &json!({})).await;
    }
    server.member("pia");
    server.member("pam");
    server.kill();
    for change in [
        "UPDATE users SET approved_at = NULL WHERE email IN ('pia@example.org', 'pam@example.org')".to_owned(),
        "INSERT INTO preview_cards (id, url, title, description, provider_name, author_name) \
         VALUES (77, 'https://news.example/a', 'A', '', '', '')"
            .to_owned(),
        format!("INSERT INTO status_cards (status_id, card_id) VALUES ({}, 77), ({}, 77)", written[0], written[1]),
        "INSERT INTO fed_hosts (id, host, state, fail_streak, next_attempt_at, lease_until, last_ok_at) \
         VALUES (77, 'fir.example', 'ok', 0, 0, 0, 1)"
            .to_owned(),
        moderation::ENDLESS.to_owned(),
    ] {
        server.database().change(&change).await;
    }
    // what is talked about is looked for at the start
    server.restart().await;
    Staff { server, admin, other, puppet, done: BTreeSet::new() }
}

async fn pending(admin: &Api, name: &str) -> String {
    let found = admin.get(&format!("/api/v1/admin/accounts?pending=true&username={name}")).await;
    text(&found[0]["id"])
}

#[tokio::test]
async fn no_act_of_the_admin_api_goes_without_an_entry() {
    let mut staff = furnished().await;
    about_accounts(&mut staff).await;
    about_reports(&mut staff).await;
    about_rules(&mut staff).await;
    about_trends_and_hosts(&mut staff).await;
    moderation::about_moderation_rules(&mut staff).await;
    moderation::about_domain_lists(&mut staff).await;
    moderation::about_holds(&mut staff).await;
    moderation::about_appeals(&mut staff).await;
    moderation::about_cases(&mut staff).await;
    about_organisations(&mut staff).await;
    about_what_comes_in(&mut staff).await;
    let left: Vec<String> = wanted().difference(&staff.done).cloned().collect();
    assert_eq!(left, Vec::<String>::new(), "nobody tried");
    let mut unused = Vec::new();
    for deed in Deed::ALL.iter().map(|deed| deed.as_str()).filter(|kind| !ELSEWHERE.contains(kind)) {
        if staff.count(deed).await == 0 {
            unused.push(deed);
        }
    }
    assert_eq!(unused, Vec::<&str>::new(), "nothing leaves such an entry");
    let output = staff.server.run(&["moderation", "log", "verify"], &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

async fn about_accounts(staff: &mut Staff) {
    let amy = id_of(&staff.server.member("amelia")).await;
    let act = format!("{ACCOUNT}/action");
    for (measure, taken, ending) in [
        ("none", "account.warn", None),
        ("disable", "account.disable", Some(("enable", "account.enable"))),
        ("sensitive", "account.sensitive", Some(("unsensitive", "account.unsensitive"))),
        ("silence", "account.silence", Some(("unsilence", "account.unsilence"))),
        ("suspend", "account.suspend", Some(("unsuspend", "account.unsuspend"))),
    ] {
        staff.posts(&act, &[&amy], json!({ "type": measure, "text": "a word" }), taken).await;
        if let Some((verb, ended)) = ending {
            staff.posts(&format!("{ACCOUNT}/{verb}"), &[&amy], json!({}), ended).await;
        }
    }
    staff.posts(&act, &[&amy], json!({ "type": "suspend" }), "account.suspend").await;
    staff.deletes(ACCOUNT, &amy, "account.delete").await;
    for (name, verb) in [("pia", "approve"), ("pam", "reject")] {
        let id = pending(&staff.admin, name).await;
        staff.posts(&format!("{ACCOUNT}/{verb}"), &[&id], json!({}), &format!("account.{verb}")).await;
    }
}

async fn about_reports(staff: &mut Staff) {
    let (rude, teller) = (staff.server.member("rude"), staff.server.member("teller"));
    let filed = json!({ "account_id": id_of(&rude).await, "comment": "rude" });
    let report = text(&teller.post("/api/v1/reports", &filed).await["id"]);
    staff.does(Method::PUT, REPORT, &[&report], json!({ "category": "spam" }), "report.categorise").await;
    for (verb, kind) in [
        ("assign_to_self", "report.assign"),
        ("unassign", "report.unassign"),
        ("resolve", "report.resolve"),
        ("reopen", "report.reopen"),
    ] {
        staff.posts(&format!("{REPORT}/{verb}"), &[&report], json!({}), kind).await;
    }
}

async fn about_rules(staff: &mut Staff) {
    for (rules, body, made, ended) in [
        ("domain_blocks", json!({ "domain": "elm.example" }), "domain.block", "domain.unblock"),
        ("domain_allows", json!({ "domain": "elm.example" }), "domain.allow", "domain.disallow"),
        ("email_domain_blocks", json!({ "domain": "mail.example" }), "email_domain.block", "email_domain.unblock"),
        ("ip_blocks", json!({ "ip": "192.0.2.7", "severity": "sign_up_block" }), "ip.block", "ip.unblock"),
        ("canonical_email_blocks", json!({ "email": "x@mail.example" }), "email.block", "email.unblock"),
    ] {
        let (list, one) = (format!("/api/v1/admin/{rules}"), format!("/api/v1/admin/{rules}/{{id}}"));
        let id = text(&staff.posts(&list, &[], body, made).await["id"]);
        let change = match rules {
            "domain_blocks" => Some((json!({ "severity": "noop" }), "domain.block")),
            "ip_blocks" => Some((json!({ "severity": "sign_up_requires_approval" }), "ip.change")),
            _ => None,
        };
        if let Some((body, kind)) = change {
            staff.does(Method::PUT, &one, &[&id], body, kind).await;
        }
        staff.deletes(&one, &id, ended).await;
    }
}

async fn about_trends_and_hosts(staff: &mut Staff) {
    for kind in ["tags", "statuses", "links"] {
        let list = format!("/api/v1/admin/trends/{kind}");
        let id = eventually("something is talked about", || async {
            let found = staff.admin.get(&list).await;
            found[0]["id"].as_str().map(str::to_owned).ok_or(found)
        })
        .await;
        for (verb, logged) in [("reject", "trend.reject"), ("approve", "trend.approve")] {
            staff.posts(&format!("{list}/{{id}}/{verb}"), &[&id], json!({}), logged).await;
        }
    }
    for verb in ["pause", "resume", "reset"] {
        staff.posts(&format!("{HOST}/{verb}"), &["fir.example"], json!({}), &format!("host.{verb}")).await;
    }
}

async fn about_what_comes_in(staff: &mut Staff) {
    let me = text(&staff.admin.get("/api/v1/accounts/verify_credentials").await["uri"]);
    let (eve, inbox) = (staff.puppet.actor("eve"), format!("{}/inbox", staff.server.url()));
    for words in ["We write your essay for you", "Buy a cheap dissertation now"] {
        assert_eq!(eve.deliver(&inbox, &eve.activity("Create", &eve.note(words, &[&me]))).await, 202);
    }
    let list = "/api/staffroom/v1/moderation/quarantine";
    let found = eventually("both wait", || async {
        let found = staff.admin.get(list).await;
        if found.as_array().is_some_and(|all| all.len() == 2) { Ok(found) } else { Err(found) }
    })
    .await;
    for (one, verb) in found.as_array().unwrap().iter().zip(["release", "reject"]) {
        let body = json!({ "reason": "advertising" });
        staff.posts(&format!("{list}/{{id}}/{verb}"), &[&text(&one["id"])], body, &format!("quarantine.{verb}")).await;
    }
}

async fn about_organisations(staff: &mut Staff) {
    let list = "/api/v1/staffroom/organisations";
    let school = text(&staff.posts(list, &[], json!({ "name": "Elm" }), "organisation.create").await["id"]);
    staff.does(Method::PUT, ORGANISATION, &[&school], json!({ "name": "Yew" }), "organisation.rename").await;
    let member = id_of(&staff.server.member("newcomer")).await;
    let role = json!({ "role": "moderator" });
    staff.does(Method::PUT, MEMBER, &[&school, &member], role, "organisation.give_role").await;
    staff.does(Method::DELETE, MEMBER, &[&school, &member], Value::Null, "organisation.take_role").await;
    staff.posts(&format!("{MEMBER}/move"), &[&school, &member], json!({}), "account.move").await;
}

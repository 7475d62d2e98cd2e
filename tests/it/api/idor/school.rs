//! A school with something of everything that can belong to somebody, and a second school that knows of it.

use std::sync::atomic::{AtomicU32, Ordering};

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

use super::super::described::{Ids, Samples};
use super::super::media::{picture, upload};

/// Stands in everything of amy's that is not for everybody, and nowhere else.
pub(super) const SECRET: &str = "amysecret";

/// Two servers and those who use them.
pub(super) struct School {
    pub(super) server: ServerProcess,
    pub(super) other: ServerProcess,
    pub(super) document: Value,
    /// Whose things are tried.
    pub(super) amy: Api,
    /// Signed in here, and neither amy's follower nor named by her.
    pub(super) mallory: Api,
    /// Whom amy follows.
    pub(super) ben: Api,
    /// An administrator.
    pub(super) zoe: Api,
    pub(super) guest: Api,
    /// At this server with a token of the other one.
    pub(super) stranger: Api,
    /// The same person at home.
    pub(super) abroad: Api,
    pub(super) samples: Samples,
    pub(super) ben_id: String,
    /// A status of ben's that everybody sees.
    pub(super) open: String,
    count: AtomicU32,
}

pub(super) const RULES: &str = "/api/staffroom/v1/moderation/rules";

/// A rule that looks for what nobody says.
pub(super) fn rule(n: u32) -> String {
    json!({
        "id": format!("rule{n}"), "direction": ["outbound"], "action": "hold", "reason": SECRET, "rationale": SECRET,
        "must_match": [format!("never said {n}")], "must_not_match": ["said"],
        "when": { "phrase": { "any": [format!("never said {n}")] } },
    })
    .to_string()
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(super) async fn id_of(api: &Api) -> String {
    text(&api.get("/api/v1/accounts/verify_credentials").await["id"])
}

/// Follows somebody elsewhere; returns their id here.
async fn follow(api: &Api, handle: &str) -> String {
    let found = api.get(&format!("/api/v2/search?resolve=true&type=accounts&q={handle}")).await;
    let id = text(&found["accounts"][0]["id"]);
    api.post(&format!("/api/v1/accounts/{id}/follow"), &json!({})).await;
    id
}

impl School {
    pub(super) async fn open() -> Self {
        let ports: [u16; 2] = free_ports();
        let open = [("API__PUBLIC_TIMELINES", "true")];
        let server = ServerProcess::start_with(ports[0], &ports, &open).await;
        let other = ServerProcess::start_with(ports[1], &ports, &open).await;
        let [amy, mallory, ben] = ["amy", "mallory", "ben"].map(|name| server.member(name));
        server.member_token("zoe");
        server.admin(&["account", "set-role", "zoe", "admin"], "");
        let scopes = "read write follow push profile admin:read admin:write";
        let printed = server.admin(&["token", "create", "--account", "zoe", "--scopes", scopes], "");
        let zoe = server.api(printed.lines().last().map(str::to_owned));
        let token = other.member_token("eve");
        let (stranger, abroad) = (server.api(Some(token.clone())), other.api(Some(token)));
        let guest = server.api(None);
        let document = guest.get("/api/openapi.json").await;
        let (amy_id, ben_id) = (id_of(&amy).await, id_of(&ben).await);
        amy.post(&format!("/api/v1/accounts/{ben_id}/follow"), &json!({})).await;
        ben.post(&format!("/api/v1/accounts/{amy_id}/follow"), &json!({})).await;
        let ben_abroad = follow(&abroad, &format!("@ben@{}", server.host())).await;
        eventually("ben is followed from abroad", || async {
            let is = abroad.get(&format!("/api/v1/accounts/relationships?id[]={ben_abroad}")).await;
            if is[0]["following"] == true { Ok(()) } else { Err(is) }
        })
        .await;
        for api in [&amy, &mallory] {
            let change = json!({ "locked": true });
            api.send(Method::PATCH, "/api/v1/accounts/update_credentials", &change).await.ok();
            let policy = json!({ "for_not_following": "filter" });
            api.send(Method::PATCH, "/api/v2/notifications/policy", &policy).await.ok();
        }
        let word = json!({ "status": "for all", "quote_approval_policy": "public" });
        let open = text(&ben.post("/api/v1/statuses", &word).await["id"]);
        let count = AtomicU32::new(0);
        let samples = Samples { account: ben_id.clone(), status: open.clone() };
        Self { server, other, document, amy, mallory, ben, zoe, guest, stranger, abroad, samples, ben_id, open, count }
    }

    pub(super) fn next(&self) -> u32 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// Something of each of `kinds` that belongs to `owner`, as an operation on them together wants it; `None` when
    /// there is no telling what that would be.
    pub(super) async fn make(&self, owner: &Api, kinds: &[&str]) -> Option<Ids> {
        let made = match kinds {
            ["status", "quote"] => self.quoted(owner).await,
            ["announcement", "emoji"] => {
                let (id, emoji) = (self.announcement(), "👍");
                let path = format!("/api/v1/announcements/{id}/reactions/{emoji}");
                owner.send(Method::PUT, &path, &Value::Null).await.ok();
                vec![id, emoji.to_owned()]
            }
            ["organisation", "account"] => {
                let id = self.organisation(owner).await;
                let member = id_of(&self.server.member(&format!("newcomer{}", self.next()))).await;
                self.give_role(&id, &member).await;
                vec![id, member]
            }
            [kind] => vec![self.one(owner, kind).await?],
            _ => return None,
        };
        Some(kinds.iter().map(|kind| (*kind).to_owned()).zip(made).collect())
    }

    async fn one(&self, owner: &Api, kind: &str) -> Option<String> {
        let n = self.next();
        let secret =
            if std::ptr::eq(owner, &raw const self.mallory) { format!("mallorys{n}") } else { format!("{SECRET}{n}") };
        let id = async |path: &str, body: Value| text(&owner.post(path, &body).await["id"]);
        let private = json!({ "status": secret, "visibility": "private" });
        Some(match kind {
            "status" => id("/api/v1/statuses", private).await,
            "poll" => {
                let poll = json!({ "options": [secret, "other"], "expires_in": 3600 });
                let asked = json!({ "status": secret, "visibility": "private", "poll": poll });
                text(&owner.post("/api/v1/statuses", &asked).await["poll"]["id"])
            }
            "held_status" => {
                let risky = json!({ "status": format!("UPN H801200001001 {secret}"), "visibility": "private" });
                id("/api/v1/statuses", risky).await
            }
            "scheduled_status" => {
                let later =
                    json!({ "status": secret, "visibility": "private", "scheduled_at": "2099-01-01T00:00:00Z" });
                id("/api/v1/statuses", later).await
            }
            "media" => {
                let (_, media) = upload(owner, "/api/v2/media", &picture(8, 8, ImageFormat::Png), &secret).await;
                text(&media["id"])
            }
            "list" => id("/api/v1/lists", json!({ "title": secret })).await,
            "filter" => id("/api/v2/filters", json!({ "title": secret, "context": ["home"] })).await,
            "filter_keyword" => id("/api/v1/filters", json!({ "phrase": secret, "context": ["home"] })).await,
            "filter_status" => {
                let filter = id("/api/v2/filters", json!({ "title": secret, "context": ["home"] })).await;
                id(&format!("/api/v2/filters/{filter}/statuses"), json!({ "status_id": self.open })).await
            }
            "featured_tag" => {
                // there are only so many
                for old in owner.get("/api/v1/featured_tags").await.as_array()? {
                    let path = format!("/api/v1/featured_tags/{}", text(&old["id"]));
                    owner.send(Method::DELETE, &path, &Value::Null).await.ok();
                }
                id("/api/v1/featured_tags", json!({ "name": format!("word{n}") })).await
            }
            "conversation" => {
                let handle = text(&owner.get("/api/v1/accounts/verify_credentials").await["username"]);
                let word = json!({ "status": format!("@{handle} {secret}"), "visibility": "direct" });
                self.ben.post("/api/v1/statuses", &word).await;
                text(&owner.get("/api/v1/conversations").await[0]["id"])
            }
            "notification" | "notification_group" => {
                let status = id("/api/v1/statuses", private).await;
                self.ben.post(&format!("/api/v1/statuses/{status}/favourite"), &json!({})).await;
                let newest = &owner.get("/api/v1/notifications?types[]=favourite").await[0];
                text(&newest[if kind == "notification" { "id" } else { "group_key" }])
            }
            "notification_request" => {
                let handle = text(&owner.get("/api/v1/accounts/verify_credentials").await["username"]);
                let caller = self.server.member(&format!("caller{n}"));
                caller.post("/api/v1/statuses", &json!({ "status": format!("@{handle} hello") })).await;
                text(&owner.get("/api/v1/notifications/requests").await[0]["id"])
            }
            "follow_request" => {
                let asker = self.server.member(&format!("asker{n}"));
                asker.post(&format!("/api/v1/accounts/{}/follow", id_of(owner).await), &json!({})).await;
                id_of(&asker).await
            }
            "severance" => self.severance(owner).await,
            "decision" => self.decision(owner).await,
            "appeal" => self.appeal(owner).await,
            "organisation" => self.organisation(owner).await,
            "account" => id_of(&self.server.member(&format!("newcomer{n}"))).await,
            "announcement" => self.announcement(),
            "hashtag" => "sltchat".to_owned(),
            "date" => "2026-01-01".to_owned(),
            "async_refresh" => self.open.clone(),
            _ => return self.of_staff(owner, kind, n).await,
        })
    }

    async fn of_staff(&self, owner: &Api, kind: &str, n: u32) -> Option<String> {
        let domain = format!("domain{n}.example");
        let (path, body) = match kind {
            "report" => ("/api/v1/reports", json!({ "account_id": self.ben_id, "comment": SECRET })),
            "hold" => {
                let risky = json!({ "status": format!("UPN H801200001001 {SECRET}{n}"), "visibility": "private" });
                return Some(text(&self.amy.post("/api/v1/statuses", &risky).await["id"]));
            }
            "domain_block" => ("/api/v1/admin/domain_blocks", json!({ "domain": domain })),
            "domain_allow" => ("/api/v1/admin/domain_allows", json!({ "domain": domain })),
            "email_domain_block" => ("/api/v1/admin/email_domain_blocks", json!({ "domain": domain })),
            "ip_block" => {
                let ip = format!("192.0.2.{}", n % 250 + 1);
                ("/api/v1/admin/ip_blocks", json!({ "ip": ip, "severity": "sign_up_block" }))
            }
            "canonical_email_block" => {
                ("/api/v1/admin/canonical_email_blocks", json!({ "email": format!("x{n}@{domain}") }))
            }
            "rule" => (RULES, json!({ "definition": rule(n) })),
            "rule_pack" => {
                let head = json!({ "id": format!("pack{n}"), "version": 1, "title": SECRET });
                ("/api/staffroom/v1/moderation/packs", json!({ "document": json!({ "pack": head }).to_string() }))
            }
            "dry_run" => {
                let rule = text(&owner.post(RULES, &json!({ "definition": rule(n) })).await["id"]);
                ("/api/staffroom/v1/moderation/dry_runs", json!({ "rule_id": rule }))
            }
            "approval" => {
                let list = (0..21).map(|at| format!("of{n}x{at}.example\n")).collect::<Vec<_>>().concat();
                let path = "/api/staffroom/v1/moderation/domain_blocks/import";
                return Some(text(&owner.post(path, &json!({ "csv": list })).await["approval"]["id"]));
            }
            "panic" => {
                let panic = json!({ "hours": 1, "hashtag": format!("panic{n}"), "reason": SECRET });
                ("/api/staffroom/v1/moderation/panic", panic)
            }
            "staff_appeal" => return Some(self.appeal(&self.ben).await),
            "case" => {
                let complaint = json!({ "name": SECRET, "email": "somebody@example.org", "text": SECRET });
                let school = self.organisation(owner).await;
                let case = json!({ "kind": "data_complaint", "organisation_id": school, "complaint": complaint });
                ("/api/staffroom/v1/moderation/cases", case)
            }
            "turn" => {
                let (from, until) = ("2098-06-01T00:00:00Z", "2099-01-01T00:00:00Z");
                let (school, account) = (self.organisation(owner).await, id_of(owner).await);
                let turn = json!({
                    "organisation_id": school, "account_id": account, "kind": "duty", "from": from, "until": until,
                });
                ("/api/staffroom/v1/moderation/rota", turn)
            }
            "host" => return Some(self.other.host().to_owned()),
            // nothing is talked about here, nothing risky comes in; that there are such ids is enough to be turned away
            "trend_tag" | "trend_status" | "trend_link" | "quarantined" => return Some(n.to_string()),
            _ => return None,
        };
        Some(text(&owner.post(path, &body).await["id"]))
    }

    /// Something an administrator decided about `owner`.
    async fn decision(&self, owner: &Api) -> String {
        let action = json!({ "type": "none", "text": SECRET });
        self.zoe.post(&format!("/api/v1/admin/accounts/{}/action", id_of(owner).await), &action).await;
        text(&owner.get("/api/staffroom/v1/decisions").await[0]["id"])
    }

    /// An appeal of `owner` against such a thing.
    async fn appeal(&self, owner: &Api) -> String {
        let appeal = json!({ "decision_id": self.decision(owner).await, "text": SECRET });
        text(&owner.post("/api/staffroom/v1/appeals", &appeal).await["id"])
    }

    /// An organisation in which `owner` has a role.
    async fn organisation(&self, owner: &Api) -> String {
        let named = json!({ "name": format!("{SECRET} school {}", self.next()) });
        let id = text(&self.zoe.post("/api/v1/staffroom/organisations", &named).await["id"]);
        self.give_role(&id, &id_of(owner).await).await;
        id
    }

    async fn give_role(&self, organisation: &str, account: &str) {
        let path = format!("/api/v1/staffroom/organisations/{organisation}/members/{account}");
        self.zoe.send(Method::PUT, &path, &json!({ "role": "member" })).await.ok();
    }

    fn announcement(&self) -> String {
        self.server.admin(&["announcement", "create", "Cake in the hall"], "").trim().to_owned()
    }

    /// A status of `owner` that ben quotes, and the one he does it with.
    async fn quoted(&self, owner: &Api) -> Vec<String> {
        let open = json!({ "status": "quote me", "quote_approval_policy": "public" });
        let quoted = text(&owner.post("/api/v1/statuses", &open).await["id"]);
        let quote = json!({ "status": "look", "quoted_status_id": quoted });
        vec![quoted, text(&self.ben.post("/api/v1/statuses", &quote).await["id"])]
    }

    /// What is left of a follow from abroad after who followed was suspended.
    async fn severance(&self, owner: &Api) -> String {
        let name = text(&owner.get("/api/v1/accounts/verify_credentials").await["username"]);
        follow(&self.abroad, &format!("@{name}@{}", self.server.host())).await;
        let eve = eventually("eve asks to follow", || async {
            let asking = owner.get("/api/v1/follow_requests").await;
            let eve = asking.as_array().and_then(|all| all.iter().find(|one| one["username"] == "eve"));
            eve.map(|eve| text(&eve["id"])).ok_or(asking)
        })
        .await;
        owner.post(&format!("/api/v1/follow_requests/{eve}/authorize"), &json!({})).await;
        self.zoe.post(&format!("/api/v1/admin/accounts/{eve}/action"), &json!({ "type": "suspend" })).await;
        text(&owner.get("/api/v1/notifications?types[]=severed_relationships").await[0]["event"]["id"])
    }

    /// All that amy has, as she sees it.
    pub(super) async fn belongings(&self, ids: &Ids) -> Vec<Value> {
        let mut paths: Vec<String> = [
            "accounts/verify_credentials",
            "announcements",
            "bookmarks",
            "conversations",
            "favourites",
            "featured_tags",
            "filters",
            "follow_requests",
            "followed_tags",
            "lists",
            "markers?timeline[]=home",
            "notifications?include_filtered=true",
            "notifications/requests",
            "preferences",
            "scheduled_statuses",
        ]
        .map(|path| format!("/api/v1/{path}"))
        .into();
        paths.push("/api/v2/filters".to_owned());
        paths.extend(ids.get("status").map(|id| format!("/api/v1/statuses/{id}")));
        paths.extend(ids.get("media").map(|id| format!("/api/v1/media/{id}")));
        paths.extend(ids.get("list").map(|id| format!("/api/v1/lists/{id}/accounts")));
        paths.extend(ids.get("poll").map(|id| format!("/api/v1/polls/{id}")));
        let mut all = Vec::new();
        for path in paths {
            all.push(self.amy.send(Method::GET, &path, &Value::Null).await.json);
        }
        all
    }
}

//! Pages for moderators: who sees what waits, who decides, and that it is decided once.

mod groups;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::browser::{Browser, Page};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};

use super::{open, signed_in, stranger};
use crate::api::media::{picture, upload};
use crate::moderation_rules::{admin, staff, text};

const PACK: &str = r#"
[pack]
id = "flags"
version = 1
title = "Words that wait"

[[rule]]
id = "red-flag"
version = 1
direction = ["outbound"]
action = "hold"
reason = "It speaks of a flag"
rationale = "Flags wait for somebody to look."
must_match = ["a red flag"]
must_not_match = ["a green field"]
[rule.when.phrase]
any = ["red flag"]
"#;

const FLAG: &str = "a red flag for everybody";

/// Two schools: at oak amy writes, mo moderates and ada is admin; eve moderates elm.
struct Schools {
    server: ServerProcess,
    amy: Api,
    mo: Api,
    eve: Api,
}

impl Schools {
    async fn open() -> Self {
        let [port] = free_ports();
        let server = ServerProcess::start_with_pack(port, &[], PACK).await;
        let zoe = admin(&server, "zoe");
        for name in ["Oak", "Elm"] {
            zoe.post("/api/v1/staffroom/organisations", &json!({ "name": name })).await;
        }
        let person = |name: &str, slug: &str, role: &str| {
            let email = format!("{name}@example.org");
            let create =
                ["account", "create", "--handle", name, "--email", &email, "--organisation", slug, "--password-stdin"];
            server.admin(&create, PASSWORD);
            server.admin(&["organisation", "member", "set", slug, name, role], "");
            staff(&server, name)
        };
        let (amy, mo) = (person("amy", "oak", "contributor"), person("mo", "oak", "moderator"));
        person("ada", "oak", "admin");
        let eve = person("eve", "elm", "moderator");
        Self { server, amy, mo, eve }
    }

    /// Something amy wrote that is held; its id.
    async fn hold(&self, status: &Value) -> String {
        let held = self.amy.post("/api/v1/statuses", status).await;
        assert_eq!(held["staffroom"]["held"]["state"], "held", "{held}");
        text(&held["id"])
    }

    /// How it stands with it.
    async fn state(&self, id: &str) -> String {
        text(&self.amy.get(&format!("/api/staffroom/v1/held/{id}")).await["state"])
    }

    async fn browser(&self, login: &str) -> Browser {
        signed_in(&self.server, login).await
    }

    async fn open_page(&self, browser: &mut Browser, path: &str) -> Page {
        open(browser, &self.server, path).await
    }

    /// Whether a guest reads `words` on amy's page.
    async fn is_public(&self, words: &str) -> bool {
        self.open_page(&mut stranger(), "/@amy").await.body.contains(words)
    }
}

fn path(id: &str) -> String {
    format!("/moderation/holds/{id}")
}

/// Presses a button on `page`.
async fn press(browser: &mut Browser, page: &Page, button: &str, words: &str) -> Page {
    browser.submit(page, page.url.path(), &[("decision", button), ("words", words)]).await
}

#[tokio::test]
async fn what_is_held_waits_for_the_moderators_of_the_school_alone() {
    let schools = Schools::open().await;
    let (first, second) = (
        schools.hold(&json!({ "status": FLAG })).await,
        schools.hold(&json!({ "status": FLAG, "visibility": "private" })).await,
    );
    let mut mo = schools.browser("mo").await;
    let queue = schools.open_page(&mut mo, "/moderation").await;
    assert_eq!(queue.status, 200, "{}", queue.body);
    assert!(queue.body.contains("Held statuses (2)") && queue.body.contains("Reports (0)"), "{}", queue.body);
    let at = |page: &Page, id: &str| page.body.find(&path(id)).unwrap();
    assert!(at(&queue, &first) < at(&queue, &second), "the oldest first");
    schools.amy.post(&format!("/api/staffroom/v1/held/{second}/review"), &json!({})).await;
    let queue = schools.open_page(&mut mo, "/moderation").await;
    assert!(at(&queue, &second) < at(&queue, &first), "sent for review: {}", queue.body);
    let page = schools.open_page(&mut mo, &path(&second)).await;
    for words in ["a <mark>red flag</mark>", "contributor at Oak", "followers of its author", "Sent for review by @amy"]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    for page in [&queue, &page] {
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(!page.body.contains("<script") && !page.body.contains(" style="), "{}", page.body);
    }
    assert!(schools.open_page(&mut mo, "/").await.body.contains("href=\"/moderation\""));

    let decision = [("decision", "release"), ("revision", "1"), ("words", "")];
    let url = |path: &str| url::Url::parse(&format!("{}{path}", schools.server.url())).unwrap();
    for (login, queue, hold) in [("amy", 403, 403), ("eve", 200, 404)] {
        let mut browser = schools.browser(login).await;
        let page = schools.open_page(&mut browser, "/moderation").await;
        assert_eq!(page.status, queue, "{login}");
        assert!(!page.body.contains(&first) && !page.body.contains("flag"), "{login}: {}", page.body);
        let access = schools.open_page(&mut browser, "/auth/access").await;
        assert_eq!(access.body.contains("href=\"/moderation\""), login == "eve", "{login}");
        let csrf = access.hidden("csrf");
        let sent = [&[("csrf", csrf.as_str())][..], &decision[..]].concat();
        for page in
            [schools.open_page(&mut browser, &path(&first)).await, browser.post(url(&path(&first)), &sent).await]
        {
            assert!(page.status == hold && !page.body.contains("flag"), "{login}: {} {}", page.status, page.body);
        }
    }
    for path in ["/moderation", &path(&first)] {
        let mut guest = stranger();
        let form = schools.open_page(&mut guest, path).await;
        assert!(form.url.path() == "/auth/sign_in" && !form.body.contains("flag"), "{path}: {}", form.body);
        let there = guest.sign_in(&form, "mo", PASSWORD).await;
        assert_eq!((there.status, there.url.path()), (200, path));
    }
    assert_eq!(stranger().post(url(&path(&first)), &decision).await.url.path(), "/auth/sign_in");
    for wrong in ["/moderation/holds/7", "/moderation/holds/x", "/moderation/appeals/7", "/moderation/approvals/7"] {
        assert_eq!(schools.open_page(&mut mo, wrong).await.status, 404, "{wrong}");
    }
    assert_eq!(schools.state(&first).await, "held");
    assert!(!schools.is_public("flag").await);
}

#[tokio::test]
async fn a_moderator_lets_out_asks_for_an_edit_or_says_no_and_why() {
    let schools = Schools::open().await;
    let mut mo = schools.browser("mo").await;
    let (first, second) =
        (schools.hold(&json!({ "status": FLAG })).await, schools.hold(&json!({ "status": "red flag days" })).await);
    let page = schools.open_page(&mut mo, &path(&first)).await;
    let fields = [("decision", "release"), ("words", ""), ("csrf", "guessed"), ("revision", "1")];
    for fields in [&fields[..2], &fields[..3], &fields[..4]] {
        let forged = mo.post(page.url.clone(), fields).await;
        assert_eq!(forged.status, 403, "{}", forged.body);
    }
    let odd = press(&mut mo, &page, "dance", "").await;
    assert_eq!(odd.status, 422, "{}", odd.body);
    for button in ["reject", "ask_to_edit"] {
        let refused = press(&mut mo, &page, button, "  ").await;
        assert!(refused.status == 422 && refused.body.contains("Nothing was decided"), "{}", refused.body);
        assert!(refused.body.contains("role=\"alert\"") && refused.body.contains("aria-invalid=\"true\""));
    }
    let long = press(&mut mo, &page, "reject", &"a".repeat(2_001)).await;
    assert_eq!(long.status, 422);
    assert_eq!(schools.state(&first).await, "held");

    let asked = press(&mut mo, &page, "ask_to_edit", "Leave the <b>flag</b> out").await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert!(asked.body.contains("Leave the &#60;b&#62;flag") && asked.body.contains("Asked for an edit by @mo"));
    let no = press(&mut mo, &asked, "reject", "It is about a child").await;
    assert!(
        no.status == 200 && no.body.contains("It was rejected") && no.body.contains("Decided by @mo"),
        "{}",
        no.body
    );
    assert!(no.body.contains("It is about a child") && !no.body.contains("name=\"decision\""), "{}", no.body);
    assert_eq!(schools.state(&first).await, "rejected");
    assert!(!schools.is_public("flag").await);

    let page = schools.open_page(&mut mo, &path(&second)).await;
    let out = press(&mut mo, &page, "release", "").await;
    assert!(out.status == 200 && out.body.contains("Released by @mo"), "{}", out.body);
    assert!(schools.is_public("red flag days").await);
    let address = out.body.split("class=\"address\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(stranger().open(address).await.body.contains("red flag days"), "{address}");
    let queue = schools.open_page(&mut mo, "/moderation").await;
    assert!(queue.body.contains("Held statuses (0)") && !queue.body.contains(&second), "{}", queue.body);
}

#[tokio::test]
async fn of_two_moderators_one_decides_and_the_other_is_told() {
    let schools = Schools::open().await;
    let (mut mo, mut ada) = (schools.browser("mo").await, schools.browser("ada").await);
    let id = schools.hold(&json!({ "status": FLAG })).await;
    let (mos, adas) = (schools.open_page(&mut mo, &path(&id)).await, schools.open_page(&mut ada, &path(&id)).await);
    let other = json!({ "status": "another red flag" });
    schools.amy.send(Method::PUT, &format!("/api/v1/statuses/{id}"), &other).await.ok();
    let unseen = press(&mut mo, &mos, "release", "").await;
    assert!(unseen.status == 409 && unseen.body.contains("changed in the meantime"), "{}", unseen.body);
    assert!(unseen.body.contains("another <mark>red flag</mark>") && !schools.is_public("flag").await);
    let seen = press(&mut mo, &unseen, "release", "").await;
    assert!(seen.status == 200 && schools.is_public("another red flag").await, "{}", seen.body);
    let late = press(&mut ada, &adas, "reject", "It is about a child").await;
    assert!(late.status == 409 && late.body.contains("already decided by @mo: released"), "{}", late.body);
    assert_eq!(schools.state(&id).await, "released");

    let id = schools.hold(&json!({ "status": "one more red flag" })).await;
    let (mos, adas) = (schools.open_page(&mut mo, &path(&id)).await, schools.open_page(&mut ada, &path(&id)).await);
    let (a, b) = tokio::join!(press(&mut mo, &mos, "release", ""), press(&mut ada, &adas, "reject", "It is late"));
    let mut codes = [a.status, b.status];
    codes.sort_unstable();
    assert_eq!(codes, [200, 409], "{} {}", a.body, b.body);
    assert_eq!(schools.is_public("one more red flag").await, a.status == 200);
    let loser = if a.status == 200 { &b } else { &a };
    assert!(
        loser.body.contains("Nothing was decided") && loser.body.contains("already decided by @"),
        "{}",
        loser.body
    );
}

#[tokio::test]
async fn what_was_written_is_no_markup_and_passages_are_marked_wherever_they_stand() {
    let schools = Schools::open().await;
    let evil = "<script>alert(1)</script> red flag";
    let poll = json!({ "options": [evil, "no"], "expires_in": 3600 });
    let asks = schools.hold(&json!({ "status": evil, "spoiler_text": evil, "poll": poll })).await;
    let (_, media) = upload(&schools.amy, "/api/v2/media", &picture(8, 8, image::ImageFormat::Png), "plan.png").await;
    let media = text(&media["id"]);
    let described = json!({ "description": evil });
    schools.amy.send(Method::PUT, &format!("/api/v1/media/{media}"), &described).await.ok();
    let shows = schools.hold(&json!({ "status": "look", "media_ids": [media] })).await;
    let mut mo = schools.browser("mo").await;
    for (id, marks) in [(&asks, 3), (&shows, 1)] {
        let page = schools.open_page(&mut mo, &path(id)).await;
        assert!(page.status == 200 && !page.body.contains("<script"), "{}", page.body);
        let marked = "&#60;script&#62;alert(1)&#60;/script&#62; <mark>red flag</mark><sup> <a href=\"#finding-";
        assert_eq!(page.body.matches(marked).count(), marks, "{}", page.body);
        for number in 1..=marks {
            assert!(page.body.contains(&format!("<li id=\"finding-{number}\">It speaks of a flag")), "{}", page.body);
        }
        assert!(page.body.contains("red-flag</span>, version 1, kind phrase"), "{}", page.body);
    }
    let page = schools.open_page(&mut mo, &path(&shows)).await;
    let mut images = page.body.split("<img src=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let image = mo.open(images.find(|image| image.contains("/media/held/")).unwrap()).await;
    assert_eq!((image.status, image.header("content-type").starts_with("image/")), (200, true));
    assert!(page.header("content-security-policy").contains("img-src 'self'"));
}

#[tokio::test]
async fn what_is_held_elsewhere_is_answered_as_if_it_were_not_there() {
    let schools = Schools::open().await;
    let held = schools.hold(&json!({ "status": FLAG })).await;
    let own = text(&schools.mo.post("/api/v1/statuses", &json!({ "status": FLAG })).await["id"]);
    let nothing = "1".repeat(held.len());
    let decision = [("decision", "reject"), ("revision", "1"), ("words", "no")];
    for (login, api, hidden) in [("eve", &schools.eve, &held), ("eve", &schools.eve, &own), ("mo", &schools.mo, &own)] {
        let mut browser = schools.browser(login).await;
        let csrf = schools.open_page(&mut browser, "/auth/access").await.hidden("csrf");
        let sent = [&[("csrf", csrf.as_str())][..], &decision[..]].concat();
        let mut answers = Vec::new();
        for id in [hidden.as_str(), nothing.as_str(), "0", "x"] {
            let url = url::Url::parse(&format!("{}{}", schools.server.url(), path(id))).unwrap();
            let (read, written) = (schools.open_page(&mut browser, &path(id)).await, browser.post(url, &sent).await);
            answers.push([(read.status, read.body), (written.status, written.body)]);
        }
        assert_eq!((answers[0][0].0, answers[0][1].0), (404, 404), "{login}");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{login}: {answers:?}");
        let at = |id: &str, rest: &str| format!("/api/staffroom/v1/moderation/holds/{id}{rest}");
        for (method, rest) in [(Method::GET, ""), (Method::POST, "/release"), (Method::POST, "/reject")] {
            let body = json!({ "reason": "no" });
            let body = if rest.is_empty() { &Value::Null } else { &body };
            let one = api.send(method.clone(), &at(hidden, rest), body).await;
            let other = api.send(method, &at(&nothing, rest), body).await;
            assert_eq!((one.status, &one.json), (404, &other.json), "{login} {rest}");
        }
    }
    let mut mo = schools.browser("mo").await;
    assert_eq!(schools.open_page(&mut mo, &path(&held)).await.status, 200);
}

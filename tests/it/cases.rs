//! Legal cases, complaints and appeals as people meet them: over the API, on the pages, by mail.

mod appeals;
mod course;
mod form;
mod reach;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::{Answer, Api};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

const CASES: &str = "/api/staffroom/v1/moderation/cases";
const SCOPES: &str = "read write follow push admin:read admin:write";

/// Who complains.
const NAME: &str = "Cora Cole";
const EMAIL: &str = "cora@cole.example";
const STATEMENT: &str = "The cook takes from the tuck shop";

/// Two schools: at oak amy writes, mo moderates and ada is admin; eve moderates elm. zoe is the instance's admin.
struct Schools {
    server: ServerProcess,
    oak: String,
    elm: String,
    zoe: Api,
    amy: Api,
    mo: Api,
    ada: Api,
    eve: Api,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn id_of(api: &Api) -> String {
    text(&api.get("/api/v1/accounts/verify_credentials").await["id"])
}

impl Schools {
    async fn open() -> Self {
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
        let (mo, ada) = (person("mo", &oak.1, "moderator"), person("ada", &oak.1, "admin"));
        let eve = person("eve", &elm.1, "moderator");
        Self { server, oak: oak.0, elm: elm.0, zoe, amy, mo, ada, eve }
    }

    /// A case about a status of amy's, opened by mo as of `received_at`; its path.
    async fn notice(&self, received_at: Option<&str>) -> (String, String) {
        let status = self.amy.post("/api/v1/statuses", &json!({ "status": STATEMENT })).await;
        let new = json!({
            "kind": "defamation_notice", "organisation_id": self.oak, "received_at": received_at,
            "status_ids": [status["id"]], "complaint": complete(&text(&status["url"])),
        });
        let opened = self.mo.post(CASES, &new).await;
        (format!("{CASES}/{}", text(&opened["id"])), text(&status["id"]))
    }

    /// Letters to `address` about `subject`, oldest first.
    fn letters(&self, address: &str, subject: &str) -> Vec<String> {
        let folder = std::fs::read_dir(self.server.data().join("mail")).unwrap();
        let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        let letters = files.iter().map(|path| std::fs::read_to_string(path).unwrap());
        let fits = |text: &String| text.contains(&format!("To: {address}\r\n")) && head(text).contains(subject);
        letters.filter(fits).collect()
    }

    /// Waits for a letter of this sort, and returns the newest.
    async fn letter(&self, address: &str, subject: &str) -> String {
        eventually(&format!("a letter to {address} about {subject}"), || async {
            self.letters(address, subject).pop().ok_or("none")
        })
        .await
    }
}

/// The headers of a letter.
fn head(letter: &str) -> &str {
    letter.split("\r\n\r\n").next().unwrap_or_default()
}

/// The link in a letter.
fn link(letter: &str) -> String {
    letter.lines().find(|line| line.contains("token=")).unwrap().trim().to_owned()
}

fn staff(server: &ServerProcess, handle: &str) -> Api {
    let printed = server.admin(&["token", "create", "--account", handle, "--scopes", SCOPES], "");
    server.api(printed.lines().last().map(str::to_owned))
}

fn complete(location: &str) -> Value {
    json!({
        "name": NAME, "email": EMAIL, "location": location, "statement": STATEMENT,
        "why_defamatory": "It says that I steal", "meaning": "That I am a thief",
        "what_is_wrong": "I never took anything", "cannot_identify_poster": true,
        "poster_may_have_name": false, "poster_may_have_email": false,
    })
}

/// Something happened to the case at `path`, which is at the version it is at now.
async fn record(api: &Api, path: &str, event: &str, more: &Value) -> Answer {
    let version = api.get(path).await["version"].clone();
    let mut step = json!({ "event": event, "version": version });
    for (name, value) in more.as_object().into_iter().flatten() {
        step[name] = value.clone();
    }
    api.send(Method::POST, &format!("{path}/events"), &step).await
}

async fn send(api: &Api, path: &str, letter: &str, words: &str) -> Answer {
    let version = api.get(path).await["version"].clone();
    let letter = json!({ "letter": letter, "version": version, "text": words });
    api.send(Method::POST, &format!("{path}/letters"), &letter).await
}

//! Packs: signed by whoever publishes them, taken in from files and addresses, never in force by themselves.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::puppet::Puppet;

use super::{MODERATION, admin, post, rule, says, start, text};

/// A pack in TOML.
fn pack(version: u32, rules: &[String]) -> String {
    let rules = rules
        .iter()
        .map(|rule| format!("[[rule]]\n{}", rule.replace("[when.", "[rule.when.")))
        .collect::<Vec<_>>()
        .concat();
    format!("[pack]\nid = \"flags\"\nversion = {version}\ntitle = \"Flags\"\n{rules}")
}

/// `staffroom moderation pack …`, which must succeed; what it prints.
fn tool(server: &ServerProcess, args: &[&str]) -> String {
    let output = server.run(&[&["moderation", "pack"][..], args].concat(), &[]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The same, which must fail; what it complains of.
fn refused(server: &ServerProcess, args: &[&str]) -> String {
    let output = server.run(&[&["moderation", "pack"][..], args].concat(), &[]);
    assert!(!output.status.success(), "{args:?} went through");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A publisher with a key of their own.
struct Publisher<'a> {
    server: &'a ServerProcess,
    folder: &'a Path,
    name: &'static str,
    key: String,
}

impl<'a> Publisher<'a> {
    fn new(server: &'a ServerProcess, folder: &'a Path, name: &'static str, file: &str) -> Self {
        let key = folder.join(file).display().to_string();
        assert!(tool(server, &["key", &key]).starts_with("z6Mk"));
        Self { server, folder, name, key }
    }

    /// The pack with a seal.
    fn signs(&self, pack: &str) -> String {
        let file = self.folder.join("pack.toml").display().to_string();
        std::fs::write(&file, pack).unwrap();
        tool(self.server, &["sign", &file, "--key", &self.key, "--publisher", self.name])
    }
}

#[tokio::test]
async fn a_pack_is_taken_in_as_its_publisher_signed_it_and_no_older_one_after_it() {
    let server = start().await;
    let folder = tempfile::tempdir().unwrap();
    let (zoe, amy) = (admin(&server, "zoe"), server.member("amy"));
    let publisher = Publisher::new(&server, folder.path(), "https://elm.test/actor", "key.pem");
    let plain = folder.path().join("plain.toml").display().to_string();
    std::fs::write(&plain, pack(2, &[])).unwrap();
    let nobody = refused(&server, &["sign", &plain, "--key", &publisher.key, "--publisher", " "]);
    assert!(nobody.contains("names nobody"), "{nobody}");
    let no_key = refused(&server, &["sign", &plain, "--key", &plain, "--publisher", "x"]);
    assert!(no_key.contains("private key"), "{no_key}");
    let plainly = refused(&server, &["import", "http://elm.test/pack.json"]);
    assert!(plainly.contains("https"), "{plainly}");
    let second = pack(2, &[rule("red-flag", "reject", "red flags")]);
    let signed = publisher.signs(&second);
    let send = async |path: &str, document: &str| post(&zoe, path, &json!({ "document": document })).await;

    let tampered = signed.replace("\"reject\"", "\"hold\"");
    assert_ne!(tampered, signed);
    let without_samples = rule("red-flag", "hold", "red flags").replace("[\"nothing of it\"]", "[\"red flags\"]");
    let without_samples = pack(2, &[without_samples]);
    for (wrong, why) in [
        (tampered.as_str(), "does not hold"),
        ("", "can't be blank"),
        ("[pack]\nid = \"flags\"", "pack.title"),
        (without_samples.as_str(), "matches its"),
    ] {
        let answer = send("/packs", wrong).await;
        assert!(answer.status == 422 && answer.json.to_string().contains(why), "{why}: {}", answer.json);
    }
    let preview = send("/packs/preview", &signed).await.ok();
    assert_eq!(
        (&preview["publisher"], &preview["is_known"], &preview["installed"]),
        (&json!("https://elm.test/actor"), &json!(false), &Value::Null)
    );
    assert_eq!(preview["changes"][0], json!({ "rule": "red-flag", "change": "added", "fields": [] }));
    let installed = send("/packs", &signed).await.ok();
    assert_eq!(
        zoe.get(&format!("{MODERATION}/packs/{}", text(&installed["id"]))).await["document"]["pack"]["version"],
        2
    );
    let rules = zoe.get(&format!("{MODERATION}/rules?state=draft")).await;
    assert_eq!((rules.as_array().unwrap().len(), &rules[0]["pack"]), (1, &json!("flags")));
    assert_eq!(rules[0]["scope"], "network");
    assert_eq!(says(&amy, "red flags").await, "allow", "nothing arrives in force");

    let third = pack(3, &[rule("red-flag", "hold", "red flags"), rule("blue-flag", "hold", "blue flags")]);
    let stranger = Publisher::new(&server, folder.path(), "https://elm.test/actor", "other.pem");
    let impostor = Publisher::new(&server, folder.path(), "https://yew.test/actor", "third.pem");
    for (wrong, why) in [
        (publisher.signs(&pack(1, &[])), "older"),
        (signed.clone(), "already"),
        (stranger.signs(&third), "another key"),
        (impostor.signs(&third), "published this pack before"),
        (third.clone(), "published this pack before"),
    ] {
        let answer = send("/packs", &wrong).await;
        assert!(answer.status == 422 && answer.json.to_string().contains(why), "{why}: {}", answer.json);
    }
    let newer = publisher.signs(&third);
    let changes = send("/packs/preview", &newer).await.ok()["changes"].clone();
    assert_eq!(changes[0], json!({ "rule": "blue-flag", "change": "added", "fields": [] }));
    assert_eq!(changes[1], json!({ "rule": "red-flag", "change": "changed", "fields": ["action"] }));
    let forced = post(&zoe, "/packs", &json!({ "document": newer, "state": "enforce" })).await;
    assert_eq!(forced.status, 422, "{}", forced.json);
    post(&zoe, "/packs", &json!({ "document": newer, "state": "shadow" })).await.ok();
    let rules = zoe.get(&format!("{MODERATION}/rules?state=shadow")).await;
    assert_eq!(rules.as_array().unwrap().len(), 2);
    assert_eq!(says(&amy, "red flags, blue flags").await, "allow");
    let change = json!({ "definition": rule("red-flag", "allow", "red flags") });
    let path = format!("{MODERATION}/rules/{}", text(&rules[0]["id"]));
    assert_eq!(zoe.send(Method::PUT, &path, &change).await.status, 422, "it changes with its pack");
}

#[tokio::test]
async fn packs_come_from_files_and_other_servers_and_say_what_they_change() {
    let [ours, theirs] = free_ports();
    let puppet = Puppet::start(theirs).await;
    let server = ServerProcess::start(ours, &[theirs]).await;
    let folder = tempfile::tempdir().unwrap();
    let zoe = admin(&server, "zoe");
    let publisher = Publisher::new(&server, folder.path(), "Elm Trust", "key.pem");
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let (first, second) =
        (pack(1, &[rule("red-flag", "hold", "red flags")]), pack(2, &[rule("blue-flag", "hold", "blue flags")]));
    let (old, new) = (file("old.toml", &first), file("new.toml", &second));
    let diff = tool(&server, &["diff", &old, &new]);
    assert!(diff.contains("added\tblue-flag") && diff.contains("removed\tred-flag"), "{diff}");
    assert!(tool(&server, &["lint", &old]).contains("1 rule holds its samples"));
    assert!(refused(&server, &["key", &publisher.key]).contains("key.pem"), "no key is written over");

    let signed = file("signed.json", &publisher.signs(&first));
    assert!(tool(&server, &["import", &signed, "--preview"]).contains("never seen before"));
    assert!(tool(&server, &["import", &signed, "--shadow"]).contains("installed"));
    let other = file("other.json", &publisher.signs(&pack(1, &[rule("red-flag", "hold", "crimson flags")])));
    let clash = pack(1, &[rule("red-flag", "hold", "red flags")]).replace("\"flags\"", "\"banners\"");
    let clash = file("clash.json", &publisher.signs(&clash));
    for (wrong, why) in [(&signed, "already"), (&other, "says something else"), (&clash, "belongs to flags already")] {
        let output = server.run(&["moderation", "pack", "import", wrong], &[]);
        assert!(!output.status.success() && output.stdout.is_empty(), "nothing is said to be done: {output:?}");
        let error = refused(&server, &["import", wrong, "--preview"]);
        assert!(error.contains(why), "{error}\nwanted {why}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said.lines().last(), error.lines().last(), "a preview says what taking it in would say");
    }
    let list = tool(&server, &["list"]);
    assert!(list.lines().any(|line| line.starts_with("flags\t1\tinstance\tElm Trust\timport:")), "{list}");
    assert!(list.contains("staffroom-links"), "{list}");
    assert_eq!(zoe.get(&format!("{MODERATION}/rules?state=shadow")).await[0]["name"], "red-flag");

    // the seal beside the pack
    let detached = tool(&server, &["sign", &new, "--key", &publisher.key, "--publisher", "Elm Trust", "--detached"]);
    let seal: Value = serde_json::from_str(&detached).unwrap();
    assert_eq!(seal["publisher"], "Elm Trust");
    let beside = json!({ "document": second, "seal": detached });
    assert_eq!(post(&zoe, "/packs/preview", &beside).await.ok()["is_known"], true);

    // from another server, which has to have it signed
    let (good, bare) = (puppet.url("/pack.json"), puppet.url("/pack.toml"));
    let json_type = [("content-type", "application/json")];
    puppet.answers(&good, 200, &json_type, publisher.signs(&second).as_bytes());
    puppet.answers(&bare, 200, &[("content-type", "text/plain")], second.as_bytes());
    let unsigned = post(&zoe, "/packs", &json!({ "url": bare })).await;
    assert!(unsigned.status == 422 && unsigned.json.to_string().contains("must be signed"), "{}", unsigned.json);
    let installed = post(&zoe, "/packs", &json!({ "url": good })).await.ok();
    assert_eq!((&installed["version"], &installed["source"]), (&json!(2), &json!(good)));
    for nowhere in [puppet.url("/nothing"), "http://10.0.0.1/pack.json".to_owned(), "file:///etc/passwd".to_owned()] {
        let answer = post(&zoe, "/packs", &json!({ "url": nowhere })).await;
        assert!(answer.status >= 400 && answer.status != 500, "{nowhere}: {}", answer.json);
    }
}

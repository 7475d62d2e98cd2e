//! Rules tried out on the command line, without a server; and decisions made again beside one.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::process::{ServerProcess, binary, free_ports};

const PACK: &str = r#"
[pack]
id = "essays"
version = 1
title = "Essays"

[[rule]]
id = "essay-mill"
version = 1
direction = ["inbound"]
action = "sensitive"
reason = "It advertises essays"
rationale = "Nobody here wants to read these."
must_match = ["Buy your essays here"]
must_not_match = ["How do you mark essays?"]
[rule.when.phrase]
any = ["buy your essays"]
"#;

fn moderation(args: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(binary());
    command.arg("moderation").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn each_line_is_answered_with_the_strongest_action_and_every_place() {
    let input = [
        json!({ "id": 1, "text": "👩‍🏫 UPN: H801200001001 has left us" }),
        json!({ "id": "two", "text": "<p>What a load of <b>bull</b>shit &amp; more</p>" }),
        json!({ "id": null, "text": "Marking again" }),
    ];
    let input: Vec<String> = input.iter().map(Value::to_string).collect();
    let output = moderation(&["check", "--jsonl"], input.join("\n").as_bytes());
    assert!(output.status.success(), "{output:?}");
    let answers = lines(&output);
    let upn = json!({ "rule": "pupil-number", "kind": "upn", "start": 9, "end": 22 });
    assert_eq!(answers[0], json!({ "id": 1, "action": "hold", "matches": [upn] }));
    let rude = json!({ "rule": "rude-words", "kind": "phrase", "start": 21, "end": 33 });
    assert_eq!(answers[1], json!({ "id": "two", "action": "label", "matches": [rude] }));
    assert_eq!(answers[2], json!({ "id": null, "action": "allow", "matches": [] }));
}

#[test]
fn given_packs_or_phrases_are_all_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let pack = file(&folder, "essays.toml", PACK);
    let text = json!({ "id": 1, "text": "B u y your ess4ys: UPN H801200001001" }).to_string();
    let output = moderation(&["check", "--pack", &pack, "--jsonl"], text.as_bytes());
    let found = json!({ "rule": "essay-mill", "kind": "phrase", "start": 0, "end": 17 });
    assert_eq!(lines(&output), [json!({ "id": 1, "action": "label", "matches": [found] })]);

    let phrases = file(&folder, "phrases.txt", "ess\n\nyour essays\n");
    let output = moderation(&["check", "--jsonl", "--phrases", &phrases], text.as_bytes());
    let found = json!({ "rule": "phrases", "kind": "phrase", "start": 6, "end": 17 });
    assert_eq!(lines(&output), [json!({ "id": 1, "action": "hold", "matches": [found] })]);
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_the_others_are_answered() {
    let input = b"{\"id\": 1, \"text\": \"fine\"}\nnonsense\n{\"id\": 3}\n\n{\"id\": 4, \"text\": \"\xff\"}\n{\"id\": 5, \"text\": \"\"}";
    let output = moderation(&["check", "--jsonl"], input);
    assert_eq!(output.status.code(), Some(1));
    let ids: Vec<Value> = lines(&output).iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(ids, [json!(1), json!(5)]);
    let said = String::from_utf8_lossy(&output.stderr);
    for (line, why) in [("line 2: ", "expected ident"), ("line 3: ", "missing field `text`"), ("line 5: ", "")] {
        assert!(said.lines().any(|said| said.starts_with(line) && said.contains(why)), "{line}\n{said}");
    }
}

#[test]
fn packs_are_tried_before_they_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let good = file(&folder, "good.toml", PACK);
    let adjusting =
        "[pack]\nid = \"ours\"\nversion = 1\ntitle = \"Ours\"\n[[adjust]]\nrule = \"rude-words\"\naction = \"hold\"\n";
    let adjusting = file(&folder, "ours.toml", adjusting);
    for pack in [&good, &adjusting] {
        let output = moderation(&["pack", "lint", pack], b"");
        assert!(
            output.status.success() && String::from_utf8_lossy(&output.stdout).contains("hold their samples"),
            "{output:?}"
        );
    }
    let wrong = [
        (PACK.replace("[\"Buy your essays here\"]", "[\"Sell them\"]"), "does not match its must_match sample"),
        (PACK.replace("any =", "some ="), "unknown field `some`"),
        (PACK.replace("\"sensitive\"", "\"shout\""), "unknown variant `shout`"),
        (PACK.replace("[rule.when.phrase]\nany", "[rule.when.combine]\nall"), "no rule of that name"),
    ];
    for (text, why) in wrong {
        let output = moderation(&["pack", "lint", &file(&folder, "wrong.toml", &text)], b"");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(why), "{said}\nwanted {why}");
    }
    let output = moderation(&["check", "--jsonl", "--pack", "nowhere.toml"], b"");
    assert!(output.status.code() == Some(1) && String::from_utf8_lossy(&output.stderr).contains("nowhere.toml"));
}

/// Makes a decision again beside the server: whether it came out the same, and what was said.
fn replayed(server: &ServerProcess, decision: &str) -> (bool, String) {
    let output = server.run(&["moderation", "replay", decision], &[]);
    (output.status.success(), String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Numbers of the decisions there are, newest first, with what was decided.
fn decisions(server: &ServerProcess) -> Vec<(String, String)> {
    let output = server.run(&["moderation", "decisions"], &[]);
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let columns = printed.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    columns.map(|columns| (columns[0].clone(), columns[3].clone())).collect()
}

#[tokio::test]
async fn a_decision_is_made_again_while_its_text_is_there() {
    let [port] = free_ports();
    let mut server = ServerProcess::start(port, &[]).await;
    let amy = server.member("amy");
    let risky = json!({ "status": "UPN: H801200001001 has left us #SLTchat", "spoiler_text": "news" });
    let held = amy.post("/api/v1/statuses", &risky).await;
    let first = decisions(&server);
    assert_eq!(first.iter().map(|(_, action)| action.as_str()).collect::<Vec<_>>(), ["hold"]);
    let first = first[0].0.clone();
    let (is_same, said) = replayed(&server, &first);
    assert!(is_same && said.starts_with("the same: hold, "), "{said}");

    let there = format!("/api/v1/statuses/{}", held["id"].as_str().unwrap());
    amy.send(Method::PUT, &there, &json!({ "status": "UPN: H801200001001 is back" })).await.ok();
    let (is_same, said) = replayed(&server, &first);
    assert!(!is_same && said.contains("what is kept was written later"), "{said}");
    let second = decisions(&server)[0].0.clone();
    assert!(second != first && replayed(&server, &second).0);
    let withdrawn = amy.send(Method::DELETE, &there, &Value::Null).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.json);
    let choice = decisions(&server)[0].clone();
    assert_eq!(choice.1, "withdrawn");
    let (is_same, said) = replayed(&server, &choice.0);
    assert!(!is_same && said.contains("the rules did not make it"), "{said}");
    assert!(replayed(&server, &second).0, "its text is kept for a while");

    server.kill();
    let database = server.database();
    let forged = "UPDATE moderation_decisions SET findings = REPLACE(findings, '\"kind\":\"upn\"', '\"kind\":\"uln\"')";
    database.change(forged).await;
    let (is_same, said) = replayed(&server, &second);
    assert!(!is_same && said.contains("only then: pupil-number") && said.contains("only now: pupil-number"), "{said}");
    database.change("UPDATE held_statuses SET draft = ''").await;
    let (is_same, said) = replayed(&server, &second);
    assert!(!is_same && said.contains("its text is gone"), "{said}");
    let nowhere = server.run(&["moderation", "replay", "77"], &[]);
    assert!(!nowhere.status.success() && String::from_utf8_lossy(&nowhere.stderr).contains("decision not found"));
}

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
id = "essay-advert"
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
        json!({ "id": u64::MAX, "text": "Marking again" }),
    ];
    let input: Vec<String> = input.iter().map(Value::to_string).collect();
    let output = moderation(&["check", "--jsonl"], input.join("\n").as_bytes());
    assert!(output.status.success(), "{output:?}");
    let answers = lines(&output);
    let upn = json!({ "rule": "pupil-number", "kind": "upn", "start": 9, "end": 22 });
    assert_eq!(answers[0], json!({ "id": 1, "action": "hold", "matches": [upn] }));
    let rude = json!({ "rule": "rude-words", "kind": "phrase", "start": 21, "end": 33 });
    assert_eq!(answers[1], json!({ "id": "two", "action": "label", "matches": [rude] }));
    assert_eq!(answers[2], json!({ "id": u64::MAX, "action": "allow", "matches": [] }));
}

#[test]
fn entities_hide_nothing_in_an_identifier() {
    let names = [
        "&shy;",
        "&shy",
        "&zwnj;",
        "&zwj;",
        "&ZeroWidthSpace;",
        "&NegativeMediumSpace;",
        "&NoBreak;",
        "&lrm;",
        "&rlm;",
        "&InvisibleComma;",
        "&InvisibleTimes;",
        "&ApplyFunction;",
        "&#173;",
        "&#0000173;",
        "&#xAD;",
        "&#x200b;",
    ];
    let texts: Vec<String> = names.iter().map(|name| format!("👩‍🏫 UPN H80{name}1200001001 has left")).collect();
    let marked_up = names.iter().map(|name| format!("👩‍🏫 UPN <b>H80</b>{name}1200001001 has left"));
    let texts: Vec<String> = texts.into_iter().chain(marked_up).collect();
    let input: Vec<String> = texts.iter().map(|text| json!({ "id": text, "text": text }).to_string()).collect();
    let answers = lines(&moderation(&["check", "--jsonl"], input.join("\n").as_bytes()));
    assert_eq!(answers.len(), texts.len());
    for (answer, text) in answers.iter().zip(&texts) {
        let found = answer["matches"].as_array().unwrap().iter().find(|found| found["kind"] == "upn");
        let at =
            |key: &str| usize::try_from(found.unwrap_or_else(|| panic!("{answer}"))[key].as_u64().unwrap()).unwrap();
        let place: String = text.chars().skip(at("start")).take(at("end") - at("start")).collect();
        assert!(place.starts_with("H80") && place.ends_with("1001"), "{text}: {place}");
    }
    // what stands for something else makes no number of two
    let harmless = ["H80&Aacute;1200001001", "H80&bogus;1200001001", "?a=H80&copy=1200001001"];
    let input: Vec<String> = harmless.iter().map(|text| json!({ "id": text, "text": text }).to_string()).collect();
    for answer in lines(&moderation(&["check", "--jsonl"], input.join("\n").as_bytes())) {
        let kinds: Vec<&Value> = answer["matches"].as_array().unwrap().iter().map(|found| &found["kind"]).collect();
        assert!(!kinds.contains(&&json!("upn")), "{answer}");
    }
}

#[test]
fn given_packs_or_phrases_are_all_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let pack = file(&folder, "essays.toml", PACK);
    let text = json!({ "id": 1, "text": "B u y your ess4ys: UPN H801200001001" }).to_string();
    let output = moderation(&["check", "--pack", &pack, "--jsonl"], text.as_bytes());
    let found = json!({ "rule": "essay-advert", "kind": "phrase", "start": 0, "end": 17 });
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
    assert!(!said.contains("at line") && said.contains("at column"), "lines are those of the input: {said}");
}

#[test]
fn ids_are_strings_or_whole_numbers_and_come_back_as_they_are() {
    let good = ["\"a\"", "\"\"", "-7", "0", "18446744073709551615", "\"\\u00e9\""];
    let input: Vec<String> = good.iter().map(|id| format!("{{\"id\": {id}, \"text\": \"fine\"}}")).collect();
    let output = moderation(&["check", "--jsonl"], input.join("\r\n").as_bytes());
    assert!(output.status.success(), "{output:?}");
    let ids: Vec<Value> = lines(&output).iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(ids, good.map(|id| serde_json::from_str::<Value>(id).unwrap()));

    let wrong = ["null", "true", "1.5", "1e3", "18446744073709551616", "[]", "{}"];
    let input: Vec<String> = wrong.iter().map(|id| format!("{{\"id\": {id}, \"text\": \"fine\"}}")).collect();
    let output = moderation(&["check", "--jsonl"], input.join("\n").as_bytes());
    assert!(output.status.code() == Some(1) && output.stdout.is_empty(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    for (number, said) in (1..).zip(said.lines()) {
        assert_eq!(said, format!("line {number}: its id is neither a string nor a whole number of 64 bits"));
    }
    assert_eq!(said.lines().count(), wrong.len());
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_input() {
    let line = json!({ "id": 1, "text": "UPN H801200001001" }).to_string();
    let output = moderation(&["check", "--jsonl"], format!("\u{feff}{line}\n{line}").as_bytes());
    let answers = lines(&output);
    assert!(output.status.success() && answers.len() == 2 && answers[0] == answers[1], "{output:?}");
    let output = moderation(&["check"], "\u{feff}UPN H801200001001".as_bytes());
    assert!(String::from_utf8_lossy(&output.stdout).contains("characters 4 to 17"), "{output:?}");
    // further in it is one character too many
    let output = moderation(&["check", "--jsonl"], format!("{line}\n\u{feff}{line}").as_bytes());
    assert!(output.status.code() == Some(1) && lines(&output).len() == 1, "{output:?}");
}

#[test]
fn names_of_people_addressed_are_not_spoken_of() {
    let text = "Hello @bob @eve see UPN H801200001001 #SLTchat #EduTech";
    let output = moderation(&["check", "--jsonl"], json!({ "id": 1, "text": text }).to_string().as_bytes());
    let upn = json!({ "rule": "pupil-number", "kind": "upn", "start": 24, "end": 37 });
    assert_eq!(lines(&output), [json!({ "id": 1, "action": "hold", "matches": [upn] })]);
    // those who are accused by name are
    let text = "Hello @bob, Mr Harris at Oakfield School stole the trip money";
    let output = moderation(&["check", "--jsonl"], json!({ "id": 1, "text": text }).to_string().as_bytes());
    assert!(lines(&output)[0]["matches"].to_string().contains("defamation_risk"), "{output:?}");
}

#[test]
fn packs_are_tried_before_they_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let good = file(&folder, "good.toml", PACK);
    let adjusting =
        "[pack]\nid = \"ours\"\nversion = 1\ntitle = \"Ours\"\n[[adjust]]\nrule = \"rude-words\"\naction = \"hold\"\n";
    let adjusting = file(&folder, "ours.toml", adjusting);
    for (pack, said) in [(&good, "1 rule holds its samples"), (&adjusting, "0 rules hold their samples")] {
        let output = moderation(&["pack", "lint", pack], b"");
        assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains(said), "{output:?}");
    }
    let wrong = [
        (PACK.replace("[\"Buy your essays here\"]", "[\"Sell them\"]"), "does not match its must_match sample"),
        (PACK.replace("any =", "some ="), "unknown field `some`"),
        (PACK.replace("\"sensitive\"", "\"shout\""), "unknown variant `shout`"),
        (PACK.replace("[rule.when.phrase]\nany", "[rule.when.combine]\nall"), "no rule of that name"),
        (PACK.replace("essay-advert", "rude-words"), "which belongs to staffroom-profanity already"),
        (PACK.replace("essay-advert", "panic"), "no name for a rule"),
        (PACK.replace("id = \"essays\"", "id = \"staffroom-spam\""), "comes with the program"),
        (PACK.replace("title =", "engine = 99\ntitle ="), "later version"),
    ];
    for (text, why) in wrong {
        let output = moderation(&["pack", "lint", &file(&folder, "wrong.toml", &text)], b"");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(why), "{said}\nwanted {why}");
        assert!(output.stdout.is_empty(), "{output:?}");
    }
    let output = moderation(&["check", "--jsonl", "--pack", "nowhere.toml"], b"");
    assert!(output.status.code() == Some(1) && String::from_utf8_lossy(&output.stderr).contains("nowhere.toml"));
}

/// Makes a decision again beside the server: the exit status, and what was said.
fn replayed(server: &ServerProcess, decision: &str) -> (Option<i32>, String) {
    let output = server.run(&["moderation", "replay", decision], &[]);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).trim().to_owned())
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
    let (code, said) = replayed(&server, &first);
    assert!(code == Some(0) && said.starts_with("the same: hold, "), "{said}");

    let there = format!("/api/v1/statuses/{}", held["id"].as_str().unwrap());
    amy.send(Method::PUT, &there, &json!({ "status": "UPN: H801200001001 is back" })).await.ok();
    let second = decisions(&server)[0].0.clone();
    assert_ne!(second, first);
    for decision in [&first, &second] {
        let (code, said) = replayed(&server, decision);
        assert!(code == Some(0) && said.starts_with("the same: hold, "), "each with its own text: {said}");
    }
    let withdrawn = amy.send(Method::DELETE, &there, &Value::Null).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.json);
    let choice = decisions(&server)[0].clone();
    assert_eq!(choice.1, "withdrawn");
    let (code, said) = replayed(&server, &choice.0);
    assert!(code == Some(3) && said.contains("the rules did not make it"), "{said}");
    for decision in [&first, &second] {
        assert_eq!(replayed(&server, decision).0, Some(0), "its text is kept for a while");
    }

    server.kill();
    let database = server.database();
    let forged = "UPDATE moderation_decisions SET findings = REPLACE(findings, '\"kind\":\"upn\"', '\"kind\":\"uln\"')";
    database.change(forged).await;
    let (code, said) = replayed(&server, &second);
    assert!(
        code == Some(1) && said.contains("only then: pupil-number") && said.contains("only now: pupil-number"),
        "{said}"
    );
    database.change("UPDATE judged_texts SET texts = REPLACE(texts, 'is back', 'is here')").await;
    let (code, said) = replayed(&server, &second);
    assert!(code == Some(3) && said.contains("not what was judged"), "{said}");
    database.change("UPDATE held_statuses SET draft = ''").await;
    for decision in [&first, &second] {
        let (code, said) = replayed(&server, decision);
        assert!(code == Some(3) && said.contains("its text is gone"), "{said}");
    }
    database.change("DELETE FROM held_statuses").await;
    assert_eq!(database.count("judged_texts").await, 0, "no text outlives what it was of");
    let nowhere = server.run(&["moderation", "replay", "77"], &[]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("decision not found"));
    let usage = moderation(&["replay", "--help"], b"");
    let usage: Vec<String> = String::from_utf8_lossy(&usage.stdout).split_whitespace().map(str::to_owned).collect();
    assert!(usage.join(" ").contains("3 it cannot be made again"), "{usage:?}");
}

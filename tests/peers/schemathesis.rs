//! Schemathesis tries the client API by its own OpenAPI document, as anonymous, user and administrator: what nobody
//! would send, and things made by one operation given to the next. Nothing may make the server fail, and every answer
//! must be as the document says. The same seed each time.

use std::path::Path;
use std::process::Command;

use reqwest::Method;
use serde_json::Value;
use staffroom_tests::peer;
use staffroom_tests::process::{ServerProcess, free_ports};

/// Where the programs are, below the folder of peers.
const PROGRAMS: &str = "schemathesis/bin";

/// A stream that opens has no end, so there is no answer to look at.
const STREAMS: &str = "^/api/v1/streaming(?!/health)";

async fn server() -> ServerProcess {
    let [port] = free_ports();
    ServerProcess::start_with(port, &[], &[("API__PUBLIC_TIMELINES", "true")]).await
}

/// Runs Schemathesis in a folder of its own, as whom `token` says: its report, or what it said when it found something.
fn try_all(url: &str, token: Option<&str>, more: &[&str]) -> Result<Value, String> {
    let rest = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/schemathesis/schemathesis.toml");
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(peer::folder().join(PROGRAMS).join("schemathesis"));
    command.current_dir(folder.path()).arg("--config-file").arg(rest).args(["run", "--url", url]);
    command.arg(format!("{url}/api/openapi.json")).args(["--exclude-path-regex", STREAMS, "--seed", "4"]);
    command.args(["--checks", "not_a_server_error,response_schema_conformance", "--continue-on-failure"]);
    command
        .args(["--no-color", "--warnings", "off", "--report", "json", "--report-json-path", "report.json"])
        .args(more);
    if let Some(token) = token {
        command.arg("--header").arg(format!("Authorization: Bearer {token}"));
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let report = std::fs::read_to_string(folder.path().join("report.json"));
    let report: Option<Value> = report.ok().and_then(|text| serde_json::from_str(&text).ok());
    report.filter(|_| output.status.success()).ok_or(said)
}

/// Each operation by itself, then along the links: things made by one are given to the next. The times are what a run
/// may take; two of the three who try go at once.
fn try_both_ways(server: &ServerProcess, token: Option<&str>) {
    let alone = ["--phases", "coverage,fuzzing", "--max-examples", "5", "--max-time", "70"];
    let report = try_all(server.url(), token, &alone).unwrap_or_else(|said| panic!("{said}"));
    let operations = &report["operations"];
    assert!(operations["tested"].as_u64() > Some(200), "few were tried: {operations}");
    assert_eq!(operations["tested"], operations["selected"], "some were not tried: {operations}");
    let linked = ["--phases", "stateful", "--max-examples", "50", "--max-time", "55"];
    let report = try_all(server.url(), token, &linked).unwrap_or_else(|said| panic!("{said}"));
    assert!(report["test_cases"]["generated"].as_u64() > Some(100), "links were hardly followed: {report}");
}

/// Whether the token was good to the end: otherwise little was tried.
async fn still_opens(server: &ServerProcess, token: &str) {
    let api = server.api(Some(token.to_owned()));
    let me = api.send(Method::GET, "/api/v1/accounts/verify_credentials", &Value::Null).await;
    assert_eq!(me.status, 200, "{me:?}");
}

#[tokio::test]
async fn schemathesis_finds_nothing_as_anonymous() {
    let server = server().await;
    try_both_ways(&server, None);
}

#[tokio::test]
async fn schemathesis_finds_nothing_as_user() {
    let server = server().await;
    server.member("ben");
    let token = server.member_token("amy");
    try_both_ways(&server, Some(&token));
    still_opens(&server, &token).await;
}

#[tokio::test]
async fn schemathesis_finds_nothing_as_admin() {
    let server = server().await;
    server.member("ben");
    server.member_token("zoe");
    server.admin(&["account", "set-role", "zoe", "admin"], "");
    let scopes = "read write follow push profile admin:read admin:write";
    let printed = server.admin(&["token", "create", "--account", "zoe", "--scopes", scopes], "");
    let token = printed.lines().last().unwrap().to_owned();
    try_both_ways(&server, Some(&token));
    still_opens(&server, &token).await;
}

#[tokio::test]
async fn schemathesis_sees_an_answer_that_is_not_as_described() {
    let server = server().await;
    let mut document = server.api(None).get("/api/openapi.json").await;
    document["components"]["schemas"]["V1Instance"]["properties"]["title"]["type"] = "integer".into();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let validator = peer::folder().join(PROGRAMS).join("openapi-spec-validator");
    let validated = Command::new(&validator).arg(&file).output().unwrap();
    assert!(validated.status.success(), "{}", String::from_utf8_lossy(&validated.stdout));
    let mut command = Command::new(peer::folder().join(PROGRAMS).join("schemathesis"));
    command.current_dir(folder.path()).args(["run", "openapi.json", "--url", server.url()]);
    command.args(["--include-path", "/api/v1/instance", "--checks", "response_schema_conformance", "--no-color"]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success() && said.contains("is not of type"), "{said}");

    document["paths"]["/api/v1/instance"]["get"]["responses"] = Value::Null;
    std::fs::write(&file, document.to_string()).unwrap();
    assert!(!Command::new(&validator).arg(&file).output().unwrap().status.success(), "a broken document is accepted");
}

//! The reverse-proxy examples of `docs/examples`, run by Caddy in front of a real server.

use reqwest::Method;
use reqwest::header::LOCATION;
use staffroom_tests::api::{Api, plain_client};
use staffroom_tests::clients::Clients;
use staffroom_tests::peer::{self, Running};
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports, loopback_host};
use staffroom_tests::wait::eventually;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Starts Caddy with the example `name`, each pair of `addresses` replaced; its data stays in the returned folder.
async fn caddy(folder: &Path, name: &str, addresses: &[(&str, &str)], listens_on: u16) -> (Running, TempDir) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples").join(name);
    let mut example = std::fs::read_to_string(&path).unwrap();
    for (from, to) in addresses {
        assert!(example.contains(from), "{name} does not mention {from}");
        example = example.replace(from, to);
    }
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("Caddyfile");
    std::fs::write(&config, format!("{{\n\tadmin off\n}}\n{example}")).unwrap();
    let mut command = Command::new(folder.join("bin/caddy"));
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&config);
    command.env("HOME", home.path()).env("XDG_DATA_HOME", home.path()).env("XDG_CONFIG_HOME", home.path());
    let running = Running::start(&mut command);
    eventually("Caddy listens", || async {
        plain_client().get(format!("http://127.0.0.1:{listens_on}/")).send().await.map(drop)
    })
    .await;
    (running, home)
}

#[tokio::test]
async fn behind_the_proxy_addresses_stay_public_and_signing_in_works() {
    let folder = peer::folder();
    let [inner, outer] = free_ports();
    let (upstream, public) = (format!("127.0.0.1:{inner}"), format!("http://{}", loopback_host(outer)));
    let account_domain = loopback_host(outer);
    let settings = [
        ("SERVER__PUBLIC_URL", public.as_str()),
        ("SERVER__ACCOUNT_DOMAIN", account_domain.as_str()),
        ("SERVER__TRUSTED_PROXIES", r#"["127.0.0.1/32"]"#),
    ];
    let server = ServerProcess::start_with(inner, &[outer], &settings).await;
    let token = server.member_token("amy");
    let addresses = [("school.example {", format!("{public} {{")), ("127.0.0.1:3000", upstream)];
    let addresses = addresses.each_ref().map(|(from, to)| (*from, to.as_str()));
    let _caddy = caddy(&folder, "Caddyfile", &addresses, outer).await;

    let amy = Api::new(&public, Some(token));
    let status = amy.post("/api/v1/statuses", &serde_json::json!({ "status": "Hello from behind" })).await;
    for address in [&status["uri"], &status["url"], &status["account"]["url"]] {
        assert!(address.as_str().is_some_and(|address| address.starts_with(&public)), "{address}");
    }
    let forged = Api::new(&public, None).request(Method::GET, "/api/v2/instance");
    let forged = forged.header("x-forwarded-host", "evil.example").header("x-forwarded-proto", "https").send().await;
    assert!(!forged.unwrap().text().await.unwrap().contains("evil.example"));

    let (near, far) = (left(&public, "203.0.113.5").await, left(&public, "203.0.113.6").await);
    assert!(far < near, "the proxy passed a visitor's own X-Forwarded-For on: {near}, {far}");
    let direct = format!("http://127.0.0.1:{inner}");
    let (near, far) = (left(&direct, "203.0.113.5").await, left(&direct, "203.0.113.6").await);
    assert_eq!(near, far, "a trusted proxy's X-Forwarded-For was not believed");

    let clients = Clients::new(&folder);
    clients.toot(&["login", "--instance", &public, "--email", "amy@example.org", "--password", PASSWORD]).await;
    clients.toot(&["home", "Hello from behind"]).await;
}

/// How many more requests `base` takes from who seems to ask: one bucket for each address.
async fn left(base: &str, forwarded_for: &str) -> u64 {
    let request = plain_client().get(format!("{base}/api/v2/instance")).header("x-forwarded-for", forwarded_for);
    let answer = request.send().await.unwrap();
    answer.headers()["x-ratelimit-remaining"].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_visitor_who_is_no_trusted_proxy_cannot_choose_an_address() {
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    let (near, far) = (left(server.url(), "203.0.113.5").await, left(server.url(), "203.0.113.6").await);
    assert!(far < near, "X-Forwarded-For of a stranger was believed: {near}, {far}");
}

#[tokio::test]
async fn the_split_domain_example_sends_discovery_to_the_web_host_and_nothing_else() {
    let folder = peer::folder();
    let [inner, web, apex] = free_ports();
    let (web_host, apex_host) = (loopback_host(web), loopback_host(apex));
    let site = tempfile::tempdir().unwrap();
    std::fs::write(site.path().join("index.html"), "the school's website").unwrap();
    let addresses = [
        ("https://social.school.example", format!("http://{web_host}")),
        ("social.school.example {", format!("http://{web_host} {{")),
        ("\nschool.example {", format!("\nhttp://{apex_host} {{")),
        ("127.0.0.1:3000", format!("127.0.0.1:{inner}")),
        ("/var/www/html", site.path().display().to_string()),
    ];
    let addresses = addresses.each_ref().map(|(from, to)| (*from, to.as_str()));
    let _caddy = caddy(&folder, "Caddyfile.split-domain", &addresses, apex).await;

    let query = "/.well-known/webfinger?resource=acct:amy@school.example";
    let answer = plain_client().get(format!("http://{apex_host}{query}")).send().await.unwrap();
    assert_eq!(answer.status(), 301);
    assert_eq!(answer.headers()[LOCATION], format!("http://{web_host}{query}"));
    let website = plain_client().get(format!("http://{apex_host}/")).send().await.unwrap();
    assert_eq!(website.text().await.unwrap(), "the school's website");
}

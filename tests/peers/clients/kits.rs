//! Every area of the client API by four client libraries, as the apps built on them use it, with what each must be refused.
//!
//! | | toot | Mastodon.py | masto | megalodon |
//! |---|---|---|---|---|
//! | signing in through the pages | yes | yes | yes | yes |
//! | posting with media and poll, voting | yes | yes | yes | yes |
//! | editing, source, history | no command | yes | yes | no history |
//! | timelines and their pages, threads | yes | yes | yes | yes |
//! | streaming | no command | SSE and WebSocket | WebSocket, several at once | WebSocket |
//! | push, decrypted | no command | `aesgcm` (it does not send `standard`) | both encodings | both encodings |
//! | notifications | yes | also in groups, policy, requests | also in groups | yes |
//! | lists | yes | yes | yes | yes |
//! | filters | no command | both versions | second version | first version |
//! | people: follows, blocks, mutes, requests | yes | follows | follows | follows |
//! | search: accounts, hashtags, addresses, words | yes | yes | yes | yes |
//! | held: told, edited clean, withdrawn, kept inside the school | yes, edited by Mastodon.py | yes | – | – |
//! | reporting | no command | yes | yes | yes |
//! | moderation of reports and accounts | no command | yes | yes | no call |
//! | domains, sign-ups, figures, trends | no command | yes | yes | no call |
//! | refused: a scope too small, a revoked token | yes | yes | yes | yes |
//!
//! What is asserted is in the scripts; here is who takes part. Push messages are read by `http_ece`, in Python and in
//! JavaScript, with keys that OpenSSL made.

use staffroom_tests::clients::Clients;
use staffroom_tests::peer;
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};
use std::path::{Path, PathBuf};

/// A school with amy (who signs in herself), ben, and zoe who moderates.
struct School {
    server: ServerProcess,
    ben: String,
    zoe: String,
    /// A token of amy's that may only read.
    reader: String,
    push_port: String,
}

impl School {
    async fn start() -> Self {
        let [port, push] = free_ports();
        Self::of(ServerProcess::start(port, &[push]).await, push)
    }

    /// One that is spoken with over https alone, with a certificate of the test authority.
    async fn start_tls() -> Self {
        let [port, push] = free_ports();
        let url = format!("https://localhost:{port}");
        let (certificate, key) = (fixture("localhost.pem"), fixture("localhost.key"));
        let settings = [
            ("SERVER__PUBLIC_URL", url.as_str()),
            ("SERVER__TLS__CERTIFICATE_FILE", certificate.to_str().unwrap()),
            ("SERVER__TLS__KEY_FILE", key.to_str().unwrap()),
        ];
        Self::of(ServerProcess::start_with(port, &[push], &settings).await, push)
    }

    fn of(server: ServerProcess, push: u16) -> Self {
        server.member_token("amy");
        let ben = server.member_token("ben");
        let create = ["account", "create", "--handle", "zoe", "--email", "zoe@example.org", "--role", "admin"];
        server.admin(&[&create[..], &["--password-stdin"]].concat(), PASSWORD);
        let token = |handle: &str, scopes: &str| {
            let printed = server.admin(&["token", "create", "--account", handle, "--scopes", scopes], "");
            printed.lines().last().unwrap_or_default().trim().to_owned()
        };
        let zoe = token("zoe", "read write follow push admin:read admin:write");
        let reader = token("amy", "read");
        Self { server, ben, zoe, reader, push_port: push.to_string() }
    }

    fn arguments(&self) -> [&str; 12] {
        let (ben, zoe, reader, push) = (&*self.ben, &*self.zoe, &*self.reader, &*self.push_port);
        let url = self.server.url();
        ["--instance", url, "--password", PASSWORD, "--ben", ben, "--zoe", zoe, "--reader", reader, "--push-port", push]
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tls").join(name)
}

#[tokio::test]
async fn toot_does_all_it_has_a_command_for() {
    let (clients, school) = (Clients::new(&peer::folder()), School::start().await);
    let home = clients.home();
    let args = ["--home", &home, "--instance", school.server.url(), "--password", PASSWORD];
    let tokens = ["--ben", &school.ben, "--reader", &school.reader];
    clients.run("toot_areas.py", &[&args[..], &tokens[..]].concat()).await;
}

#[tokio::test]
async fn mastodon_py_does_all_that_apps_do() {
    let (clients, school) = (Clients::new(&peer::folder()), School::start().await);
    clients.run("mastodon_flow.py", &school.arguments()).await;
}

#[tokio::test]
async fn masto_does_all_that_apps_do() {
    let (clients, school) = (Clients::new(&peer::folder()), School::start().await);
    clients.run("masto_flow.mjs", &school.arguments()).await;
}

#[tokio::test]
async fn megalodon_does_all_that_apps_do() {
    let (clients, school) = (Clients::new(&peer::folder()), School::start().await);
    clients.run("megalodon_flow.mjs", &school.arguments()).await;
}

#[tokio::test]
async fn masto_does_it_over_https_and_wss_when_it_trusts_the_authority() {
    let (folder, school) = (peer::folder(), School::start_tls().await);
    let printed = Clients::new(&folder).fails("masto_flow.mjs", &school.arguments()).await;
    assert!(printed.contains("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "{printed}");
    let stranger = Clients::new(&folder).trusting(fixture("bad_ca.pem"));
    let printed = stranger.fails("masto_flow.mjs", &school.arguments()).await;
    assert!(printed.contains("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "{printed}");
    Clients::new(&folder).trusting(fixture("ca.pem")).run("masto_flow.mjs", &school.arguments()).await;
}

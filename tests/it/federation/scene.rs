//! A server with amy on it and a stranger who sends it requests: what the tests of the gate share.

use http::Request;
use serde_json::Value;
use staffroom_tests::process::ServerProcess;
use staffroom_tests::puppet::{self, Actor, COVERED, draft};
use staffroom_tests::wait::eventually;

use super::network::{actor_uri, server_and_puppet};

/// A server, the inbox under test, and eve, who has something to say to amy.
pub(super) struct Scene {
    pub(super) server: ServerProcess,
    pub(super) inbox: String,
    pub(super) amy: String,
    pub(super) eve: Actor,
}

/// Starts both.
pub(super) async fn scene() -> Scene {
    let (server, amy, puppet) = server_and_puppet().await;
    let inbox = format!("{}/inbox", server.url());
    Scene { inbox, amy: actor_uri(&amy).await, server, eve: puppet.actor("eve") }
}

impl Scene {
    /// A note to amy, in a Create by eve.
    pub(super) fn create(&self) -> Value {
        self.eve.activity("Create", &self.eve.note("for amy", &[&self.amy]))
    }

    /// It on the way to the inbox, not signed.
    pub(super) fn request(&self) -> Request<Vec<u8>> {
        draft("POST", &self.inbox, self.create().to_string().as_bytes())
    }

    /// The same signed as Mastodon does.
    pub(super) fn signed(&self) -> Request<Vec<u8>> {
        let mut request = self.request();
        self.eve.sign(&mut request, &COVERED);
        request
    }

    /// Nothing of a refused request may be found anywhere.
    pub(super) async fn traces(&self) -> [i64; 5] {
        let stored = self.server.database();
        [
            stored.count("inbox_items").await,
            stored.count("seen_activities").await,
            stored.count("accounts WHERE domain IS NOT NULL").await,
            stored.count("statuses").await,
            stored.count("notifications").await,
        ]
    }

    /// `request` is answered 4xx, whatever came before it.
    pub(super) async fn traceless(&self, what: &str, request: Request<Vec<u8>>) {
        let accepted = "seen_activities";
        let before = self.server.database().count(accepted).await;
        let (status, body) = puppet::send(request).await;
        assert!((400..500).contains(&status), "{what}: answered {status} {body}");
        assert_eq!(self.server.database().count(accepted).await, before, "{what}: left a trace");
    }

    /// `request` is answered 4xx, or 503 where a look at the keys of a moment ago is not repeated, and leaves no trace.
    pub(super) async fn refuses(&self, what: &str, request: Request<Vec<u8>>) {
        let (status, body) = puppet::send_verbatim(&request).await;
        assert!((400..500).contains(&status) || status == 503, "{what}: answered {status} {body}");
        assert_eq!(self.traces().await, [0; 5], "{what}: left a trace");
    }

    /// `request` is taken, and then amy has `arrived` notifications.
    pub(super) async fn accepts(&self, what: &str, request: Request<Vec<u8>>, arrived: i64) {
        let (status, body) = puppet::send(request).await;
        assert_eq!(status, 202, "{what}: {body}");
        eventually(&format!("{what}: amy is told"), || async {
            let told = self.server.database().count("notifications").await;
            if told == arrived { Ok(()) } else { Err(told) }
        })
        .await;
    }
}

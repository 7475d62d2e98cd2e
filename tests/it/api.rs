//! The client API as apps use it: over HTTP, against one server that all of these tests share.

mod admin;
pub(crate) mod described;
mod discovery;
mod figures;
mod held;
mod idor;
mod instance;
mod level;
pub(crate) mod media;
mod notifications;
mod oauth;
mod openapi;
mod organisations;
mod push;
mod relations;
mod scopes;
mod search;
mod statuses;
mod streaming;
mod translate;
mod traps;
mod video;
mod visibility;
mod wire;

use std::sync::atomic::{AtomicU32, Ordering};

use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use tokio::sync::OnceCell;

/// The server of these tests; its public timelines can be read by everybody.
pub(crate) async fn server() -> &'static ServerProcess {
    static SERVER: OnceCell<&'static ServerProcess> = OnceCell::const_new();
    let start = async || {
        let [port] = free_ports();
        ServerProcess::start_with(port, &[], &[("API__PUBLIC_TIMELINES", "true")]).await.shared()
    };
    SERVER.get_or_init(start).await
}

/// A member nobody else uses, and their handle.
pub(crate) async fn somebody() -> (Api, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let handle = format!("member{}", COUNT.fetch_add(1, Ordering::Relaxed));
    (server().await.member(&handle), handle)
}

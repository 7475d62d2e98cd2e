//! `staffroom serve`.

use std::process::ExitCode;

use crate::app::App;
use crate::commands::asked_to_stop;
use crate::config::Config;

/// Serves until asked to stop.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let running = App::open(config).await?.start().await?;
    let stop = running.stop_handle();
    let listening = tokio::spawn(async move {
        asked_to_stop().await;
        tracing::info!("stopping");
        stop.cancel();
    });
    let ended = running.stopped().await;
    listening.abort();
    ended.map(|()| ExitCode::SUCCESS)
}

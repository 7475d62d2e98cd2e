//! `staffroom serve`.

use std::process::ExitCode;

use crate::app::App;
use crate::commands::asked_to_stop;
use crate::config::Config;
use crate::data_dir;

/// Serves until asked to stop.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let is_sqlite = config.database_url().starts_with("sqlite:");
    let data_dir = config.data_dir.0.clone();
    let app = App::open(config).await?;
    // Nodes that share a PostgreSQL database may share the folder with the media too.
    let held = is_sqlite.then(|| data_dir::hold(&data_dir)).transpose()?;
    let running = app.start().await?;
    let stop = running.stop_handle();
    let listening = tokio::spawn(async move {
        asked_to_stop().await;
        tracing::info!("stopping");
        stop.cancel();
    });
    let ended = running.stopped().await;
    listening.abort();
    drop(held);
    ended.map(|()| ExitCode::SUCCESS)
}

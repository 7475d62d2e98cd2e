//! `staffroom admin search …`.

use clap::Subcommand;
use staffroom_service::Service;

use crate::commands::say;

/// `staffroom admin search …`.
#[derive(Debug, Subcommand)]
pub(crate) enum SearchCommand {
    /// Have the running server read all statuses into the index of their words again, the newest first.
    Reindex,
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: SearchCommand) -> anyhow::Result<()> {
    match command {
        SearchCommand::Reindex => {
            service.search().reindex(&service.cx()).await?;
            say("the running server reads all statuses into the index again");
        }
    }
    Ok(())
}

//! `staffroom admin search …`.

use clap::Subcommand;
use staffroom_service::Service;

use crate::commands::say;

/// `staffroom admin search …`.
#[derive(Debug, Subcommand)]
pub(crate) enum SearchCommand {
    /// Read all statuses into the index of their words again, from the first on.
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

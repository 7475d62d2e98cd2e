//! `staffroom admin relay …`.

use clap::Subcommand;
use staffroom_service::Service;
use staffroom_service::exchange::Relay;

use crate::commands::say;

/// `staffroom admin relay …`.
#[derive(Debug, Subcommand)]
pub(crate) enum RelayCommand {
    /// Listen to a relay; of what it sends, statuses with published or followed hashtags are kept.
    Add {
        /// Its inbox (`https://relay.example/inbox`), or its actor where it wants to be followed.
        url: String,
    },
    /// List them.
    List,
    /// Listen to a relay no more.
    Remove {
        /// Its address, as listed.
        url: String,
    },
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: RelayCommand) -> anyhow::Result<()> {
    let (cx, exchange) = (service.cx(), service.exchange());
    match command {
        RelayCommand::Add { url } => say(&line(&exchange.add_relay(&cx, &url).await?)),
        RelayCommand::List => {
            for relay in exchange.relays().await? {
                say(&line(&relay));
            }
        }
        RelayCommand::Remove { url } => {
            exchange.remove_relay(&cx, &url).await?;
            say("no longer listened to; the running server tells it");
        }
    }
    Ok(())
}

fn line(relay: &Relay) -> String {
    format!("{}\t{}\t{}", relay.url, relay.state.as_str(), relay.actor_uri.as_deref().unwrap_or("-"))
}

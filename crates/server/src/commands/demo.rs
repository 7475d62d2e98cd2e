//! `staffroom demo`.

use std::process::ExitCode;

use clap::Args;

use crate::commands::{asked_to_stop, say};
use crate::config::Log;
use crate::demo::{Network, PASSWORD, Table, tell};
use crate::telemetry;

/// First port of the demo people look at.
const FIRST_PORT: u16 = 3001;

/// `staffroom demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Play the story unattended, print what held, and end: 0 when everything did.
    #[arg(long)]
    check: bool,
    /// First of three ports in a row: 3001, or with `--check` any free ones.
    #[arg(long)]
    port: Option<u16>,
}

/// Starts three schools, plays the story, and (without `--check`) stays up until asked to stop.
pub(crate) async fn run(args: DemoArgs) -> anyhow::Result<ExitCode> {
    telemetry::init(&Log { filter: "warn".to_owned(), ..Log::default() });
    let network = Network::start(args.port.or((!args.check).then_some(FIRST_PORT))).await?;
    if !args.check {
        introduce(&network);
    }
    let mut table = Table::default();
    let told = tell(&network, &mut table).await;
    table.print();
    if told.is_ok() && !args.check {
        say("\nThe three schools stay up until Ctrl-C.");
        asked_to_stop().await;
    }
    network.stop().await?;
    told?;
    Ok(if table.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn introduce(network: &Network) {
    for site in &network.sites {
        say(&format!("\n{}  {}", site.title, site.url));
        for person in &site.people {
            say(&format!("  {}  password {PASSWORD}", person.handle));
            say(&format!("    token {}", person.token));
        }
    }
    let first = network.sites.first().map_or("", |site| site.url.as_str());
    say(&format!(
        "\nSign in with any Mastodon app that allows plain http, for example: toot login --instance {first}\n"
    ));
}

//! `staffroom admin address …`: the way back in for who shut themselves out, so it needs no HTTP.

use clap::Subcommand;
use staffroom_service::Service;
use staffroom_service::auth::Authority;
use staffroom_service::sign_ups::IpBlock;

use crate::commands::{one_line, say};

/// `staffroom admin address …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AddressCommand {
    /// List rules about internet addresses.
    List,
    /// Take the rule about addresses back; a running server heeds it within seconds.
    Remove {
        /// As listed: `203.0.113.0/24`, or a single address.
        addresses: String,
    },
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: AddressCommand) -> anyhow::Result<()> {
    let (cx, sign_ups) = (service.cx(), service.sign_ups());
    match command {
        AddressCommand::List => {
            for rule in sign_ups.all_networks(&cx).await? {
                say(&line(&rule));
            }
        }
        AddressCommand::Remove { addresses } => {
            let removed = sign_ups.unblock_addresses(&cx, &Authority::operator(), &addresses).await?;
            say(&format!("{removed}\tno rule any more"));
        }
    }
    Ok(())
}

fn line(rule: &IpBlock) -> String {
    let end = rule.expires_at.map(|end| format!("\tuntil {}", end.to_rfc3339())).unwrap_or_default();
    let comment = if rule.comment.is_empty() { String::new() } else { format!("\t{}", one_line(&rule.comment)) };
    format!("{}\t{}{end}{comment}", rule.network, rule.severity.as_str())
}

//! `staffroom moderation log …`.

use std::process::ExitCode;

use clap::Subcommand;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::LogEntryId;
use staffroom_domain::moderation_log::{Deed, LogFilter};
use staffroom_service::Service;
use staffroom_service::moderation_log::shown;

use crate::app::App;
use crate::commands::say;
use crate::config::Config;

/// Entries read at a time.
const PAGE: u64 = 500;

/// `staffroom moderation log …`.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Check that no entry was changed or taken out. Fails at the first that is not as it was written.
    Verify,
    /// Print entries, oldest first, one JSON object a line.
    List {
        /// None older than this: a day such as 2026-11-21, or a time such as 2026-11-21T19:00:00Z.
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        since: Option<Timestamp>,
        /// Those of one sort alone, such as account.suspend.
        #[arg(long, value_name = "KIND", value_parser = parse_kind)]
        kind: Option<Deed>,
    },
}

/// Runs one of them on the database of a server that may be running.
pub(super) async fn run(config: Config, command: LogCommand) -> anyhow::Result<ExitCode> {
    let app = App::open(config).await?;
    let done = match command {
        LogCommand::Verify => verify(app.service()).await,
        LogCommand::List { since, kind } => list(app.service(), LogFilter { kind, since }).await,
    };
    app.close().await?;
    done
}

async fn verify(service: &Service) -> anyhow::Result<ExitCode> {
    let found = service.moderation_log().verify().await?;
    say(&format!("{} entries are right, {} signatures hold", found.right, found.signed));
    let Some(fault) = found.fault else { return Ok(ExitCode::SUCCESS) };
    say(&format!("entry {} {}", fault.entry, fault.why));
    Ok(ExitCode::FAILURE)
}

async fn list(service: &Service, filter: LogFilter) -> anyhow::Result<ExitCode> {
    let mut after = LogEntryId(0);
    loop {
        let entries = service.moderation_log().following(after, &filter, PAGE).await?;
        let Some(last) = entries.last() else { return Ok(ExitCode::SUCCESS) };
        after = last.id;
        for entry in &entries {
            say(&shown(entry).to_string());
        }
    }
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    let day = || Timestamp::parse(&format!("{text}T00:00:00Z"));
    Timestamp::parse(text).or_else(day).ok_or_else(|| "is neither a day nor a time".to_owned())
}

fn parse_kind(word: &str) -> Result<Deed, String> {
    let all = || Deed::ALL.iter().map(|deed| deed.as_str()).collect::<Vec<_>>().join(", ");
    Deed::parse(word).ok_or_else(|| format!("is none of {}", all()))
}

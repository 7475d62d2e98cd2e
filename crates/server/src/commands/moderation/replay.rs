//! `staffroom moderation decisions` and `replay`: what the rules decided, and whether they would again.

use std::process::ExitCode;

use clap::Args;
use staffroom_service::Service;
use staffroom_service::moderation::Replayed;

use crate::app::App;
use crate::cli::ConfigArgs;
use crate::commands::{complain, one_line, say};
use crate::config::Config;

/// What the exit status of `replay` says.
pub(super) const STATUSES: &str = "Exit status: 0 the same comes of it; 1 something else comes of it; 2 there is no such \
    decision, or it could not be read; 3 it cannot be made again: its text is gone, or the rules or the engine of then are.";
/// It could not be read.
const UNREAD: u8 = 2;
/// What is kept of it does not suffice.
const GONE: u8 = 3;

/// `staffroom moderation decisions`.
#[derive(Debug, Args)]
pub(crate) struct DecisionsArgs {
    /// Only those made before this one.
    #[arg(long, value_name = "DECISION", default_value_t = i64::MAX, hide_default_value = true)]
    before: i64,
    /// How many at most.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

/// `staffroom moderation replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Its number, as `staffroom moderation decisions` prints it.
    #[arg(value_name = "DECISION")]
    decision: i64,
}

/// Lists decisions, the newest first.
pub(super) async fn list(config: Config, args: &DecisionsArgs) -> anyhow::Result<ExitCode> {
    let app = App::open(config).await?;
    let found = app.service().moderation().decisions(args.before, args.limit).await;
    app.close().await?;
    for decision in found? {
        let direction = if decision.is_inbound { "inbound" } else { "outbound" };
        let about = decision.subject_uri.unwrap_or_default();
        let line = [decision.created_at.to_rfc3339().as_str(), direction, &decision.action, &about].map(one_line);
        say(&format!("{:018}\t{}", decision.id, line.join("\t")));
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes a decision again; how that went, is told by one of [`STATUSES`].
pub(super) async fn replay(config: &ConfigArgs, args: &ReplayArgs) -> ExitCode {
    replayed(config, args).await.unwrap_or_else(|e| {
        complain(&format!("error: {e:#}"));
        ExitCode::from(UNREAD)
    })
}

async fn replayed(config: &ConfigArgs, args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let app = App::open(config.load_for_command()?).await?;
    let done = said(app.service(), args.decision).await;
    app.close().await?;
    done
}

async fn said(service: &Service, decision: i64) -> anyhow::Result<ExitCode> {
    Ok(match service.moderation().replay(decision).await? {
        Replayed::Same { action, findings } => {
            let noun = if findings == 1 { "finding" } else { "findings" };
            say(&format!("the same: {action}, {findings} {noun}"));
            ExitCode::SUCCESS
        }
        Replayed::Differs(differences) => {
            say("something else comes of it now");
            for line in &differences {
                say(&one_line(line));
            }
            ExitCode::FAILURE
        }
        Replayed::Impossible(why) => {
            say(&format!("it cannot be made again: {}", one_line(&why)));
            ExitCode::from(GONE)
        }
    })
}

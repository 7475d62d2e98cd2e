//! `staffroom moderation decisions` and `replay`: what the rules decided, and whether they would again.

use std::process::ExitCode;

use clap::Args;
use staffroom_service::Service;
use staffroom_service::moderation::Replayed;

use crate::app::App;
use crate::commands::{one_line, say};
use crate::config::Config;

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

/// Makes a decision again. Fails when something else comes of it, and when it cannot be made again.
pub(super) async fn replay(config: Config, args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let app = App::open(config).await?;
    let done = said(app.service(), args.decision).await;
    app.close().await?;
    done
}

async fn said(service: &Service, decision: i64) -> anyhow::Result<ExitCode> {
    Ok(match service.moderation().replay(decision).await? {
        Replayed::Same { action, findings } => {
            say(&format!("the same: {action}, {findings} findings"));
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
            ExitCode::FAILURE
        }
    })
}

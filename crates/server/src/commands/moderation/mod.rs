//! `staffroom moderation …`: rules tried out and packs made, without a server; packs taken in; decisions made again; the log of
//! what moderators did.

mod check;
mod installed;
mod log;
mod pack;
mod replay;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;
use staffroom_moderation::pack::Document;
use staffroom_moderation::{BUILT_IN, Policy};

use crate::cli::ConfigArgs;

/// `staffroom moderation …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ModerationCommand {
    /// Say what the rules make of texts on standard input.
    Check(check::CheckArgs),
    /// Rule packs.
    #[command(subcommand)]
    Pack(pack::PackCommand),
    /// List what the rules decided about what was held, kept out or refused; works while the server runs.
    Decisions(replay::DecisionsArgs),
    /// Make a decision of the rules again, with the rules and facts of then; works while the server runs.
    #[command(after_help = replay::STATUSES)]
    Replay(replay::ReplayArgs),
    /// What moderators did; works while the server runs.
    #[command(subcommand)]
    Log(log::LogCommand),
}

/// Runs one of them. Trying out and making packs needs no configuration.
pub(crate) async fn run(config: &ConfigArgs, command: ModerationCommand) -> anyhow::Result<ExitCode> {
    match command {
        ModerationCommand::Check(args) => check::run(&args),
        ModerationCommand::Pack(command) => pack::run(config, command).await,
        ModerationCommand::Decisions(args) => Box::pin(replay::list(config.load_for_command()?, &args)).await,
        ModerationCommand::Replay(args) => Ok(Box::pin(replay::replay(config, &args)).await),
        ModerationCommand::Log(command) => Box::pin(log::run(config.load_for_command()?, command)).await,
    }
}

/// Reads packs: those in the files, and the shipped ones before them if asked for.
fn load(files: &[String], with_shipped: bool) -> anyhow::Result<Policy> {
    let mut packs: Vec<(String, String)> = Vec::new();
    if with_shipped {
        packs.extend(BUILT_IN.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
    for file in files {
        let text = std::fs::read_to_string(file).with_context(|| file.clone())?;
        // As packs travel.
        let text = if text.trim_start().starts_with('{') {
            Document::parse(&text).and_then(|document| document.to_toml()).with_context(|| file.clone())?
        } else {
            text
        };
        packs.push((file.clone(), text));
    }
    Ok(Policy::load(packs.iter().map(|(name, text)| (name.as_str(), text.as_str())))?)
}

/// A pack in a file.
fn document(file: &str) -> anyhow::Result<Document> {
    let text = std::fs::read_to_string(file).with_context(|| file.to_owned())?;
    Document::parse(&text).with_context(|| file.to_owned())
}

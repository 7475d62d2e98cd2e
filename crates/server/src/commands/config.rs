//! `staffroom config …`.

use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::ConfigArgs;
use crate::commands::{complain, say};
use crate::config::reference;

/// `staffroom config …`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Report all problems at once; exit 1 if there are any.
    Check,
    /// Print an example file: every key with its default.
    Example,
}

/// Runs one of them.
pub(crate) fn run(args: &ConfigArgs, command: ConfigCommand) -> ExitCode {
    match command {
        ConfigCommand::Example => say(reference::example().trim_end()),
        ConfigCommand::Check => match args.load() {
            Ok(config) => say(&format!(
                "ok: {} on {}, handles end in @{}",
                config.public_url(),
                config.server.listen,
                config.account_domain()
            )),
            Err(e) => {
                for problem in &e.0 {
                    complain(problem);
                }
                return ExitCode::FAILURE;
            }
        },
    }
    ExitCode::SUCCESS
}

//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::config::{self, Config, Source};
use crate::{data_dir, telemetry};

/// Staffroom: a federated network for people who run schools.
#[derive(Debug, Parser)]
#[command(name = "staffroom", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(ConfigArgs),
    /// Run three schools on this machine and let them talk.
    Demo(commands::demo::DemoArgs),
    /// Look after accounts, tokens and peers; works while the server runs.
    Admin {
        #[command(flatten)]
        config: ConfigArgs,
        #[command(subcommand)]
        command: commands::admin::AdminCommand,
    },
    /// Check or print the configuration.
    Config {
        #[command(flatten)]
        config: ConfigArgs,
        #[command(subcommand)]
        command: commands::config::ConfigCommand,
    },
    /// Try out moderation rules and make packs of them, which needs no server; take packs in, make decisions again and look
    /// into the log of what moderators did, also while it runs.
    Moderation {
        #[command(flatten)]
        config: ConfigArgs,
        #[command(subcommand)]
        command: commands::moderation::ModerationCommand,
    },
}

/// Where the configuration comes from.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// TOML file; `STAFFROOM__SECTION__KEY` in the environment overrides it.
    #[arg(long, value_name = "FILE", env = "STAFFROOM_CONFIG", global = true)]
    config: Option<PathBuf>,
}

impl ConfigArgs {
    /// Reads and checks it.
    pub(crate) fn load(&self) -> Result<Config, config::ConfigError> {
        config::load(&Source { file: self.config.clone(), environment: true })
    }

    /// The same for a command beside the server: its answer goes to standard output, and only trouble is worth a log line.
    pub(crate) fn load_for_command(&self) -> Result<Config, config::ConfigError> {
        let mut config = self.load()?;
        config.log.filter = "warn".to_owned();
        telemetry::init(&config.log);
        Ok(config)
    }
}

/// Runs one command. 0: done; 1: it failed, and standard error says why; 2: the words are wrong. Where a command has more to
/// tell, its help says so.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version go to standard output and count as success; clap knows which is which.
            let _ = e.print();
            return ExitCode::from(u8::try_from(e.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(cli.command) {
        Ok(code) => code,
        Err(e) => {
            commands::complain(&format!("error: {e:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    data_dir::close_to_others();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        match command {
            Command::Serve(args) => {
                let config = args.load()?;
                telemetry::init(&config.log);
                commands::serve::run(config).await
            }
            Command::Demo(args) => commands::demo::run(args).await,
            Command::Admin { config, command } => {
                Box::pin(commands::admin::run(config.load_for_command()?, command)).await
            }
            Command::Config { config, command } => Ok(commands::config::run(&config, command)),
            Command::Moderation { config, command } => commands::moderation::run(&config, command).await,
        }
    })
}

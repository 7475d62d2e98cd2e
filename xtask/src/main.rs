//! `cargo xtask`: the repository's own commands, the same for a person and for continuous integration.
//!
//! Start reading at [`test`]. This crate runs other programs; it knows nothing of the server's code.

mod bench;
mod bless;
mod fuzz;
mod peers;
mod postgres;
mod report;
mod run;
mod soak;
mod test;
mod toolchain;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Commands for working on Staffroom.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every check; installs what it needs on Debian and says so first.
    Test {
        /// Only what an edit needs: formatting, a type check, and the suite on SQLite. Installs nothing.
        #[arg(long)]
        quick: bool,
    },
    /// Accepts changed snapshots and rewrites generated documents.
    Bless,
    /// Tries the suite's properties on new input.
    Fuzz {
        /// One target, such as `fuz_03`; else all.
        target: Option<String>,
        /// How long each property is tried.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// The first seed, to repeat a run; else one is made up and printed.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Bears the suite's long loads in full, on the release build.
    Soak {
        /// One load, such as `rel_24`; else all.
        load: Option<String>,
        /// About how long each may take.
        #[arg(long, default_value_t = 30)]
        minutes: u64,
    },
    /// Measures the release build; prints a table and writes JSON.
    Bench {
        /// Passed on to the benchmark as they are.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Test { quick } => Ok(test::run(quick)),
        Command::Bless => bless::run(),
        Command::Fuzz { target, seconds, seed } => fuzz::run(target.as_deref(), seconds, seed),
        Command::Soak { load, minutes } => soak::run(load.as_deref(), minutes),
        Command::Bench { args } => bench::run(&args),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            run::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

//! `staffroom moderation check`.

use std::io::{BufRead, Read as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use staffroom_domain::Clock;
use staffroom_domain::clock::SystemClock;
use staffroom_moderation::{Engine, Facts, Policy};

use crate::commands::{complain, say};

/// `staffroom moderation check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Rule packs to judge by, instead of those shipped.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pack: Vec<String>,
    /// A file with one phrase a line, to hold whatever has one of them in it, and nothing else.
    #[arg(long, value_name = "FILE", conflicts_with = "pack")]
    phrases: Option<String>,
    /// Read one {"id", "text"} a line, and answer each with one line: {"id", "action", "matches"}, with the same id, which is
    /// a string or a whole number. Places are counted in Unicode code points. Without it, standard input is one text.
    #[arg(long)]
    jsonl: bool,
}

/// What editors of some systems begin a file with.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One line of input.
#[derive(Deserialize)]
struct Line {
    id: Value,
    text: String,
}

impl Line {
    /// Reads a line; the error says what is wrong with it, and where in the line.
    fn read(line: &[u8]) -> Result<Self, String> {
        let read = serde_json::from_slice::<Self>(line).map_err(|e| {
            let why = e.to_string();
            // What it is told is one line, so that it counts lines from there.
            let why = why.split(" at line ").next().unwrap_or_default();
            format!("is not {{\"id\": …, \"text\": \"…\"}}: {why}, at column {}", e.column())
        })?;
        if read.id.is_string() || read.id.is_i64() || read.id.is_u64() {
            return Ok(read);
        }
        Err("its id is neither a string nor a whole number of 64 bits".to_owned())
    }
}

/// Judges what comes on standard input. Fails when a line could not be read, once all others are answered.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let policy = match &args.phrases {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| file.clone())?;
            Policy::of_phrases(text.lines())
        }
        None => super::load(&args.pack, args.pack.is_empty())?,
    };
    let engine = Engine::new(policy)?;
    let facts = Facts::at(SystemClock.now());
    if args.jsonl {
        return check_lines(&engine, &facts, &mut std::io::stdin().lock());
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).context("standard input")?;
    let checked = engine.check(text.strip_prefix('\u{feff}').unwrap_or(&text), &facts);
    say(checked.action.as_str());
    for found in checked.matches {
        say(&format!("{} ({}): characters {} to {}", found.rule, found.kind, found.start, found.end));
    }
    Ok(ExitCode::SUCCESS)
}

fn check_lines(engine: &Engine, facts: &Facts, input: &mut dyn BufRead) -> anyhow::Result<ExitCode> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    for (number, line) in input.split(b'\n').enumerate() {
        let line = line.context("standard input")?;
        let line = line.strip_prefix(BYTE_ORDER_MARK).filter(|_| number == 0).unwrap_or(&line);
        if line.trim_ascii().is_empty() {
            continue;
        }
        match Line::read(line) {
            Ok(Line { id, text }) => {
                let checked = engine.check(&text, facts);
                let answer = json!({ "id": id, "action": checked.action, "matches": checked.matches });
                if writeln!(out, "{answer}").is_err() {
                    // Whoever read has gone away; there is nobody to answer.
                    return Ok(code);
                }
            }
            Err(why) => {
                complain(&format!("line {}: {why}", number + 1));
                code = ExitCode::FAILURE;
            }
        }
    }
    out.flush().ok();
    Ok(code)
}

//! `staffroom moderation pack …`.

use std::collections::HashMap;
use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::json;
use staffroom_federation::keys::publisher::PublisherKey;
use staffroom_moderation::pack::{Document, Seal, changes};
use staffroom_moderation::{BUILT_IN, Engine};

use super::installed::{self, ImportArgs};
use super::{document, load};
use crate::cli::ConfigArgs;
use crate::commands::{one_line, say};

/// `staffroom moderation pack …`.
#[derive(Debug, Subcommand)]
pub(crate) enum PackCommand {
    /// Read packs, try their rules on their own samples beside those shipped, and say what to think about. What is installed
    /// on a server is known to `import --preview` alone, which says whether it would be refused there.
    Lint {
        /// The packs, as they would be used together.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<String>,
    },
    /// Make a key to sign packs with; it is written to a new file, and its public half is printed.
    Key {
        /// The new file.
        #[arg(value_name = "FILE")]
        file: String,
    },
    /// Sign a pack: it is printed as JSON with its seal.
    Sign {
        /// The pack.
        #[arg(value_name = "FILE")]
        file: String,
        /// The file with the key: unencrypted PKCS#8 in PEM, Ed25519.
        #[arg(long, value_name = "FILE")]
        key: String,
        /// Who publishes it: the address of an account, or a name.
        #[arg(long, value_name = "NAME")]
        publisher: String,
        /// Print the seal alone, to be given beside the pack.
        #[arg(long)]
        detached: bool,
    },
    /// Say what changes from one version of a pack to another.
    Diff {
        /// The earlier one.
        #[arg(value_name = "OLD")]
        old: String,
        /// The later one.
        #[arg(value_name = "NEW")]
        new: String,
    },
    /// Take a pack in, on the database of a server that may be running: as drafts, or in the shadow.
    Import(ImportArgs),
    /// List the packs that are installed, newest first.
    List,
}

/// Runs one of them. Fails when a pack cannot be used, and says why.
pub(super) async fn run(config: &ConfigArgs, command: PackCommand) -> anyhow::Result<ExitCode> {
    match command {
        PackCommand::Lint { files } => lint(&files)?,
        PackCommand::Key { file } => make_key(&file)?,
        PackCommand::Sign { file, key, publisher, detached } => sign(&file, &key, &publisher, detached)?,
        PackCommand::Diff { old, new } => diff(&old, &new)?,
        PackCommand::Import(args) => Box::pin(installed::import(config, args)).await?,
        PackCommand::List => Box::pin(installed::list(config)).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn lint(files: &[String]) -> anyhow::Result<()> {
    let packs = files.iter().map(|file| document(file)).collect::<anyhow::Result<Vec<Document>>>()?;
    let shipped = BUILT_IN.iter().map(|(_, text)| Document::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let rule_ids = |pack: &Document| -> Vec<String> {
        pack.rules().iter().filter_map(|rule| rule.get("id")?.as_str().map(str::to_owned)).collect()
    };
    let owners: HashMap<String, &str> =
        shipped.iter().flat_map(|pack| rule_ids(pack).into_iter().map(move |rule| (rule, pack.id()))).collect();
    for (file, pack) in files.iter().zip(&packs) {
        if shipped.iter().any(|one| one.id() == pack.id()) {
            bail!("{file}: has the id of a pack that comes with the program");
        }
        pack.check_is_own(|name| owners.get(name).copied()).with_context(|| file.clone())?;
    }
    let engine = Engine::new(load(files, true)?)?;
    let own: Vec<String> = packs.iter().flat_map(rule_ids).collect();
    let is_own = |remark: &String| own.iter().any(|rule| remark.split(':').next() == Some(rule.as_str()));
    for remark in engine.remarks().iter().filter(|remark| is_own(remark)) {
        say(remark);
    }
    for pack in &packs {
        say(&format!("ok: {} version {}, {}", pack.id(), pack.version(), pack.digest()?));
    }
    say(&match own.len() {
        1 => "1 rule holds its samples".to_owned(),
        count => format!("{count} rules hold their samples"),
    });
    Ok(())
}

fn make_key(file: &str) -> anyhow::Result<()> {
    let (key, pem) = PublisherKey::generate()?;
    // Files this program makes are for nobody else.
    let mut new = std::fs::File::create_new(file).with_context(|| file.to_owned())?;
    new.write_all(pem.as_bytes()).with_context(|| file.to_owned())?;
    new.sync_all().with_context(|| file.to_owned())?;
    say(key.multikey());
    Ok(())
}

fn sign(file: &str, key: &str, publisher: &str, detached: bool) -> anyhow::Result<()> {
    if publisher.trim().is_empty() {
        bail!("--publisher names nobody");
    }
    let pack = document(file)?;
    let key_file = key;
    let key = PublisherKey::from_pem(&std::fs::read_to_string(key).with_context(|| key.to_owned())?)
        .with_context(|| key_file.to_owned())?;
    let message = pack.to_sign(publisher, key.multikey()).with_context(|| file.to_owned())?;
    let seal = Seal { publisher: publisher.to_owned(), key: key.multikey().to_owned(), signature: key.sign(&message)? };
    let out = if detached { json!(seal) } else { pack.with_seal(seal).to_json() };
    say(&serde_json::to_string_pretty(&out)?);
    Ok(())
}

fn diff(old: &str, new: &str) -> anyhow::Result<()> {
    let (old, new) = (document(old)?, document(new)?);
    say(&format!("{} version {} → {} version {}", old.id(), old.version(), new.id(), new.version()));
    for change in changes(&old, &new) {
        let fields = change.fields().iter().map(|field| format!("\t{}", one_line(field))).collect::<Vec<_>>().concat();
        say(&format!("{}\t{}{fields}", change.as_str(), one_line(change.rule())));
    }
    Ok(())
}

//! The example file and the reference page, made from the structs.

use std::fmt::Write as _;

use serde::Serialize;

use super::{
    Api, Federation, Instance, Limits, Log, Mail, Media, Metrics, Moderation, Registrations, Secrets, Server, Storage,
    Tls, Translation,
};

/// A section and its keys.
#[derive(Clone, Debug)]
pub struct Section {
    /// Name as in `[name]`.
    pub name: &'static str,
    /// What it is about.
    pub doc: &'static str,
    /// Its keys.
    pub keys: Vec<Key>,
}

/// A key.
#[derive(Clone, Debug)]
pub struct Key {
    /// Name.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Default, as TOML.
    pub default: String,
}

const DATA_DIR_DOC: &str = "Folder for everything the server keeps: database, media, secret key.";

/// All sections, in the order of the file.
pub fn sections() -> Vec<Section> {
    vec![
        Server::describe(),
        Tls::describe(),
        Storage::describe(),
        Secrets::describe(),
        Instance::describe(),
        Registrations::describe(),
        Mail::describe(),
        Limits::describe(),
        Media::describe(),
        Api::describe(),
        Translation::describe(),
        Federation::describe(),
        Moderation::describe(),
        Metrics::describe(),
        Log::describe(),
    ]
}

/// The example file: every key with its default, commented out, so that the file as it stands changes nothing.
pub fn example() -> String {
    let mut out = String::from(
        "# Staffroom: every key with its default. Uncomment what you change.\n\
         # STAFFROOM__SECTION__KEY in the environment overrides a key (STAFFROOM__SERVER__LISTEN).\n\
         # This file is generated; `staffroom config example` prints it.\n\n",
    );
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# {DATA_DIR_DOC}\n# data_dir = \"data\"");
    for section in sections() {
        let _ = writeln!(out, "\n{}[{}]", comment(section.doc), section.name);
        for key in &section.keys {
            let _ = writeln!(out, "\n{}# {} = {}", comment(key.doc), key.name, key.default);
        }
    }
    out
}

/// The reference page, in Markdown.
pub fn page() -> String {
    let mut out = String::from(
        "# Configuration reference\n\n\
         One TOML file (`staffroom serve --config FILE`), or the environment alone: `STAFFROOM__SECTION__KEY` overrides\n\
         a key. `staffroom config check` reports all problems at once. This page is generated from the code.\n\n\
         | key | default | what it does |\n|---|---|---|\n",
    );
    let _ = writeln!(out, "| `data_dir` | `\"data\"` | {DATA_DIR_DOC} |");
    for section in sections() {
        for key in &section.keys {
            let doc = key.doc.trim().replace('\n', " ").replace("  ", " ").replace('|', "\\|");
            let _ = writeln!(out, "| `{}.{}` | `{}` | {} |", section.name, key.name, key.default, doc);
        }
    }
    out
}

/// A default as TOML; empty for what cannot be written.
pub(crate) fn toml_value(value: &impl Serialize) -> String {
    toml::Value::try_from(value).map(|v| v.to_string()).unwrap_or_default()
}

fn comment(doc: &str) -> String {
    doc.trim().lines().fold(String::new(), |out, line| out + "# " + line.trim() + "\n")
}

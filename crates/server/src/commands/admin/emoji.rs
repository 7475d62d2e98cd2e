//! `staffroom admin emoji …`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use staffroom_domain::account::MediaUpload;
use staffroom_service::Service;
use staffroom_service::emojis::NewEmoji;

use crate::commands::{one_line, say};

/// `staffroom admin emoji …`.
#[derive(Debug, Subcommand)]
pub(crate) enum EmojiCommand {
    /// Make a custom emoji.
    Add {
        /// Its name: `well_done` is written `:well_done:`.
        shortcode: String,
        /// Its picture: PNG, GIF, WebP or JPEG of at most 256 KiB, also as it is stored.
        file: PathBuf,
        /// Where it stands in the lists of clients.
        #[arg(long)]
        category: Option<String>,
        /// Clients do not offer it.
        #[arg(long)]
        hidden: bool,
    },
    /// List all.
    List,
    /// Remove one with its picture; where it was written, its name stands.
    Remove {
        /// Its name.
        shortcode: String,
    },
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: EmojiCommand) -> anyhow::Result<()> {
    let emojis = service.emojis();
    match command {
        EmojiCommand::Add { shortcode, file, category, hidden } => {
            let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            let upload = MediaUpload { bytes, file_name: None, content_type: None };
            let new = NewEmoji { shortcode, file: upload, category, in_picker: !hidden };
            let made = emojis.add(&service.cx(), new).await?;
            say(&format!(":{}:", made.shortcode));
        }
        EmojiCommand::List => {
            for emoji in emojis.list().await? {
                let shown = if emoji.in_picker { "offered" } else { "hidden" };
                say(&format!(":{}:\t{shown}\t{}", emoji.shortcode, one_line(&emoji.category.unwrap_or_default())));
            }
        }
        EmojiCommand::Remove { shortcode } => {
            emojis.remove(&shortcode).await?;
            say("removed");
        }
    }
    Ok(())
}

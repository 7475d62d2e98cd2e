//! The operator's longer texts, read once at start.

use std::time::UNIX_EPOCH;

use anyhow::Context as _;
use staffroom_domain::Timestamp;
use staffroom_service::{About, Text};

use crate::config::{Instance, shown};

/// Longest text, in bytes.
const MAX_TEXT_BYTES: u64 = 256 * 1024;

/// What the instance says about itself at length.
///
/// # Errors
/// A file cannot be read; which one is said.
pub(crate) fn load(instance: &Instance) -> anyhow::Result<About> {
    Ok(About {
        languages: instance.languages.0.clone(),
        neighbours: shown(&instance.show_neighbours).unwrap_or_default(),
        extended_description: text(&instance.extended_description_file)
            .context("instance.extended_description_file")?,
        privacy_policy: text(&instance.privacy_policy_file).context("instance.privacy_policy_file")?,
        terms_of_service: text(&instance.terms_of_service_file).context("instance.terms_of_service_file")?,
    })
}

/// The text in a file, and when it was changed; none without a file.
///
/// # Errors
/// It cannot be read, is no text, or too long.
pub(crate) fn text(file: &str) -> anyhow::Result<Option<Text>> {
    if file.is_empty() {
        return Ok(None);
    }
    let read = || -> anyhow::Result<Text> {
        let is_short = std::fs::metadata(file)?.len() <= MAX_TEXT_BYTES;
        anyhow::ensure!(is_short, "must not be longer than {MAX_TEXT_BYTES} bytes");
        let changed = std::fs::metadata(file)?.modified()?.duration_since(UNIX_EPOCH)?;
        let updated_at = Timestamp(i64::try_from(changed.as_millis())?);
        Ok(Text { plain: std::fs::read_to_string(file)?, updated_at })
    };
    read().map(Some).with_context(|| format!("{file:?}"))
}

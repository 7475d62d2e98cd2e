//! The operator's longer texts, read once at start.

use std::time::UNIX_EPOCH;

use anyhow::Context as _;
use staffroom_domain::Timestamp;
use staffroom_service::{About, Text};

use crate::config::{Instance, shown};

/// What the instance says about itself at length.
///
/// # Errors
/// A file cannot be read; which one is said.
pub(crate) fn load(instance: &Instance) -> anyhow::Result<About> {
    Ok(About {
        languages: instance.languages.0.clone(),
        neighbours: shown(&instance.show_neighbours).unwrap_or_default(),
        extended_description: text("extended_description_file", &instance.extended_description_file)?,
        privacy_policy: text("privacy_policy_file", &instance.privacy_policy_file)?,
        terms_of_service: text("terms_of_service_file", &instance.terms_of_service_file)?,
    })
}

/// The text in the file that `key` names, and when it was changed; none without a file.
fn text(key: &str, file: &str) -> anyhow::Result<Option<Text>> {
    if file.is_empty() {
        return Ok(None);
    }
    let read = || -> anyhow::Result<Text> {
        let changed = std::fs::metadata(file)?.modified()?.duration_since(UNIX_EPOCH)?;
        let updated_at = Timestamp(i64::try_from(changed.as_millis())?);
        Ok(Text { plain: std::fs::read_to_string(file)?, updated_at })
    };
    read().map(Some).with_context(|| format!("instance.{key}: {file}"))
}

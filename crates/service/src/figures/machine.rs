//! What the instance runs on, and the room it takes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use staffroom_domain::Timestamp;
use staffroom_domain::figures::start_of;

use super::{Figures, Span, check};
use crate::media::digest_of;
use crate::{Result, ServiceError};

/// Copies looked up with one statement.
const COPIES_AT_ONCE: usize = 5_000;

/// A program the instance is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: String,
}

/// Room that something takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// What takes it.
    pub name: &'static str,
    /// Bytes.
    pub bytes: i64,
}

/// What the files of a domain take here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Bytes in all.
    pub bytes: i64,
    /// Bytes of those that became known on each day, by its start, oldest first.
    pub days: Vec<(Timestamp, i64)>,
}

impl Figures<'_> {
    /// The programs the instance is made of.
    ///
    /// # Errors
    /// The database failed.
    pub async fn programs(&self) -> Result<Vec<Program>> {
        let (name, version) = self.service.storage().read().figures().database().await?;
        let own = self.service.settings().version.clone();
        Ok(vec![Program { name: "Staffroom", version: own }, Program { name, version }])
    }

    /// The room taken by the database and by files: uploads, and copies of what lies elsewhere. Files are counted anew
    /// after ten minutes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn space(&self) -> Result<Vec<Space>> {
        let read = self.service.storage().read();
        let (name, _) = read.figures().database().await?;
        let bytes = read.figures().database_bytes().await?;
        let folder = self.service.settings().media_dir.clone();
        let count = async {
            let counted = tokio::task::spawn_blocking(move || folder_bytes(&folder)).await;
            counted.map_err(|error| ServiceError::Internal(error.to_string()))
        };
        let media = self.service.inner.media_bytes.try_get_with((), count).await;
        let media = media.map_err(|error| ServiceError::Internal(error.to_string()))?;
        Ok(vec![Space { name, bytes }, Space { name: "Media", bytes: media }])
    }

    /// What the copies of a domain's newest attachments take here.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for more than 100 days; the database failed.
    pub async fn files(&self, domain: &str, span: Span) -> Result<Files> {
        check(span)?;
        let read = self.service.storage().read();
        let mut days: HashMap<String, i64> = HashMap::new();
        for (day, url) in read.figures().files_of(domain).await? {
            days.insert(digest_of(&url), day);
        }
        let digests: Vec<String> = days.keys().cloned().collect();
        let mut on: HashMap<i64, i64> = HashMap::new();
        // Four statements at most, since as many attachments are looked at.
        for some in digests.chunks(COPIES_AT_ONCE) {
            for copy in read.remote_media().find(some).await? {
                let day = days.get(&copy.digest).copied().unwrap_or_default();
                let bytes = on.entry(day).or_default();
                *bytes = bytes.saturating_add(copy.bytes);
            }
        }
        let of = |day: i64| (start_of(day), on.get(&day).copied().unwrap_or_default());
        Ok(Files { bytes: on.values().sum(), days: (span.first_day()..span.end_day()).map(of).collect() })
    }
}

/// Bytes of all files below a folder. What goes away meanwhile is passed over, links are not followed.
fn folder_bytes(folder: &Path) -> i64 {
    let mut bytes = 0_u64;
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => folders.push(entry.path()),
                Ok(found) if found.is_file() => bytes = bytes.saturating_add(found.len()),
                _ => {}
            }
        }
    }
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

//! What a decision was made by and of, so that it can be made again.

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::policy::PackRef;
use crate::subject::Subject;
use crate::verdict::Verdict;

/// Grows when the same rules may find something else in the same subject.
pub const ENGINE_VERSION: u32 = 3;

/// A subject with the rules it was judged by. It holds the texts: keep it as they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`ENGINE_VERSION`] of then.
    pub engine: u32,
    /// The packs of then, in order.
    pub packs: Vec<PackRef>,
    /// What was judged, with what was known.
    pub subject: Subject,
}

/// Why a decision cannot be made again as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The engine has changed since.
    #[error("it was decided by engine {then}, and this is engine {now}")]
    Engine {
        /// The engine of then.
        then: u32,
        /// This one.
        now: u32,
    },
    /// The rules are not those of then.
    #[error("it was decided by other packs: {0}")]
    Packs(String),
}

impl Engine {
    /// What a verdict on `subject` is made by and of.
    pub fn record(&self, subject: Subject) -> Record {
        Record { engine: ENGINE_VERSION, packs: self.packs().to_vec(), subject }
    }

    /// Decides again what was decided then. With the same engine and packs the verdict is the same.
    ///
    /// # Errors
    /// [`ReplayError`] if this engine, or its packs, are not those of then.
    pub fn replay(&self, record: &Record) -> Result<Verdict, ReplayError> {
        if record.engine != ENGINE_VERSION {
            return Err(ReplayError::Engine { then: record.engine, now: ENGINE_VERSION });
        }
        let name = |pack: &PackRef| format!("{} version {}", pack.id, pack.version);
        if let Some(pack) = record.packs.iter().find(|pack| !self.packs().contains(pack)) {
            return Err(ReplayError::Packs(format!("{} is not in use", name(pack))));
        }
        if let Some(pack) = self.packs().iter().find(|pack| !record.packs.contains(pack)) {
            return Err(ReplayError::Packs(format!("{} was not in use then", name(pack))));
        }
        if record.packs != self.packs() {
            return Err(ReplayError::Packs("they stood in another order".to_owned()));
        }
        Ok(self.evaluate(&record.subject))
    }
}

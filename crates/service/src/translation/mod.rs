//! Statuses in other languages, by a translator that the operator chose, if any.
//!
//! Only what everybody may read is handed to it, and not who asks. What it says is kept for a day, by what it was asked.

mod keep;
mod status;

pub(crate) use keep::Kept;
pub use status::TranslatedStatus;

use std::sync::Arc;

use crate::ports::{Languages, Translator};
use crate::{Result, Service, ServiceError};

/// The key of statuses whose language nobody knows (ISO 639-2).
const UNDETERMINED: &str = "und";

/// Statuses in other languages.
#[derive(Clone, Copy)]
pub struct Translation<'a> {
    service: &'a Service,
}

impl<'a> Translation<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }

    /// Whether anything is translated here.
    pub fn is_enabled(self) -> bool {
        self.translator().is_some()
    }

    /// From which languages into which, `und` being those of unknown language; nothing where nothing translates.
    ///
    /// # Errors
    /// [`ServiceError::Remote`] when the translator does not answer.
    pub async fn languages(self) -> Result<Arc<Languages>> {
        let Some(translator) = self.translator() else { return Ok(Arc::default()) };
        let ask = async {
            let mut found = translator.languages().await.ok()?;
            let mut all: Vec<String> = found.values().flatten().cloned().collect();
            all.sort_unstable();
            all.dedup();
            found.insert(UNDETERMINED.to_owned(), all);
            Some(Arc::new(found))
        };
        self.service.inner.translations.languages(ask).await.ok_or_else(silent)
    }

    fn translator(self) -> Option<&'a Arc<dyn Translator>> {
        self.service.inner.translator.get()
    }
}

fn silent() -> ServiceError {
    ServiceError::Remote("The translation service does not answer".to_owned())
}

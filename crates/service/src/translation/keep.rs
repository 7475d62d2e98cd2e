//! What the translator said lately: asked once for all who wait, and not again for a while after it failed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache;
use staffroom_domain::ids::AccountId;
use tokio::sync::Semaphore;

use crate::ports::{Languages, Translated};
use crate::{Result, ServiceError};

/// How long the list of languages holds, and how long nobody asks for it again after a failure.
const LANGUAGES_KEPT: Duration = Duration::from_hours(1);
const FAILURE_KEPT: Duration = Duration::from_secs(10);
/// How long translations are kept (Mastodon's time), and how many bytes of them.
const TEXTS_KEPT: Duration = Duration::from_hours(24);
const TEXTS_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes of an entry beside its texts.
const ENTRY_BYTES: usize = 256;
/// Translations under way at once; nobody waits for a place.
const AT_ONCE: usize = 16;
/// Those of one person, when they may ask again beyond that, and of how many people that is known.
const AT_ONCE_OF_ONE: usize = 3;
const BUSY_SECS: u64 = 10;
const PEOPLE: u64 = 10_000;

/// What was said lately. One per process.
pub(crate) struct Kept {
    languages: Cache<(), Option<Arc<Languages>>>,
    texts: Cache<String, Option<Arc<Translated>>>,
    slots: Semaphore,
    people: moka::sync::Cache<Option<AccountId>, Arc<Semaphore>>,
}

impl Default for Kept {
    fn default() -> Self {
        let bytes = |_: &String, said: &Option<Arc<Translated>>| {
            let texts = said.iter().flat_map(|said| &said.texts).map(String::len).sum::<usize>();
            u32::try_from(texts.saturating_add(ENTRY_BYTES)).unwrap_or(u32::MAX)
        };
        let texts = Cache::builder().weigher(bytes).max_capacity(TEXTS_BYTES).expire_after(Success);
        Self {
            languages: Cache::builder().max_capacity(1).expire_after(Both).build(),
            texts: texts.build(),
            slots: Semaphore::new(AT_ONCE),
            people: moka::sync::Cache::builder().max_capacity(PEOPLE).time_to_idle(TEXTS_KEPT).build(),
        }
    }
}

/// Answers and failures have each their time.
struct Both;

impl Expiry<(), Option<Arc<Languages>>> for Both {
    fn expire_after_create(&self, (): &(), said: &Option<Arc<Languages>>, _: Instant) -> Option<Duration> {
        Some(if said.is_some() { LANGUAGES_KEPT } else { FAILURE_KEPT })
    }
}

/// Failures are for those alone who wait already.
struct Success;

impl Expiry<String, Option<Arc<Translated>>> for Success {
    fn expire_after_create(&self, _: &String, said: &Option<Arc<Translated>>, _: Instant) -> Option<Duration> {
        Some(if said.is_some() { TEXTS_KEPT } else { Duration::ZERO })
    }
}

impl Kept {
    /// The languages, by `ask` where they are not known.
    pub(super) async fn languages(&self, ask: impl Future<Output = Option<Arc<Languages>>>) -> Option<Arc<Languages>> {
        self.languages.get_with((), ask).await
    }

    /// What was said to `key`, by `ask` where that is not known and there is a place; for `who`.
    ///
    /// # Errors
    /// [`ServiceError::RateLimited`] for somebody who waits for as many answers already, where it is not known.
    pub(super) async fn texts(
        &self,
        who: Option<AccountId>,
        key: String,
        ask: impl Future<Output = Option<Translated>>,
    ) -> Result<Option<Arc<Translated>>> {
        let own = self.people.get_with(who, || Arc::new(Semaphore::new(AT_ONCE_OF_ONE)));
        let Ok(_own_place) = own.try_acquire() else {
            let known = self.texts.get(&key).await;
            return known.ok_or(ServiceError::RateLimited { retry_after_secs: BUSY_SECS });
        };
        let placed = async {
            let _place = self.slots.try_acquire().ok()?;
            ask.await.map(Arc::new)
        };
        Ok(self.texts.get_with(key, placed).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_person_keeps_nobody_else_waiting() {
        let kept = Kept::default();
        let (amy, bea) = (Some(AccountId(1)), Some(AccountId(2)));
        let said = || std::future::ready(Some(Translated::default()));
        assert!(kept.texts(amy, "known".to_owned(), said()).await.unwrap().is_some());
        let mut under_way = Vec::new();
        for n in 0..AT_ONCE_OF_ONE {
            let mut asked = Box::pin(kept.texts(amy, n.to_string(), std::future::pending()));
            tokio::select! {
                biased;
                _ = asked.as_mut() => panic!("nobody answers"),
                () = std::future::ready(()) => {}
            }
            under_way.push(asked);
        }
        let refused = kept.texts(amy, "more".to_owned(), said()).await;
        assert!(matches!(refused, Err(ServiceError::RateLimited { .. })));
        assert!(kept.texts(amy, "known".to_owned(), said()).await.unwrap().is_some(), "nobody is asked");
        assert!(kept.texts(bea, "more".to_owned(), said()).await.unwrap().is_some(), "others go on");
        drop(under_way);
        assert!(kept.texts(amy, "later".to_owned(), said()).await.unwrap().is_some());
    }
}

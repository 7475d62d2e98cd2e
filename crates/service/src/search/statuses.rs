//! Finding statuses by their words.

use staffroom_domain::Viewer;
use staffroom_domain::ids::AccountId;
use staffroom_domain::status::StatusView;
use staffroom_domain::status_search::StatusSearch;

use super::Search;
use crate::Result;

/// Nobody looks further than this.
const MAX_OFFSET: u64 = 1_000;
/// Words and phrases looked for at once; those behind are passed over.
const MAX_TERMS: usize = 100;

impl Search<'_> {
    /// Statuses `viewer` may see and find (see `storage::status_search`), newest first. Nothing for somebody who is not
    /// signed in, for conditions alone, for an author nobody here knows, and where `author` and `from:` are two people.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn statuses(
        self,
        viewer: Viewer,
        q: &str,
        author: Option<AccountId>,
        limit: u64,
        offset: u64,
    ) -> Result<Vec<StatusView>> {
        let Some(me) = viewer.account() else { return Ok(Vec::new()) };
        let mut wanted = StatusSearch::parse(q);
        wanted.terms.truncate(MAX_TERMS);
        let named = match wanted.from.as_deref() {
            Some("me") => Some(me),
            Some(handle) => match self.service.accounts().by_handle(handle).await? {
                Some(account) => Some(account.id),
                None => return Ok(Vec::new()),
            },
            None => None,
        };
        if author.zip(named).is_some_and(|(author, named)| author != named) {
            return Ok(Vec::new());
        }
        let from = author.or(named);
        if (from.is_none() && wanted.is_vague()) || offset > MAX_OFFSET {
            return Ok(Vec::new());
        }
        let bounds = (usize::try_from(limit).unwrap_or(0), usize::try_from(offset).unwrap_or(0));
        let now = self.service.cx().now();
        let ids = self.service.storage().read().status_search().find(me, &wanted, from, now, bounds).await?;
        self.service.statuses().views(viewer, &ids).await
    }
}

//! Searching.

use std::time::Duration;

use staffroom_domain::hashtag::TagView;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::{Tag, Viewer};

use super::{Search, SearchQuery, SearchResults};
use crate::ports::Found;
use crate::{Result, ServiceError};

/// A slow server elsewhere must not keep anybody waiting longer than this.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(8);
const MAX_LIMIT: u64 = 40;
const MAX_QUERY_CHARS: usize = 500;

impl Search<'_> {
    /// Searches accounts by handle or name, hashtags by name, statuses by their words (for people signed in; see
    /// [`StatusSearch`](staffroom_domain::status_search::StatusSearch)), and anything by URL.
    ///
    /// With `resolve`, a URL or a full handle not yet known here is asked of its server; when that server is slow or
    /// down, what is known here is the answer.
    ///
    /// # Errors
    /// [`ServiceError::Unauthorized`] for `resolve` or `offset` without signing in, [`ServiceError::Invalid`] for an
    /// empty or overlong query or an unknown type.
    pub async fn search(&self, viewer: Viewer, query: SearchQuery) -> Result<SearchResults> {
        let q = query.q.trim();
        if q.is_empty() {
            return Err(ServiceError::invalid("q", "can't be blank"));
        }
        if q.chars().count() > MAX_QUERY_CHARS {
            return Err(ServiceError::invalid("q", format!("is longer than {MAX_QUERY_CHARS} characters")));
        }
        let kind = query.kind.as_deref();
        if kind.is_some_and(|k| !["accounts", "statuses", "hashtags"].contains(&k)) {
            return Err(ServiceError::invalid("type", "must be accounts, statuses or hashtags"));
        }
        if viewer.account().is_none() && (query.resolve || query.offset > 0) {
            return Err(ServiceError::Unauthorized(
                "search queries that resolve remote resources or use offset need an authenticated user".to_owned(),
            ));
        }
        let wants = |what: &str| kind.is_none_or(|k| k == what);
        if q.starts_with("https://") || q.starts_with("http://") {
            return self.by_url(viewer, q, query.resolve, wants).await;
        }
        let limit = query.limit.clamp(1, MAX_LIMIT);
        let mut results = SearchResults::default();
        if wants("accounts") && !q.starts_with('#') {
            results.accounts = self.accounts(viewer, q, &query, limit).await?;
        }
        if wants("hashtags") && !q.starts_with('@') {
            results.hashtags = self.hashtags(viewer, q, limit, query.offset).await?;
        }
        if wants("statuses") {
            results.statuses = self.statuses(viewer, q, query.author, limit, query.offset).await?;
        }
        Ok(results)
    }

    async fn by_url(
        &self,
        viewer: Viewer,
        url: &str,
        resolve: bool,
        wants: impl Fn(&str) -> bool,
    ) -> Result<SearchResults> {
        let mut results = SearchResults::default();
        let found = match self.known(url).await? {
            Some(found) => Some(found),
            None if resolve => self.ask(url).await,
            None => None,
        };
        match found {
            Some(Found::Account(id)) if wants("accounts") => {
                let account = self.service.accounts().get(id).await?;
                results.accounts.extend(Some(account).filter(|a| !a.is_gone()));
            }
            Some(Found::Status(id)) if wants("statuses") => {
                results.statuses = self.service.statuses().views(viewer, &[id]).await?;
            }
            _ => {}
        }
        Ok(results)
    }

    /// What a network id or one of our own pages names, without asking anybody.
    async fn known(&self, url: &str) -> Result<Option<Found>> {
        let identity = &self.service.settings().identity;
        if let Some(path) = identity.is_local_uri(url).then(|| url.strip_prefix(&identity.public_url)).flatten() {
            let mut parts = path.trim_matches('/').split('/');
            return Ok(match (parts.next(), parts.next(), parts.next(), parts.next()) {
                (Some(page), Some(id), None, None) if page.starts_with('@') => StatusId::parse(id).map(Found::Status),
                (Some("users"), Some(_), Some("statuses"), Some(id)) => StatusId::parse(id).map(Found::Status),
                (Some(page), None, None, None) if page.starts_with('@') => {
                    self.service.accounts().by_handle(page).await?.map(|a| Found::Account(a.id))
                }
                _ => self.service.accounts().by_uri(url).await?.map(|a| Found::Account(a.id)),
            });
        }
        if let Some(id) = self.service.statuses().id_of(url).await? {
            return Ok(Some(Found::Status(id)));
        }
        Ok(self.service.accounts().by_uri(url).await?.map(|a| Found::Account(a.id)))
    }

    async fn ask(&self, url: &str) -> Option<Found> {
        let remote = self.service.remote()?;
        match tokio::time::timeout(RESOLVE_TIMEOUT, remote.by_url(url)).await {
            Ok(Ok(found)) => found,
            Ok(Err(e)) => {
                tracing::debug!(error = %e, "a searched URL could not be resolved");
                None
            }
            Err(_) => None,
        }
    }

    async fn accounts(
        &self,
        viewer: Viewer,
        q: &str,
        query: &SearchQuery,
        limit: u64,
    ) -> Result<Vec<staffroom_domain::Account>> {
        let handle = q.trim_start_matches('@');
        let mut first = None;
        if let Some((user, domain)) = handle.split_once('@').filter(|(u, d)| !u.is_empty() && !d.is_empty()) {
            first = self.service.accounts().by_handle(handle).await?.filter(|a| !a.is_gone());
            if let (None, true, Some(remote)) = (&first, query.resolve, self.service.remote()) {
                let asked = tokio::time::timeout(RESOLVE_TIMEOUT, remote.account_by_handle(user, domain)).await;
                if let Ok(Ok(Some(id))) = asked {
                    first = Some(self.service.accounts().get(id).await?).filter(|a| !a.is_gone());
                }
            }
        }
        // Account 0 does not exist: nobody's blocks apply to a stranger.
        let asker = viewer.account().unwrap_or(AccountId(0));
        let mut found = self.service.accounts().search(asker, q, limit, query.offset, query.following).await?;
        if let Some(account) = first {
            found.retain(|a| a.id != account.id);
            found.insert(0, account);
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(found)
    }

    async fn hashtags(&self, viewer: Viewer, q: &str, limit: u64, offset: u64) -> Result<Vec<TagView>> {
        let Some(tag) = Tag::parse(q) else { return Ok(Vec::new()) };
        let found = self.service.storage().read().search().hashtags(tag.name(), limit, offset).await?;
        let found = found.into_iter().map(|hashtag| (hashtag.tag.clone(), Some(hashtag)));
        self.service.tags().with_history(viewer, found.collect()).await
    }
}

//! Filters.

use std::time::Duration;

use staffroom_domain::Viewer;
use staffroom_domain::filter::{Filter, FilterChange, FilterKeyword, KeywordChange};
use staffroom_domain::ids::{AccountId, FilterId, FilterKeywordId, FilterStatusId, StatusId};
use staffroom_domain::news::News;

use super::Personal;
use crate::{Cx, Result, ServiceError};

const CONTEXTS: [&str; 5] = ["home", "notifications", "public", "thread", "account"];
const ACTIONS: [&str; 3] = ["warn", "hide", "blur"];
const MAX_FILTERS: usize = 200;
const MAX_KEYWORDS: usize = 100;
const MAX_STATUSES: usize = 200;
const MAX_CHARS: usize = 500;

impl Personal<'_> {
    /// One's filters with keywords and statuses, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn filters(&self, owner: AccountId) -> Result<Vec<Filter>> {
        Ok(self.service.storage().read().filters().list_of(owner, None).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn filter(&self, owner: AccountId, id: FilterId) -> Result<Filter> {
        let found = self.service.storage().read().filters().list_of(owner, Some(id)).await?;
        found.into_iter().next().ok_or(ServiceError::NotFound("filter"))
    }

    /// The filter a keyword belongs to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn filter_of_keyword(&self, owner: AccountId, id: FilterKeywordId) -> Result<Filter> {
        let found = self.service.storage().read().filters().of_keyword(owner, id).await?;
        self.filter(owner, found.ok_or(ServiceError::NotFound("keyword"))?).await
    }

    /// The filter a filtered status belongs to.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn filter_of_status(&self, owner: AccountId, id: FilterStatusId) -> Result<Filter> {
        let found = self.service.storage().read().filters().of_status(owner, id).await?;
        self.filter(owner, found.ok_or(ServiceError::NotFound("filter status"))?).await
    }

    /// Makes a filter; title and at least one context are needed.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for a bad value.
    pub async fn create_filter(&self, cx: &Cx, owner: AccountId, change: FilterChange) -> Result<Filter> {
        let mut filter = Filter {
            id: cx.id(),
            account_id: owner,
            title: String::new(),
            contexts: Vec::new(),
            action: "warn".to_owned(),
            expires_at: None,
            keywords: Vec::new(),
            statuses: Vec::new(),
        };
        let changes = apply(cx, &mut filter, change)?;
        let tx = self.service.storage().begin().await?;
        if tx.filters().list_of(owner, None).await?.len() >= MAX_FILTERS {
            return Err(ServiceError::invalid(
                "filter",
                format!("you have reached the maximum of {MAX_FILTERS} filters"),
            ));
        }
        tx.filters().insert(&filter, cx.now()).await?;
        tx.filters().put_keywords(filter.id, &changes.put).await?;
        tx.tell(News::FiltersChanged(owner));
        tx.commit().await?;
        Ok(filter)
    }

    /// Changes a filter.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own, [`ServiceError::Invalid`] for a bad value.
    pub async fn update_filter(&self, cx: &Cx, owner: AccountId, id: FilterId, change: FilterChange) -> Result<Filter> {
        let tx = self.service.storage().begin().await?;
        let found = tx.filters().list_of(owner, Some(id)).await?.into_iter().next();
        let mut filter = found.ok_or(ServiceError::NotFound("filter"))?;
        let changes = apply(cx, &mut filter, change)?;
        tx.filters().update(&filter).await?;
        tx.filters().delete_keywords(id, &changes.delete).await?;
        tx.filters().put_keywords(id, &changes.put).await?;
        tx.tell(News::FiltersChanged(owner));
        tx.commit().await?;
        Ok(filter)
    }

    /// Removes a filter.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own.
    pub async fn delete_filter(&self, owner: AccountId, id: FilterId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if tx.filters().list_of(owner, Some(id)).await?.is_empty() {
            return Err(ServiceError::NotFound("filter"));
        }
        tx.filters().delete(id).await?;
        tx.tell(News::FiltersChanged(owner));
        Ok(tx.commit().await?)
    }

    /// Names a status in a filter.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the filter is not one's own or the status cannot be seen.
    pub async fn add_filter_status(
        &self,
        cx: &Cx,
        owner: AccountId,
        id: FilterId,
        status: StatusId,
    ) -> Result<FilterStatusId> {
        self.service.statuses().get(Viewer::Account(owner), status).await?;
        let tx = self.service.storage().begin().await?;
        let found = tx.filters().list_of(owner, Some(id)).await?.into_iter().next();
        let filter = found.ok_or(ServiceError::NotFound("filter"))?;
        if filter.statuses.len() >= MAX_STATUSES {
            return Err(ServiceError::invalid("status_id", format!("a filter holds at most {MAX_STATUSES} statuses")));
        }
        let named = tx.filters().insert_status(cx.id(), id, status).await?;
        tx.tell(News::FiltersChanged(owner));
        tx.commit().await?;
        named.ok_or_else(|| ServiceError::Internal("a filter status was not stored".to_owned()))
    }

    /// Removes a status from a filter.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not in a filter of one's own.
    pub async fn remove_filter_status(&self, owner: AccountId, id: FilterStatusId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.filters().of_status(owner, id).await?.ok_or(ServiceError::NotFound("filter status"))?;
        tx.filters().delete_status(id).await?;
        tx.tell(News::FiltersChanged(owner));
        Ok(tx.commit().await?)
    }
}

/// Keywords to be stored and removed.
struct Changes {
    put: Vec<FilterKeyword>,
    delete: Vec<FilterKeywordId>,
}

fn apply(cx: &Cx, filter: &mut Filter, change: FilterChange) -> Result<Changes> {
    if let Some(title) = change.title {
        filter.title = title.trim().to_owned();
    }
    check_text("title", &filter.title)?;
    if let Some(mut contexts) = change.contexts {
        contexts.dedup();
        if contexts.iter().any(|c| !CONTEXTS.contains(&c.as_str())) {
            return Err(ServiceError::invalid("context", format!("must be among {}", CONTEXTS.join(", "))));
        }
        filter.contexts = contexts;
    }
    if filter.contexts.is_empty() {
        return Err(ServiceError::invalid("context", "can't be blank"));
    }
    if let Some(action) = change.action {
        if !ACTIONS.contains(&action.as_str()) {
            return Err(ServiceError::invalid("filter_action", format!("must be among {}", ACTIONS.join(", "))));
        }
        filter.action = action;
    }
    if let Some(expiry) = change.expires_in_secs {
        let positive = |secs: i64| u64::try_from(secs).ok().filter(|s| *s > 0);
        filter.expires_at = match expiry {
            None => None,
            Some(secs) => {
                let secs = positive(secs).ok_or_else(|| ServiceError::invalid("expires_in", "must be positive"))?;
                Some(cx.now().plus(Duration::from_secs(secs)))
            }
        };
    }
    apply_keywords(cx, filter, change.keywords)
}

fn apply_keywords(cx: &Cx, filter: &mut Filter, changes: Vec<KeywordChange>) -> Result<Changes> {
    let mut out = Changes { put: Vec::new(), delete: Vec::new() };
    for change in changes {
        let mut keyword = match change.id {
            None => FilterKeyword { id: cx.id(), keyword: String::new(), whole_word: false },
            Some(id) => {
                let at = filter.keywords.iter().position(|k| k.id.0 == id);
                filter.keywords.remove(at.ok_or(ServiceError::NotFound("keyword"))?)
            }
        };
        if change.destroy {
            out.delete.push(keyword.id);
            continue;
        }
        keyword.keyword = change.keyword.map_or(keyword.keyword, |k| k.trim().to_owned());
        keyword.whole_word = change.whole_word.unwrap_or(keyword.whole_word);
        check_text("keyword", &keyword.keyword)?;
        filter.keywords.push(keyword.clone());
        out.put.push(keyword);
    }
    if filter.keywords.len() > MAX_KEYWORDS {
        return Err(ServiceError::invalid("keywords", format!("a filter holds at most {MAX_KEYWORDS} keywords")));
    }
    filter.keywords.sort_by_key(|k| k.id);
    Ok(out)
}

fn check_text(field: &'static str, text: &str) -> Result<()> {
    if text.is_empty() {
        return Err(ServiceError::invalid(field, "can't be blank"));
    }
    if text.chars().count() > MAX_CHARS {
        return Err(ServiceError::invalid(field, format!("is longer than {MAX_CHARS} characters")));
    }
    Ok(())
}

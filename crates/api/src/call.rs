//! What a handler gets: who calls, with which parameters, and the use cases.

use axum::http::StatusCode;
use axum::http::request::Parts;
use staffroom_domain::account::{Account, User};
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::{PageRequest, Viewer};
use staffroom_service::auth::{Authority, Bearer};
use staffroom_service::{Cx, Service};

use crate::ApiState;
use crate::entities::Render;
use crate::error::{ApiError, ApiResult};
use crate::params::Params;

/// One request, past the checks of its route.
pub(crate) struct Call {
    pub(crate) state: ApiState,
    pub(crate) cx: Cx,
    pub(crate) bearer: Option<Box<Bearer>>,
    pub(crate) authority: Option<Authority>,
    pub(crate) params: Params,
    pub(crate) path: Vec<(String, String)>,
    pub(crate) parts: Parts,
}

impl Call {
    /// The use cases.
    pub(crate) fn service(&self) -> &Service {
        &self.state.service
    }

    /// The person calling; on routes for people there is one.
    pub(crate) fn person(&self) -> ApiResult<&(Account, User)> {
        let person = self.bearer.as_ref().and_then(|bearer| bearer.person.as_ref());
        let text = "This API requires an authenticated user";
        person.ok_or_else(|| ApiError::new(StatusCode::UNAUTHORIZED, text))
    }

    /// Their account's id.
    pub(crate) fn me(&self) -> ApiResult<AccountId> {
        Ok(self.person()?.0.id)
    }

    /// By which authority they act on others; on routes for moderators and administrators there is one.
    pub(crate) fn authority(&self) -> ApiResult<&Authority> {
        let text = "This action is not allowed";
        self.authority.as_ref().ok_or_else(|| ApiError::new(StatusCode::FORBIDDEN, text))
    }

    /// Who is looking.
    pub(crate) fn viewer(&self) -> Viewer {
        self.me().map_or(Viewer::Anonymous, Viewer::Account)
    }

    /// Turns domain values into entities.
    pub(crate) fn render(&self) -> Render<'_> {
        Render { service: self.service(), now: self.cx.now(), viewer: self.viewer() }
    }

    /// A path parameter as text; empty when the route has none of that name.
    pub(crate) fn path_text(&self, name: &str) -> &str {
        self.path.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// A path parameter as an id; anything that is none names nothing we have.
    pub(crate) fn path_id<T: From<i64>>(&self, name: &str) -> ApiResult<T> {
        id(self.path_text(name)).ok_or_else(ApiError::not_found)
    }

    /// Which part of a list is wanted. `limit` is clamped, cursors that are no ids are ignored.
    pub(crate) fn page(&self, default: u64, max: u64) -> PageRequest {
        let cursor = |name: &str| self.params.text(name).and_then(id::<i64>);
        PageRequest {
            max_id: cursor("max_id"),
            since_id: cursor("since_id"),
            min_id: cursor("min_id"),
            limit: self.limit(default, max),
        }
    }

    /// `limit`, clamped to 1…`max`; `default` when absent or not a number.
    pub(crate) fn limit(&self, default: u64, max: u64) -> u64 {
        self.params.text("limit").and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or(default).clamp(1, max)
    }

    /// [`Call::page`] of a list that is not Mastodon's, where no app has to be humoured.
    ///
    /// # Errors
    /// 422 for a `limit` that is not from 1 to `max`.
    pub(crate) fn own_page(&self, default: u64, max: u64) -> ApiResult<PageRequest> {
        self.own_limit(default, max)?;
        Ok(self.page(default, max))
    }

    /// [`Call::limit`] of such a list.
    ///
    /// # Errors
    /// As [`Call::own_page`].
    pub(crate) fn own_limit(&self, default: u64, max: u64) -> ApiResult<u64> {
        let most = i64::try_from(max).unwrap_or(i64::MAX);
        let limit = self.params.within("limit", 1..=most)?;
        Ok(limit.and_then(|limit| u64::try_from(limit).ok()).unwrap_or(default))
    }
}

/// An id as clients write it.
pub(crate) fn id<T: From<i64>>(text: &str) -> Option<T> {
    StatusId::parse(text.trim()).map(|id| T::from(id.0))
}

/// Ids of a list, what is none left out.
pub(crate) fn ids<T: From<i64>>(texts: &[&str]) -> Vec<T> {
    texts.iter().filter_map(|text| id(text)).collect()
}

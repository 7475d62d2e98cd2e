//! A page of a list as an answer: the items as JSON, the way on in `Link`.

use axum::Json;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use staffroom_domain::Page;
use staffroom_domain::ids::StatusId;

use crate::call::Call;

/// Query parameters that the cursors replace.
const CURSORS: [&str; 3] = ["max_id", "since_id", "min_id"];

/// The page's items, made into entities, with `Link`.
pub(crate) fn answer<T, E: Serialize>(call: &Call, page: Page<T>, entity: impl FnMut(T) -> E) -> Response {
    let items: Vec<E> = page.items.into_iter().map(entity).collect();
    linked(call, Json(items).into_response(), page.next, page.prev)
}

/// `response` with `Link`.
pub(crate) fn linked(call: &Call, mut response: Response, next: Option<i64>, prev: Option<i64>) -> Response {
    let link = link(&call.service().settings().identity.public_url, &call.parts.uri, next, prev);
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

/// The `Link` header: next first, `", "` between, absolute, other parameters kept (several apps read it by pattern,
/// not by grammar). `None` when there is nowhere to go.
fn link(public_url: &str, uri: &Uri, next: Option<i64>, prev: Option<i64>) -> Option<String> {
    let kept: Vec<(String, String)> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| !CURSORS.contains(&name.as_ref()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let url = |cursor: &str, id: i64, rel: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&kept).append_pair(cursor, &StatusId(id).to_string());
        format!("<{public_url}{}?{}>; rel=\"{rel}\"", uri.path(), query.finish())
    };
    let parts: Vec<String> = [next.map(|id| url("max_id", id, "next")), prev.map(|id| url("min_id", id, "prev"))]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_comes_first_and_other_parameters_stay() {
        let uri = "/api/v1/timelines/tag/x?limit=2&any[]=a&any[]=b&max_id=5".parse().unwrap();
        let link = link("https://school.example", &uri, Some(7), Some(9)).unwrap();
        let base = "https://school.example/api/v1/timelines/tag/x?limit=2&any%5B%5D=a&any%5B%5D=b";
        let (next, prev) = ("000000000000000007", "000000000000000009");
        assert_eq!(link, format!("<{base}&max_id={next}>; rel=\"next\", <{base}&min_id={prev}>; rel=\"prev\""));
    }

    #[test]
    fn the_last_page_has_no_next_and_an_empty_one_no_link() {
        let uri = "/api/v1/blocks".parse().unwrap();
        let last = link("https://school.example", &uri, None, Some(9)).unwrap();
        assert!(!last.contains("next") && last.contains("rel=\"prev\""), "{last}");
        assert_eq!(link("https://school.example", &uri, None, None), None);
    }

    #[test]
    fn quotes_and_brackets_in_parameters_cannot_break_out() {
        let uri = "/api/v1/notifications?types[]=%22%3E%2C%20%3Chttp%3A%2F%2Fevil".parse().unwrap();
        let link = link("https://school.example", &uri, Some(1), None).unwrap();
        assert_eq!(link.matches('<').count(), 1);
        assert_eq!(link.matches('"').count(), 2);
    }
}

//! Whether a request wants ActivityStreams or a page.

use http::HeaderMap;
use http::header::ACCEPT;

use crate::http::content_type::{activity_type, essence};

/// Whether `Accept` asks for ActivityStreams: one of its two media types (with or without the profile), ranked no
/// lower than HTML. Without `Accept`, or with `*/*` alone, a page is meant (as on other servers).
pub fn wants_activity(headers: &HeaderMap) -> bool {
    let (mut activity, mut page) = (0_u16, 0_u16);
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    for range in values.flat_map(split_ranges) {
        let quality = quality(range);
        let essence = essence(range);
        if activity_type(range).is_some() || essence == "application/ld+json" {
            activity = activity.max(quality);
        } else if matches!(essence.as_str(), "text/html" | "application/xhtml+xml") {
            page = page.max(quality);
        }
    }
    activity > 0 && activity >= page
}

/// Splits at commas outside quotes.
fn split_ranges(value: &str) -> Vec<&str> {
    let mut in_quotes = false;
    value
        .split(move |c| {
            in_quotes ^= c == '"';
            c == ',' && !in_quotes
        })
        .map(str::trim)
        .collect()
}

/// `q` in thousandths; 1000 if absent or unreadable.
fn quality(range: &str) -> u16 {
    let q = range.split(';').skip(1).filter_map(|p| p.trim().strip_prefix("q=")).last();
    let parsed = q.and_then(|text| text.trim().parse::<f32>().ok()).filter(|q| (0.0..=1.0).contains(q));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0…1000 by the filter above")]
    parsed.map_or(1000, |q| (q * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(accept: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        wants_activity(&headers)
    }

    #[test]
    fn servers_get_activities() {
        for accept in [
            "application/activity+json",
            r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams", application/activity+json;q=0.9, text/html;q=0.1"#,
            "application/ld+json",
            "application/activity+json, text/html",
        ] {
            assert!(wants(accept), "{accept}");
        }
    }

    #[test]
    fn people_get_pages() {
        for accept in [
            "*/*",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json",
            "text/html, application/activity+json;q=0.5",
            "application/activity+json;q=0",
            "",
        ] {
            assert!(!wants(accept), "{accept}");
        }
        assert!(!wants_activity(&HeaderMap::new()));
    }
}

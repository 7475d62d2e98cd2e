//! When a server that is busy wants to be asked again (RFC 9110, 10.2.3).

use std::time::{Duration, UNIX_EPOCH};

use staffroom_domain::Timestamp;

/// The pause that `Retry-After` asks for, in seconds or as a date; what is neither asks for none. It may be of any
/// length: how much of it is respected is for who asked to say.
pub(crate) fn retry_after(headers: &http::HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too long to read asks for the longest pause there is.
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let until = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let now = Duration::from_millis(u64::try_from(now.0).ok()?);
    Some(until.saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read_and_nothing_else() {
        let now = Timestamp(1_795_287_600_000);
        for (value, secs) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("99999999999999999999", Some(u64::MAX)),
            ("Sat, 21 Nov 2026 19:02:00 GMT", Some(120)),
            ("Sat, 21 Nov 2020 19:02:00 GMT", Some(0)),
            ("", None),
            ("-5", None),
            ("soon", None),
        ] {
            let mut headers = http::HeaderMap::new();
            headers.insert(http::header::RETRY_AFTER, value.parse().unwrap());
            assert_eq!(retry_after(&headers, now).map(|pause| pause.as_secs()), secs, "{value}");
        }
        assert_eq!(retry_after(&http::HeaderMap::new(), now), None);
    }
}

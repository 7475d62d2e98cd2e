//! Media types of ActivityPub documents: which there are, and whether a `Content-Type` header is one of them.

/// What we send and ask for first (ActivityStreams 2.0 §6, registered media type).
pub const ACTIVITY_JSON: &str = "application/activity+json";
/// The other required spelling (ActivityPub §3.2).
pub const LD_JSON: &str = r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;
/// `Accept` of every ActivityPub fetch.
pub const ACCEPT_ACTIVITY: &str =
    r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;
/// WebFinger's media type (RFC 7033 §10.2).
pub const JRD_JSON: &str = "application/jrd+json";

const AS_PROFILE: &str = "https://www.w3.org/ns/activitystreams";

/// The spelling ([`ACTIVITY_JSON`] or [`LD_JSON`]) a `Content-Type` value amounts to; `None` if it is neither.
///
/// Case, spacing and further parameters (`charset`) do not matter. `application/ld+json` counts only with the
/// ActivityStreams profile, since any uploaded JSON could carry the bare type.
pub fn activity_type(value: &str) -> Option<&'static str> {
    match essence(value).as_str() {
        ACTIVITY_JSON => Some(ACTIVITY_JSON),
        "application/ld+json" => {
            let has_profile = parameters(value).any(|(name, value)| {
                name.eq_ignore_ascii_case("profile")
                    && value.trim_matches('"').split_ascii_whitespace().any(|uri| uri == AS_PROFILE)
            });
            has_profile.then_some(LD_JSON)
        }
        _ => None,
    }
}

/// `type/subtype`, lower-cased, without parameters.
pub fn essence(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The value of the parameter `name`, without quotes.
pub(super) fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let mut found = parameters(value).filter(|(known, _)| known.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.trim_matches('"'))
}

fn parameters(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split(';').skip(1).filter_map(|p| p.split_once('=')).map(|(name, value)| (name.trim(), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spacing_case_and_extra_parameters_do_not_matter() {
        for (value, expected) in [
            ("application/activity+json", ACTIVITY_JSON),
            ("Application/Activity+JSON;charset=UTF-8", ACTIVITY_JSON),
            (r#"application/ld+json;profile="https://www.w3.org/ns/activitystreams""#, LD_JSON),
            (r#"application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams""#, LD_JSON),
            (r#"application/ld+json; profile="https://example.test/x https://www.w3.org/ns/activitystreams""#, LD_JSON),
            ("application/ld+json; profile=https://www.w3.org/ns/activitystreams", LD_JSON),
        ] {
            assert_eq!(activity_type(value), Some(expected), "{value}");
        }
    }

    #[test]
    fn other_types_are_not_activities() {
        for value in [
            "",
            "application/json",
            "text/html",
            "application/ld+json",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams-evil""#,
            "application/activity+jsonx",
            "text/plain; x=application/activity+json",
        ] {
            assert_eq!(activity_type(value), None, "{value}");
        }
    }
}

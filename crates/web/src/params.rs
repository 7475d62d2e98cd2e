//! Query strings and forms, read leniently: unknown and repeated names never make a request fail.

use url::form_urlencoded;

/// Names and values in the order given.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads `application/x-www-form-urlencoded` text.
    pub(crate) fn parse(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The first value under `name`; `None` when absent or empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The first value under `name`, or an empty text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Whether the value means yes. Python clients send `False` as a word.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on"))
    }
}

/// `name=value` pairs, encoded, in the order given.
pub(crate) fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_requests_of_real_clients_are_understood() {
        let params = Params::parse("state=None&lang=None&force_login=False&scope=read+write&scope=x&empty=&%FF=1");
        assert_eq!((params.get("state"), params.get("empty")), (Some("None"), None));
        assert_eq!(params.text("scope"), "read write");
        assert!(!params.is_true("force_login") && Params::parse("force_login=true").is_true("force_login"));
    }
}

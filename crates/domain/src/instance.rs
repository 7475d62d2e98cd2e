//! The instance itself: names, addresses and limits everybody must agree on.

use url::Url;

use crate::interaction::Interaction;

/// Who this instance is. Fixed at first start: ids already given out hold these names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceIdentity {
    /// Where people and servers reach us, no trailing slash (`https://social.school.example`).
    pub public_url: String,
    /// Host part of handles (`school.example`), with port on loopback.
    pub account_domain: String,
}

impl InstanceIdentity {
    /// `public_url` as a URL.
    ///
    /// # Panics
    /// Never for a configuration that passed its check.
    pub fn base(&self) -> Url {
        #[expect(clippy::expect_used, reason = "checked when the configuration was read")]
        Url::parse(&self.public_url).expect("public_url was checked at start-up")
    }

    /// Host of `public_url`, with port where one is written: what a `Host` header must say.
    pub fn host(&self) -> String {
        let base = self.base();
        match (base.host_str(), base.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            _ => String::new(),
        }
    }

    /// What OAuth clients know us by, in the metadata document and in redirects alike (RFC 8414, RFC 9207).
    pub fn issuer(&self) -> String {
        format!("{}/", self.public_url)
    }

    /// Network id of a local account.
    pub fn account_uri(&self, username: &str) -> String {
        format!("{}/users/{username}", self.public_url)
    }

    /// Page of a local account.
    pub fn account_url(&self, username: &str) -> String {
        format!("{}/@{username}", self.public_url)
    }

    /// Network id of a local status.
    pub fn status_uri(&self, username: &str, id: crate::ids::StatusId) -> String {
        format!("{}/users/{username}/statuses/{id}", self.public_url)
    }

    /// Network id of the leave a local account gave.
    pub fn authorization_uri(&self, username: &str, what: Interaction, id: crate::ids::AuthorizationId) -> String {
        let folder = if what == Interaction::Quote { "quote_authorizations" } else { "authorizations" };
        format!("{}/users/{username}/{folder}/{id}", self.public_url)
    }

    /// Network id of the leave a local account gave to a collection.
    pub fn feature_authorization_uri(&self, username: &str, id: crate::ids::AuthorizationId) -> String {
        format!("{}/users/{username}/feature_authorizations/{id}", self.public_url)
    }

    /// Where the conversation that a local status began can be read.
    pub fn context_uri(&self, id: crate::ids::StatusId) -> String {
        format!("{}/contexts/{id}", self.public_url)
    }

    /// Page of a local status.
    pub fn status_url(&self, username: &str, id: crate::ids::StatusId) -> String {
        format!("{}/@{username}/{id}", self.public_url)
    }

    /// Network id of a local tag account.
    pub fn tag_account_uri(&self, slug: &str) -> String {
        format!("{}/tags/{slug}", self.public_url)
    }

    /// Page of a hashtag (for people; the tag account lives at the same path and is told apart by `Accept`).
    pub fn tag_url(&self, tag: &crate::hashtag::Tag) -> String {
        format!("{}/tags/{}", self.public_url, tag.name())
    }

    /// Network id of the instance's own account.
    pub fn instance_account_uri(&self) -> String {
        format!("{}/actor", self.public_url)
    }

    /// Where a stored file is served; `path` is below the media folder.
    pub fn media_url(&self, path: &str) -> String {
        format!("{}/media/{path}", self.public_url)
    }

    /// The network id of a custom emoji.
    pub fn emoji_uri(&self, shortcode: &str) -> String {
        format!("{}/emojis/{shortcode}", self.public_url)
    }

    /// Whether a network id or URL lies on this instance.
    pub fn is_local_uri(&self, uri: &str) -> bool {
        uri.strip_prefix(&self.public_url).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    }
}

//! Quotes in all their spellings, and the authorizations of FEP-044f.

use serde::Deserialize;
use serde_json::Value;
use staffroom_domain::quote::FoundAuthorization;
use url::Url;

use super::lenient::{self, link_of, member};
use crate::http::content_type::activity_type;

/// What an object quotes, as it says itself; of several spellings the first that can be read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quoting {
    /// FEP-044f.
    #[serde(default, deserialize_with = "lenient::id")]
    quote: Option<Url>,
    /// ActivityPub's habit in Pleroma, Misskey and others.
    #[serde(default, deserialize_with = "lenient::id")]
    quote_url: Option<Url>,
    /// Fedibird.
    #[serde(default, deserialize_with = "lenient::id")]
    quote_uri: Option<Url>,
    /// Misskey.
    #[serde(default, rename = "_misskey_quote", deserialize_with = "lenient::id")]
    misskey_quote: Option<Url>,
    /// The leave to, on the server of the author quoted.
    #[serde(default, deserialize_with = "lenient::id")]
    quote_authorization: Option<Url>,
}

impl Quoting {
    /// Id of the object quoted, and of the authorization named; `tags` are looked at for links to objects (FEP-e232).
    pub fn read(&self, tags: &[Value]) -> Option<(Url, Option<Url>)> {
        let spelled = [&self.quote, &self.quote_url, &self.quote_uri, &self.misskey_quote];
        let uri = spelled.into_iter().find_map(Clone::clone).or_else(|| tags.iter().find_map(object_link))?;
        Some((uri, self.quote_authorization.clone()))
    }
}

/// Where a link to an ActivityPub object leads.
fn object_link(tag: &Value) -> Option<Url> {
    let is_object = member(tag, "type") == Some("Link") && activity_type(member(tag, "mediaType")?).is_some();
    if is_object { link_of(tag) } else { None }
}

/// An authorization as found.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationDoc {
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    kind: String,
    #[serde(default, deserialize_with = "lenient::id")]
    attributed_to: Option<Url>,
    #[serde(default, deserialize_with = "lenient::id")]
    interacting_object: Option<Url>,
    #[serde(default, deserialize_with = "lenient::id")]
    interaction_target: Option<Url>,
}

impl AuthorizationDoc {
    /// What it says, if it is one and was found on the server of who gives it; `at` is where.
    pub fn found(self, at: &Url) -> Option<FoundAuthorization> {
        let author = self.attributed_to.filter(|author| author.origin() == at.origin())?;
        let is_one = self.kind == "QuoteAuthorization";
        is_one.then_some(())?;
        Some(FoundAuthorization {
            author_uri: author.into(),
            quoting_uri: self.interacting_object?.into(),
            quoted_uri: self.interaction_target?.into(),
        })
    }
}

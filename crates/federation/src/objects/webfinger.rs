//! Asking another server's WebFinger (RFC 7033) who is behind a handle.

use serde::Deserialize;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::error::FederationError;
use crate::fetch;
use crate::http::content_type::activity_type;
use crate::http::{Purpose, host_of};
use crate::state::Context;
use crate::vocab::lenient::{items, member, parse_url};

/// What a WebFinger answer says about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Name and host of the subject, host in lower case.
    pub subject: Option<(String, String)>,
    /// The actor's id.
    pub actor: Url,
}

/// Lenient: WebFinger allows `null` properties and links without `href`.
#[derive(Deserialize)]
struct Descriptor {
    #[serde(default)]
    subject: Value,
    #[serde(default)]
    links: Value,
}

/// Asks `host` about `resource` (`acct:…` or a URL). `None` if it knows nothing or names no actor.
///
/// # Errors
/// The server does not answer, or answers something else than WebFinger.
pub async fn ask(context: &Context, host: &str, resource: &str) -> Result<Option<Answer>, FederationError> {
    let resource: String = byte_serialize(resource.as_bytes()).collect();
    let path = format!("/.well-known/webfinger?resource={resource}");
    let url = context.well_known(host, &path).ok_or(FederationError::Refused("host of a handle is not allowed"))?;
    let found = match fetch::descriptor(context, Purpose::WebFinger, &url).await {
        Ok(found) => found,
        Err(error) if error.is_absent() => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Descriptor::deserialize(&found.object).ok().and_then(|descriptor| read(&descriptor)))
}

fn read(descriptor: &Descriptor) -> Option<Answer> {
    let is_actor =
        |link: &&Value| member(link, "rel") == Some("self") && member(link, "type").and_then(activity_type).is_some();
    let actor = items(&descriptor.links).iter().find(is_actor).and_then(|link| parse_url(member(link, "href")?))?;
    Some(Answer { subject: descriptor.subject.as_str().and_then(split_acct), actor })
}

/// `name` and `host` of `acct:name@host`, `@name@host` or `name@host`. The host comes in its one spelling: lower case,
/// ASCII, with the port where it is unusual.
pub fn split_acct(text: &str) -> Option<(String, String)> {
    let text = text.strip_prefix("acct:").unwrap_or(text);
    let (name, host) = text.strip_prefix('@').unwrap_or(text).split_once('@')?;
    let url = Url::parse(&format!("https://{host}/")).ok()?;
    let is_host = url.domain().is_some_and(|host| !host.ends_with('.'))
        && (url.path(), url.query(), url.fragment()) == ("/", None, None)
        && url.username().is_empty()
        && url.password().is_none()
        && !host.contains(['/', '@']);
    (is_host && !name.is_empty()).then(|| (name.to_owned(), host_of(&url)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(document: Value) -> Option<Answer> {
        Descriptor::deserialize(document).ok().and_then(|descriptor| read(&descriptor))
    }

    #[test]
    fn the_self_link_of_an_activity_type_names_the_actor() {
        let answer = parse(json!({
            "subject": "acct:Amy@Oak.example",
            "properties": { "https://schema.example/x": null },
            "links": [
                { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": "https://oak.example/@amy" },
                { "rel": "self", "type": "application/activity+json", "href": "https://oak.example/users/amy" },
                { "rel": "http://ostatus.org/schema/1.0/subscribe", "template": "https://oak.example/x?uri={uri}" }
            ]
        }))
        .unwrap();
        assert_eq!(answer.subject, Some(("Amy".to_owned(), "oak.example".to_owned())));
        assert_eq!(answer.actor.as_str(), "https://oak.example/users/amy");
    }

    #[test]
    fn other_links_name_nobody() {
        for links in [
            json!([{ "rel": "self", "type": "text/html", "href": "https://oak.example/users/amy" }]),
            json!([{ "rel": "self", "type": "application/activity+json", "href": "javascript:alert(1)" }]),
            json!([{ "rel": "self", "type": "application/activity+json" }]),
            json!("self"),
            json!(null),
        ] {
            assert_eq!(parse(json!({ "subject": "acct:amy@oak.example", "links": links })), None);
        }
        for bad in ["amy", "@amy", "acct:@oak.example", "amy@", "amy@oak.example/x", "amy@oak@elm"] {
            assert_eq!(split_acct(bad), None, "{bad}");
        }
    }
}

//! Followers synchronisation (FEP-8fcf): with what is for followers only goes a digest of the followers on the host it is
//! sent to; whoever finds another one asks for the list and puts theirs in order.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderValue;
use http::request::Parts;
use serde::Deserialize;
use staffroom_service::ServiceError;
use url::Url;

use crate::error::FederationError;
use crate::fetch;
use crate::http::Purpose;
use crate::state::Context;
use crate::vocab::audience::is_public;
use crate::vocab::collection::CollectionDoc;
use crate::vocab::lenient::{id_of, parse_url};

/// The header.
pub(crate) const HEADER: &str = "collection-synchronization";
/// Longest header read, in bytes.
const MAX_HEADER_BYTES: usize = 8_192;
/// Pages and followers read of one list; of a longer one nothing is believed, for it would seem to lack the rest.
const MAX_PAGES: usize = 10;
const MAX_FOLLOWERS: usize = 10_000;

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The followers collection it is about.
    pub(crate) collection: String,
    /// Where the part of it that concerns the receiver can be had.
    pub(crate) url: Url,
    /// Digest of that part, hexadecimal.
    pub(crate) digest: String,
}

/// SHA-256 of each id, all of them combined by XOR, in hexadecimal: the order does not matter. Of nobody it is zeros.
pub(crate) fn digest_of(ids: &[String]) -> String {
    let mut sum = [0_u8; 32];
    for id in ids {
        for (byte, more) in sum.iter_mut().zip(digest(&SHA256, id.as_bytes()).as_ref()) {
            *byte ^= more;
        }
    }
    sum.iter().fold(String::with_capacity(64), |mut text, byte| {
        // writing to a string cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Who sends `activity`, if it is for their followers and not for everybody.
pub(crate) fn for_followers_only(activity: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Addressed {
        actor: String,
        #[serde(default)]
        to: Vec<String>,
        #[serde(default)]
        cc: Vec<String>,
    }
    let Addressed { actor, to, cc } = serde_json::from_slice(activity).ok()?;
    let followers = format!("{actor}/followers");
    let named = || to.iter().chain(&cc);
    (named().any(|one| *one == followers) && !named().any(|one| is_public(one))).then_some(actor)
}

/// The header for what `actor` sends to a host where `followers` live.
pub(crate) fn header(actor: &str, followers: &[String]) -> Option<HeaderValue> {
    let digest = digest_of(followers);
    let text =
        format!("collectionId=\"{actor}/followers\", url=\"{actor}/followers_synchronization\", digest=\"{digest}\"");
    HeaderValue::from_str(&text).ok()
}

/// The header of a request, if there is exactly one that can be read.
pub(crate) fn claim(parts: &Parts) -> Option<Claim> {
    let mut values = parts.headers.get_all(HEADER).iter();
    let text = values.next()?.to_str().ok().filter(|text| text.len() <= MAX_HEADER_BYTES)?;
    if values.next().is_some() {
        return None;
    }
    let member = |name: &str| {
        let found = text.split(',').filter_map(|part| part.trim().split_once('='));
        let mut found = found.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim());
        let value = found.next()?.strip_prefix('"')?.strip_suffix('"')?;
        found.next().is_none().then_some(value)
    };
    let digest = member("digest")?.to_ascii_lowercase();
    let is_digest = digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit());
    is_digest.then_some(())?;
    Some(Claim { collection: member("collectionId")?.to_owned(), url: parse_url(member("url")?)?, digest })
}

/// Compares what a sender says of its followers here with what we know; a difference is looked into later.
pub(crate) async fn compare(context: &Context, sender: &Url, claim: &Claim) -> Result<(), ServiceError> {
    if claim.url.origin() != sender.origin() {
        return Ok(());
    }
    let service = context.service();
    let known = service.follows().followers_here(sender.as_str(), &claim.collection).await?;
    match known {
        Some((account, followers)) if digest_of(&followers) != claim.digest => {
            service.follows().differ(&service.cx(), account, claim.url.as_str()).await
        }
        _ => Ok(()),
    }
}

/// The followers listed at `url`, whole; `None` if it is no list, or one too long to be read to its end.
pub(crate) async fn listed(context: &Context, url: &Url) -> Result<Option<Vec<String>>, FederationError> {
    let mut found = Vec::new();
    let mut next = Some(serde_json::Value::String(url.to_string()));
    for _ in 0..MAX_PAGES {
        let Some(step) = next.take() else { return Ok(Some(found)) };
        let page = match step.as_str() {
            Some(text) => {
                let at = parse_url(text).filter(|at| at.origin() == url.origin());
                let Some(at) = at else { return Ok(None) };
                let page = fetch::descriptor(context, Purpose::Collection, &at).await?;
                if page.url.origin() != url.origin() {
                    return Ok(None);
                }
                page.object.clone()
            }
            None => step,
        };
        let Some(page) = CollectionDoc::read(&page) else { return Ok(None) };
        for item in page.items() {
            let Some(id) = id_of(item) else { return Ok(None) };
            found.push(id.into());
        }
        if found.len() > MAX_FOLLOWERS {
            return Ok(None);
        }
        next = page.next().cloned();
    }
    Ok(if next.is_none() { Some(found) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(header: &str) -> Parts {
        http::Request::builder().header(HEADER, header).body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_digest_is_that_of_the_proposal() {
        // the example of FEP-8fcf
        let ids = ["https://testing.example.org/users/1", "https://testing.example.org/users/2"].map(ToOwned::to_owned);
        assert_eq!(digest_of(&ids), "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f");
        assert_eq!(digest_of(&[ids[1].clone(), ids[0].clone()]), digest_of(&ids));
        assert_eq!(digest_of(&[]), "0".repeat(64));
    }

    #[test]
    fn a_header_is_read_as_it_was_written_and_nothing_else_is() {
        let header = header("https://oak.example/users/amy", &["https://elm.example/users/ben".to_owned()]).unwrap();
        let read = claim(&parts(header.to_str().unwrap())).unwrap();
        assert_eq!(read.collection, "https://oak.example/users/amy/followers");
        assert_eq!(read.url.as_str(), "https://oak.example/users/amy/followers_synchronization");
        let good = header.to_str().unwrap();
        for bad in [
            "",
            "digest",
            &good.replace("digest=\"", "digest=\"zz"),
            &good.replace("url=\"https", "url=\"ftp"),
            &good.replace("url=", "link="),
            &format!("{good}, digest=\"{}\"", "0".repeat(64)),
            &good.replace('"', "'"),
        ] {
            assert_eq!(claim(&parts(bad)), None, "{bad}");
        }
        let mut twice = parts(good);
        twice.headers.append(HEADER, HeaderValue::from_str(good).unwrap());
        assert_eq!(claim(&twice), None);
    }
}

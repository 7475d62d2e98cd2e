//! Files of other servers, shown under addresses of ours: browsers of people here ask nobody else, and only files whose
//! address we signed are fetched. `copies.rs` keeps what was fetched.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use staffroom_domain::account::Picture;
use url::Url;

use super::{Media, picture};
use crate::{Cx, Result, ServiceError};

/// What the signature of an address is for.
const LABEL: &str = "remote media";
/// Longest address taken apart, in characters.
const MAX_ENCODED_CHARS: usize = 4_096;

/// A file that can be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Media type, as determined from its bytes.
    pub content_type: String,
}

/// What a picture elsewhere looks like.
pub(crate) struct Looks {
    pub(crate) size_px: (u32, u32),
    pub(crate) blurhash: Option<String>,
}

impl Media<'_> {
    /// Absolute URL of a picture.
    pub fn url(&self, picture: &Picture) -> String {
        match picture {
            Picture::Local(path) => format!("{}/media/{path}", self.service.settings().identity.public_url),
            Picture::Remote(url) => self.remote_url(url),
        }
    }

    /// The address under which we show the file that lies at `url` on another server. Addresses of ours stay as they are.
    pub fn remote_url(&self, url: &str) -> String {
        let identity = &self.service.settings().identity;
        if identity.is_local_uri(url) {
            return url.to_owned();
        }
        let signature = self.service.storage().vault().sign(LABEL, url.as_bytes());
        let (signature, encoded) = (URL_SAFE_NO_PAD.encode(signature), URL_SAFE_NO_PAD.encode(url));
        format!("{}/media/remote/{signature}/{encoded}", identity.public_url)
    }

    /// The file behind `/media/remote/<signature>/<encoded>`, fetched if there is no copy of it; `None` for an address we
    /// did not sign, for what is no picture, film or sound, for what is not there, and for what its domain may not show.
    ///
    /// # Errors
    /// [`ServiceError::Remote`] when its server does not answer for the moment; the database failed.
    pub async fn remote_file(&self, cx: &Cx, signature: &str, encoded: &str) -> Result<Option<MediaFile>> {
        let Some(url) = self.signed(signature, encoded).filter(|url| self.is_shown(url)) else { return Ok(None) };
        self.copy_of(cx, &url).await
    }

    /// What the picture at `url` looks like; `None` when it cannot be had or is none we can read.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn look_at(&self, cx: &Cx, url: &str) -> Result<Option<Looks>> {
        if !self.is_shown(url) {
            return Ok(None);
        }
        let file = match self.copy_of(cx, url).await {
            Ok(Some(file)) if file.content_type.starts_with("image/") => file,
            Ok(_) | Err(ServiceError::Remote(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let max_pixels = self.service.settings().limits.image_pixels;
        let look = move || {
            let bytes = std::fs::read(file.path).ok()?;
            picture::look(&bytes, max_pixels).map(|(size_px, blurhash)| Looks { size_px, blurhash })
        };
        tokio::task::spawn_blocking(look).await.map_err(|e| ServiceError::Internal(format!("picture worker: {e}")))
    }

    fn signed(&self, signature: &str, encoded: &str) -> Option<String> {
        if encoded.len() > MAX_ENCODED_CHARS {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let url = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let is_ours = self.service.storage().vault().is_signed(LABEL, &url, &signature);
        String::from_utf8(url).ok().filter(|_| is_ours)
    }

    /// Whether the host of `url` may show anything here.
    fn is_shown(&self, url: &str) -> bool {
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
        host.is_some_and(|host| !self.service.domains().limits(&host).reject_media)
    }
}

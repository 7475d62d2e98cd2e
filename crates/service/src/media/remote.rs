//! Files of other servers, shown under addresses of ours: browsers of people here ask nobody else, and only files whose
//! address we signed are fetched. `copies.rs` keeps what was fetched.

use std::path::PathBuf;
use std::sync::Arc;

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

/// Largest picture elsewhere that is looked at, in bytes and in pixels (width × height).
const LOOK_BYTES: u64 = 5_000_000;
const LOOK_PIXELS: u64 = 4_000_000;

/// A file that can be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Media type, as determined from its bytes.
    pub content_type: String,
}

/// What a picture elsewhere looks like; nothing is known of one that is too large to be looked at.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    pub(crate) size_px: Option<(u32, u32)>,
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
    /// did not sign, for what is no picture, film or sound, for what is not there, for what its domain may not show, and
    /// for attachments of accounts that are suspended. `may_ask` is heard before another server is asked.
    ///
    /// # Errors
    /// [`ServiceError::Remote`] when its server does not answer for the moment; what `may_ask` says; the database failed.
    pub async fn remote_file(
        &self,
        cx: &Cx,
        signature: &str,
        encoded: &str,
        may_ask: impl FnOnce() -> Result<()>,
    ) -> Result<Option<MediaFile>> {
        let Some(url) = self.signed(signature, encoded).filter(|url| self.is_shown(url)) else { return Ok(None) };
        if self.service.storage().read().media().is_withheld_elsewhere(&url).await? {
            return Ok(None);
        }
        self.copy_of(cx, &url, may_ask).await
    }

    /// What the picture at `url` looks like; `None` when it cannot be had or is none we can read. Few are looked at at
    /// once, whoever stops waiting.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn look_at(&self, cx: &Cx, url: &str) -> Result<Option<Looks>> {
        if !self.is_shown(url) {
            return Ok(None);
        }
        let file = match self.copy_of(cx, url, || Ok(())).await {
            Ok(Some(file)) if file.content_type.starts_with("image/") => file,
            Ok(_) | Err(ServiceError::Remote(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let failed = |error: &dyn std::fmt::Display| ServiceError::Internal(format!("picture worker: {error}"));
        let looks = Arc::clone(&self.service.inner.copies.looks);
        let turn = looks.acquire_owned().await.map_err(|error| failed(&error))?;
        let look = move || {
            // Held until the work is done, even if nobody waits for it any more.
            let _turn = turn;
            if std::fs::metadata(&file.path).ok()?.len() > LOOK_BYTES {
                return Some(Looks::default());
            }
            picture::look(&std::fs::read(&file.path).ok()?, LOOK_PIXELS)
        };
        tokio::task::spawn_blocking(look).await.map_err(|error| failed(&error))
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

//! Files of what is held: at their own address nobody sees them, and at a signed one only those who were given it.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use staffroom_domain::account::Picture;
use staffroom_domain::media::MediaAttachment;

use super::Media;
use super::store::own_name;
use crate::Result;

/// What the signature of an address is for.
const LABEL: &str = "held media";

impl Media<'_> {
    /// An attachment with the addresses at which it is shown while it is held.
    pub(crate) fn shown_while_held(&self, media: MediaAttachment) -> MediaAttachment {
        let signed = |picture: Picture| match picture {
            Picture::Local(path) => {
                let signature = self.service.storage().vault().sign(LABEL, path.as_bytes());
                let base = &self.service.settings().identity.public_url;
                Picture::Remote(format!("{base}/media/held/{}/{path}", URL_SAFE_NO_PAD.encode(signature)))
            }
            remote @ Picture::Remote(_) => remote,
        };
        MediaAttachment { file: signed(media.file), preview: media.preview.map(signed), ..media }
    }

    /// Where the file behind `/media/held/<signature>/<path>` lies, with its media type; `None` for an address we did not
    /// sign, and for what is not held any more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn held_file(&self, signature: &str, path: &str) -> Result<Option<(PathBuf, &'static str)>> {
        let Some(content_type) = own_name(path) else { return Ok(None) };
        let storage = self.service.storage();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        if !storage.vault().is_signed(LABEL, path.as_bytes(), &signature)
            || !storage.read().media().is_held(path).await?
        {
            return Ok(None);
        }
        Ok(Some((self.service.settings().media_dir.join(path), content_type)))
    }
}

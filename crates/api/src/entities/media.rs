//! Media attachments.

use serde::Serialize;
use staffroom_domain::account::Picture;
use staffroom_domain::media as domain;

use super::Render;

#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "named as clients know them")]
struct Size {
    width: u32,
    height: u32,
    size: String,
    aspect: f64,
}

#[derive(Debug, Serialize)]
struct Focus {
    x: f32,
    y: f32,
}

#[derive(Debug, Default, Serialize)]
struct Meta {
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<Size>,
    #[serde(skip_serializing_if = "Option::is_none")]
    small: Option<Size>,
    #[serde(skip_serializing_if = "Option::is_none")]
    focus: Option<Focus>,
}

/// An attachment.
#[derive(Debug, Serialize)]
pub(crate) struct MediaAttachment {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
    preview_url: String,
    remote_url: Option<String>,
    preview_remote_url: Option<String>,
    text_url: Option<String>,
    meta: Meta,
    description: Option<String>,
    blurhash: Option<String>,
}

impl Render<'_> {
    /// An attachment.
    pub(crate) fn media(&self, media: &domain::MediaAttachment) -> MediaAttachment {
        let url = self.service.media().url(&media.file);
        let preview = media.preview.as_ref().map_or_else(|| url.clone(), |picture| self.service.media().url(picture));
        MediaAttachment {
            id: media.id.to_string(),
            kind: media.kind.as_str(),
            url,
            preview_url: preview,
            remote_url: match &media.file {
                Picture::Remote(url) => Some(url.clone()),
                Picture::Local(_) => None,
            },
            preview_remote_url: None,
            text_url: None,
            meta: Meta {
                original: media.size_px.map(size),
                small: media.preview_px.map(size),
                focus: media.focus.map(|(x, y)| Focus { x, y }),
            },
            description: media.description.clone(),
            blurhash: media.blurhash.clone(),
        }
    }
}

fn size((width, height): (u32, u32)) -> Size {
    let aspect = f64::from(width) / f64::from(height.max(1));
    Size { width, height, size: format!("{width}x{height}"), aspect }
}

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

/// How a video or sound plays.
#[derive(Debug, Serialize)]
struct Playing {
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_rate: Option<String>,
    duration: f64,
    bitrate: u64,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Original {
    Still(Size),
    Playing(Playing),
}

#[derive(Debug, Serialize)]
struct Focus {
    x: f32,
    y: f32,
}

#[derive(Debug, Default, Serialize)]
struct Meta {
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<Original>,
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
    url: Option<String>,
    preview_url: Option<String>,
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
        let is_shown = media.state == domain::MediaState::Ready;
        let url = is_shown.then(|| self.service.media().url(&media.file));
        // A picture stands for itself; a video or sound is nothing that could be shown in place of a picture.
        let itself = || url.clone().filter(|_| media.kind == domain::MediaKind::Image);
        let preview = media.preview.as_ref().map(|picture| self.service.media().url(picture)).or_else(itself);
        MediaAttachment {
            id: media.id.to_string(),
            kind: media.kind.as_str(),
            preview_url: preview,
            url,
            remote_url: match &media.file {
                Picture::Remote(url) => Some(url.clone()),
                Picture::Local(_) => None,
            },
            preview_remote_url: None,
            text_url: None,
            meta: Meta {
                original: media.recording.as_ref().map_or_else(
                    || media.size_px.map(size).map(Original::Still),
                    |recording| Some(Original::Playing(playing(media, recording))),
                ),
                small: media.preview_px.map(size),
                focus: media.focus.map(|(x, y)| Focus { x, y }),
            },
            description: media.description.clone(),
            blurhash: media.blurhash.clone(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a recording are few")]
fn playing(media: &domain::MediaAttachment, recording: &domain::Recording) -> Playing {
    Playing {
        width: media.size_px.map(|(width, _)| width),
        height: media.size_px.map(|(_, height)| height),
        frame_rate: Some(recording.frame_rate.clone()).filter(|rate| !rate.is_empty()),
        duration: recording.duration_ms as f64 / 1000.0,
        bitrate: recording.bits_per_sec,
    }
}

fn size((width, height): (u32, u32)) -> Size {
    let aspect = f64::from(width) / f64::from(height.max(1));
    Size { width, height, size: format!("{width}x{height}"), aspect }
}

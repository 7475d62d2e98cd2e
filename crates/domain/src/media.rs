//! Media attachments.

use crate::account::Picture;
use crate::clock::Timestamp;
use crate::ids::{AccountId, MediaId, StatusId};

/// What a file is, as far as showing it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// A still picture.
    Image,
    /// A silent moving picture.
    Gifv,
    /// Video with sound (remote only).
    Video,
    /// Sound (remote only).
    Audio,
    /// Anything else: shown as a link.
    Unknown,
}

impl MediaKind {
    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Gifv => "gifv",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Unknown => "unknown",
        }
    }

    /// Parses Mastodon's word; anything else is `Unknown`.
    pub fn parse(text: &str) -> Self {
        match text {
            "image" => Self::Image,
            "gifv" => Self::Gifv,
            "video" => Self::Video,
            "audio" => Self::Audio,
            _ => Self::Unknown,
        }
    }
}

/// Whether an attachment can be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MediaState {
    /// It can.
    #[default]
    Ready,
    /// It waits to be converted, or is being converted.
    Waiting,
    /// It never will: why.
    Failed(String),
}

/// A video or sound, as it plays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// How long it is, in milliseconds.
    pub duration_ms: u64,
    /// Pictures in a second as a fraction (`30/1`); empty for sounds.
    pub frame_rate: String,
    /// Bits in a second, on average.
    pub bits_per_sec: u64,
}

/// A file attached, or waiting to be attached, to a status.
#[derive(Clone, Debug, PartialEq)]
pub struct MediaAttachment {
    /// Our id.
    pub id: MediaId,
    /// Who uploaded it or whose status carries it.
    pub account_id: AccountId,
    /// The status it belongs to.
    pub status_id: Option<StatusId>,
    /// What it is.
    pub kind: MediaKind,
    /// The file.
    pub file: Picture,
    /// A smaller version.
    pub preview: Option<Picture>,
    /// Media type, as determined from the bytes for local files.
    pub content_type: String,
    /// Width and height in pixels.
    pub size_px: Option<(u32, u32)>,
    /// Width and height of the preview in pixels.
    pub preview_px: Option<(u32, u32)>,
    /// Focal point, each in −1…1.
    pub focus: Option<(f32, f32)>,
    /// BlurHash.
    pub blurhash: Option<String>,
    /// Text for those who cannot see it.
    pub description: Option<String>,
    /// Upload time.
    pub created_at: Timestamp,
    /// Whether it can be shown. What waits is its file as it came.
    pub state: MediaState,
    /// How a video or sound of ours plays.
    pub recording: Option<Recording>,
}

/// Changes to an attachment. `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct MediaUpdate {
    /// Text for those who cannot see it.
    pub description: Option<String>,
    /// Focal point.
    pub focus: Option<(f32, f32)>,
}

/// Whether `text` can be read as a BlurHash: base 83, and as long as its first character says
/// (<https://github.com/woltapp/blurhash/blob/master/Algorithm.md>).
pub fn is_blurhash(text: &str) -> bool {
    const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
    let parts = text.chars().next().and_then(|first| DIGITS.find(first)).filter(|size| *size < 81);
    parts.is_some_and(|size| text.len() == 4 + 2 * (size % 9 + 1) * (size / 9 + 1))
        && text.chars().all(|c| DIGITS.contains(c))
}

/// An attachment as received.
#[derive(Clone, Debug)]
pub struct IncomingMedia {
    /// What it is.
    pub kind: MediaKind,
    /// Absolute URL.
    pub url: String,
    /// Claimed media type.
    pub content_type: String,
    /// Text for those who cannot see it.
    pub description: Option<String>,
    /// Claimed width and height.
    pub size_px: Option<(u32, u32)>,
    /// Focal point.
    pub focus: Option<(f32, f32)>,
    /// BlurHash, length-checked.
    pub blurhash: Option<String>,
}

//! Previews of pages that statuses link to.

use url::Url;

use crate::clock::Timestamp;

/// Longest address of a page that is looked at, in bytes.
pub const MAX_URL_BYTES: usize = 2_048;
/// Longest title and name kept, in characters.
pub const MAX_TITLE_CHARS: usize = 300;
/// Longest description kept, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 600;

/// What a page says about itself. Plain text; what it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageInfo {
    /// Its title; without one there is nothing to show.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The site it belongs to.
    pub provider_name: String,
    /// Who wrote it.
    pub author_name: String,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// A picture that stands for it.
    pub image: Option<PageImage>,
}

/// A picture that stands for a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageImage {
    /// Its address.
    pub url: String,
    /// Text for those who cannot see it; may be empty.
    pub description: String,
    /// Width and height in pixels, once it was looked at.
    pub size_px: Option<(u32, u32)>,
    /// BlurHash, once it was looked at.
    pub blurhash: Option<String>,
}

/// The page a status links to, with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewCard {
    /// Its address, as linked to.
    pub url: String,
    /// What it said when it was looked at; `None` before that, or when it said nothing.
    pub page: Option<PageInfo>,
}

impl PreviewCard {
    /// The site the page belongs to: as it says itself, else its host.
    pub fn provider(&self) -> String {
        let said = self.page.as_ref().map(|page| page.provider_name.clone()).filter(|name| !name.is_empty());
        let host = || Url::parse(&self.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        said.or_else(host).unwrap_or_default()
    }
}

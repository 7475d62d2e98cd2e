//! What is attached.

use serde::Deserialize;

use super::wrong;
use crate::facts::MediaFacts;

/// An attachment of which everything said here is known to be true.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Media {
    /// What it is, by the beginning of its type, such as `video/`.
    pub types: Vec<String>,
    /// It is larger than so many bytes.
    pub larger_than: Option<u64>,
    /// Whether somebody described it.
    pub has_description: Option<bool>,
    /// Whether it came with data about the camera.
    pub has_exif: Option<bool>,
    /// Whether it came with a place.
    pub has_place: Option<bool>,
    /// Perceptual hashes, in hexadecimal.
    pub hashes: Vec<String>,
}

impl Media {
    pub(crate) fn validate(&self) -> Result<(), String> {
        let flags = [self.has_description, self.has_exif, self.has_place];
        if self.types.is_empty()
            && self.larger_than.is_none()
            && flags.iter().all(Option::is_none)
            && self.hashes.is_empty()
        {
            return wrong("media", "says nothing about an attachment");
        }
        if self.hashes.iter().any(|hash| hash.is_empty() || !hash.bytes().all(|b| b.is_ascii_hexdigit())) {
            return wrong("media.hashes", "lists something that is not hexadecimal");
        }
        Ok(())
    }

    /// Whether `media` is meant. What is not known is not true.
    pub(crate) fn fits(&self, media: &MediaFacts) -> bool {
        let flag = |wanted: Option<bool>, known: Option<bool>| wanted.is_none() || wanted == known;
        let of_type = |mime: &String| self.types.iter().any(|wanted| mime.starts_with(wanted.as_str()));
        let of_hash = |hash: &String| self.hashes.iter().any(|wanted| wanted.eq_ignore_ascii_case(hash));
        (self.types.is_empty() || media.mime.as_ref().is_some_and(of_type))
            && self.larger_than.is_none_or(|limit| media.bytes.is_some_and(|bytes| bytes > limit))
            && flag(self.has_description, media.has_description)
            && flag(self.has_exif, media.has_exif)
            && flag(self.has_place, media.has_place)
            && (self.hashes.is_empty() || media.hash.as_ref().is_some_and(of_hash))
    }
}

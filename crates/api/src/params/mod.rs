//! Parameters, however they come: query, form, multipart or JSON, with Rails' brackets. One shape for handlers.
//!
//! Limits: 2000 values, six levels; the size of the body is the route's. Unknown names are ignored.

mod multipart;
mod read;
#[cfg(test)]
mod tests;
mod tree;

use std::ops::RangeInclusive;

use staffroom_domain::account::MediaUpload;

pub(crate) use read::read;
pub(crate) use tree::{Params, Value};

use crate::error::{ApiError, ApiResult};

/// Most characters of a wrong value that a message repeats.
const SHOWN: usize = 40;

/// What was sent, in quotes, as far as it need be read in a message.
pub(crate) fn excerpt(text: &str) -> String {
    format!("{:?}", text.chars().take(SHOWN).collect::<String>())
}

impl Params {
    /// A text as sent, also when empty. Of several the last counts. Numbers and booleans of JSON are texts too.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_text)
    }

    /// A text that is not empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// A boolean in any spelling clients use; empty and null are absent.
    ///
    /// # Errors
    /// 422 for any other word.
    pub(crate) fn boolean(&self, name: &str) -> ApiResult<Option<bool>> {
        let Some(text) = self.filled(name) else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "t" | "yes" | "y" => Ok(Some(true)),
            "false" | "0" | "off" | "f" | "no" | "n" => Ok(Some(false)),
            "null" | "none" => Ok(None),
            _ => Err(ApiError::invalid(name, "must be true or false")),
        }
    }

    /// A boolean that is false unless said otherwise.
    pub(crate) fn flag(&self, name: &str) -> ApiResult<bool> {
        Ok(self.boolean(name)?.unwrap_or(false))
    }

    /// A whole number; empty and null are absent.
    ///
    /// # Errors
    /// 422 for anything else.
    pub(crate) fn number(&self, name: &str) -> ApiResult<Option<i64>> {
        let Some(text) = self.filled(name) else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| ApiError::invalid(name, "must be a whole number"))
    }

    /// A whole number in `range`; empty and null are absent.
    ///
    /// # Errors
    /// 422 for anything else, naming it and the range.
    pub(crate) fn within(&self, name: &str, range: RangeInclusive<i64>) -> ApiResult<Option<i64>> {
        let Some(text) = self.filled(name) else { return Ok(None) };
        let number = text.trim().parse::<i64>().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| {
            let (least, most) = range.into_inner();
            ApiError::invalid(name, &format!("is {}, and must be a whole number from {least} to {most}", excerpt(text)))
        })
    }

    /// All texts of a list (`a[]=1&a[]=2`, `a=1&a=2`, `a[0]=1`, JSON), empty ones left out; a single text is a list
    /// of one.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let values = self.get(name).map(Value::items).unwrap_or_default();
        values.into_iter().filter_map(Value::as_text).filter(|text| !text.is_empty()).collect()
    }

    /// Whether the name was sent at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A nested group (`source[privacy]`), as parameters of its own.
    pub(crate) fn group(&self, name: &str) -> Option<Params> {
        self.get(name).and_then(Value::as_group)
    }

    /// A list of groups (`fields_attributes[0][name]`, `media_attributes[][id]`, JSON array or object by index).
    pub(crate) fn groups(&self, name: &str) -> Vec<Params> {
        self.get(name).map(Value::items).unwrap_or_default().into_iter().filter_map(Value::as_group).collect()
    }

    /// An uploaded file.
    pub(crate) fn file(&self, name: &str) -> Option<&MediaUpload> {
        match self.get(name)? {
            Value::File(upload) => Some(upload),
            _ => None,
        }
    }

    /// An uploaded file, taken out of the parameters: it may be large, and they may be kept for long.
    pub(crate) fn take_file(&mut self, name: &str) -> Option<MediaUpload> {
        match self.take(name)? {
            Value::File(upload) => Some(upload),
            _ => None,
        }
    }
}

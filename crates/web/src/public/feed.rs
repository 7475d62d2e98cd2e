//! Feeds, as RSS 2.0 (<https://www.rssboard.org/rss-specification>) with the files of Media RSS.

use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use staffroom_domain::status::StatusView;
use staffroom_domain::text;
use time::format_description::well_known::Rfc2822;

use super::shown::{File, address};
use crate::Web;
use crate::error::WebError;

const MEDIA_TYPE: &str = "application/rss+xml; charset=utf-8";
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// A feed.
#[derive(Template)]
#[template(path = "feed.xml", escape = "html")]
pub(super) struct Feed {
    pub(super) title: String,
    pub(super) description: String,
    /// The page it is the feed of.
    pub(super) url: String,
    pub(super) own_url: String,
    pub(super) image: Option<String>,
    /// Search engines may keep it.
    pub(super) is_indexed: bool,
    pub(super) items: Vec<Item>,
}

/// A status in a feed.
pub(super) struct Item {
    url: String,
    at: String,
    /// HTML.
    content: String,
    tags: Vec<String>,
    files: Vec<File>,
}

impl Web {
    /// A status as an item of a feed.
    pub(super) fn item(&self, view: &StatusView) -> Item {
        let (status, shown) = (&view.status, self.shown(view));
        let warning = match shown.warning.as_str() {
            "" => String::new(),
            warning => format!("<p><strong>Content warning:</strong> {}</p><hr>", text::escape(warning)),
        };
        let options: Vec<String> =
            shown.options.iter().map(|one| format!("<li>{}</li>", text::escape(&one.title))).collect();
        let options = if options.is_empty() { String::new() } else { format!("<ul>{}</ul>", options.concat()) };
        let has_words = !text::to_plain(&status.content).trim().is_empty();
        let attached = if has_words { String::new() } else { attached(&shown.files) };
        Item {
            url: address(view),
            at: status.created_at.datetime().format(&Rfc2822).unwrap_or_default(),
            content: format!("{warning}{}{options}{attached}", status.content),
            tags: status.tags.iter().map(|tag| tag.display().to_owned()).collect(),
            files: if shown.hides_files || !shown.warning.is_empty() { Vec::new() } else { shown.files },
        }
    }
}

impl Feed {
    /// The feed as an answer.
    pub(super) fn answer(&self) -> Result<Response, WebError> {
        let xml: String = self.render()?.chars().filter(|c| is_xml(*c)).collect();
        let mut response = ([(CONTENT_TYPE, MEDIA_TYPE)], xml).into_response();
        if !self.is_indexed {
            response.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex"));
        }
        Ok(response)
    }
}

/// What is attached, in words: of a status without text nothing else would be seen where files are not shown.
fn attached(files: &[File]) -> String {
    let kinds = [("image", "picture"), ("video", "video"), ("audio", "sound"), ("other", "file")];
    let words: Vec<String> = kinds
        .into_iter()
        .map(|(kind, name)| (files.iter().filter(|file| file.kind == kind).count(), name))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if words.is_empty() { String::new() } else { format!("<p>{}</p>", words.join(", ")) }
}

/// Whether XML 1.0 has a way to write it (<https://www.w3.org/TR/xml/#charsets>).
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
}

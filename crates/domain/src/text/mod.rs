//! Text: plain text to HTML with hashtags, mentions and links found; foreign HTML made safe.
//!
//! Knows nothing of accounts or URLs of this instance: who a mention means and where a tag page lives is handed in.
//! Start with [`scan`] (what is in a text) and [`render`] (how it is shown); [`sanitize`] is for HTML of other servers.

mod entity;
mod length;
mod link;
mod name;
mod plain;
mod quote;
mod render;
mod sanitize;
mod scan;
mod shield;
mod source_map;

pub use length::{URL_CHARS, length};
pub use link::first_link;
pub use name::{is_blank, is_handle_name, shown_name, shown_text};
pub use plain::{Plain, to_plain};
pub use quote::{leading_quote_link, quote_link};
pub use render::{MentionLink, render, render_line};
pub use sanitize::{MAX_HTML_BYTES, sanitize};
pub use scan::{MentionRef, Scan, scan};
pub use shield::{shield, unshield};
pub use source_map::SourceMap;

/// Escapes text for HTML, in text and in double-quoted attributes.
///
/// Control characters other than tab and line feed are dropped: HTML has no way to write them.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    text.chars().for_each(|c| push_escaped(&mut out, c));
    out
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '\t' | '\n' => out.push(c),
        c if c.is_control() => {}
        c => out.push(c),
    }
}

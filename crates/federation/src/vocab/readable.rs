//! What is no note, shown like one: title, link and summary; of an event also when and where. Long texts are read on their
//! own server.

use serde_json::Value;
use staffroom_domain::Timestamp;
use url::Url;

use super::MAX_NAME_CHARS;
use super::lenient::{items, link_of, member, shorten};

/// Longest place name, in characters.
const MAX_PLACE_CHARS: usize = 300;

/// What there is to show.
pub(super) struct LongForm<'a> {
    pub(super) title: &'a str,
    /// Its page.
    pub(super) link: &'a str,
    pub(super) summary: Option<&'a str>,
    pub(super) attachment: &'a [Value],
    pub(super) start: Option<&'a str>,
    pub(super) end: Option<&'a str>,
    pub(super) location: &'a Value,
}

impl LongForm<'_> {
    /// As HTML.
    pub(super) fn html(&self) -> String {
        let mut html = anchor(self.link, &shorten(self.title, MAX_NAME_CHARS));
        if let Some(when) = when(self.start, self.end) {
            html.push_str(&format!("<p>{}</p>", escape(&when)));
        }
        if let Some(place) = place(self.location) {
            html.push_str(&format!("<p>{}</p>", escape(&place)));
        }
        if let Some(summary) = self.summary {
            html.push_str(&format!("<p>{}</p>", escape(summary)));
        }
        // what a page of a link aggregator is about
        let linked = self.attachment.iter().filter(|one| member(one, "type") == Some("Link")).find_map(link_of);
        if let Some(linked) = linked.as_ref().map(Url::as_str).filter(|linked| *linked != self.link) {
            html.push_str(&anchor(linked, linked));
        }
        html
    }
}

fn anchor(href: &str, text: &str) -> String {
    format!("<p><a href=\"{}\">{}</a></p>", escape(href), escape(text))
}

/// `2026-11-20, 18:00–19:30 UTC+01:00`: the clock of the place, as its server writes it.
fn when(start: Option<&str>, end: Option<&str>) -> Option<String> {
    let (day, time, zone) = parts(start?)?;
    Some(match end.and_then(parts) {
        Some((last, until, other)) if (last, other) == (day, zone) => format!("{day}, {time}–{until} {}", named(zone)),
        Some((last, until, other)) => format!("{day}, {time} {} – {last}, {until} {}", named(zone), named(other)),
        None => format!("{day}, {time} {}", named(zone)),
    })
}

/// Day, time to the minute and zone of an RFC 3339 time.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    Timestamp::parse(text)?;
    let zone = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    Some((text.get(..10)?, text.get(11..16)?, zone))
}

fn named(zone: &str) -> String {
    if matches!(zone, "Z" | "z" | "+00:00" | "-00:00") { "UTC".to_owned() } else { format!("UTC{zone}") }
}

/// Name and address of the first place, or the address of a meeting online.
fn place(location: &Value) -> Option<String> {
    let place = items(location).first()?;
    let address = place.get("address").unwrap_or(&Value::Null);
    let address_parts = ["streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry"];
    let mut parts: Vec<&str> = member(place, "name").into_iter().chain(address.as_str()).collect();
    parts.extend(address_parts.iter().filter_map(|name| member(address, name)));
    if parts.is_empty() {
        parts.extend(member(place, "url").or_else(|| place.as_str()));
    }
    let mut named: Vec<&str> = Vec::new();
    for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
        if !named.contains(&part) {
            named.push(part);
        }
    }
    (!named.is_empty()).then(|| shorten(&named.join(", "), MAX_PLACE_CHARS))
}

/// Escapes text for HTML.
pub(super) fn escape(text: &str) -> String {
    staffroom_domain::text::escape(text)
}

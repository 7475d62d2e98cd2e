//! The line that stands for a quote where quotes are not known: a link to the status quoted, first in the text. Clients
//! that show the quote itself hide it by its class, as Mastodon's do.

use super::render::link_html;

const OPENING: &str = "<p class=\"quote-inline\">";

/// The line for the page `url`.
pub fn quote_link(url: &str) -> String {
    format!("{OPENING}RE: {}</p>", link_html(url))
}

/// Such a line at the beginning of `html`.
pub fn leading_quote_link(html: &str) -> Option<&str> {
    let end = html.strip_prefix(OPENING)?.find("</p>")?;
    html.get(..OPENING.len() + end + "</p>".len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found_again_and_survives_cleaning() {
        let line = quote_link("https://oak.test/@amy/1");
        assert_eq!(leading_quote_link(&format!("{line}<p>so true</p>")), Some(&*line));
        assert_eq!(leading_quote_link("<p>so true</p>"), None);
        assert_eq!(leading_quote_link(OPENING), None);
        let cleaned = super::super::sanitize(&line);
        assert!(cleaned.starts_with(OPENING) && cleaned.contains("https://oak.test/@amy/1"), "{cleaned}");
    }
}

//! The link of a status that a preview is shown of.

use url::Url;

/// The first link in `html` to a page: `http` or `https`, neither a mention nor a hashtag. `html` is as [`super::render`]
/// and [`super::sanitize`] write it.
pub fn first_link(html: &str) -> Option<String> {
    let anchors = html.split("<a ").skip(1).filter_map(|rest| rest.split('>').next());
    let mut pages = anchors.filter(|anchor| !is_name(anchor)).filter_map(|anchor| attribute(anchor, "href"));
    pages.find_map(|href| {
        let href = super::to_plain(href);
        Url::parse(&href).is_ok_and(|url| matches!(url.scheme(), "http" | "https")).then_some(href)
    })
}

/// Whether an anchor stands for a person or a hashtag.
pub(super) fn is_name(anchor: &str) -> bool {
    let is_tag = attribute(anchor, "rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == "tag"));
    let mut classes = attribute(anchor, "class").unwrap_or_default().split_ascii_whitespace();
    is_tag || classes.any(|class| matches!(class, "mention" | "hashtag" | "u-url"))
}

/// The value of an attribute, with its character references.
fn attribute<'a>(anchor: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = anchor.split_once(&format!("{name}=\""))?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::super::sanitize;
    use super::*;

    #[test]
    fn the_first_page_is_found_behind_names_and_tags() {
        let html = "<p><a href=\"https://elm.test/@ben\" class=\"u-url mention\">@ben</a> \
                    <a href=\"https://elm.test/tags/maths\" class=\"mention hashtag\" rel=\"tag\">#maths</a> \
                    <a href=\"https://yew.test/a?b=1&amp;c=2\">one</a> <a href=\"https://yew.test/two\">two</a></p>";
        assert_eq!(first_link(html).as_deref(), Some("https://yew.test/a?b=1&c=2"));
        assert_eq!(first_link(&sanitize(html)).as_deref(), Some("https://yew.test/a?b=1&c=2"));
    }

    #[test]
    fn what_is_no_link_to_a_page_is_none() {
        for html in [
            "",
            "<p>https://yew.test/</p>",
            "<p><a href=\"https://elm.test/tags/x\" rel=\"tag nofollow\">x</a></p>",
            "<a href=\"mailto:amy@oak.test\">write</a>",
            "<a href=\"//\">broken</a><a href=\"",
            "<a class=\"mention\" href=\"https://elm.test/@ben\">ben</a>",
        ] {
            assert_eq!(first_link(html), None, "{html}");
        }
    }
}

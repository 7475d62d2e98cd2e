//! Names of custom emoji in a text that a machine translates: words to it, pictures to people.

use super::plain::tag_end;

/// HTML in which each `:name:` of `names` is marked as something that stays as it is
/// (<https://html.spec.whatwg.org/multipage/dom.html#attr-translate>). Attributes are left alone.
pub fn shield(html: &str, names: &[&str]) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(&marked(text, names));
        let (tag, behind) = tag.split_at_checked(tag_end(tag).saturating_add(1)).unwrap_or((tag, ""));
        out.push_str(tag);
        rest = behind;
    }
    out.push_str(&marked(rest, names));
    out
}

/// The same without the marks, once it is sanitised.
pub fn unshield(html: &str, names: &[&str]) -> String {
    names.iter().fold(html.to_owned(), |html, name| html.replace(&mark(name), &format!(":{name}:")))
}

fn marked(text: &str, names: &[&str]) -> String {
    names.iter().fold(text.to_owned(), |text, name| text.replace(&format!(":{name}:"), &mark(name)))
}

fn mark(name: &str) -> String {
    format!("<span translate=\"no\">:{name}:</span>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{sanitize, to_plain};

    #[test]
    fn names_are_marked_in_text_alone_and_come_back_as_they_were() {
        let html = "<p title=\"a > :tea: b\">:tea: and :milk: <a href=\"https://x.example/:tea:\">:tea:</a></p>";
        let shielded = shield(html, &["tea"]);
        assert_eq!(shielded.matches("translate=\"no\"").count(), 2, "{shielded}");
        assert!(shielded.contains("title=\"a > :tea: b\"") && shielded.contains("example/:tea:\""), "{shielded}");
        assert_eq!(unshield(&shielded, &["tea"]), html);
        assert_eq!(to_plain(&sanitize(&shield("a :tea:", &["tea"]))), "a :tea:");
        assert_eq!(unshield(&sanitize(&shield("a :tea:", &["tea"])), &["tea"]), "a :tea:");
    }

    #[test]
    fn broken_markup_comes_back_as_it_was() {
        for html in ["", "<", "a < b", "<p", "<p title=\":tea:", ":tea", "é<é>é:tea:"] {
            assert_eq!(unshield(&shield(html, &["tea"]), &["tea"]), html);
        }
    }
}

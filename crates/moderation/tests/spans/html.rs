//! HTML as other servers write it, and where in it each letter of the text stands.

use crate::chance::Chance;

/// Tags without a text of their own, as they stand around and inside words.
const TAGS: [&str; 8] = [
    "<span class=\"h-card\" translate=\"no\">",
    "</span>",
    "<b>",
    "</b>",
    "<em>",
    "</em>",
    "<span title='a > b'>",
    "<!-- x -->",
];

/// `text` as HTML, and for each of its code points the range of code points of the HTML that stands for it.
pub(crate) fn written(text: &str, chance: &mut Chance) -> (String, Vec<(usize, usize)>) {
    let mut html = String::from("<p>");
    let mut count = html.chars().count();
    let mut places = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        if chance.percent(6) {
            let tag = chance.pick(&TAGS);
            html.push_str(tag);
            count += tag.chars().count();
        }
        let doubled = c == '\n' && letters.next_if_eq(&'\n').is_some();
        let piece = if doubled { "</p><p>".to_owned() } else { spelled(c, chance) };
        let end = count + piece.chars().count();
        places.extend(std::iter::repeat_n((count, end), if doubled { 2 } else { 1 }));
        html.push_str(&piece);
        count = end;
    }
    html.push_str("</p>");
    (html, places)
}

fn spelled(c: char, chance: &mut Chance) -> String {
    let way = chance.number(1, 100);
    match c {
        '\n' if way < 50 => "<br>".to_owned(),
        '\n' => "<br />".to_owned(),
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' if way < 50 => "&quot;".to_owned(),
        '\'' if way < 50 => "&#39;".to_owned(),
        c if way < 6 => format!("&#{};", u32::from(c)),
        c if way < 12 => format!("&#x{:x};", u32::from(c)),
        c => c.to_string(),
    }
}

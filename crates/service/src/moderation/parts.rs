//! The texts of a status or a profile, named for the rules. All texts are plain: what came as HTML goes through
//! `domain::text::to_plain` first, what was typed here does not.

use staffroom_domain::text::{self, Plain};
use staffroom_domain::{Account, Tag};
use staffroom_moderation::Part;

/// The texts of a status: content, then content warning, poll options, and media descriptions in order.
pub(crate) fn status_parts<'a>(
    content: &str,
    spoiler_text: &str,
    poll_options: impl IntoIterator<Item = &'a str>,
    descriptions: impl IntoIterator<Item = Option<&'a str>>,
) -> Vec<(Part, String)> {
    let mut parts = vec![(Part::Content, content.to_owned()), (Part::SpoilerText, spoiler_text.to_owned())];
    parts.extend(poll_options.into_iter().enumerate().map(|(n, text)| (Part::PollOption(n), text.to_owned())));
    let described = descriptions.into_iter().enumerate();
    parts.extend(described.filter_map(|(n, text)| Some((Part::MediaDescription(n), text?.to_owned()))));
    parts.retain(|(_, text)| !text.is_empty());
    parts
}

/// The texts of a status of another server, whose content is HTML: the same, then hashtags that do not stand in the text,
/// and where links lead, since what is shown of a link need not say that.
pub(crate) fn foreign_parts<'a>(
    content: &str,
    spoiler_text: &str,
    poll_options: impl IntoIterator<Item = &'a str>,
    descriptions: impl IntoIterator<Item = Option<&'a str>>,
    tags: &[Tag],
) -> Vec<(Part, String)> {
    let plain = Plain::of(content);
    let mut parts = status_parts(&plain.text, spoiler_text, poll_options, descriptions);
    let spoken = text::scan(&plain.text).tags;
    let is_spoken = |tag: &&Tag| spoken.iter().any(|(other, _)| other.name() == tag.name());
    let silent = tags.iter().filter(|tag| !is_spoken(tag)).enumerate();
    parts.extend(silent.map(|(n, tag)| (Part::Hashtag(n), tag.display().to_owned())));
    parts.extend(plain.links.into_iter().enumerate().map(|(n, (url, _))| (Part::Link(n), url)));
    parts
}

/// The texts of a profile of another server, whose texts are HTML, and where its links lead.
pub(crate) fn foreign_profile_parts(account: &Account) -> Vec<(Part, String)> {
    let note = Plain::of(&account.note);
    let values: Vec<Plain> = account.fields.iter().map(|field| Plain::of(&field.value)).collect();
    let fields = account.fields.iter().zip(&values).map(|(field, value)| (field.name.as_str(), value.text.as_str()));
    let mut parts = profile_parts(&account.display_name, &note.text, fields);
    let links = note.links.into_iter().chain(values.into_iter().flat_map(|value| value.links));
    parts.extend(links.enumerate().map(|(n, (url, _))| (Part::Link(n), url)));
    parts
}

/// The texts of a profile: name, biography, and fields as (label, value).
pub(crate) fn profile_parts<'a>(
    display_name: &str,
    note: &str,
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<(Part, String)> {
    let mut parts = vec![(Part::DisplayName, display_name.to_owned()), (Part::Note, note.to_owned())];
    for (n, (name, value)) in fields.into_iter().enumerate() {
        parts.push((Part::FieldName(n), name.to_owned()));
        parts.push((Part::FieldValue(n), value.to_owned()));
    }
    parts.retain(|(_, text)| !text.is_empty());
    parts
}

//! The texts of a status or a profile, named for the rules. All texts are plain: what came as HTML goes through
//! `domain::text::to_plain` first, what was typed here does not.

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

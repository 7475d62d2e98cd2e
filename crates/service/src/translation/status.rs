//! One status, with all that is written in it, in another language.

use staffroom_domain::Viewer;
use staffroom_domain::ids::{MediaId, PollId, StatusId};
use staffroom_domain::status::StatusView;
use staffroom_domain::text::{escape, sanitize, shield, to_plain, unshield};

use super::{Translation, UNDETERMINED, silent};
use crate::digest::sha256_hex;
use crate::ports::{Languages, Translated};
use crate::{Result, ServiceError};

/// Most bytes of HTML of one status that are handed to the translator.
const MAX_SENT_BYTES: usize = 64 * 1024;

/// A status in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranslatedStatus {
    /// The status.
    pub id: StatusId,
    /// Sanitised HTML.
    pub content: String,
    /// Content warning, plain text; empty for none.
    pub spoiler_text: String,
    /// The language it is in now.
    pub language: String,
    /// The language it was written in; `und` if nobody knows.
    pub source: String,
    /// Who translated it, for people.
    pub provider: &'static str,
    /// Its poll, and the options of it.
    pub poll: Option<(PollId, Vec<String>)>,
    /// Descriptions of its attachments, where there are any.
    pub media: Vec<(MediaId, String)>,
}

impl Translation<'_> {
    /// A status in the language `asked` (`cy`, `pt-BR`); a boost is what it boosts.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see it or nothing is translated here,
    /// [`ServiceError::Forbidden`] when it is not for everybody, too long, or there is no way between the languages (as in
    /// Mastodon), [`ServiceError::Remote`] when the translator does not answer, [`ServiceError::RateLimited`] for somebody
    /// who waits for others still.
    pub async fn status(self, viewer: Viewer, id: StatusId, asked: &str) -> Result<TranslatedStatus> {
        let mut view = self.service.statuses().get(viewer, id).await?;
        if let Some(original) = view.reblog.take() {
            view = *original;
        }
        let translator = self.translator().ok_or(ServiceError::NotFound("translation"))?;
        if !view.status.visibility.is_open() {
            return Err(ServiceError::Forbidden("This action is not allowed".to_owned()));
        }
        let languages = self.languages().await?;
        let (source, target) = way(&languages, view.status.language.as_deref(), asked)
            .ok_or_else(|| ServiceError::Forbidden("This status cannot be translated into this language".to_owned()))?;
        let texts = texts_of(&view);
        let sent: Vec<String> = texts.iter().filter(|text| !text.is_empty()).cloned().collect();
        if sent.iter().map(String::len).sum::<usize>() > MAX_SENT_BYTES {
            return Err(ServiceError::Forbidden("This status is too long to be translated".to_owned()));
        }
        let said = if sent.is_empty() {
            Translated::default()
        } else {
            let ask = async { translator.translate(&sent, source, target).await.ok() };
            let key = key(source, target, &sent);
            let said = self.service.inner.translations.texts(viewer.account(), key, ask).await?;
            (*said.ok_or_else(silent)?).clone()
        };
        let source = source.or(said.detected.as_deref()).unwrap_or(UNDETERMINED).to_owned();
        let mut said = said.texts.into_iter();
        let in_place =
            texts.iter().map(|text| if text.is_empty() { String::new() } else { said.next().unwrap_or_default() });
        Ok(put_together(&view, in_place.collect(), source, target.to_owned(), translator.provider()))
    }
}

/// From what (`None`: the translator finds out) into what; `None` where there is no such way. Of a language with a region
/// the language alone will do.
fn way<'a>(languages: &'a Languages, written: Option<&str>, asked: &str) -> Option<(Option<&'a str>, &'a str)> {
    fn spellings(code: &str) -> [&str; 2] {
        [code, code.split(['-', '_']).next().unwrap_or_default()]
    }
    let written = written.unwrap_or(UNDETERMINED);
    let (source, targets) = spellings(written).iter().find_map(|code| languages.get_key_value(*code))?;
    let target = spellings(asked).iter().find_map(|code| targets.iter().find(|target| target == code))?;
    Some((Some(source.as_str()).filter(|source| *source != UNDETERMINED), target.as_str()))
}

/// What a status says as HTML, empty where it says nothing: content, warning, options, descriptions.
fn texts_of(view: &StatusView) -> Vec<String> {
    let names = names_of(view);
    let html = |html: &str| if html.trim().is_empty() { String::new() } else { shield(html, &names) };
    let plain = |text: &str| html(&escape(text).replace('\n', "<br>"));
    let mut texts = vec![html(&view.status.content), plain(&view.status.spoiler_text)];
    texts.extend(view.poll.iter().flat_map(|poll| &poll.options).map(|option| plain(&option.title)));
    texts.extend(view.media.iter().filter_map(|media| media.description.as_deref()).map(plain));
    texts
}

/// The status with `said` in the places of [`texts_of`]: made safe like everything that comes from elsewhere.
fn put_together(
    view: &StatusView,
    said: Vec<String>,
    source: String,
    language: String,
    provider: &'static str,
) -> TranslatedStatus {
    let names = names_of(view);
    let mut said = said.into_iter();
    let content = unshield(&sanitize(&said.next().unwrap_or_default()), &names);
    let mut plain = || to_plain(&sanitize(&said.next().unwrap_or_default()));
    let spoiler_text = plain();
    let poll = view.poll.as_ref().map(|poll| (poll.id, poll.options.iter().map(|_| plain()).collect()));
    let described = view.media.iter().filter(|media| media.description.is_some());
    let media = described.map(|media| (media.id, plain())).filter(|(_, text)| !text.is_empty()).collect();
    TranslatedStatus { id: view.status.id, content, spoiler_text, language, source, provider, poll, media }
}

fn names_of(view: &StatusView) -> Vec<&str> {
    view.status.emojis.iter().map(|emoji| emoji.shortcode.as_str()).collect()
}

/// By what an answer is found again. Texts have no control characters but line feeds and tabs.
fn key(source: Option<&str>, target: &str, texts: &[String]) -> String {
    sha256_hex(&format!("{}\0{target}\0{}", source.unwrap_or_default(), texts.join("\0")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages() -> Languages {
        let all = |list: &[&str]| list.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        Languages::from([
            ("en".to_owned(), all(&["cy", "pt-BR"])),
            ("cy".to_owned(), all(&["en"])),
            (UNDETERMINED.to_owned(), all(&["cy", "en", "pt-BR"])),
        ])
    }

    #[test]
    fn a_way_is_found_by_language_and_region_or_language_alone() {
        let languages = languages();
        for (written, asked, expected) in [
            (Some("en"), "cy", Some((Some("en"), "cy"))),
            (Some("en-GB"), "cy", Some((Some("en"), "cy"))),
            (Some("en"), "cy-GB", Some((Some("en"), "cy"))),
            (Some("en"), "pt-BR", Some((Some("en"), "pt-BR"))),
            (None, "en", Some((None, "en"))),
            (Some("en"), "en", None),
            (Some("en"), "pt", None),
            (Some("cy"), "pt-BR", None),
            (Some("fi"), "en", None),
            (Some("en"), "", None),
            (Some(""), "en", None),
        ] {
            assert_eq!(way(&languages, written, asked), expected, "{written:?} {asked}");
        }
    }

    #[test]
    fn answers_are_kept_by_everything_that_was_asked() {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let keys = [
            key(Some("en"), "cy", &texts(&["a", "b"])),
            key(None, "cy", &texts(&["a", "b"])),
            key(Some("en"), "fr", &texts(&["a", "b"])),
            key(Some("en"), "cy", &texts(&["ab"])),
            key(Some("en"), "cy", &texts(&["a", "", "b"])),
        ];
        let different: std::collections::BTreeSet<&String> = keys.iter().collect();
        assert_eq!(different.len(), keys.len());
    }
}

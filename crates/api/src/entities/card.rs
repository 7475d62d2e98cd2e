//! Previews of the pages statuses link to.

use serde::Serialize;
use staffroom_domain::Timestamp;
use staffroom_domain::card as domain;

use super::Render;

#[derive(Debug, Serialize)]
struct Author {
    name: String,
    url: String,
    account: Option<()>,
}

/// The page a status links to.
#[derive(Debug, Serialize)]
pub(crate) struct PreviewCard {
    url: String,
    title: String,
    description: String,
    language: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    author_name: String,
    author_url: String,
    provider_name: String,
    provider_url: String,
    html: String,
    width: u32,
    height: u32,
    image: Option<String>,
    image_description: String,
    embed_url: String,
    blurhash: Option<String>,
    published_at: Option<String>,
    authors: Vec<Author>,
}

impl Render<'_> {
    /// What is shown of a page; nothing before it was looked at.
    pub(crate) fn card(&self, card: &domain::PreviewCard) -> Option<PreviewCard> {
        let page = card.page.as_ref()?;
        let author = Author { name: page.author_name.clone(), url: String::new(), account: None };
        let image = page.image.as_ref();
        let (width, height) = image.and_then(|image| image.size_px).unwrap_or_default();
        Some(PreviewCard {
            url: card.url.clone(),
            title: page.title.clone(),
            description: page.description.clone(),
            language: None,
            kind: "link",
            author_name: page.author_name.clone(),
            author_url: String::new(),
            provider_name: card.provider(),
            provider_url: String::new(),
            html: String::new(),
            width,
            height,
            image: image.map(|image| self.service.media().remote_url(&image.url)),
            image_description: image.map(|image| image.description.clone()).unwrap_or_default(),
            embed_url: String::new(),
            blurhash: image.and_then(|image| image.blurhash.clone()),
            published_at: page.published_at.map(Timestamp::to_rfc3339),
            authors: Some(author).filter(|author| !author.name.is_empty()).into_iter().collect(),
        })
    }
}

//! What the instance says about itself at length: the operator's texts, or what is true without them.

use staffroom_domain::{Timestamp, text};

use super::InstanceInfo;
use crate::Text;

/// When the texts used without the operator's own were written: 2026-11-22.
const WRITTEN: Timestamp = Timestamp(1_795_305_600_000);

/// What the program does with what it is told. For instances whose operator says nothing else.
const PRIVACY: &str = "This server keeps what you write and upload, your profile, whom you follow, and your e-mail \
     address, to run your account.\n\nPublic statuses can be read by everybody. Statuses for followers and direct ones \
     are sent to the servers of the people they are for. What was sent to another server is kept there by its \
     operator; when you delete something, that server is asked to delete its copy.\n\nThe operators of this server can \
     read what is stored on it. Please do not send each other anything secret, and nothing about pupils.\n\nPassword \
     and access tokens are kept only as hashes. Pictures are stored without what the camera wrote into them. There is \
     no advertising, and nothing is passed on to anybody but the servers of the people you talk to.";

/// What it does beside that where statuses are translated.
const TRANSLATING: &str = "\n\nWhen somebody asks for a public status in another language, its words are sent to a \
     translation service that the operators of this server chose; who asked is not.";

/// A text as HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// HTML.
    pub content: String,
    /// Last change.
    pub updated_at: Timestamp,
}

impl InstanceInfo<'_> {
    /// Who runs the instance, how, and for whom; without an own text, its description.
    pub fn extended_description(&self) -> Page {
        let settings = self.service.settings();
        match &settings.about.extended_description {
            Some(text) => self.page(text),
            None => Page { content: self.html(&settings.description), updated_at: WRITTEN },
        }
    }

    /// What becomes of what people write; without an own text, what the program does.
    pub fn privacy_policy(&self) -> Page {
        if let Some(text) = &self.service.settings().about.privacy_policy {
            self.page(text)
        } else {
            let more = if self.service.translation().is_enabled() { TRANSLATING } else { "" };
            Page { content: self.html(&format!("{PRIVACY}{more}")), updated_at: WRITTEN }
        }
    }

    /// What people agree to, where there is such a text.
    pub fn terms_of_service(&self) -> Option<Page> {
        self.service.settings().about.terms_of_service.as_ref().map(|text| self.page(text))
    }

    fn page(self, text: &Text) -> Page {
        Page { content: self.html(&text.plain), updated_at: text.updated_at }
    }

    fn html(self, plain: &str) -> String {
        let identity = &self.service.settings().identity;
        text::render(plain, &|_| None, &|tag| identity.tag_url(tag))
    }
}

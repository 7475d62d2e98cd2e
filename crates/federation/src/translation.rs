//! Translations by LibreTranslate, or what speaks its language (<https://docs.libretranslate.com/guides/api_usage/>).
//!
//! Where it is, the operator says; its client speaks with nobody else. It is told texts and languages, nothing more.

use std::fmt;

use async_trait::async_trait;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use staffroom_service::ports::{Languages, Translated, Translator};
use staffroom_service::{Result, ServiceError};
use url::Url;

use crate::http::{AddressError, HttpError, OutboundClient, Purpose};
use crate::json_limits::{self, JsonError};

/// Longest code of a language (`zh-Hant`), in bytes.
const MAX_CODE_BYTES: usize = 16;
/// Most languages of one translator; there are fewer in the world's translators together.
const MAX_LANGUAGES: usize = 500;

/// Where public statuses are translated.
#[derive(Clone)]
pub struct TranslatorSettings {
    /// Address of the service; paths are added to it.
    pub url: Url,
    /// The key it wants; empty for none.
    pub api_key: String,
}

impl fmt::Debug for TranslatorSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TranslatorSettings").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// Speaks with one LibreTranslate.
pub(crate) struct LibreTranslate {
    client: OutboundClient,
    settings: TranslatorSettings,
}

/// A row of `/languages`. Old versions translate between all of them and name no `targets`.
#[derive(Deserialize)]
struct Language {
    code: String,
    targets: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Detected {
    language: String,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "translatedText")]
    texts: Vec<String>,
    #[serde(rename = "detectedLanguage")]
    detected: Option<Vec<Detected>>,
}

impl LibreTranslate {
    /// Speaks by `client`, which should know no other address.
    pub(crate) fn new(client: OutboundClient, settings: TranslatorSettings) -> Self {
        Self { client, settings }
    }

    /// The answer to `GET name`, or to `POST name` with a body.
    async fn ask<T: DeserializeOwned>(&self, name: &str, body: Option<&Value>) -> Result<T> {
        let answer = match self.exchange(name, body).await {
            Ok(answer) => serde_json::from_value(answer).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        answer.map_err(|error: String| {
            tracing::warn!(%error, "the translation service gave no answer of use");
            ServiceError::Remote("The translation service does not answer".to_owned())
        })
    }

    async fn exchange(&self, name: &str, body: Option<&Value>) -> Result<Value, HttpError> {
        let mut url = self.settings.url.clone();
        url.set_path(&format!("{}/{name}", self.settings.url.path().trim_end_matches('/')));
        let mut request = http::Request::new(body.map(|body| body.to_string().into_bytes()).unwrap_or_default());
        *request.method_mut() = if body.is_some() { Method::POST } else { Method::GET };
        let unusable = || HttpError::Address { url: url.clone(), source: AddressError::NoName };
        *request.uri_mut() = url.as_str().parse().map_err(|_| unusable())?;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(Purpose::Translation.accept()));
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = self.client.exchange(request, Purpose::Translation).await?;
        if !answer.status().is_success() {
            return Err(HttpError::Status { url, status: answer.status() });
        }
        json_limits::parse(answer.body()).map_err(|error| match error {
            JsonError::Limit(source) => HttpError::JsonLimit { url, source },
            JsonError::Invalid(source) => HttpError::NotJson { url, source },
        })
    }
}

fn is_code(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (2..=MAX_CODE_BYTES).contains(&text.len()) && text.bytes().all(is_part)
}

#[async_trait]
impl Translator for LibreTranslate {
    fn provider(&self) -> &'static str {
        "LibreTranslate"
    }

    async fn languages(&self) -> Result<Languages> {
        let found: Vec<Language> = self.ask("languages", None).await?;
        let all: Vec<String> = found.iter().map(|one| one.code.clone()).filter(|code| is_code(code)).collect();
        let usable = found.into_iter().filter(|one| is_code(&one.code)).take(MAX_LANGUAGES);
        Ok(usable
            .map(|Language { code, targets }| {
                let mut targets = targets.unwrap_or_else(|| all.clone());
                targets.retain(|target| *target != code && is_code(target));
                targets.truncate(MAX_LANGUAGES);
                (code, targets)
            })
            .collect())
    }

    async fn translate(&self, html: &[String], source: Option<&str>, target: &str) -> Result<Translated> {
        let source = source.unwrap_or("auto");
        let mut body = json!({ "q": html, "source": source, "target": target, "format": "html" });
        if let Some(fields) = body.as_object_mut().filter(|_| !self.settings.api_key.is_empty()) {
            fields.insert("api_key".to_owned(), json!(self.settings.api_key));
        }
        let Answer { texts, detected } = self.ask("translate", Some(&body)).await?;
        if texts.len() != html.len() {
            return Err(ServiceError::Remote("The translation service left something out".to_owned()));
        }
        let detected = detected.into_iter().flatten().map(|one| one.language).find(|code| is_code(code));
        Ok(Translated { texts, detected })
    }
}

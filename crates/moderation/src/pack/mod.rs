//! Rule packs as documents that travel: one form, whatever they are written in, its digest, who sealed it, and what
//! changes from one version to the next.
//!
//! A pack is written in TOML (see [`policy`](crate::policy)) and sent as the same thing in JSON, with a [`Seal`]: who
//! publishes it, the Ed25519 key (a Multikey), and a signature over [`Document::to_sign`]. What is hashed is canonical
//! JSON (RFC 8785), so that neither order nor white space matters. Keys are not used here: whoever asks does.

mod diff;
mod fields;
mod json;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use staffroom_domain::text::shown_name;

pub use diff::{Change, changes};

use crate::policy::hex;
use crate::record::ENGINE_VERSION;

/// Largest pack, in bytes.
pub const MAX_BYTES: usize = 768 * 1024;
/// Most rules and changes in a pack.
pub const MAX_RULES: usize = 2_000;
/// Longest id of a pack or rule, in bytes.
pub const MAX_ID: usize = 80;
/// Largest rule that is written here, in bytes.
const MAX_RULE_BYTES: usize = 128 * 1024;
/// Longest title, in characters.
const MAX_TITLE: usize = 200;
/// What is called `adjust-` and the name of a rule is a change of that rule.
pub const ADJUST: &str = "adjust-";
/// Names that findings use for something else.
const RESERVED: [&str; 2] = ["panic", "phrases"];
/// What stands in a pack.
const MEMBERS: [&str; 4] = ["pack", "rule", "adjust", "seal"];
/// What a seal is made for: nothing else that is signed with the same key looks like it.
const PURPOSE: &str = "staffroom-rule-pack-1";

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DocumentError(String);

impl DocumentError {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Who answers for a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// Who publishes it: the network id of an actor, or a name.
    pub publisher: String,
    /// Its Ed25519 key, a Multikey (`z6Mk…`).
    pub key: String,
    /// The signature, multibase base58 (`z…`).
    pub signature: String,
}

/// A rule pack as a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    id: String,
    version: u32,
    title: String,
    body: Map<String, Value>,
    seal: Option<Seal>,
}

impl Document {
    /// Reads a pack in TOML or JSON.
    ///
    /// # Errors
    /// [`DocumentError`] says what is wrong. Whether its rules can be used is told by
    /// [`Engine::new`](crate::Engine::new).
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        if text.len() > MAX_BYTES {
            return Err(DocumentError::new(format!("a pack has at most {MAX_BYTES} bytes")));
        }
        let is_json = text.trim_start().starts_with('{');
        let value: Value = if is_json {
            json::read(text).map_err(|e| DocumentError::new(format!("is no JSON: {e}")))?
        } else {
            toml::from_str(text).map_err(|e| DocumentError::new(format!("is no TOML: {e}")))?
        };
        let Value::Object(mut body) = value else { return Err(DocumentError::new("is no pack")) };
        if let Some(unknown) = body.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            let hint =
                if unknown == "when" { ": what a rule looks for is [rule.when.…], below its [[rule]]" } else { "" };
            return Err(DocumentError::new(format!("has {unknown:?}, which no pack has{hint}")));
        }
        let seal = body.remove("seal").map(serde_json::from_value::<Seal>).transpose();
        let seal = seal.map_err(|e| DocumentError::new(format!("seal: {e}")))?;
        Self::of(body, seal)
    }

    fn of(body: Map<String, Value>, seal: Option<Seal>) -> Result<Self, DocumentError> {
        let head = body.get("pack").and_then(Value::as_object).ok_or_else(|| DocumentError::new("has no [pack]"))?;
        let text = |name: &str| head.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, title) = (text("id").to_owned(), text("title").trim().to_owned());
        if !is_id(&id) {
            return Err(DocumentError::new("pack.id must be lower-case words with single hyphens"));
        }
        if title.is_empty() || title.chars().count() > MAX_TITLE {
            return Err(DocumentError::new(format!("pack.title must have 1 to {MAX_TITLE} characters")));
        }
        if shown_name(&title) != title {
            let why = "pack.title has characters that are not seen, or that turn the text around them";
            return Err(DocumentError::new(why));
        }
        let number = |name: &str| head.get(name).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        let version = number("version").filter(|version| *version > 0);
        let version = version.ok_or_else(|| DocumentError::new("pack.version must be a whole number from 1"))?;
        if number("engine").is_some_and(|engine| engine > ENGINE_VERSION) {
            return Err(DocumentError::new("it is made for a later version of this program"));
        }
        let document = Self { id, version, title, body, seal };
        let count = document.rules().len() + document.adjustments().len();
        if count > MAX_RULES {
            return Err(DocumentError::new(format!("a pack has at most {MAX_RULES} rules")));
        }
        let named =
            |rule: &Value, member: &str| check_name(rule.get(member).and_then(Value::as_str).unwrap_or_default());
        for (list, member) in [("rule", "id"), ("adjust", "rule")] {
            for (at, rule) in document.list(list).iter().enumerate() {
                named(rule, member).map_err(|e| DocumentError::new(format!("{list} {}: {e}", at + 1)))?;
            }
        }
        if let Some(wrong) =
            ["rule", "adjust"].iter().find(|name| !document.body.get(**name).is_none_or(Value::is_array))
        {
            return Err(DocumentError::new(format!("{wrong} is no list")));
        }
        document.check_fields()?;
        Ok(document)
    }

    fn check_fields(&self) -> Result<(), DocumentError> {
        fields::check_head(self.body.get("pack").unwrap_or(&Value::Null))?;
        let named = |kind: &str, one: &Value, name: &str, error: &DocumentError| {
            let name = one.get(name).and_then(Value::as_str).unwrap_or_default();
            DocumentError::new(format!("{kind} {name} {error}"))
        };
        for rule in self.rules() {
            fields::check_rule(rule).map_err(|error| named("rule", rule, "id", &error))?;
        }
        for one in self.adjustments() {
            fields::check_adjustment(one).map_err(|error| named("the change of rule", one, "rule", &error))?;
        }
        Ok(())
    }

    /// Its own id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its rules, as they were written.
    pub fn rules(&self) -> &[Value] {
        self.list("rule")
    }

    /// What it changes of rules of others.
    pub fn adjustments(&self) -> &[Value] {
        self.list("adjust")
    }

    /// Whether its rules, and what it changes of others, are nobody else's: `owner` says whose something of this name is
    /// already, by the id of a pack.
    ///
    /// # Errors
    /// [`DocumentError`] names the rule and whose it is.
    pub fn check_is_own<'o>(&self, owner: impl Fn(&str) -> Option<&'o str>) -> Result<(), DocumentError> {
        let text = |rule: &Value, member: &str| rule.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        let rules = self.rules().iter().map(|rule| text(rule, "id"));
        let adjustments = self.adjustments().iter().map(|rule| format!("{ADJUST}{}", text(rule, "rule")));
        for name in rules.chain(adjustments) {
            if let Some(owner) = owner(&name).filter(|owner| *owner != self.id) {
                return Err(DocumentError::new(format!("has the rule {name}, which belongs to {owner} already")));
            }
        }
        Ok(())
    }

    fn list(&self, name: &str) -> &[Value] {
        self.body.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Who answers for it; not yet checked.
    pub fn seal(&self) -> Option<&Seal> {
        self.seal.as_ref()
    }

    /// The same pack under another seal.
    #[must_use]
    pub fn with_seal(mut self, seal: Seal) -> Self {
        self.seal = Some(seal);
        self
    }

    /// Canonical JSON without the seal.
    ///
    /// # Errors
    /// [`DocumentError`] for numbers JSON cannot write.
    pub fn canonical(&self) -> Result<String, DocumentError> {
        canonical(&Value::Object(self.body.clone()))
    }

    /// SHA-256 of the canonical form, in hexadecimal.
    ///
    /// # Errors
    /// As [`Document::canonical`].
    pub fn digest(&self) -> Result<String, DocumentError> {
        Ok(hex(&Sha256::digest(self.canonical()?)))
    }

    /// What is signed by `publisher` with `key`: the hash of who seals and what for, then that of the document.
    ///
    /// # Errors
    /// As [`Document::canonical`].
    pub fn to_sign(&self, publisher: &str, key: &str) -> Result<Vec<u8>, DocumentError> {
        let options = json!({ "purpose": PURPOSE, "publisher": publisher, "key": key });
        let mut signed = Sha256::digest(canonical(&options)?).to_vec();
        signed.extend_from_slice(&Sha256::digest(self.canonical()?));
        Ok(signed)
    }

    /// As it travels: JSON with the seal.
    pub fn to_json(&self) -> Value {
        let mut body = self.body.clone();
        if let Some(seal) = &self.seal {
            let Seal { publisher, key, signature } = seal;
            body.insert("seal".to_owned(), json!({ "publisher": publisher, "key": key, "signature": signature }));
        }
        Value::Object(body)
    }

    /// As rules are loaded, without the seal.
    ///
    /// # Errors
    /// [`DocumentError`] for what TOML cannot write.
    pub fn to_toml(&self) -> Result<String, DocumentError> {
        toml::to_string(&self.body).map_err(|e| DocumentError::new(format!("cannot be written as TOML: {e}")))
    }
}

/// The text of a pack, as rules are loaded, of these rules and changes of others, each a JSON object.
///
/// # Errors
/// [`DocumentError`] for what TOML cannot write.
pub fn compose(
    id: &str,
    version: u32,
    title: &str,
    rules: Vec<Value>,
    adjustments: Vec<Value>,
) -> Result<String, DocumentError> {
    let mut body = Map::new();
    body.insert("pack".to_owned(), json!({ "id": id, "version": version, "title": title }));
    for (name, items) in [("rule", rules), ("adjust", adjustments)] {
        if !items.is_empty() {
            body.insert(name.to_owned(), Value::Array(items));
        }
    }
    toml::to_string(&body).map_err(|e| DocumentError::new(format!("cannot be written as TOML: {e}")))
}

/// One rule, or one change of another pack's rule, in TOML or JSON: its members alone, or as they stand in a pack.
///
/// # Errors
/// [`DocumentError`] for what is neither.
pub fn read_rule(text: &str) -> Result<Value, DocumentError> {
    if text.len() > MAX_RULE_BYTES {
        return Err(DocumentError::new(format!("a rule has at most {MAX_RULE_BYTES} bytes")));
    }
    let value: Value = if text.trim_start().starts_with('{') {
        json::read(text).map_err(|e| DocumentError::new(format!("is no JSON: {e}")))?
    } else {
        toml::from_str(text).map_err(|e| DocumentError::new(format!("is no TOML: {e}")))?
    };
    let Value::Object(mut whole) = value else { return Err(DocumentError::new("is no rule")) };
    let listed = ["rule", "adjust"].into_iter().find(|name| whole.get(*name).is_some_and(Value::is_array));
    let rule = match listed {
        None => Value::Object(whole),
        Some(name) => {
            if let Some(other) = whole.keys().find(|key| *key != name) {
                let why = match other.as_str() {
                    "pack" => "is a whole pack, which is imported as such".to_owned(),
                    _ => format!(
                        "has an unknown field `{other}` beside `{name}`: all of a rule stands below its [[{name}]], such as \
                         [rule.when.phrase]"
                    ),
                };
                return Err(DocumentError::new(why));
            }
            match whole.remove(name) {
                Some(Value::Array(mut items)) if items.len() == 1 => items.pop().unwrap_or_default(),
                _ => return Err(DocumentError::new("is not one rule")),
            }
        }
    };
    if !rule.is_object() {
        return Err(DocumentError::new("is no rule"));
    }
    // The name of another rule alone makes it a change of that.
    if rule.get("when").is_none() && rule.get("rule").is_some_and(Value::is_string) {
        fields::check_adjustment(&rule)?;
    } else {
        fields::check_rule(&rule)?;
    }
    Ok(rule)
}

/// A value in its one canonical form (RFC 8785).
///
/// # Errors
/// [`DocumentError`] for numbers JSON cannot write.
pub fn canonical(value: &Value) -> Result<String, DocumentError> {
    let bytes = serde_json_canonicalizer::to_vec(value);
    let bytes = bytes.map_err(|e| DocumentError::new(format!("has no canonical form: {e}")))?;
    String::from_utf8(bytes).map_err(|e| DocumentError::new(format!("has no canonical form: {e}")))
}

/// Says what is wrong with the name of a rule.
///
/// # Errors
/// [`DocumentError`] for what is no id, and for names that findings use for something else.
pub fn check_name(name: &str) -> Result<(), DocumentError> {
    if !is_id(name) {
        return Err(DocumentError::new("must name a rule by lower-case words with single hyphens"));
    }
    if RESERVED.contains(&name) {
        return Err(DocumentError::new(format!("{name:?} is no name for a rule")));
    }
    Ok(())
}

/// Whether a text can be the id of a pack or rule: lower-case letters, digits, single hyphens between.
pub fn is_id(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= MAX_ID && text.split('-').all(is_word)
}

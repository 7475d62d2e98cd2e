//! What is known about the outside at the time of judging.
//!
//! Filled in by whoever asks for a verdict and kept with the decision, so that it can be repeated. What is not known is
//! left out, and a rule that needs it does not fire.

use serde::{Deserialize, Serialize};
use staffroom_domain::Timestamp;

/// Everything known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// Time of judging; rules past their expiry do not apply.
    #[serde(with = "millis")]
    pub now: Timestamp,
    /// Language of the subject, ISO 639-1, as its author says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The organisation its author belongs to, as scopes of packs name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The author's role in it: `member`, `contributor`, `moderator`, `admin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<ActorFacts>,
    /// What else its author does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<RateFacts>,
    /// What is attached, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Vec<MediaFacts>>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectFacts>,
    /// Names of schools known here that stand in it, as they are written there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schools: Vec<String>,
    /// Names of people known here that stand in it, as they are written there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
}

impl Facts {
    /// The time, and nothing else.
    pub fn at(now: Timestamp) -> Self {
        Self { now, ..Self::default() }
    }

    /// The year of judging; `None` where the time is not known.
    pub(crate) fn year(&self) -> Option<u16> {
        let year = self.now.to_rfc3339().get(..4).and_then(|year| year.parse().ok());
        year.filter(|_| self.now != Timestamp::default())
    }
}

/// What is known of an author.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActorFacts {
    /// Host the account lives on; of this server for people here.
    pub domain: Option<String>,
    /// Whole days since the account was made; of one elsewhere, as its server says.
    pub age_days: Option<u64>,
    /// How many follow it; of one elsewhere, those known here.
    pub followers: Option<u64>,
    /// Whether it calls itself automated.
    pub is_bot: Option<bool>,
    /// Whether it has published nothing before that is here still: direct statuses and boosts do not count.
    pub is_first_post: Option<bool>,
    /// Whether nobody here follows it or wrote anything that names it. What it does itself makes no contact. Not known of
    /// people here.
    pub is_first_contact: Option<bool>,
    /// Whether no status of its server came before. Not known of people here.
    pub is_unknown_instance: Option<bool>,
}

/// What an author does beside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateFacts {
    /// Statuses and boosts in the last hour, this one counted in, as far as a rule has to know.
    pub posts_last_hour: Option<u64>,
    /// Other accounts whose same text was judged within a day, as far as a rule has to know. Texts that many write of
    /// their own accord, because they are short, are nobody's.
    pub same_text_elsewhere: Option<u64>,
}

/// What is known of an attachment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MediaFacts {
    /// Such as `image/jpeg`.
    pub mime: Option<String>,
    /// Size in bytes.
    pub bytes: Option<u64>,
    /// Whether somebody described it.
    pub has_description: Option<bool>,
    /// Whether it came with data about the camera.
    pub has_exif: Option<bool>,
    /// Whether it came with a place.
    pub has_place: Option<bool>,
    /// Its perceptual hash, in hexadecimal.
    pub hash: Option<String>,
}

/// What is known of a status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ObjectFacts {
    /// Whole hours since it was published; 0 for what is being written.
    pub age_hours: Option<u64>,
    /// Whether it answers another.
    pub is_reply: Option<bool>,
    /// Whether it answers somebody who does not follow the author.
    pub is_reply_to_stranger: Option<bool>,
    /// Whether it quotes another.
    pub has_quote: Option<bool>,
    /// Whether it was published before and is changed now.
    pub is_edit: Option<bool>,
}

/// Times as the milliseconds they are kept in.
mod millis {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use staffroom_domain::Timestamp;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub(super) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        time.as_millis().serialize(serializer)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp)
    }
}

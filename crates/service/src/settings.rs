//! What the use cases need to know about the instance.

use std::path::PathBuf;
use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::instance::InstanceIdentity;

/// Names, limits and folders.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who we are.
    pub identity: InstanceIdentity,
    /// Name shown to people.
    pub title: String,
    /// One or two sentences about the instance.
    pub description: String,
    /// Address for people with questions; may be empty.
    pub contact_email: String,
    /// Handle of the local account that answers for the instance; may be empty.
    pub contact_account: String,
    /// House rules.
    pub rules: Vec<String>,
    /// Where the source of this very build can be had.
    pub source_url: String,
    /// Our version, `X.Y.Z`.
    pub version: String,
    /// Folder of uploaded files.
    pub media_dir: PathBuf,
    /// Hashtags we announce to peers, spelling kept.
    pub published_tags: Vec<String>,
    /// Published hashtags that we are a hub for: what members write is passed on.
    pub hub_tags: Vec<String>,
    /// Whether new people's public tagged statuses are shared with peer networks.
    pub share_tagged: bool,
    /// Statuses one host takes from our tag accounts, or brings us by its own, in a day.
    pub peer_daily_cap: u32,
    /// Whether nobody is spoken with who is not allowed by name.
    pub closed: bool,
    /// Whether public timelines can be read without signing in.
    pub public_timelines: bool,
    /// Who may make an account.
    pub registrations: Registrations,
    /// Code of the jurisdiction whose clocks hold for cases, one of `domain::cases::BUILT_IN`.
    pub jurisdiction: String,
    /// What the instance says about itself at length.
    pub about: About,
    /// Limits.
    pub limits: Limits,
}

/// Who may make an account, and what comes before they can use it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registrations {
    /// Everybody may ask for one.
    pub open: bool,
    /// A moderator looks at it first.
    pub approval: bool,
    /// The e-mail address is confirmed first.
    pub confirmation: bool,
}

/// What the instance says about itself at length, and to whom.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Languages written here (ISO 639-1), the most usual first; empty for English.
    pub languages: Vec<String>,
    /// Who may see which servers we know and which are blocked.
    pub neighbours: Shown,
    /// Who runs it, how, and for whom.
    pub extended_description: Option<Text>,
    /// What becomes of what people write and of what is known about them.
    pub privacy_policy: Option<Text>,
    /// What people agree to.
    pub terms_of_service: Option<Text>,
}

/// Who may see something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Nobody.
    ToNobody,
    /// People here.
    #[default]
    ToMembers,
    /// Everybody.
    ToEverybody,
}

/// A longer text of the operator.
#[derive(Clone, Debug)]
pub struct Text {
    /// Plain text; empty lines part paragraphs, links work.
    pub plain: String,
    /// Last change.
    pub updated_at: Timestamp,
}

/// Limits on what people and peers can send.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Characters of a status (see `domain::text::length`).
    pub status_chars: usize,
    /// Attachments of a status.
    pub status_media: usize,
    /// Bytes of an uploaded picture.
    pub image_bytes: usize,
    /// Pixels (width × height) of an uploaded picture.
    pub image_pixels: u64,
    /// Options of a poll.
    pub poll_options: usize,
    /// Characters of a poll option.
    pub poll_option_chars: usize,
    /// Fields of a profile.
    pub profile_fields: usize,
    /// Characters of a biography.
    pub note_chars: usize,
    /// Characters of a media description.
    pub description_chars: usize,
    /// Bytes of an uploaded video or sound.
    pub video_bytes: usize,
    /// Bytes of a file of another server that is shown here.
    pub remote_bytes: u64,
    /// Bytes of all copies of such files.
    pub remote_cache_bytes: u64,
    /// How long such a copy is kept.
    pub remote_kept: Duration,
    /// How long anybody waits for a turn to ask another server for such a file, and a preview of a page for its picture.
    pub remote_patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            status_chars: 2000,
            status_media: 4,
            image_bytes: 16 * 1024 * 1024,
            image_pixels: 33_177_600,
            poll_options: 8,
            poll_option_chars: 100,
            profile_fields: 4,
            note_chars: 1000,
            description_chars: 1500,
            video_bytes: 40 * 1024 * 1024,
            remote_bytes: 100 * 1024 * 1024,
            remote_cache_bytes: 2 * 1024 * 1024 * 1024,
            remote_kept: Duration::from_hours(7 * 24),
            remote_patience: Duration::from_secs(10),
        }
    }
}

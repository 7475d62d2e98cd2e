//! What the instance says about itself, in both forms.

use serde_json::{Value, json};
use staffroom_domain::account;
use staffroom_service::Settings;
use staffroom_service::instance::Stats;
use staffroom_service::media::{VIDEO_FRAME_RATE, VIDEO_PIXELS};
use staffroom_service::tags::MAX_FEATURED;

use super::Render;

/// The version of Mastodon whose API apps may count on.
const MASTODON_VERSION: &str = "4.5.0";
/// The same as the number that apps switch features on by.
const API_LEVEL: u32 = 7;
/// The level of what is our own, below `/api/v1/staffroom`.
const OWN_LEVEL: u32 = 1;
/// Characters a URL counts for, whatever its length.
const URL_CHARS: u32 = 23;
/// Shortest and longest time a poll may run, in seconds.
const POLL_SECS: (u64, u64) = (300, 2_629_746);
/// Statuses one may pin to a profile.
const MAX_PINNED: u32 = 5;

/// `4.5.0 (compatible; Staffroom X.Y.Z)`: apps read the beginning to know what they can do.
fn version(settings: &Settings) -> String {
    format!("{MASTODON_VERSION} (compatible; Staffroom {})", settings.version)
}

/// Address of the streaming service: no path, and `wss` wherever the site is `https`.
fn streaming(settings: &Settings) -> String {
    settings.identity.public_url.replacen("http", "ws", 1)
}

/// House rules, numbered from 1.
pub(crate) fn rules(settings: &Settings) -> Value {
    let rules = settings.rules.iter().zip(1_u32..);
    rules.map(|(text, id)| json!({ "id": id.to_string(), "text": text, "hint": "" })).collect()
}

/// Languages written here; there is always one.
fn languages(settings: &Settings) -> Value {
    let languages = &settings.about.languages;
    if languages.is_empty() { json!(["en"]) } else { json!(languages) }
}

fn limits(settings: &Settings, types: &[&str]) -> Value {
    let limits = &settings.limits;
    let if_taken = |limit: u64| if types.iter().any(|kind| kind.starts_with("video/")) { limit } else { 0 };
    json!({
        "accounts": {
            "max_featured_tags": MAX_FEATURED,
            "max_pinned_statuses": MAX_PINNED,
            "max_profile_fields": limits.profile_fields,
            "max_note_length": limits.note_chars,
        },
        "statuses": {
            "max_characters": limits.status_chars,
            "max_media_attachments": limits.status_media,
            "characters_reserved_per_url": URL_CHARS,
        },
        "media_attachments": {
            "supported_mime_types": types,
            "description_limit": limits.description_chars,
            "image_size_limit": limits.image_bytes,
            "image_matrix_limit": limits.image_pixels,
            "video_size_limit": if_taken(u64::try_from(limits.video_bytes).unwrap_or(u64::MAX)),
            "video_frame_rate_limit": if_taken(u64::from(VIDEO_FRAME_RATE)),
            "video_matrix_limit": if_taken(VIDEO_PIXELS),
        },
        "polls": {
            "max_options": limits.poll_options,
            "max_characters_per_option": limits.poll_option_chars,
            "min_expiration": POLL_SECS.0,
            "max_expiration": POLL_SECS.1,
        },
    })
}

/// `GET /api/v1/instance`.
pub(crate) fn v1(render: &Render<'_>, stats: Stats, contact: Option<&account::Account>) -> Value {
    let settings = render.service.settings();
    json!({
        "uri": settings.identity.account_domain,
        "title": settings.title,
        "short_description": settings.description,
        "description": settings.description,
        "email": settings.contact_email,
        "version": version(settings),
        "urls": { "streaming_api": streaming(settings) },
        "stats": { "user_count": stats.users, "status_count": stats.statuses, "domain_count": stats.domains },
        "thumbnail": thumbnail(settings),
        "languages": languages(settings),
        "registrations": settings.registrations.open,
        "approval_required": settings.registrations.approval,
        "invites_enabled": false,
        "max_toot_chars": settings.limits.status_chars,
        "configuration": limits(settings, &render.service.media().types()),
        "contact_account": contact.map(|account| render.account(account)),
        "rules": rules(settings),
    })
}

/// `GET /api/v2/instance`.
///
/// What `api_versions` promises is listed, and tested, in `tests/it/api/level.rs`.
pub(crate) fn v2(render: &Render<'_>, stats: Stats, contact: Option<&account::Account>, vapid_key: &str) -> Value {
    let settings = render.service.settings();
    let base = &settings.identity.public_url;
    let access = if settings.public_timelines { "public" } else { "authenticated" };
    let feeds = json!({ "local": access, "remote": access });
    let access = json!({ "live_feeds": feeds, "hashtag_feeds": feeds, "trending_link_feeds": feeds });
    let mut configuration = limits(settings, &render.service.media().types());
    if let Some(more) = configuration.as_object_mut() {
        let urls = json!({ "streaming": streaming(settings), "about": base, "privacy_policy": null, "status": null });
        more.insert("urls".to_owned(), urls);
        more.insert("vapid".to_owned(), json!({ "public_key": vapid_key }));
        more.insert("translation".to_owned(), json!({ "enabled": render.service.translation().is_enabled() }));
        more.insert("timelines_access".to_owned(), access);
        more.insert("limited_federation".to_owned(), json!(settings.closed));
    }
    json!({
        "domain": settings.identity.account_domain,
        "title": settings.title,
        "version": version(settings),
        "source_url": settings.source_url,
        "description": settings.description,
        "usage": { "users": { "active_month": stats.active_month } },
        "thumbnail": { "url": thumbnail(settings), "blurhash": null, "versions": {} },
        "icon": [],
        "languages": languages(settings),
        "configuration": configuration,
        "registrations": {
            "enabled": settings.registrations.open, "approval_required": settings.registrations.approval,
            "reason_required": false,
            "message": null, "min_age": null, "url": null,
        },
        "api_versions": { "mastodon": API_LEVEL, "staffroom": OWN_LEVEL },
        "contact": { "email": settings.contact_email, "account": contact.map(|account| render.account(account)) },
        "rules": rules(settings),
    })
}

fn thumbnail(settings: &Settings) -> String {
    format!("{}/instance/thumbnail.png", settings.identity.public_url)
}

#[cfg(test)]
mod tests {
    use staffroom_domain::instance::InstanceIdentity;
    use staffroom_service::{About, Limits, Registrations, Settings};

    use super::*;

    fn settings(public_url: &str) -> Settings {
        Settings {
            identity: InstanceIdentity { public_url: public_url.into(), account_domain: "school.example".into() },
            title: String::new(),
            description: String::new(),
            contact_email: String::new(),
            contact_account: String::new(),
            rules: vec!["Be kind".into()],
            source_url: String::new(),
            version: "0.1.0".into(),
            media_dir: std::path::PathBuf::new(),
            published_tags: Vec::new(),
            share_tagged: true,
            hub_tags: Vec::new(),
            peer_daily_cap: 500,
            closed: false,
            public_timelines: true,
            registrations: Registrations::default(),
            jurisdiction: "england-and-wales".to_owned(),
            about: About::default(),
            limits: Limits::default(),
        }
    }

    #[test]
    fn the_version_begins_with_three_numbers_and_names_us() {
        assert_eq!(version(&settings("https://a.example")), "4.5.0 (compatible; Staffroom 0.1.0)");
    }

    #[test]
    fn streaming_has_no_path_and_follows_the_scheme() {
        assert_eq!(streaming(&settings("https://http.example")), "wss://http.example");
        assert_eq!(streaming(&settings("http://localhost:3000")), "ws://localhost:3000");
    }

    #[test]
    fn limits_are_numbers_and_rules_have_ids() {
        let settings = settings("https://a.example");
        assert!(limits(&settings, &["image/png"])["statuses"]["max_characters"].is_u64());
        let video =
            |types: &[&str]| limits(&settings, types)["media_attachments"]["video_size_limit"].as_u64().unwrap();
        assert_eq!((video(&["image/png"]), video(&["video/mp4"]) > 0), (0, true));
        assert_eq!(rules(&settings)[0]["id"], "1");
    }
}

//! What is wrong with values that could be read.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use staffroom_domain::Tag;
use staffroom_domain::cases::BUILT_IN;
use staffroom_domain::cidr::Cidr;
use staffroom_domain::language::is_language;
use url::{Host, Url};

use super::{Config, shown};
use crate::{about, secret_key};

/// Most bytes fetched of one file of another server, whatever the configuration says.
const MAX_REMOTE_FILE_BYTES: u64 = 200 * 1024 * 1024;

/// All problems, each beginning with the key.
pub(super) fn problems(config: &Config) -> Vec<String> {
    let mut out = Vec::new();
    let mut bad = |key: &str, why: String| out.push(format!("{key}: {why}"));
    if config.server.listen.parse::<SocketAddr>().is_err() {
        bad("server.listen", format!("{:?} is not ADDRESS:PORT", config.server.listen));
    }
    if let Err(why) = check_public_url(&config.server.public_url) {
        bad("server.public_url", why);
    }
    let domain = config.account_domain();
    if !is_domain(&domain) {
        bad("server.account_domain", format!("{domain:?} is not a host name"));
    }
    for proxy in &config.server.trusted_proxies {
        if Cidr::parse_or_one(proxy).is_none() {
            bad("server.trusted_proxies", format!("{proxy:?} is neither an address nor a network"));
        }
    }
    let (certificate, key) = (&config.server.tls.certificate_file, &config.server.tls.key_file);
    if certificate.is_empty() != key.is_empty() {
        bad("server.tls.key_file", "certificate and key are needed together".to_owned());
    }
    for (name, file) in [
        ("server.tls.certificate_file", certificate),
        ("server.tls.key_file", key),
        ("federation.extra_ca_file", &config.federation.extra_ca_file),
    ] {
        if !file.is_empty() && !Path::new(file).is_file() {
            bad(name, format!("{file:?} is not a file"));
        }
    }
    for (name, file) in [
        ("instance.extended_description_file", &config.instance.extended_description_file),
        ("instance.privacy_policy_file", &config.instance.privacy_policy_file),
        ("instance.terms_of_service_file", &config.instance.terms_of_service_file),
    ] {
        if let Err(error) = about::text(file) {
            bad(name, format!("{error:#}"));
        }
    }
    for file in config.moderation.pack_files.iter().filter(|f| !Path::new(f.as_str()).is_file()) {
        bad("moderation.pack_files", format!("{file:?} is not a file"));
    }
    let jurisdiction = &config.moderation.jurisdiction;
    if !BUILT_IN.iter().any(|(code, _)| code == jurisdiction) {
        let codes: Vec<&str> = BUILT_IN.iter().map(|(code, _)| *code).collect();
        bad("moderation.jurisdiction", format!("{jurisdiction:?} is none of {}", codes.join(", ")));
    }
    let metrics = &config.metrics.listen;
    if !metrics.is_empty() && !listens_on_loopback(metrics) {
        bad("metrics.listen", format!("{metrics:?} is not a loopback ADDRESS:PORT"));
    }
    if config.media.remote_file_bytes > config.media.remote_cache_bytes {
        bad("media.remote_file_bytes", "must be at most media.remote_cache_bytes".to_owned());
    }
    if config.media.remote_file_bytes > MAX_REMOTE_FILE_BYTES {
        bad("media.remote_file_bytes", format!("must be at most {MAX_REMOTE_FILE_BYTES}"));
    }
    if config.media.remote_cache_days == 0 {
        bad("media.remote_cache_days", "must be at least 1".to_owned());
    }
    if config.server.node > 15 {
        bad("server.node", "must be 0 to 15".to_owned());
    }
    check_files(config, &mut bad);
    let url = config.storage.url.reveal();
    if !url.is_empty() && !["sqlite:", "postgres://", "postgresql://"].iter().any(|p| url.starts_with(p)) {
        bad("storage.url", "must begin with sqlite: or postgres://".to_owned());
    }
    if !(1..=200).contains(&config.storage.connections) {
        bad("storage.connections", "must be 1 to 200".to_owned());
    }
    for tag in config.federation.published_tags.iter().filter(|t| Tag::parse(t).is_none()) {
        bad("federation.published_tags", format!("{tag:?} is not a hashtag"));
    }
    let published: Vec<Tag> = config.federation.published_tags.iter().filter_map(|t| Tag::parse(t)).collect();
    for tag in &config.federation.hub_tags {
        if !Tag::parse(tag).is_some_and(|tag| published.iter().any(|t| t.name() == tag.name())) {
            bad("federation.hub_tags", format!("{tag:?} is not among federation.published_tags"));
        }
    }
    check_hosts(config, &mut bad);
    let source = &config.instance.source_url;
    if !Url::parse(source).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        bad("instance.source_url", format!("{source:?} is not a web address"));
    }
    let mail = &config.instance.contact_email;
    if !mail.is_empty() && !mail.split_once('@').is_some_and(|(name, host)| !name.is_empty() && is_domain(host)) {
        bad("instance.contact_email", format!("{mail:?} is not an e-mail address"));
    }
    check_mail(config, &mut bad);
    check_translation(config, &mut bad);
    for (name, value, most) in [
        ("limits.status_chars", config.limits.status_chars, 100_000),
        ("limits.status_media", config.limits.status_media, 16),
        ("limits.image_bytes", config.limits.image_bytes, 100 * 1024 * 1024),
        ("limits.image_pixels", config.limits.image_pixels, 200_000_000),
        ("server.connections_per_address", config.server.connections_per_address, 1_000_000),
        ("federation.inbox_per_host_per_min", config.federation.inbox_per_host_per_min, 10_000_000),
        ("federation.peer_daily_cap", config.federation.peer_daily_cap, 10_000_000),
        ("federation.max_in_flight", config.federation.max_in_flight, 10_000),
        ("federation.inbox_workers", config.federation.inbox_workers, 256),
        ("api.requests_per_5_min", config.api.requests_per_5_min, 10_000_000),
        ("api.uploads_per_30_min", config.api.uploads_per_30_min, 10_000_000),
        ("api.deletes_per_30_min", config.api.deletes_per_30_min, 10_000_000),
    ] {
        if value == 0 || value > most {
            bad(name, format!("must be 1 to {most}"));
        }
    }
    if !["open", "closed"].contains(&config.federation.mode.as_str()) {
        bad("federation.mode", "must be open or closed".to_owned());
    }
    for language in config.instance.languages.iter().filter(|language| !is_language(language)) {
        bad("instance.languages", format!("{language:?} is no code of ISO 639-1"));
    }
    if shown(&config.instance.show_neighbours).is_none() {
        bad("instance.show_neighbours", "must be nobody, members or everybody".to_owned());
    }
    if !["human", "json"].contains(&config.log.format.as_str()) {
        bad("log.format", "must be human or json".to_owned());
    }
    if let Err(e) = config.log.filter.parse::<tracing_subscriber::EnvFilter>() {
        bad("log.filter", e.to_string());
    }
    out
}

/// What is wrong with files and folders, as far as looking tells.
fn check_files(config: &Config, bad: &mut impl FnMut(&str, String)) {
    let folder = &config.data_dir.0;
    if folder.as_os_str().is_empty() {
        bad("data_dir", "must not be empty".to_owned());
    } else if folder.exists() && !folder.is_dir() {
        bad("data_dir", format!("{} is not a folder", folder.display()));
    }
    if let Some(path) = config.storage.url.reveal().strip_prefix("sqlite:") {
        let path = Path::new(path.split_once('?').map_or(path, |(path, _)| path).trim_start_matches("//"));
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        if path.file_name().is_none() {
            bad("storage.url", "sqlite: must be followed by a file".to_owned());
        } else if parent.is_some_and(|parent| !parent.is_dir() && parent != folder) {
            bad("storage.url", format!("{} is in no folder that exists", path.display()));
        }
    }
    let secrets = &config.secrets;
    if !secrets.key.is_empty() && secret_key::decode(secrets.key.reveal()).is_none() {
        bad("secrets.key", "must be 32 bytes in base64".to_owned());
    }
    if !secrets.key_file.is_empty() && !Path::new(&secrets.key_file).is_file() {
        bad("secrets.key_file", format!("{:?} is not a file", secrets.key_file));
    }
    let has_certificate =
        |file: &str| CertificateDer::pem_file_iter(file).is_ok_and(|mut found| found.next().is_some_and(|c| c.is_ok()));
    for (name, file) in [
        ("server.tls.certificate_file", &config.server.tls.certificate_file),
        ("federation.extra_ca_file", &config.federation.extra_ca_file),
    ] {
        if Path::new(file).is_file() && !has_certificate(file) {
            bad(name, format!("{file:?} holds no certificate in PEM"));
        }
    }
    let key = &config.server.tls.key_file;
    if Path::new(key).is_file() && PrivateKeyDer::from_pem_file(key).is_err() {
        bad("server.tls.key_file", format!("{key:?} holds no private key in PEM"));
    }
}

fn check_mail(config: &Config, bad: &mut impl FnMut(&str, String)) {
    let (url, from) = (config.mail.smtp_url.reveal(), &config.mail.from);
    if !from.is_empty() && from.parse::<Mailbox>().is_err() {
        bad("mail.from", format!("{from:?} is not an e-mail address"));
    }
    let is_safe = Url::parse(url).is_ok_and(|url| match url.scheme() {
        "smtps" => true,
        // a password in the open goes no further than this machine
        "smtp" => {
            let is_here = url.host_str().is_some_and(|host| ["localhost", "127.0.0.1"].contains(&host));
            is_here || url.query_pairs().any(|(name, value)| name == "tls" && value == "required")
        }
        _ => false,
    });
    // never shown: it holds a password
    if !url.is_empty() && (!is_safe || AsyncSmtpTransport::<Tokio1Executor>::from_url(url).is_err()) {
        bad("mail.smtp_url", "must be smtps://…, or smtp://…?tls=required".to_owned());
    }
}

fn check_hosts(config: &Config, bad: &mut impl FnMut(&str, String)) {
    for host in &config.federation.allowed_hosts {
        if !is_domain(host) && Cidr::parse_or_one(host).is_none() {
            bad("federation.allowed_hosts", format!("{host:?} is neither a host nor a network"));
        }
    }
    let insecure = &config.federation.insecure_loopback_hosts;
    for host in insecure {
        let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
        let is_here = name == "localhost" || name.ends_with(".localhost");
        if !is_here || port.parse::<u16>().is_err() {
            bad("federation.insecure_loopback_hosts", format!("{host:?} is not of the form localhost:PORT"));
        }
    }
    if !insecure.is_empty() && !config.is_loopback() {
        bad(
            "federation.insecure_loopback_hosts",
            "refused: server.listen and server.public_url must both be loopback".to_owned(),
        );
    }
    let plain = config.server.public_url.starts_with("http://");
    // An address that is none was complained about already.
    if plain && !config.is_loopback() && config.server.listen.parse::<SocketAddr>().is_ok() {
        bad("server.public_url", "must be https unless server.listen and server.public_url are loopback".to_owned());
    }
}

fn check_translation(config: &Config, bad: &mut impl FnMut(&str, String)) {
    let text = &config.translation.url;
    if text.is_empty() {
        if !config.translation.api_key.is_empty() {
            bad("translation.url", "is needed with translation.api_key".to_owned());
        }
        return;
    }
    let is_usable = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    };
    if !Url::parse(text).is_ok_and(|url| is_usable(&url)) {
        bad("translation.url", "must be http:// or https:// with a host and no credentials".to_owned());
    }
}

fn check_public_url(text: &str) -> Result<(), String> {
    let url = Url::parse(text).map_err(|e| format!("{text:?} is not a URL ({e})"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with https:// (or http:// on loopback)".to_owned());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err("must be scheme and host only".to_owned());
    }
    match url.host() {
        Some(Host::Domain(_)) => Ok(()),
        _ => Err("must have a host name, not an address".to_owned()),
    }
}

/// Whether `listen` is a loopback address and port.
pub(super) fn listens_on_loopback(listen: &str) -> bool {
    listen.parse::<SocketAddr>().is_ok_and(|a| a.ip().is_loopback())
}

/// Whether a URL's host is `localhost` or a name below it (RFC 6761 section 6.3).
pub(super) fn is_loopback_url(url: &str) -> bool {
    Url::parse(url).is_ok_and(|u| u.host_str().is_some_and(|host| host == "localhost" || host.ends_with(".localhost")))
}

fn is_domain(text: &str) -> bool {
    let (host, port) = text.rsplit_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    port.is_none_or(|p| p.parse::<u16>().is_ok())
        && !host.is_empty()
        && host.len() <= 253
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
        && host.parse::<IpAddr>().is_err()
}

//! Videos, sounds and moving pictures: kept as they came until a worker has made of them what every browser plays,
//! without metadata, by the [`Converter`] of this instance. Pure pictures are the business of `picture.rs`.
//!
//! What waits is marked in its row, claimed for a short time that is prolonged while the work goes on: whatever a
//! process left unfinished is taken up by another, or by the same after a restart.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use staffroom_domain::account::{MediaUpload, Picture};
use staffroom_domain::ids::{AccountId, MediaId};
use staffroom_domain::media::{MediaAttachment, MediaKind, MediaState, MediaUpdate, Recording};
use staffroom_storage::media::Claim;

use super::copies::{Part, make_folder};
use super::sniff::Kind;
use super::{Media, picture};
use crate::ports::{Conversion, Converter, Probed};
use crate::{Cx, Result, ServiceError};

/// Media types of videos and sounds, in every spelling clients compare with, where they can be taken in.
pub const RECORDING_TYPES: [&str; 17] = [
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/ogg",
    "audio/mpeg",
    "audio/mp3",
    "audio/mp4",
    "audio/m4a",
    "audio/x-m4a",
    "audio/aac",
    "audio/ogg",
    "audio/webm",
    "audio/wav",
    "audio/wave",
    "audio/x-wav",
    "audio/flac",
    "audio/x-flac",
];
/// Pixels (width × height) of a video, and pictures in a second: what Mastodon takes.
pub const VIDEO_PIXELS: u64 = 8_294_400;
/// See [`VIDEO_PIXELS`].
pub const VIDEO_FRAME_RATE: u32 = 120;

/// How long a piece of work is claimed, and how often that is prolonged.
const LEASE: Duration = Duration::from_secs(15);
const RENEW: Duration = Duration::from_secs(5);
/// Work that broke off for a reason that is not the file's is done again after this time, the first time; …
const RETRY_SOON: Duration = Duration::from_mins(1);
/// … and later on after this one, until it is done or the file is swept as one nobody used.
const RETRY_LATER: Duration = Duration::from_mins(30);
/// Work that broke off so often is claimed for [`RETRY_LATER`] at once: who knows what it does to those who do it.
const ATTEMPTS: i64 = 3;
/// So often it may end whoever does it, or the program that does, without a word of why.
const UNANSWERED: i64 = 5;
/// What stops this server may tell every program of it to end: when one was killed, so long it may take until we are
/// told.
const STOPPING: Duration = Duration::from_millis(500);
/// Somebody who waits looks again after this time even if nobody calls.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Folder of files as they came.
pub(super) const UPLOADS: &str = "upload";

/// What became of a file.
struct Made {
    kind: MediaKind,
    path: String,
    placed: Part,
    content_type: &'static str,
    probed: Probed,
    still: Option<Still>,
}

/// A picture of a video.
struct Still {
    path: String,
    placed: Part,
    size_px: (u32, u32),
    blurhash: Option<String>,
}

impl Media<'_> {
    /// Media types that can be taken in here.
    pub fn types(&self) -> Vec<&'static str> {
        let recordings = if self.converter().is_some() { &RECORDING_TYPES[..] } else { &[] };
        super::PICTURE_TYPES.iter().chain(recordings).copied().collect()
    }

    /// Whether videos and sounds can be taken in here.
    pub fn takes_recordings(&self) -> bool {
        self.converter().is_some()
    }

    pub(super) fn converter(&self) -> Option<&dyn Converter> {
        self.service.inner.converter.get().map(AsRef::as_ref)
    }

    /// Keeps a file that a worker will convert.
    pub(super) async fn upload_recording(
        &self,
        cx: &Cx,
        owner: AccountId,
        file: MediaUpload,
        found: Kind,
        about: MediaUpdate,
    ) -> Result<MediaAttachment> {
        if self.converter().is_none() {
            let why = "is a video or a sound, which cannot be taken here: ffmpeg is not installed";
            return Err(ServiceError::invalid("file", why));
        }
        let most = self.service.settings().limits.video_bytes;
        if file.bytes.len() > most {
            return Err(ServiceError::invalid("file", format!("is larger than {most} bytes")));
        }
        let path = format!("{UPLOADS}/{}", cx.secret(18));
        let placed = self.write_at(&path, file.bytes).await?;
        let kind = match found.content_type {
            "image/gif" => MediaKind::Gifv,
            content_type if content_type.starts_with("audio/") => MediaKind::Audio,
            _ => MediaKind::Video,
        };
        let media = MediaAttachment {
            id: cx.id(),
            account_id: owner,
            status_id: None,
            kind,
            file: Picture::Local(path),
            preview: None,
            content_type: found.content_type.to_owned(),
            size_px: None,
            preview_px: None,
            focus: about.focus,
            blurhash: None,
            description: about.description.filter(|text| !text.is_empty()),
            created_at: cx.now(),
            state: MediaState::Waiting,
            recording: None,
        };
        let tx = self.service.storage().begin().await?;
        tx.media().insert_many(std::slice::from_ref(&media)).await?;
        placed.keep();
        tx.commit().await?;
        self.service.signals().media.notify_one();
        Ok(media)
    }

    /// An attachment of one's own, once it is ready or failed, or as it is after `patience`.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own; the database failed.
    pub async fn settled(&self, owner: AccountId, id: MediaId, patience: Duration) -> Result<MediaAttachment> {
        let bell = &self.service.signals().media_done;
        let wait = async {
            loop {
                let called = bell.notified();
                let media = self.get(owner, id).await?;
                if media.state != MediaState::Waiting {
                    return Ok(media);
                }
                // Without a call it looks again by itself.
                let _ = tokio::time::timeout(LOOK_AGAIN, called).await;
            }
        };
        match tokio::time::timeout(patience, wait).await {
            Ok(settled) => settled,
            Err(_) => self.get(owner, id).await,
        }
    }

    /// Converts the attachment that has waited longest of the person whose turn it is; whether there was one. For one
    /// worker of a process. When `stop` comes in the middle, the work is left to whoever is there next, as if it had
    /// not been begun.
    ///
    /// # Errors
    /// The database failed, or the work broke off for a reason that is not the file's; it is tried again. What ends the
    /// program or us without a word is given up after five times.
    pub async fn convert_next(&self, cx: &Cx, stop: impl Future<Output = ()>) -> Result<bool> {
        tokio::pin!(stop);
        let Some(converter) = self.converter() else { return Ok(false) };
        let storage = self.service.storage();
        if !storage.read().media().is_any_waiting(cx.now()).await? {
            return Ok(false);
        }
        let last = &self.service.inner.converted_for;
        let tx = storage.begin().await?;
        let after = AccountId(last.load(Ordering::Relaxed));
        let claimed = tx.media().claim_waiting(cx.now(), cx.now().plus(LEASE), after).await?;
        tx.commit().await?;
        let Some(Claim { media, attempts, unanswered }) = claimed else { return Ok(false) };
        last.store(media.account_id.0, Ordering::Relaxed);
        let lease = if attempts > ATTEMPTS { RETRY_LATER } else { LEASE };
        let made = if unanswered > UNANSWERED {
            Err(ServiceError::invalid("file", "broke off the program that converts it, again and again"))
        } else {
            tokio::select! {
                made = self.convert_claimed(cx, converter, &media, lease) => made,
                () = &mut stop => return self.give_back(&media).await,
            }
        };
        match made {
            Ok(made) => self.finish(&media, made).await?,
            Err(ServiceError::Invalid { why, .. }) => {
                tracing::info!(media.id = %media.id, why, "an attachment cannot be used");
                let tx = storage.begin().await?;
                tx.media().fail(media.id, &why).await?;
                tx.commit().await?;
                self.remove_files(std::slice::from_ref(&media)).await;
            }
            Err(error) => {
                let pause = if attempts > 1 { RETRY_LATER } else { RETRY_SOON };
                if matches!(error, ServiceError::Killed(_)) {
                    if tokio::time::timeout(STOPPING, stop).await.is_ok() {
                        return self.give_back(&media).await;
                    }
                    self.claim_on(&media, pause).await?;
                } else {
                    self.put_off(&media, pause).await?;
                }
                return Err(error);
            }
        }
        self.service.signals().media_done.notify_waiters();
        Ok(true)
    }

    /// The work itself, which holds nothing of the database, while the claim is prolonged beside it by `lease` each time.
    async fn convert_claimed(
        &self,
        cx: &Cx,
        converter: &dyn Converter,
        media: &MediaAttachment,
        lease: Duration,
    ) -> Result<Made> {
        if lease > LEASE {
            self.claim_on(media, lease).await?;
        }
        let work = self.convert(cx, converter, media);
        tokio::pin!(work);
        loop {
            tokio::select! {
                made = &mut work => return made,
                () = tokio::time::sleep(RENEW) => self.claim_on(media, lease).await?,
            }
        }
    }

    /// Nobody takes an attachment that waits up before `lease` is over.
    async fn claim_on(&self, media: &MediaAttachment, lease: Duration) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.media().renew_claim(media.id, self.service.cx().now().plus(lease)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Nobody takes it up before `pause` is over, and it is known why.
    async fn put_off(&self, media: &MediaAttachment, pause: Duration) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.media().put_off(media.id, self.service.cx().now().plus(pause)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Leaves it to whoever is there next: nobody is to blame.
    async fn give_back(&self, media: &MediaAttachment) -> Result<bool> {
        let tx = self.service.storage().begin().await?;
        tx.media().give_back(media.id, self.service.cx().now()).await?;
        tx.commit().await?;
        Ok(false)
    }

    async fn convert(&self, cx: &Cx, converter: &dyn Converter, media: &MediaAttachment) -> Result<Made> {
        let Picture::Local(path) = &media.file else {
            return Err(ServiceError::Internal("an attachment of another server waits".to_owned()));
        };
        let source = self.place(path);
        // A folder that is not there for the moment is nothing a program should say of the file.
        tokio::fs::metadata(&source).await.map_err(|e| ServiceError::Internal(format!("media folder: {e}")))?;
        let format = format_of(&media.content_type);
        let found = converter.probe(&source, format).await?;
        check(&found)?;
        let (kind, conversion) = plan(media, &found)?;
        let (content_type, extension) = match conversion {
            Conversion::Audio { copy: true } => ("audio/mpeg", "mp3"),
            Conversion::Audio { copy: false } => ("audio/mp4", "m4a"),
            _ => ("video/mp4", "mp4"),
        };
        let name = cx.secret(18);
        let part = self.part(&name).await?;
        converter.convert(&source, format, conversion, &part.0).await?;
        let probed = converter.probe(&part.0, format_of(content_type)).await?;
        let still = if kind == MediaKind::Audio { None } else { Some(self.still(cx, converter, &part.0).await?) };
        let folder: String = name.chars().take(2).collect();
        let path = format!("{folder}/{name}.{extension}");
        let placed = self.settle(part, &path).await?;
        Ok(Made { kind, path, placed, content_type, probed, still })
    }

    /// A picture of a converted video.
    async fn still(&self, cx: &Cx, converter: &dyn Converter, video: &Path) -> Result<Still> {
        let part = self.part(&cx.secret(18)).await?;
        converter.convert(video, "mov", Conversion::Still, &part.0).await?;
        let bytes = tokio::fs::read(&part.0).await.map_err(|e| ServiceError::Internal(format!("media folder: {e}")))?;
        let clean = tokio::task::spawn_blocking(move || picture::clean(&bytes, VIDEO_PIXELS))
            .await
            .map_err(|e| ServiceError::Internal(format!("picture worker: {e}")))??;
        let extension = clean.preview_extension();
        let (size_px, blurhash) = (clean.preview_px, clean.blurhash);
        let (path, placed) = self.write(cx, clean.preview, extension).await?;
        Ok(Still { path, placed, size_px, blurhash })
    }

    async fn part(&self, name: &str) -> Result<Part> {
        let part = Part(self.place(&format!("{UPLOADS}/{name}.part")));
        make_folder(&part.0).await.map_err(|e| ServiceError::Internal(format!("media folder: {e}")))?;
        Ok(part)
    }

    /// Keeps what was made, if anybody still wants it, in place of what came. What is not kept goes.
    async fn finish(&self, media: &MediaAttachment, made: Made) -> Result<()> {
        let Made { kind, path, placed, content_type, probed, still } = made;
        let done = MediaAttachment {
            kind,
            file: Picture::Local(path),
            content_type: content_type.to_owned(),
            size_px: probed.size_px.filter(|_| kind != MediaKind::Audio),
            preview: still.as_ref().map(|still| Picture::Local(still.path.clone())),
            preview_px: still.as_ref().map(|still| still.size_px),
            blurhash: still.as_ref().and_then(|still| still.blurhash.clone()),
            state: MediaState::Ready,
            recording: Some(Recording {
                duration_ms: probed.duration_ms,
                frame_rate: probed.frame_rate,
                bits_per_sec: probed.bits_per_sec,
            }),
            ..media.clone()
        };
        let tx = self.service.storage().begin().await?;
        if !tx.media().finish(&done).await? {
            return Ok(());
        }
        // Nobody knows what became of a commit that breaks off: rather a file too many than one too few.
        placed.keep();
        if let Some(still) = still {
            still.placed.keep();
        }
        tx.commit().await?;
        self.remove_files(std::slice::from_ref(media)).await;
        Ok(())
    }
}

/// How files of a media type are read: no other reader is let at them.
fn format_of(content_type: &str) -> &'static str {
    match content_type {
        "video/webm" => "matroska",
        "video/ogg" | "audio/ogg" => "ogg",
        "audio/mpeg" => "mp3",
        "audio/wav" => "wav",
        "audio/flac" => "flac",
        "audio/aac" => "aac",
        "image/gif" => "gif",
        _ => "mov",
    }
}

/// Refuses before anything is decoded what would take too much.
fn check(found: &Probed) -> Result<()> {
    let Some((width, height)) = found.size_px else { return Ok(()) };
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > VIDEO_PIXELS {
        let why = format!("has {width} × {height} pixels; at most {VIDEO_PIXELS} in all are taken");
        return Err(ServiceError::invalid("file", why));
    }
    if found.frames_per_sec() > f64::from(VIDEO_FRAME_RATE) {
        let why = format!("has more than {VIDEO_FRAME_RATE} pictures in a second");
        return Err(ServiceError::invalid("file", why));
    }
    Ok(())
}

/// What is made of a file. What browsers play as it is is not coded anew, only taken out of its wrapping.
fn plan(media: &MediaAttachment, found: &Probed) -> Result<(MediaKind, Conversion)> {
    if media.kind == MediaKind::Gifv {
        return Ok((MediaKind::Gifv, Conversion::Gifv));
    }
    if found.size_px.is_some() {
        let is_played = found.video_codec == "h264" && found.pixel_format == "yuv420p";
        let is_heard = matches!(found.audio_codec.as_str(), "" | "aac");
        let copy = is_played && is_heard && format_of(&media.content_type) == "mov";
        return Ok((MediaKind::Video, Conversion::Video { copy }));
    }
    if found.audio_codec.is_empty() {
        return Err(ServiceError::invalid("file", "holds neither pictures nor sound"));
    }
    let copy = media.content_type == "audio/mpeg" && found.audio_codec == "mp3";
    Ok((MediaKind::Audio, Conversion::Audio { copy }))
}

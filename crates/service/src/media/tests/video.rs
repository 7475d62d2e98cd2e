//! Work on videos that breaks off, and whose turn it is, with a converter that only pretends.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use staffroom_domain::Account;
use staffroom_domain::account::{MediaUpload, Picture};
use staffroom_domain::media::{MediaAttachment, MediaState, MediaUpdate};
use tokio::sync::Notify;

use super::files_in;
use crate::ports::{Conversion, Converter, Probed};
use crate::testing::{World, world};
use crate::{Result, ServiceError};

/// Makes the same of every file.
#[derive(Default)]
struct Pretence {
    /// The next conversion breaks off, and it is not the file's fault.
    breaks_off: AtomicBool,
    /// What was converted is gone once its picture was made.
    loses: AtomicBool,
    /// The next conversion is killed.
    is_killed: AtomicBool,
    /// The next conversion never ends.
    hangs: AtomicBool,
    /// One that never ends has begun.
    begun: Notify,
}

#[async_trait]
impl Converter for Pretence {
    async fn probe(&self, _: &Path, _: &'static str) -> Result<Probed> {
        Ok(Probed { size_px: Some((2, 2)), video_codec: "vp8".to_owned(), ..Probed::default() })
    }

    async fn convert(&self, file: &Path, _: &'static str, wanted: Conversion, into: &Path) -> Result<()> {
        if self.breaks_off.swap(false, Ordering::SeqCst) {
            return Err(ServiceError::Internal("told to end".to_owned()));
        }
        if self.is_killed.swap(false, Ordering::SeqCst) {
            return Err(ServiceError::Killed("signal: 9".to_owned()));
        }
        if self.hangs.swap(false, Ordering::SeqCst) {
            self.begun.notify_one();
            std::future::pending::<()>().await;
        }
        if wanted != Conversion::Still {
            std::fs::write(into, b"converted").unwrap();
            return Ok(());
        }
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(2, 2).write_to(&mut png, image::ImageFormat::Png).unwrap();
        std::fs::write(into, png.into_inner()).unwrap();
        if self.loses.swap(false, Ordering::SeqCst) {
            std::fs::remove_file(file).unwrap();
        }
        Ok(())
    }
}

async fn converting() -> (World, Arc<Pretence>) {
    let (w, pretence) = (world().await, Arc::new(Pretence::default()));
    w.service.set_converter(pretence.clone());
    (w, pretence)
}

async fn upload(w: &World, owner: &Account) -> MediaAttachment {
    let bytes = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm".to_vec();
    let file = MediaUpload { bytes, file_name: None, content_type: None };
    w.service.media().upload(&w.cx(), owner.id, file, MediaUpdate::default()).await.unwrap()
}

async fn convert(w: &World) -> Result<bool> {
    w.service.media().convert_next(&w.cx(), std::future::pending()).await
}

/// A server that is told to stop in the middle of a conversion.
async fn stop(w: &World, pretence: &Pretence) {
    pretence.hangs.store(true, Ordering::SeqCst);
    let done = w.service.media().convert_next(&w.cx(), pretence.begun.notified()).await;
    assert!(!done.unwrap(), "nothing was converted");
}

/// A worker that is killed in the middle of a conversion.
async fn hang(w: &World, pretence: &Pretence) {
    pretence.hangs.store(true, Ordering::SeqCst);
    tokio::select! {
        done = convert(w) => panic!("it hangs: {done:?}"),
        () = pretence.begun.notified() => {}
    }
}

async fn state(w: &World, media: &MediaAttachment) -> MediaState {
    w.service.media().get(media.account_id, media.id).await.unwrap().state
}

#[tokio::test]
async fn what_breaks_off_without_fault_of_the_file_is_tried_again_later() {
    let (w, pretence) = converting().await;
    let media = upload(&w, &w.local("amy").await).await;
    let Picture::Local(path) = &media.file else { panic!("{media:?}") };
    let file = w.service.settings().media_dir.join(path);
    let aside = file.with_extension("aside");

    pretence.breaks_off.store(true, Ordering::SeqCst);
    assert!(matches!(convert(&w).await, Err(ServiceError::Internal(_))));
    assert!(!convert(&w).await.unwrap(), "not at once");
    w.wait(61);
    std::fs::rename(&file, &aside).unwrap();
    assert!(matches!(convert(&w).await, Err(ServiceError::Internal(_))), "the folder is not there");
    assert_eq!(state(&w, &media).await, MediaState::Waiting);
    std::fs::rename(&aside, &file).unwrap();
    w.wait(60);
    assert!(!convert(&w).await.unwrap());
    w.wait(30 * 60);
    assert!(convert(&w).await.unwrap());
    assert_eq!(state(&w, &media).await, MediaState::Ready);
    assert_eq!(files_in(&w.service.settings().media_dir), 2, "the video and its picture");
}

#[tokio::test]
async fn a_disk_that_stays_full_destroys_no_upload() {
    let (w, pretence) = converting().await;
    let media = upload(&w, &w.local("amy").await).await;
    for wait in [61, 30 * 60 + 1, 30 * 60 + 1, 30 * 60 + 1, 30 * 60 + 1] {
        pretence.breaks_off.store(true, Ordering::SeqCst);
        assert!(matches!(convert(&w).await, Err(ServiceError::Internal(_))));
        assert!(!convert(&w).await.unwrap(), "not at once");
        assert_eq!(state(&w, &media).await, MediaState::Waiting);
        w.wait(wait);
    }
    assert!(convert(&w).await.unwrap());
    assert_eq!(state(&w, &media).await, MediaState::Ready);
}

#[tokio::test]
async fn workers_that_are_killed_destroy_no_upload() {
    let (w, pretence) = converting().await;
    let media = upload(&w, &w.local("amy").await).await;
    for killed in 1..=4 {
        hang(&w, &pretence).await;
        assert!(!convert(&w).await.unwrap(), "it is claimed still");
        w.wait(16);
        // what broke off so often may break those who try it: they get a rest
        if killed > 3 {
            assert!(!convert(&w).await.unwrap(), "{killed}");
            w.wait(30 * 60);
        }
        assert_eq!(state(&w, &media).await, MediaState::Waiting, "{killed}");
    }
    assert!(convert(&w).await.unwrap());
    assert_eq!(state(&w, &media).await, MediaState::Ready);
    assert_eq!(files_in(&w.service.settings().media_dir), 2, "the video and its picture");
}

#[tokio::test]
async fn what_kills_those_who_convert_it_again_and_again_is_given_up() {
    for is_the_child in [true, false] {
        let (w, pretence) = converting().await;
        let media = upload(&w, &w.local("amy").await).await;
        // what breaks off with its reason does not count
        pretence.breaks_off.store(true, Ordering::SeqCst);
        assert!(matches!(convert(&w).await, Err(ServiceError::Internal(_))));
        w.wait(30 * 60 + 1);
        for killed in 1..=5 {
            if is_the_child {
                pretence.is_killed.store(true, Ordering::SeqCst);
                assert!(matches!(convert(&w).await, Err(ServiceError::Killed(_))), "{killed}");
            } else {
                hang(&w, &pretence).await;
            }
            assert!(!convert(&w).await.unwrap(), "not at once");
            assert_eq!(state(&w, &media).await, MediaState::Waiting, "{killed}");
            w.wait(30 * 60 + 16);
        }
        assert!(convert(&w).await.unwrap());
        let state = state(&w, &media).await;
        assert!(matches!(&state, MediaState::Failed(why) if why.contains("again and again")), "{state:?}");
        assert_eq!(files_in(&w.service.settings().media_dir), 0);
    }
}

#[tokio::test]
async fn servers_that_are_stopped_destroy_no_upload() {
    let (w, pretence) = converting().await;
    let media = upload(&w, &w.local("amy").await).await;
    for _ in 0..7 {
        stop(&w, &pretence).await;
        assert_eq!(state(&w, &media).await, MediaState::Waiting);
    }
    // Whoever stops a server may end its children first.
    for _ in 0..7 {
        pretence.is_killed.store(true, Ordering::SeqCst);
        let told = async {
            while pretence.is_killed.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
            }
        };
        assert!(!w.service.media().convert_next(&w.cx(), told).await.unwrap());
        assert_eq!(state(&w, &media).await, MediaState::Waiting);
    }
    assert!(convert(&w).await.unwrap(), "at once, by who is there next");
    assert_eq!(state(&w, &media).await, MediaState::Ready);
    assert_eq!(files_in(&w.service.settings().media_dir), 2, "the video and its picture");
}

#[tokio::test]
async fn what_nobody_could_convert_in_a_day_goes_with_its_file() {
    let (w, pretence) = converting().await;
    let media = upload(&w, &w.local("amy").await).await;
    pretence.breaks_off.store(true, Ordering::SeqCst);
    assert!(convert(&w).await.is_err());
    w.wait(25 * 60 * 60);
    assert_eq!(w.service.media().remove_unused(w.cx().now().minus(Duration::from_hours(24))).await.unwrap(), 1);
    assert!(w.service.media().get(media.account_id, media.id).await.is_err());
    assert_eq!(files_in(&w.service.settings().media_dir), 0);
}

#[tokio::test]
async fn rel_43_a_conversion_that_breaks_off_leaves_no_files_of_its_own() {
    let (w, pretence) = converting().await;
    let media = upload(&w, &w.local("amy").await).await;
    pretence.loses.store(true, Ordering::SeqCst);
    assert!(matches!(convert(&w).await, Err(ServiceError::Internal(_))));
    assert_eq!(files_in(&w.service.settings().media_dir), 1, "what came is still there, and nothing else");
    w.wait(61);
    assert!(convert(&w).await.unwrap());
    assert_eq!((state(&w, &media).await, files_in(&w.service.settings().media_dir)), (MediaState::Ready, 2));
}

#[tokio::test]
async fn nobody_waits_for_all_uploads_of_somebody_else() {
    let (w, _) = converting().await;
    let (amy, bea) = (w.local("amy").await, w.local("bea").await);
    let mut media = Vec::new();
    for owner in [&amy, &amy, &amy, &bea, &bea] {
        media.push(upload(&w, owner).await);
        w.wait(1);
    }
    let mut turns = Vec::new();
    while convert(&w).await.unwrap() {
        for one in &media {
            if !turns.contains(&one.id) && state(&w, one).await == MediaState::Ready {
                turns.push(one.id);
            }
        }
    }
    assert_eq!(turns, [0, 3, 1, 4, 2].map(|n: usize| media[n].id));
}

//! Copies of files of other servers: fetched when somebody wants them, once for all who do. How they go is in `forget.rs`.
//!
//! A file is written under a name of its own in `remote/part`, its row is committed, and then it gets its place: whatever
//! breaks off in between leaves a row without a file, which counts as no copy, or a part, which a sweep removes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::Expiry;
use staffroom_domain::domain_rule::registrable;
use staffroom_storage::remote_media::RemoteCopy;
use tokio::io::AsyncReadExt as _;
use tokio::sync::{AcquireError, Semaphore};
use url::Url;

use super::forget::least_used;
use super::remote::MediaFile;
use super::{Media, sniff};
use crate::{Cx, Result, ServiceError};

/// Fetches under way at once: in all, and from one registrable domain, whose owner can make hosts without end.
const AT_ONCE: usize = 32;
const AT_ONCE_PER_DOMAIN: usize = 6;
/// Pictures looked at at once: each is held in memory as it is and decoded.
const LOOKS_AT_ONCE: usize = 2;
/// The least a file takes on a disk, in bytes.
const BLOCK_BYTES: u64 = 4_096;
/// Addresses and domains remembered.
const REMEMBERED: u64 = 20_000;
/// How long what could not be had is not asked for again: what was not there, and what went wrong on the way.
const ABSENT_FOR: Duration = Duration::from_mins(10);
const TROUBLE_FOR: Duration = Duration::from_secs(30);
/// A use within this time of another is not noted.
const USE_NOTED: Duration = Duration::from_hours(1);
/// Folder of copies being made.
pub(super) const PARTS: &str = "remote/part";

/// Why there is no copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    /// Nothing to show lies there.
    Absent,
    /// It may be had later.
    Trouble,
}

/// Who fetches what now, and what could not be had lately. One per process.
pub(crate) struct Copies {
    outcomes: moka::future::Cache<String, Result<(), Missing>>,
    slots: Semaphore,
    domains: moka::sync::Cache<String, Arc<Semaphore>>,
    /// Turns to look at a picture.
    pub(super) looks: Arc<Semaphore>,
    /// Bytes that may come before all copies are counted again.
    pub(super) room: AtomicI64,
}

impl Default for Copies {
    fn default() -> Self {
        Self {
            outcomes: moka::future::Cache::builder().max_capacity(REMEMBERED).expire_after(Failures).build(),
            slots: Semaphore::new(AT_ONCE),
            domains: moka::sync::Cache::builder().max_capacity(REMEMBERED).time_to_idle(ABSENT_FOR).build(),
            looks: Arc::new(Semaphore::new(LOOKS_AT_ONCE)),
            room: AtomicI64::new(0),
        }
    }
}

/// What was fetched is found in the database from then on; failures are remembered.
struct Failures;

impl Expiry<String, Result<(), Missing>> for Failures {
    fn expire_after_create(&self, _: &String, outcome: &Result<(), Missing>, _: Instant) -> Option<Duration> {
        Some(match outcome {
            Ok(()) => Duration::ZERO,
            Err(Missing::Absent) => ABSENT_FOR,
            Err(Missing::Trouble) => TROUBLE_FOR,
        })
    }
}

/// A file that nobody knows of yet; gone when dropped, unless it got another place or is kept.
pub(super) struct Part(pub(super) PathBuf);

impl Part {
    /// The file stays.
    pub(super) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Mostly it is there no more, or has no name any more.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What a copy is kept under.
pub(crate) fn digest_of(url: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, url.as_bytes()))
}

impl Media<'_> {
    /// The copy of the file at `url`, fetched if there is none and `may_ask` has nothing against it; `None` where there is
    /// nothing to show.
    ///
    /// # Errors
    /// [`ServiceError::Remote`] when its server does not answer for the moment; what `may_ask` says; the database failed.
    pub(super) async fn copy_of(
        &self,
        cx: &Cx,
        url: &str,
        may_ask: impl FnOnce() -> Result<()>,
    ) -> Result<Option<MediaFile>> {
        let digest = digest_of(url);
        if let Some(file) = self.kept(cx, &digest).await? {
            return Ok(Some(file));
        }
        if !self.service.inner.copies.outcomes.contains_key(&digest) {
            may_ask()?;
        }
        let fetch = async {
            self.fetch(cx, url, &digest).await.inspect_err(|error| {
                tracing::debug!(media.url = url, ?error, "a file of another server was not had");
            })
        };
        match self.service.inner.copies.outcomes.get_with(digest.clone(), fetch).await {
            Ok(()) => self.kept(cx, &digest).await,
            Err(Missing::Absent) => Ok(None),
            Err(Missing::Trouble) => Err(ServiceError::Remote("the server of this file does not answer".to_owned())),
        }
    }

    /// A copy that is there and not too old.
    async fn kept(&self, cx: &Cx, digest: &str) -> Result<Option<MediaFile>> {
        let found = self.service.storage().read().remote_media().find(&[digest.to_owned()]).await?;
        let oldest = cx.now().minus(self.service.settings().limits.remote_kept);
        let Some(copy) = found.into_iter().find(|copy| copy.fetched_at > oldest) else { return Ok(None) };
        let path = self.place(&copy.path);
        if !tokio::fs::metadata(&path).await.is_ok_and(|file| file.is_file()) {
            return Ok(None);
        }
        if copy.used_at < cx.now().minus(USE_NOTED)
            && let Err(error) = self.note_use(cx, digest).await
        {
            // A database that takes nothing any more does not keep anybody from looking.
            tracing::warn!(%error, "use of a copy was not noted");
        }
        Ok(Some(MediaFile { path, content_type: copy.content_type }))
    }

    async fn note_use(&self, cx: &Cx, digest: &str) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.remote_media().touch(digest, cx.now()).await?;
        Ok(tx.commit().await?)
    }

    async fn fetch(&self, cx: &Cx, url: &str, digest: &str) -> Result<(), Missing> {
        let trouble = |_| Missing::Trouble;
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).ok_or(Missing::Absent)?;
        let copies = &self.service.inner.copies;
        let domain = registrable(&host);
        let of_domain = copies.domains.get_with(domain, || Arc::new(Semaphore::new(AT_ONCE_PER_DOMAIN)));
        let limits = &self.service.settings().limits;
        let turn = async { Ok::<_, AcquireError>((of_domain.acquire().await?, copies.slots.acquire().await?)) };
        let Ok(Ok(_turn)) = tokio::time::timeout(limits.remote_patience, turn).await else {
            return Err(Missing::Trouble);
        };

        let name = cx.secret(18);
        let part = Part(self.place(PARTS).join(&name));
        make_folder(&part.0).await.map_err(|_| Missing::Trouble)?;
        let limit = limits.remote_bytes;
        let others = self.service.others().map_err(trouble)?;
        if !others.file(url, &part.0, limit).await.map_err(trouble)? {
            return Err(Missing::Absent);
        }
        let (kind, bytes) = looked_into(&part.0).await.map_err(|_| Missing::Trouble)?;
        let kind = kind.ok_or(Missing::Absent)?;
        let folder: String = name.chars().take(2).collect();
        let copy = RemoteCopy {
            digest: digest.to_owned(),
            path: format!("remote/{folder}/{name}.{}", kind.extension),
            content_type: kind.content_type.to_owned(),
            bytes: i64::try_from(bytes.max(BLOCK_BYTES)).unwrap_or(i64::MAX),
            fetched_at: cx.now(),
            used_at: cx.now(),
        };
        self.keep(&copy, &part).await.map_err(|error| {
            tracing::error!(%error, "a file of another server was not kept");
            Missing::Trouble
        })
    }

    /// Makes room for a copy and puts it in its place.
    async fn keep(&self, copy: &RemoteCopy, part: &Part) -> Result<()> {
        let over = self.over(copy.bytes).await?;
        let tx = self.service.storage().begin().await?;
        let mut leaving = tx.remote_media().find(std::slice::from_ref(&copy.digest)).await?;
        tx.remote_media().put(copy).await?;
        leaving.extend(least_used(&tx, &copy.digest, over).await?);
        self.remove_copies(&leaving).await;
        tx.commit().await?;
        let failed = |e: std::io::Error| ServiceError::Internal(format!("media folder: {e}"));
        let place = self.place(&copy.path);
        make_folder(&place).await.map_err(failed)?;
        tokio::fs::rename(&part.0, &place).await.map_err(failed)
    }

    pub(super) fn place(&self, path: &str) -> PathBuf {
        self.service.settings().media_dir.join(path)
    }
}

pub(super) async fn make_folder(file: &Path) -> std::io::Result<()> {
    match file.parent() {
        Some(folder) => tokio::fs::create_dir_all(folder).await,
        None => Ok(()),
    }
}

/// What a file is, and how many bytes it has.
async fn looked_into(path: &Path) -> std::io::Result<(Option<sniff::Kind>, u64)> {
    let file = tokio::fs::File::open(path).await?;
    let bytes = file.metadata().await?.len();
    let mut head = Vec::with_capacity(sniff::HEAD_BYTES);
    let most = u64::try_from(sniff::HEAD_BYTES).unwrap_or(u64::MAX);
    file.take(most).read_to_end(&mut head).await?;
    Ok((sniff::sniff(&head), bytes))
}

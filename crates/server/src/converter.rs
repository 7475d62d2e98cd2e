//! Videos and sounds by `ffmpeg` and `ffprobe`: each call is a child process of its own, started with a list of arguments,
//! that may read and write the files it is given and nothing else, in limited time, memory and size.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use rustix::process::{Pid, Resource, Rlimit, Signal, prlimit, setpriority_process};
use serde::Deserialize;
use staffroom_service::ports::{Conversion, Converter, Probed};
use staffroom_service::{Result, ServiceError};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use crate::config::Config;

/// Time for looking into a file, and for converting one.
const PROBE_TIME: Duration = Duration::from_secs(20);
const CONVERSION_TIME: Duration = Duration::from_mins(10);
/// Processor time of one child, in seconds: several threads count together.
const CPU_SECS: u64 = 20 * 60;
/// How many seconds more it has to end by itself.
const CPU_GRACE_SECS: u64 = 5;
/// Memory of one child, in bytes of address space.
const MEMORY_BYTES: u64 = 3 * 1024 * 1024 * 1024;
/// How much of what a child prints is read.
const PRINTED_BYTES: u64 = 256 * 1024;
/// Behind everything else that runs on the machine.
const NICENESS: i32 = 15;
/// Longest side of a converted video, in pixels.
const SIDE_PX: u32 = 1920;
/// Longest side of a still, in pixels.
const STILL_PX: u32 = 640;
/// What `ffmpeg` ends with when a signal tells it to end (`fftools/ffmpeg.c`).
const ENDED_BY_SIGNAL: i32 = 255;
/// What it says where there is no place to write to, or none to begin at (`strerror` of `ENOSPC`, `EDQUOT`, `EROFS`,
/// `ENOENT`, `EACCES`, `EMFILE`).
const NOT_THE_FILES: [&str; 6] = [
    "No space left on device",
    "Disk quota exceeded",
    "Read-only file system",
    "No such file or directory",
    "Permission denied",
    "Too many open files",
];
/// Signals a program gets for what it does with a file, again and again.
const CRASHES: [Signal; 5] = [Signal::SEGV, Signal::ABORT, Signal::BUS, Signal::FPE, Signal::ILL];
/// The encoders that are needed.
const ENCODERS: [&str; 2] = [" libx264 ", " aac "];

/// The programs.
pub(crate) struct Ffmpeg {
    ffmpeg: String,
    ffprobe: String,
    /// Bytes a converted file may have.
    most_bytes: u64,
}

impl Ffmpeg {
    /// The programs the configuration names, if they are there and can do what is needed.
    pub(crate) async fn find(config: &Config) -> Option<Self> {
        let media = &config.media;
        if media.ffmpeg.is_empty() || media.ffprobe.is_empty() {
            return None;
        }
        let most_bytes = u64::from(config.limits.video_bytes).saturating_mul(2);
        let found = Self { ffmpeg: media.ffmpeg.clone(), ffprobe: media.ffprobe.clone(), most_bytes };
        let version = found.run(&found.ffprobe, words(&["-version"]), PROBE_TIME).await;
        let encoders = found.run(&found.ffmpeg, words(&["-hide_banner", "-v", "error", "-encoders"]), PROBE_TIME).await;
        let problem = match (version, encoders) {
            (Ok(_), Ok(printed)) => {
                let printed = String::from_utf8_lossy(&printed).into_owned();
                ENCODERS.iter().find(|encoder| !printed.contains(*encoder)).map(|encoder| format!("without{encoder}"))
            }
            (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
        };
        match problem {
            None => Some(found),
            Some(problem) => {
                tracing::info!(
                    problem,
                    "videos and sounds are not taken in: ffmpeg is not installed, or not as needed"
                );
                None
            }
        }
    }

    /// Runs a program to its end and returns what it printed.
    async fn run(&self, program: &str, arguments: Vec<OsString>, time: Duration) -> Result<Vec<u8>> {
        let broken = |e: std::io::Error| ServiceError::Internal(format!("{program}: {e}"));
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Whoever stops waiting stops the child.
        command.kill_on_drop(true).process_group(0).current_dir("/");
        let mut child = command.spawn().map_err(broken)?;
        self.restrain(child.id());
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let work = async { tokio::join!(printed(out), printed(err), child.wait()) };
        let Ok((out, err, status)) = tokio::time::timeout(time, work).await else {
            return Err(ServiceError::invalid("file", "takes too long to convert"));
        };
        let status: ExitStatus = status.map_err(broken)?;
        if status.success() {
            return Ok(out);
        }
        let said = String::from_utf8_lossy(&err);
        tracing::info!(program, %status, said = said.lines().next_back().unwrap_or_default(), "a file was not converted");
        Err(blamed(program, status, &said))
    }

    /// Limits a child that has just begun.
    fn restrain(&self, id: Option<u32>) {
        let Some(pid) = id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) else { return };
        // At the soft limit of processor time a child is told so; at the hard one it is killed.
        let limits = [
            (Resource::Cpu, CPU_SECS, CPU_SECS + CPU_GRACE_SECS),
            (Resource::As, MEMORY_BYTES, MEMORY_BYTES),
            (Resource::Fsize, self.most_bytes, self.most_bytes),
            (Resource::Core, 0, 0),
        ];
        for (resource, soft, hard) in limits {
            if let Err(error) = prlimit(Some(pid), resource, Rlimit { current: Some(soft), maximum: Some(hard) }) {
                tracing::warn!(%error, ?resource, "a child process is not limited");
            }
        }
        // It works without.
        let _ = setpriority_process(Some(pid), NICENESS);
    }
}

/// Whose fault it is that a program failed: the file's, which will fail again, or somebody else's.
fn blamed(program: &str, status: ExitStatus, said: &str) -> ServiceError {
    if status.signal() == Some(Signal::XFSZ.as_raw()) {
        return ServiceError::invalid("file", "becomes too large when it is converted");
    }
    if status.signal() == Some(Signal::XCPU.as_raw()) {
        return ServiceError::invalid("file", "takes too long to convert");
    }
    let crashed = status.signal().is_some_and(|signal| CRASHES.iter().any(|crash| crash.as_raw() == signal));
    if NOT_THE_FILES.iter().any(|trouble| said.contains(trouble)) {
        return ServiceError::Internal(format!("{program}: {status}"));
    }
    // Killed or told to end: by us, for want of memory, or at the end of its processor time, which it does not tell apart.
    if !crashed && matches!(status.code(), None | Some(ENDED_BY_SIGNAL)) {
        return ServiceError::Killed(format!("{program}: {status}"));
    }
    ServiceError::invalid("file", "cannot be read as the video or sound it claims to be")
}

/// The beginning of what comes; the rest is read and forgotten, so that nobody waits.
async fn printed(from: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut start = Vec::new();
    if let Some(mut from) = from {
        // What broke off is what there is.
        let _ = (&mut from).take(PRINTED_BYTES).read_to_end(&mut start).await;
        let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    }
    start
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// How a file is read: as the one format it was found to be, and nothing else is opened for it.
fn input(file: &Path, format: &'static str) -> Vec<OsString> {
    let mut arguments = words(&["-protocol_whitelist", "file", "-f", format, "-i"]);
    let mut name = OsString::from("file:");
    name.push(file);
    arguments.push(name);
    arguments
}

#[async_trait]
impl Converter for Ffmpeg {
    async fn probe(&self, file: &Path, format: &'static str) -> Result<Probed> {
        let mut arguments = words(&["-v", "error", "-show_format", "-show_streams", "-of", "json"]);
        arguments.extend(input(file, format));
        let printed = self.run(&self.ffprobe, arguments, PROBE_TIME).await?;
        let found: Found = serde_json::from_slice(&printed)
            .map_err(|_| ServiceError::invalid("file", "cannot be read as the video or sound it claims to be"))?;
        Ok(found.into())
    }

    async fn convert(&self, file: &Path, format: &'static str, wanted: Conversion, into: &Path) -> Result<()> {
        let mut arguments = words(&["-nostdin", "-hide_banner", "-v", "error", "-y", "-threads", "2"]);
        arguments.extend(input(file, format));
        arguments.extend(words(&["-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1"]));
        arguments.extend(words(&["-sn", "-dn", "-fflags", "+bitexact", "-flags", "+bitexact", "-threads", "2"]));
        arguments.extend(how(wanted).into_iter().map(OsString::from));
        let mut name = OsString::from("file:");
        name.push(into);
        arguments.push(name);
        self.run(&self.ffmpeg, arguments, CONVERSION_TIME).await.map(drop)
    }
}

/// The arguments of a conversion, without its files. `V` is a video that is no picture attached to one.
fn how(wanted: Conversion) -> Vec<String> {
    let fit = |side: u32| {
        format!("scale=w='min({side},iw)':h='min({side},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2")
    };
    let coded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-fpsmax", "60"];
    let video = ["-movflags", "+faststart", "-f", "mp4"];
    let (first, filter, last): (Vec<&str>, Option<String>, Vec<&str>) = match wanted {
        // What describes itself inside of the pictures goes as well (SEI, type 6).
        Conversion::Video { copy: true } => (
            vec!["-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", "-bsf:v", "filter_units=remove_types=6"],
            None,
            video.to_vec(),
        ),
        Conversion::Video { copy: false } => (
            [&["-map", "0:V:0", "-map", "0:a:0?"], &coded[..], &["-c:a", "aac", "-b:a", "128k", "-ac", "2"]].concat(),
            Some(fit(SIDE_PX)),
            video.to_vec(),
        ),
        Conversion::Gifv => ([&["-map", "0:V:0", "-an"], &coded[..]].concat(), Some(fit(SIDE_PX)), video.to_vec()),
        Conversion::Audio { copy: true } => {
            (vec!["-map", "0:a:0", "-c", "copy", "-id3v2_version", "0", "-write_id3v1", "0"], None, vec!["-f", "mp3"])
        }
        Conversion::Audio { copy: false } => {
            (vec!["-map", "0:a:0", "-vn", "-c:a", "aac", "-b:a", "128k"], None, video.to_vec())
        }
        Conversion::Still => (
            vec!["-map", "0:V:0", "-an", "-frames:v", "1"],
            Some(fit(STILL_PX)),
            vec!["-c:v", "png", "-f", "image2", "-update", "1"],
        ),
    };
    let filter = filter.into_iter().flat_map(|filter| ["-vf".to_owned(), filter]);
    first.into_iter().map(str::to_owned).chain(filter).chain(last.into_iter().map(str::to_owned)).collect()
}

/// What `ffprobe` prints, as far as it matters.
#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Stream {
    codec_type: String,
    codec_name: String,
    pix_fmt: String,
    width: u32,
    height: u32,
    avg_frame_rate: String,
    disposition: Disposition,
    side_data_list: Vec<SideData>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Disposition {
    attached_pic: u8,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SideData {
    rotation: f64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Format {
    duration: String,
    bit_rate: String,
}

impl From<Found> for Probed {
    fn from(found: Found) -> Self {
        let of = |kind: &str| found.streams.iter().find(|s| s.codec_type == kind && s.disposition.attached_pic == 0);
        let (video, audio) = (of("video"), of("audio"));
        let text = |of: Option<&String>| of.cloned().unwrap_or_default();
        let upright = |s: &Stream| {
            let is_turned = s.side_data_list.iter().any(|side| (side.rotation.abs() - 90.0).abs() < 1.0);
            if is_turned { (s.height, s.width) } else { (s.width, s.height) }
        };
        let duration = Duration::try_from_secs_f64(found.format.duration.parse().unwrap_or(0.0)).unwrap_or_default();
        Self {
            size_px: video.map(upright),
            video_codec: text(video.map(|s| &s.codec_name)),
            pixel_format: text(video.map(|s| &s.pix_fmt)),
            audio_codec: text(audio.map(|s| &s.codec_name)),
            frame_rate: text(video.map(|s| &s.avg_frame_rate)),
            duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            bits_per_sec: found.format.bit_rate.parse().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program that does what `script` says comes to.
    async fn outcome(script: &str) -> Result<Vec<u8>> {
        let ffmpeg = Ffmpeg { ffmpeg: "sh".to_owned(), ffprobe: "sh".to_owned(), most_bytes: 1_000_000 };
        ffmpeg.run("sh", words(&["-c", script]), PROBE_TIME).await
    }

    #[tokio::test]
    async fn a_file_is_blamed_only_for_what_is_its_fault() {
        assert_eq!(outcome("echo done").await.unwrap(), b"done\n");
        for script in ["exit 1", "echo 'moov atom not found' >&2; exit 183"] {
            let error = outcome(script).await.unwrap_err();
            assert!(matches!(&error, ServiceError::Invalid { why, .. } if why.contains("cannot be read")), "{error}");
        }
        for (script, wanted) in [
            ("kill -XFSZ $$", "too large"),
            ("kill -XCPU $$", "too long"),
            ("kill -SEGV $$", "cannot be read"),
            ("kill -ABRT $$", "cannot be read"),
        ] {
            let error = outcome(script).await.unwrap_err();
            assert!(matches!(&error, ServiceError::Invalid { why, .. } if why.contains(wanted)), "{script}: {error}");
        }
        for script in [
            "kill -KILL $$",
            "kill -TERM $$",
            "echo 'Error writing trailer of x: Immediate exit requested' >&2; exit 255",
        ] {
            let error = outcome(script).await.unwrap_err();
            assert!(matches!(error, ServiceError::Killed(_)), "{script}: {error}");
        }
        for script in [
            "echo 'av_interleaved_write_frame(): No space left on device' >&2; echo 'Conversion failed!' >&2; exit 1",
            "echo 'Error opening output file: Disk quota exceeded' >&2; exit 122",
            "echo 'Error opening output file: Read-only file system' >&2; exit 226",
            "echo 'file:/data/media/upload/x: No such file or directory' >&2; exit 254",
        ] {
            let error = outcome(script).await.unwrap_err();
            assert!(matches!(error, ServiceError::Internal(_)), "{script}: {error}");
        }
        let gone = Ffmpeg { ffmpeg: "/nowhere".to_owned(), ffprobe: "/nowhere".to_owned(), most_bytes: 1 };
        assert!(matches!(gone.run("/nowhere", Vec::new(), PROBE_TIME).await, Err(ServiceError::Internal(_))));
    }
}

//! Videos, sounds and moving pictures: converted by `ffmpeg`, which these tests need as well (Debian: ffmpeg).

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::wait::eventually;

use super::media::{has, upload};
use super::{server, somebody};

/// A file made by `ffmpeg` with these arguments, called `name`.
fn made(arguments: &[&str], name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    let run = Command::new("ffmpeg").args(["-nostdin", "-v", "error"]).args(arguments).arg(&file).output();
    let output = run.unwrap_or_else(|error| panic!("ffmpeg (Debian: ffmpeg) does not start: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(file).unwrap()
}

/// Where, by whom and with what a video was made.
const TOLD: [&str; 6] = [
    "-metadata",
    "location=+51.5-000.1/",
    "-metadata",
    "title=secret hall",
    "-metadata:s:v",
    "handler_name=Amys phone",
];

/// A second of a video with sound, `codec` being how its pictures are coded.
fn video(codec: &str) -> Vec<u8> {
    let inputs =
        ["-f", "lavfi", "-i", "testsrc2=size=66x50:rate=10:duration=1", "-f", "lavfi", "-i", "sine=duration=1"];
    let how = ["-c:v", codec, "-pix_fmt", "yuv420p", "-c:a", "aac"];
    made(&[&inputs[..], &TOLD, &how].concat(), "video.mp4")
}

fn sound(name: &str) -> Vec<u8> {
    made(&["-f", "lavfi", "-i", "sine=duration=1", "-metadata", "title=secret hall"], name)
}

fn path_of(media: &Value) -> String {
    format!("/api/v1/media/{}", media["id"].as_str().unwrap())
}

/// The attachment once it is converted.
async fn ready(api: &Api, media: &Value) -> Value {
    eventually("the attachment is converted", || async {
        let answer = api.send(Method::GET, &path_of(media), &Value::Null).await;
        if answer.status == 200 { Ok(answer.json) } else { Err(format!("{} {}", answer.status, answer.json)) }
    })
    .await
}

/// The reason why an attachment cannot be used.
async fn refused(api: &Api, media: &Value) -> String {
    eventually("the attachment is refused", || async {
        let answer = api.send(Method::GET, &path_of(media), &Value::Null).await;
        if answer.status == 422 { Ok(answer.json["error"].as_str().unwrap().to_owned()) } else { Err(answer.status) }
    })
    .await
}

async fn served(server: &ServerProcess, url: &Value, range: &str) -> reqwest::Response {
    let path = url.as_str().unwrap().strip_prefix(server.url()).unwrap();
    server.api(None).request(Method::GET, path).header("range", range).send().await.unwrap()
}

#[tokio::test]
async fn a_video_plays_everywhere_and_tells_nothing_of_its_maker() {
    let (me, _) = somebody().await;
    for codec in ["libx264", "mpeg4"] {
        let file = video(codec);
        assert!(has(&file, b"secret hall") && has(&file, b"Amys phone") && has(&file, b"loci"));
        let (status, media) = upload(&me, "/api/v2/media", &file, "IMG_0001.MOV").await;
        assert_eq!((status, &media["url"], &media["type"]), (202, &Value::Null, &json!("video")), "{media}");
        let media = ready(&me, &media).await;
        assert_eq!((&media["type"], &media["description"]), (&json!("video"), &json!("A seating plan")));
        let original = &media["meta"]["original"];
        assert_eq!(
            (&original["width"], &original["height"], &original["frame_rate"]),
            (&json!(66), &json!(50), &json!("10/1"))
        );
        assert!((0.9..1.2).contains(&original["duration"].as_f64().unwrap()), "{media}");
        assert!(media["blurhash"].is_string() && media["meta"]["small"]["width"] == 66, "{media}");
        let whole = served(server().await, &media["url"], "bytes=0-").await;
        assert_eq!((whole.status().as_u16(), whole.headers()["content-type"].to_str().unwrap()), (206, "video/mp4"));
        let whole = whole.bytes().await.unwrap();
        for told in [&b"secret hall"[..], b"Amys phone", b"loci", b"IMG_0001"] {
            assert!(!has(&whole, told), "{codec}: {}", String::from_utf8_lossy(told));
        }
        let part = served(server().await, &media["url"], "bytes=4-7").await;
        assert_eq!((part.status().as_u16(), part.bytes().await.unwrap().as_ref()), (206, &b"ftyp"[..]));
        let still = served(server().await, &media["preview_url"], "bytes=0-").await.bytes().await.unwrap();
        assert_eq!(image::load_from_memory(&still).unwrap().width(), 66);
        let written = me.post("/api/v1/statuses", &json!({ "status": "", "media_ids": [media["id"]] })).await;
        assert_eq!(written["media_attachments"][0]["url"], media["url"]);
    }
}

#[tokio::test]
async fn sounds_keep_nothing_but_their_sound_and_the_old_form_of_uploads_waits() {
    let (me, _) = somebody().await;
    for (name, content_type) in [("a.mp3", "audio/mpeg"), ("a.wav", "audio/mp4"), ("a.ogg", "audio/mp4")] {
        let file = sound(name);
        assert!(has(&file, b"secret hall"), "{name}");
        let (status, media) = upload(&me, "/api/v1/media", &file, name).await;
        assert_eq!((status, &media["type"], &media["preview_url"]), (200, &json!("audio"), &Value::Null), "{media}");
        assert!((0.9..1.2).contains(&media["meta"]["original"]["duration"].as_f64().unwrap()), "{media}");
        let answer = served(server().await, &media["url"], "bytes=0-").await;
        assert_eq!(answer.headers()["content-type"], content_type);
        assert!(!has(&answer.bytes().await.unwrap(), b"secret hall"), "{name}");
    }
}

#[tokio::test]
async fn a_picture_that_moves_becomes_a_gifv_and_one_that_does_not_stays() {
    let (me, _) = somebody().await;
    let input =
        |frames: &'static str| ["-f", "lavfi", "-i", "testsrc2=size=33x21:rate=5:duration=2", "-frames:v", frames];
    let (status, media) = upload(&me, "/api/v2/media", &made(&input("5"), "a.gif"), "a.gif").await;
    assert_eq!((status, &media["type"]), (202, &json!("gifv")), "{media}");
    let media = ready(&me, &media).await;
    assert_eq!((&media["type"], &media["meta"]["original"]["width"]), (&json!("gifv"), &json!(32)), "{media}");
    assert!(media["url"].as_str().unwrap().contains(".mp4") && media["preview_url"] != media["url"], "{media}");
    let (status, media) = upload(&me, "/api/v2/media", &made(&input("1"), "a.gif"), "a.gif").await;
    assert_eq!((status, &media["type"]), (200, &json!("image")), "{media}");
}

/// An MP4 whose first picture stream is its cover, for what describes a file comes before its streams.
fn cover_first() -> Vec<u8> {
    let input = |source: &'static str| ["-f", "lavfi", "-i", source];
    let how = [
        "-map",
        "0",
        "-map",
        "1",
        "-map",
        "2",
        "-c:v:0",
        "libx264",
        "-pix_fmt:v:0",
        "yuv420p",
        "-c:a",
        "aac",
        "-c:v:1",
        "png",
        "-frames:v:1",
        "1",
        "-disposition:v:1",
        "attached_pic",
    ];
    let inputs = [
        input("testsrc2=size=66x50:rate=10:duration=1"),
        input("sine=duration=1"),
        input("color=size=8x8:rate=10:duration=1"),
    ];
    let mut file = made(&[&inputs.concat()[..], &how].concat(), "video.mp4");
    let size_at =
        |file: &[u8], at: usize| usize::try_from(u32::from_be_bytes(file[at..at + 4].try_into().unwrap())).unwrap();
    let find = |file: &[u8], from: usize, end: usize, kind: &[u8]| {
        let mut at = from;
        while at < end && &file[at + 4..at + 8] != kind {
            at += size_at(file, at);
        }
        assert!(at < end, "{}", String::from_utf8_lossy(kind));
        at
    };
    let moov = find(&file, 0, file.len(), b"moov");
    let end = moov + size_at(&file, moov);
    let (first, told) = (find(&file, moov + 8, end, b"trak"), find(&file, moov + 8, end, b"udta"));
    let length = size_at(&file, told);
    file[first..told + length].rotate_right(length);
    file
}

#[tokio::test]
async fn the_cover_of_a_video_is_not_taken_for_the_video() {
    let (me, _) = somebody().await;
    let (status, media) = upload(&me, "/api/v2/media", &cover_first(), "a.mp4").await;
    assert_eq!(status, 202, "{media}");
    let media = ready(&me, &media).await;
    let original = &media["meta"]["original"];
    assert_eq!((&original["width"], &original["height"]), (&json!(66), &json!(50)), "{media}");
}

#[tokio::test]
async fn videos_are_taken_in_where_the_data_folder_is_named_from_where_the_server_was_started() {
    let folder = tempfile::tempdir().unwrap();
    let here = std::env::current_dir().unwrap();
    let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
    let relative = up.join(folder.path().strip_prefix("/").unwrap());
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, &[], &[("DATA_DIR", relative.to_str().unwrap())]).await;
    let me = server.member("amy");
    let (status, media) = upload(&me, "/api/v2/media", &video("libx264"), "a.mp4").await;
    assert_eq!(status, 202, "{media}");
    let media = ready(&me, &media).await;
    assert_eq!(served(&server, &media["url"], "bytes=4-7").await.bytes().await.unwrap().as_ref(), b"ftyp");
}

#[tokio::test]
async fn sec_112_what_is_no_video_is_refused_and_the_worker_goes_on() {
    let (me, _) = somebody().await;
    let playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".to_vec();
    let concat = b"ffconcat version 1.0\nfile '/etc/passwd'\n".to_vec();
    for (what, bytes) in [("a playlist", playlist), ("a list", concat), ("text", b"hello".to_vec())] {
        let (status, answer) = upload(&me, "/api/v2/media", &bytes, "a.mp4").await;
        assert_eq!(status, 422, "{what}: {answer}");
    }
    let mut hollow = b"\0\0\0\x20ftypisom".to_vec();
    hollow.resize(5_000, 7);
    let whole = video("libx264");
    let mut webm = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm".to_vec();
    webm.extend(b"#EXTM3U\nfile:///etc/passwd\n");
    for (what, bytes) in [("hollow", hollow), ("half", whole[..whole.len() / 2].to_vec()), ("a playlist within", webm)]
    {
        let (status, media) = upload(&me, "/api/v2/media", &bytes, "a.mp4").await;
        assert_eq!(status, 202, "{what}: {media}");
        assert!(refused(&me, &media).await.contains("cannot be read"), "{what}");
        let body = json!({ "status": what, "media_ids": [media["id"]] });
        assert_eq!(me.send(Method::POST, "/api/v1/statuses", &body).await.status, 422, "{what}");
        assert_eq!(upload(&me, "/api/v1/media", &bytes, "a.mp4").await.0, 422, "{what}");
    }
    let vast = made(&["-f", "lavfi", "-i", "color=size=4096x2100:rate=1:duration=1", "-c:v", "mpeg4"], "a.mp4");
    let (_, media) = upload(&me, "/api/v2/media", &vast, "a.mp4").await;
    assert!(refused(&me, &media).await.contains("4096 × 2100 pixels"));
    let (_, media) = upload(&me, "/api/v2/media", &whole, "a.mp4").await;
    ready(&me, &media).await;
}

/// A server whose `ffmpeg` begins only when the file `gate` of its data folder is there.
async fn gated() -> (ServerProcess, tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (script, gate) = (folder.path().join("ffmpeg"), folder.path().join("gate"));
    let text = format!(
        "#!/bin/sh\ncase \"$*\" in *-encoders*) ;; *) while [ ! -e '{}' ]; do sleep 0.05; done ;; esac\nexec ffmpeg \"$@\"\n",
        gate.display()
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, &[], &[("MEDIA__FFMPEG", &script.display().to_string())]).await;
    (server, folder, gate)
}

fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    entries.iter().map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn what_is_not_ready_is_on_no_status_and_outlives_a_crash() {
    let (mut server, _folder, gate) = gated().await;
    let me = server.member("amy");
    let other = server.member("bea");
    let (status, media) = upload(&me, "/api/v2/media", &video("libx264"), "a.mp4").await;
    assert_eq!((status, &media["url"], &media["preview_url"]), (202, &Value::Null, &Value::Null));
    let waiting = me.send(Method::GET, &path_of(&media), &Value::Null).await;
    assert_eq!((waiting.status, &waiting.json["url"]), (206, &Value::Null));
    assert_eq!(other.send(Method::GET, &path_of(&media), &Value::Null).await.status, 404);
    let body = json!({ "status": "with it", "media_ids": [media["id"]] });
    let refused = me.send(Method::POST, "/api/v1/statuses", &body).await;
    assert!(refused.status == 422 && refused.json["error"].as_str().unwrap().contains("finished processing"));
    let later = json!({ "status": "later", "media_ids": [media["id"]], "scheduled_at": "2099-01-01T00:00:00Z" });
    assert_eq!(me.send(Method::POST, "/api/v1/statuses", &later).await.status, 422);
    let plain = me.post("/api/v1/statuses", &json!({ "status": "without" })).await;
    let edit = format!("/api/v1/statuses/{}", plain["id"].as_str().unwrap());
    assert_eq!(me.send(Method::PUT, &edit, &body).await.status, 422);
    let described = me.send(Method::PUT, &path_of(&media), &json!({ "description": "A hall" })).await;
    assert_eq!((described.status, &described.json["description"]), (200, &json!("A hall")));

    server.kill();
    server.restart().await;
    assert_eq!(me.send(Method::GET, &path_of(&media), &Value::Null).await.status, 206);
    std::fs::write(gate, "").unwrap();
    let media = ready(&me, &media).await;
    assert_eq!(media["description"], "A hall");
    assert_eq!(me.post("/api/v1/statuses", &body).await["media_attachments"][0]["url"], media["url"]);
}

#[tokio::test]
async fn whoever_takes_an_upload_back_leaves_nothing_behind() {
    let (server, _folder, gate) = gated().await;
    let me = server.member("amy");
    let (_, media) = upload(&me, "/api/v2/media", &video("libx264"), "a.mp4").await;
    let folder = server.data().join("media");
    assert!(files_below(&folder) > 0);
    me.send(Method::DELETE, &path_of(&media), &Value::Null).await.ok();
    std::fs::write(gate, "").unwrap();
    eventually("nothing is left of it", || async {
        let left = files_below(&folder);
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
    assert_eq!(me.send(Method::GET, &path_of(&media), &Value::Null).await.status, 404);
}

#[tokio::test]
async fn without_ffmpeg_pictures_alone_are_taken_and_the_instance_says_so() {
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, &[], &[("MEDIA__FFMPEG", "/nowhere/ffmpeg")]).await;
    let me = server.member("amy");
    for (file, path) in [(video("libx264"), "/api/v2/media"), (sound("a.mp3"), "/api/v1/media")] {
        let (status, answer) = upload(&me, path, &file, "a.mp4").await;
        assert!(status == 422 && answer["error"].as_str().unwrap().contains("ffmpeg is not installed"), "{answer}");
    }
    let gif = made(&["-f", "lavfi", "-i", "testsrc2=size=33x21:rate=5:duration=1"], "a.gif");
    let (status, media) = upload(&me, "/api/v2/media", &gif, "a.gif").await;
    assert_eq!((status, &media["type"]), (200, &json!("image")), "{media}");
    let says = async |api: &Api| {
        let instance = api.get("/api/v2/instance").await;
        let media = &instance["configuration"]["media_attachments"];
        let types: Vec<String> = serde_json::from_value(media["supported_mime_types"].clone()).unwrap();
        (types, media["video_size_limit"].as_u64().unwrap())
    };
    assert_eq!(says(&me).await, (["image/jpeg", "image/png", "image/gif", "image/webp"].map(str::to_owned).into(), 0));
    let (types, size) = says(&somebody().await.0).await;
    assert!(types.contains(&"video/mp4".to_owned()) && types.contains(&"audio/mpeg".to_owned()) && size > 0);
}

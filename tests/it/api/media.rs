//! Pictures: only pictures, without what the camera wrote into them.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;
use staffroom_tests::process::{ServerProcess, free_ports};

use super::{server, somebody};

pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 9])
    })
    .write_to(&mut bytes, format)
    .unwrap();
    bytes.into_inner()
}

/// A camera's note: the picture lies on its side, and where and when it was taken (a GPS date).
fn camera_note() -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"); // orientation 6: turn right
    tiff.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0"); // GPS directory at 38
    tiff.extend([0; 4]);
    tiff.extend(b"\x01\0\x1d\0\x02\0\x0b\0\0\0\x38\0\0\0"); // GPS date of 11 bytes at 56
    tiff.extend([0; 4]);
    tiff.extend(b"2026:01:05\0");
    let mut segment = b"\xff\xe1".to_vec();
    segment.extend(u16::try_from(tiff.len() + 8).unwrap().to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    segment
}

pub(crate) fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

pub(crate) async fn upload(api: &Api, path: &str, bytes: &[u8], name: &str) -> (u16, Value) {
    let mut body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nA seating plan\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend(bytes);
    body.extend(b"\r\n--x--\r\n");
    let request = api.request(Method::POST, path).header("content-type", "multipart/form-data; boundary=x");
    let answer = request.body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn download(url: &Value) -> Vec<u8> {
    let server = server().await;
    let path = url.as_str().unwrap().strip_prefix(server.url()).unwrap();
    let answer = server.api(None).request(Method::GET, path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn what_the_camera_wrote_is_gone_from_the_first_upload_on() {
    let (me, _) = somebody().await;
    let mut photo = picture(40, 20, ImageFormat::Jpeg);
    photo.splice(2..2, camera_note());
    assert!(has(&photo, b"Exif") && has(&photo, b"2026:01:05"));
    let (status, media) = upload(&me, "/api/v2/media", &photo, "IMG_0001.JPG").await;
    assert_eq!(
        (status, &media["type"], &media["description"]),
        (200, &json!("image"), &json!("A seating plan")),
        "{media}"
    );
    for url in [&media["url"], &media["preview_url"]] {
        let served = download(url).await;
        assert!(!has(&served, b"Exif") && !has(&served, b"2026:01:05"), "{url}");
        let size = image::load_from_memory(&served).unwrap();
        assert!(size.height() > size.width(), "turned as the camera was held");
    }
    assert!(!media["url"].as_str().unwrap().contains("IMG_0001"));
    let written = me.post("/api/v1/statuses", &json!({ "status": "", "media_ids": [media["id"]] })).await;
    assert_eq!(written["media_attachments"][0]["id"], media["id"]);
    assert_eq!(written["media_attachments"][0]["meta"]["original"]["width"], 20);
}

#[tokio::test]
async fn four_kinds_of_pictures_are_taken_and_nothing_else() {
    let (me, _) = somebody().await;
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let (status, media) = upload(&me, "/api/v1/media", &picture(9, 9, format), "a").await;
        assert_eq!(status, 200, "{format:?}: {media}");
        assert!(media["url"].is_string() && media["blurhash"].is_string(), "{media}");
    }
    let png = picture(9, 9, ImageFormat::Png);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    // A PNG whose header claims 60000 × 60000 pixels: refused before anything is decoded.
    let mut bomb = png.clone();
    bomb.splice(16..24, [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    for (what, bytes) in [
        ("nothing", Vec::new()),
        ("text", b"hello".to_vec()),
        ("SVG", svg),
        ("half a PNG", png[..png.len() / 2].to_vec()),
        ("a bomb", bomb),
        ("HTML", b"<html><script>alert(1)</script>".to_vec()),
    ] {
        let (status, answer) = upload(&me, "/api/v2/media", &bytes, "a.png").await;
        assert_eq!(status, 422, "{what}: {answer}");
        assert!(answer["error"].is_string(), "{what}");
    }
}

#[tokio::test]
async fn an_upload_is_its_owners_and_goes_out_once() {
    let (me, _) = somebody().await;
    let (other, _) = somebody().await;
    let (_, media) = upload(&me, "/api/v2/media", &picture(9, 9, ImageFormat::Png), "a.png").await;
    let path = format!("/api/v1/media/{}", media["id"].as_str().unwrap());
    assert_eq!(other.send(Method::GET, &path, &Value::Null).await.status, 404);
    assert_eq!(other.send(Method::PUT, &path, &json!({ "description": "mine" })).await.status, 404);
    let body = json!({ "status": "with it", "media_ids": [media["id"]] });
    assert!(other.send(Method::POST, "/api/v1/statuses", &body).await.status >= 400);
    let changed = me.send(Method::PUT, &path, &json!({ "description": "better" })).await.ok();
    assert_eq!(changed["description"], "better");
    me.post("/api/v1/statuses", &body).await;
    assert!(me.send(Method::POST, "/api/v1/statuses", &body).await.status >= 400, "used already");
}

#[tokio::test]
async fn an_animated_picture_stays_a_picture_that_moves() {
    // where nothing can make a video of it
    let [port] = free_ports();
    let server = ServerProcess::start_with(port, &[], &[("MEDIA__FFMPEG", "")]).await;
    let me = server.member("amy");
    let mut gif = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut gif);
    for shade in [0, 255] {
        let frame = image::RgbaImage::from_pixel(9, 9, image::Rgba([shade, 0, 0, 255]));
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    let (status, media) = upload(&me, "/api/v2/media", &gif, "wave.gif").await;
    assert_eq!((status, &media["type"]), (200, &json!("image")), "{media}");
    let path = media["url"].as_str().unwrap().strip_prefix(server.url()).unwrap();
    let bytes = server.api(None).request(Method::GET, path).send().await.unwrap().bytes().await.unwrap();
    let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(bytes)).unwrap();
    assert_eq!(image::AnimationDecoder::into_frames(decoder).count(), 2);
}

/// What a stranger gets for `url`.
async fn served(url: &Value) -> u16 {
    let server = server().await;
    let path = url.as_str().unwrap().strip_prefix(server.url()).unwrap();
    server.api(None).request(Method::GET, path).send().await.unwrap().status().as_u16()
}

async fn shared(me: &Api) -> (Value, Value) {
    let (_, media) = upload(me, "/api/v2/media", &picture(9, 9, ImageFormat::Png), "a.png").await;
    let body = json!({ "status": "with it", "media_ids": [media["id"]] });
    let status = me.post("/api/v1/statuses", &body).await;
    assert_eq!((served(&media["url"]).await, served(&media["preview_url"]).await), (200, 200));
    (media, status)
}

fn path(status: &Value, more: &str) -> String {
    format!("/api/v1/statuses/{}{more}", status["id"].as_str().unwrap())
}

#[tokio::test]
async fn pictures_of_a_deleted_status_are_gone_for_everybody_until_it_is_written_anew() {
    let (me, _) = somebody().await;
    let (media, status) = shared(&me).await;
    me.send(Method::DELETE, &path(&status, ""), &Value::Null).await.ok();
    assert_eq!((served(&media["url"]).await, served(&media["preview_url"]).await), (404, 404));
    let body = json!({ "status": "again", "media_ids": [media["id"]] });
    me.post("/api/v1/statuses", &body).await;
    assert_eq!(served(&media["url"]).await, 200);

    let (media, status) = shared(&me).await;
    me.send(Method::DELETE, &path(&status, "?delete_media=true"), &Value::Null).await.ok();
    assert_eq!(served(&media["url"]).await, 404);
}

#[tokio::test]
async fn a_picture_taken_out_by_an_edit_is_gone_and_those_kept_stay() {
    let (me, _) = somebody().await;
    let (out, status) = shared(&me).await;
    let (_, kept) = upload(&me, "/api/v2/media", &picture(9, 9, ImageFormat::Png), "b.png").await;
    let edit = json!({ "status": "without", "media_ids": [kept["id"]] });
    me.send(Method::PUT, &path(&status, ""), &edit).await.ok();
    assert_eq!((served(&out["url"]).await, served(&kept["url"]).await), (404, 200));
}

#[tokio::test]
async fn pictures_of_replaced_avatars_and_of_deleted_and_suspended_people_are_gone() {
    let (me, handle) = somebody().await;
    let avatar = async |name: &str| {
        let file = reqwest::multipart::Part::bytes(picture(9, 9, ImageFormat::Png)).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part("avatar", file);
        let request = me.request(Method::PATCH, "/api/v1/accounts/update_credentials").multipart(form);
        request.send().await.unwrap().json::<Value>().await.unwrap()["avatar"].clone()
    };
    let (old, new) = (avatar("a.png").await, avatar("b.png").await);
    assert_eq!((served(&old).await, served(&new).await), (404, 200));
    let (media, _) = shared(&me).await;
    server().await.admin(&["account", "suspend", &handle], "");
    assert_eq!(served(&media["url"]).await, 404);
    server().await.admin(&["account", "lift", &handle, "suspend"], "");
    assert_eq!(served(&media["url"]).await, 200);
    server().await.admin(&["account", "delete", &handle, "--yes"], "");
    assert_eq!((served(&media["url"]).await, served(&new).await), (404, 404));
}

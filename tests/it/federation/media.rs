//! Files of other servers: shown under addresses of ours, and fetched by us alone.

use http::Method;
use serde_json::{Value, json};
use staffroom_tests::api::Api;

use super::hostile::{Scene, scene};
use super::network::{one_with, text};

const HOME: &str = "/api/v1/timelines/home";

fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(30, 20).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A note of eve's with one attachment at `path` of her server, as amy sees it.
async fn note_with(scene: &Scene, words: &str, path: &str) -> Value {
    let mut note = scene.eve.note(words, &[]);
    let url = scene.puppet.url(path);
    note["attachment"] = json!([{ "type": "Document", "mediaType": "image/png", "url": url, "name": "An owl" }]);
    let icon = json!({ "type": "Image", "url": url });
    note["tag"] = json!([{ "type": "Emoji", "id": format!("{url}#emoji"), "name": ":owl:", "icon": icon }]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    one_with(&scene.amy, HOME, words).await
}

async fn get(scene: &Scene, url: &Value, range: Option<&str>) -> reqwest::Response {
    let path = text(url).strip_prefix(scene.server.url()).unwrap_or_else(|| panic!("{url} is not ours"));
    let anybody: Api = scene.server.api(None);
    let request = anybody.request(Method::GET, path);
    let request = range.iter().fold(request, |request, range| request.header("range", *range));
    request.send().await.unwrap()
}

fn asked(scene: &Scene, path: &str) -> usize {
    scene.puppet.fetched().iter().filter(|asked| asked.ends_with(path)).count()
}

#[tokio::test]
async fn pictures_of_other_servers_come_from_ours_whole_or_in_part() {
    let scene = scene().await;
    scene.puppet.answers(&scene.puppet.url("/owl.png"), 200, &[("content-type", "text/html")], &picture());
    let seen = note_with(&scene, "Look, an owl :owl:", "/owl.png").await;
    let media = &seen["media_attachments"][0];
    assert_eq!(media["remote_url"], scene.puppet.url("/owl.png"));
    assert_eq!((&media["url"], &seen["emojis"][0]["url"]), (&media["preview_url"], &seen["emojis"][0]["static_url"]));
    assert_eq!(asked(&scene, "/owl.png"), 0, "nobody has looked yet");

    let whole = get(&scene, &media["url"], None).await;
    let header = |answer: &reqwest::Response, name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((whole.status().as_u16(), header(&whole, "content-type")), (200, "image/png".to_owned()));
    assert_eq!(header(&whole, "access-control-allow-origin"), "*");
    assert_eq!(header(&whole, "x-content-type-options"), "nosniff");
    assert_eq!(header(&whole, "content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(
        (header(&whole, "content-disposition"), header(&whole, "accept-ranges")),
        ("inline".into(), "bytes".into())
    );
    assert_eq!(whole.bytes().await.unwrap(), picture());

    let part = get(&scene, &media["url"], Some("bytes=1-3")).await;
    assert_eq!(
        (part.status().as_u16(), header(&part, "content-range")),
        (206, format!("bytes 1-3/{}", picture().len()))
    );
    assert_eq!(part.bytes().await.unwrap().as_ref(), b"PNG");
    assert_eq!(get(&scene, &media["url"], Some("bytes=99999-")).await.status(), 416);
    assert_eq!(get(&scene, &seen["emojis"][0]["url"], None).await.status(), 200);
    assert_eq!(asked(&scene, "/owl.png"), 1);
}

#[tokio::test]
async fn a_video_is_not_its_own_preview() {
    let scene = scene().await;
    for (words, content_type) in [("Look, a film", "video/mp4"), ("Listen", "audio/mpeg")] {
        let mut note = scene.eve.note(words, &[]);
        note["attachment"] = json!([
            { "type": "Document", "mediaType": content_type, "url": scene.puppet.url("/long") },
            { "type": "Document", "mediaType": "image/png", "url": scene.puppet.url("/owl.png") },
        ]);
        scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
        let media = one_with(&scene.amy, HOME, words).await["media_attachments"].clone();
        assert!(media[0]["url"].is_string() && media[0]["preview_url"].is_null(), "{media}");
        assert_eq!(media[1]["preview_url"], media[1]["url"]);
    }
}

#[tokio::test]
async fn what_can_hold_scripts_and_what_nobody_signed_is_not_served() {
    let scene = scene().await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    scene.puppet.answers(&scene.puppet.url("/evil.png"), 200, &[("content-type", "image/png")], svg);
    let seen = note_with(&scene, "Look, a script", "/evil.png").await;
    let url = &seen["media_attachments"][0]["url"];
    for _ in 0..3 {
        let answer = get(&scene, url, None).await;
        assert_eq!(answer.status(), 404);
        assert!(!answer.text().await.unwrap().contains("script"));
    }
    assert_eq!(asked(&scene, "/evil.png"), 1);

    scene.puppet.answers(&scene.puppet.url("/owl.png"), 200, &[("content-type", "image/png")], &picture());
    let (start, _) = text(url).rsplit_once('/').unwrap();
    // base64 of the address of a file that is there
    let wanted = {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(scene.puppet.url("/owl.png"))
    };
    for forged in [format!("{start}/{wanted}"), format!("{start}/{}", scene.puppet.url("/owl.png"))] {
        assert_eq!(get(&scene, &json!(forged), None).await.status(), 404, "{forged}");
    }
    let query = format!("{}/media/remote?url={}", scene.server.url(), scene.puppet.url("/owl.png"));
    assert_eq!(get(&scene, &json!(query), None).await.status(), 404);
    assert_eq!(asked(&scene, "/owl.png"), 0);
}

#[tokio::test]
async fn faces_come_from_ours_and_private_addresses_are_not_asked_for_pictures() {
    let scene = scene().await;
    let face = scene.puppet.url("/face.png");
    scene.puppet.answers(&face, 200, &[("content-type", "image/png")], &picture());
    let mut actor = scene.eve.document();
    actor["icon"] = json!({ "type": "Image", "mediaType": "image/png", "url": face });
    // somebody nobody may speak with
    let secret = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://localhost:{}/secret.png", secret.local_addr().unwrap().port());
    actor["image"] = json!({ "type": "Image", "mediaType": "image/png", "url": address });
    scene.puppet.publish(&actor);
    scene.deliver(&scene.eve, &scene.eve.activity("Update", &actor)).await;
    let note = scene.eve.note("with a face", &[]);
    scene.deliver(&scene.eve, &scene.eve.activity("Create", &note)).await;
    let account = one_with(&scene.amy, HOME, "with a face").await["account"].clone();
    assert_eq!(get(&scene, &account["avatar"], None).await.bytes().await.unwrap(), picture());
    assert_eq!(account["avatar"], account["avatar_static"]);
    assert!(text(&account["header"]).contains("/media/remote/"), "{account}");
    assert_eq!(get(&scene, &account["header"], None).await.status(), 404);
    let knocked = tokio::time::timeout(std::time::Duration::ZERO, secret.accept()).await;
    assert!(knocked.is_err(), "somebody was asked who may not be");
}

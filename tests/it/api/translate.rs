//! Statuses in other languages, by a translator that says what it likes.

use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::api::{Answer, Api};
use staffroom_tests::device::Device;
use staffroom_tests::process::{ServerProcess, free_ports};
use staffroom_tests::translator::{API_KEY, FakeTranslator};
use tokio::sync::OnceCell;

use super::media::{picture, upload};

/// A server with a translator in the operator's own network.
async fn ground() -> &'static (&'static ServerProcess, FakeTranslator) {
    static GROUND: OnceCell<(&'static ServerProcess, FakeTranslator)> = OnceCell::const_new();
    let start = async || {
        let [ours, theirs] = free_ports();
        let fake = FakeTranslator::start(theirs);
        let url = fake.url();
        let settings = [("TRANSLATION__URL", url.as_str()), ("TRANSLATION__API_KEY", API_KEY)];
        (ServerProcess::start_with(ours, &[], &settings).await.shared(), fake)
    };
    GROUND.get_or_init(start).await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

async fn translate(api: &Api, status: &Value, language: &str) -> Answer {
    let path = format!("/api/v1/statuses/{}/translate", text(&status["id"]));
    api.send(Method::POST, &path, &json!({ "lang": language })).await
}

/// A status in English.
async fn write(api: &Api, words: &str, visibility: &str) -> Value {
    api.post("/api/v1/statuses", &json!({ "status": words, "visibility": visibility, "language": "en" })).await
}

#[tokio::test]
async fn a_status_is_translated_with_all_that_is_written_in_it_and_asked_for_once() {
    let (server, fake) = ground().await;
    let (amy, ben) = (server.member("amy"), server.member("ben"));
    let poll = json!({
        "status": "Hello #staff, wordpolled <b>\nsee https://page.example/Hello", "language": "en",
        "spoiler_text": "Hello & goodbye", "poll": { "options": ["Hello", "No"], "expires_in": 3600 },
    });
    let status = amy.post("/api/v1/statuses", &poll).await;
    let said = translate(&ben, &status, "cy").await.ok();
    let content = text(&said["content"]);
    assert!(content.starts_with("<p>Shwmae ") && content.contains("wordpolled &lt;b&gt;<br>"), "{said}");
    assert!(content.contains("class=\"mention hashtag\""), "{said}");
    assert_eq!(said["id"], status["id"]);
    assert_eq!(said["spoiler_text"], "Shwmae & goodbye");
    assert_eq!((&said["language"], &said["detected_source_language"]), (&json!("cy"), &json!("en")));
    assert_eq!(said["provider"], "LibreTranslate");
    let options = json!([{ "title": "Shwmae" }, { "title": "No" }]);
    assert_eq!(said["poll"], json!({ "id": status["poll"]["id"], "options": options }));
    assert_eq!(said["media_attachments"], json!([]));

    // others are told the same, and nobody is asked again; nothing is said of who wants to know
    assert_eq!(translate(&amy, &status, "cy-GB").await.ok(), said);
    let asked = fake.asked_about("wordpolled");
    let [asked] = asked.as_slice() else { panic!("asked once: {asked:?}") };
    assert_eq!((&asked.body["format"], &asked.body["source"]), (&json!("html"), &json!("en")));
    assert_eq!((&asked.body["target"], &asked.body["api_key"]), (&json!("cy"), &json!(API_KEY)));
    let headers = format!("{:?}", asked.headers);
    assert!(!headers.contains("authorization") && !headers.contains("cookie"), "{headers}");
    assert!(!asked.body.to_string().contains("ben"), "{}", asked.body);

    // an edit is another text
    let edit = json!({ "status": "Hello again, wordpolled", "language": "en" });
    amy.send(Method::PUT, &format!("/api/v1/statuses/{}", text(&status["id"])), &edit).await.ok();
    assert!(text(&translate(&ben, &status, "cy").await.ok()["content"]).contains("Shwmae again"));
    assert_eq!(fake.asked_about("wordpolled").len(), 2);

    let (_, media) = upload(&amy, "/api/v1/media", &picture(20, 20, ImageFormat::Png), "a.png").await;
    let described = json!({ "description": "Hello,\nsaid the <cat>" });
    amy.send(Method::PUT, &format!("/api/v1/media/{}", text(&media["id"])), &described).await.ok();
    let shown = json!({ "status": "wordpicture", "language": "en", "media_ids": [media["id"]] });
    let shown = amy.post("/api/v1/statuses", &shown).await;
    let said = translate(&ben, &shown, "cy").await.ok();
    let expected = json!([{ "id": media["id"], "description": "Shwmae,\nsaid the <cat>" }]);
    assert_eq!((&said["media_attachments"], &said["poll"]), (&expected, &Value::Null));
}

#[tokio::test]
async fn sec_119_what_the_translator_says_is_sanitised_again() {
    let server = ground().await.0;
    let (dan, eve) = (server.member("dan"), server.member("eve"));
    let status = json!({
        "status": "answerscript", "language": "en", "spoiler_text": "answerscript",
        "poll": { "options": ["a", "b"], "expires_in": 3600 },
    });
    let status = dan.post("/api/v1/statuses", &status).await;
    let said = translate(&eve, &status, "cy").await.ok();
    let content = text(&said["content"]);
    assert!(content.contains("Safe") && content.contains("link"), "{said}");
    for plain in [&said["spoiler_text"], &said["poll"]["options"][0]["title"]] {
        assert!(text(plain).starts_with("Safe") && !text(plain).contains('<'), "{said}");
    }
    for bad in ["<script", "evil", "<img", "onerror", "onclick", "javascript:", "<svg", "onload", "<style"] {
        assert!(!said.to_string().contains(bad), "{bad}: {said}");
    }
}

#[tokio::test]
async fn sec_119_a_translator_that_answers_nonsense_is_a_service_that_is_not_there() {
    let (server, fake) = ground().await;
    let (fay, gus) = (server.member("fay"), server.member("gus"));
    for word in ["answerbroken", "answeraway", "answerwords", "answerhuge", "answernothing"] {
        let status = write(&fay, &format!("Hello {word}"), "public").await;
        for _ in 0..2 {
            let answer = translate(&gus, &status, "cy").await;
            assert_eq!(answer.status, 503, "{word}: {answer:?}");
            let error = text(&answer.json["error"]);
            assert!(!error.is_empty() && !error.contains("localhost") && !error.contains(API_KEY), "{word}: {error}");
        }
    }
    assert!(!fake.asked().iter().any(|one| one.path == "/away"), "redirects are not followed");
    // and one that comes back is asked again
    let status = write(&fay, "Hello answerlater", "public").await;
    assert_eq!(translate(&gus, &status, "cy").await.status, 503);
    assert!(text(&translate(&gus, &status, "cy").await.ok()["content"]).contains("Shwmae"));
}

#[tokio::test]
async fn a_translator_that_is_not_there_costs_an_error_and_nothing_else() {
    let [ours, closed] = free_ports();
    let url = format!("http://localhost:{closed}");
    let server = ServerProcess::start_with(ours, &[], &[("TRANSLATION__URL", url.as_str())]).await;
    let amy = server.member("amy");
    let status = write(&amy, "Hello", "public").await;
    assert_eq!(translate(&amy, &status, "cy").await.status, 503);
    let languages = amy.send(Method::GET, "/api/v1/instance/translation_languages", &Value::Null).await;
    assert_eq!(languages.status, 503);
    assert_eq!(amy.get("/api/v2/instance").await["configuration"]["translation"], json!({ "enabled": true }));
}

#[tokio::test]
async fn only_what_everybody_may_read_goes_out() {
    let (server, fake) = ground().await;
    let [hal, ivy, jon] = ["hal", "ivy", "jon"].map(|name| server.member(name));
    let guest = server.api(None);
    let blocked = text(&jon.get("/api/v1/accounts/verify_credentials").await["id"]).to_owned();
    hal.post(&format!("/api/v1/accounts/{blocked}/block"), &json!({})).await;
    for visibility in ["private", "direct"] {
        let status = write(&hal, &format!("Hello @ivy, wordsecret {visibility}"), visibility).await;
        for (api, wanted) in [(&hal, 403), (&ivy, 403), (&jon, 404), (&guest, 401)] {
            assert_eq!(translate(api, &status, "cy").await.status, wanted, "{visibility}");
        }
    }
    assert!(fake.asked_about("wordsecret").is_empty());
    for visibility in ["public", "unlisted"] {
        let status = write(&hal, &format!("Hello wordopen {visibility}"), visibility).await;
        for (api, wanted) in [(&guest, 401), (&jon, 404)] {
            assert_eq!(translate(api, &status, "cy").await.status, wanted, "{visibility}");
        }
        assert!(fake.asked_about(&format!("wordopen {visibility}")).is_empty());
        translate(&ivy, &status, "cy").await.ok();
    }
    // a boost is what it boosts, for those who may see both
    let status = write(&hal, "Hello wordboosted", "public").await;
    let boost = ivy.post(&format!("/api/v1/statuses/{}/reblog", text(&status["id"])), &json!({})).await;
    assert_eq!(translate(&ivy, &boost, "cy").await.ok()["id"], status["id"]);
    assert_eq!(translate(&jon, &boost, "cy").await.status, 404);
    let long = write(&hal, "Hello wordlong", "public").await;
    assert_eq!(translate(&ivy, &json!({ "id": "999999999999999999" }), "cy").await.status, 404);
    for language in ["en", "fi", "<script>", "../cy", "auto", "und"] {
        assert_eq!(translate(&ivy, &long, language).await.status, 403, "{language}");
    }
    assert!(fake.asked_about("wordlong").is_empty());
}

#[tokio::test]
async fn the_way_to_the_translator_is_open_for_nothing_else() {
    let (server, fake) = ground().await;
    let kim = server.member("kim");
    let page = format!("{}/secrets", fake.origin());
    for kind in ["statuses", "accounts"] {
        let path = format!("/api/v2/search?resolve=true&type={kind}&q={page}");
        kim.send(Method::GET, &path, &Value::Null).await;
    }
    let device = Device::new().subscription(&page, true, &["mention"]);
    let refused = kim.send(Method::POST, "/api/v1/push/subscription", &device).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(!fake.asked().iter().any(|one| one.path.contains("secrets")), "{:?}", fake.asked());
}

#[tokio::test]
async fn languages_are_told_where_anything_is_translated() {
    let guest = ground().await.0.api(None);
    let languages = guest.get("/api/v1/instance/translation_languages").await;
    assert_eq!(languages, json!({ "cy": ["en"], "en": ["cy"], "und": ["cy", "en"] }));
    assert_eq!(guest.get("/api/v2/instance").await["configuration"]["translation"], json!({ "enabled": true }));
    let policy = guest.get("/api/v1/instance/privacy_policy").await;
    assert!(text(&policy["content"]).contains("translation service"), "{policy}");

    let (off, _) = super::somebody().await;
    assert_eq!(off.get("/api/v2/instance").await["configuration"]["translation"], json!({ "enabled": false }));
    assert_eq!(off.get("/api/v1/instance/translation_languages").await, json!({}));
    assert_eq!(translate(&off, &write(&off, "Hello", "public").await, "cy").await.status, 404);
    assert!(!text(&off.get("/api/v1/instance/privacy_policy").await["content"]).contains("translation service"));
}

#[tokio::test]
async fn nobody_keeps_the_translator_to_themselves() {
    let server = ground().await.0;
    let (lea, max) = (server.member("lea"), server.member("max"));
    let status = write(&lea, "Hello, often", "public").await;
    let mut refused = None;
    // more than any two windows hold
    for _ in 0..61 {
        let answer = translate(&lea, &status, "cy").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    assert!(refused.is_some(), "asked for as often as they liked");
    assert_eq!(translate(&max, &status, "cy").await.status, 200);
    assert!(lea.get("/api/v1/timelines/home").await.is_array(), "everything else goes on");
}

#[test]
fn addresses_that_are_none_are_refused() {
    for url in
        ["translate.example", "ftp://translate.example", "http://amy:pw@translate.example", "https://t.example/?a"]
    {
        let (started, said) = ServerProcess::serve_once(&[("TRANSLATION__URL", url)]);
        assert!(!started && said.contains("translation.url") && !said.contains("amy:pw"), "{url}: {said}");
    }
    let (started, said) = ServerProcess::serve_once(&[("TRANSLATION__API_KEY", "k3y-alone")]);
    assert!(!started && said.contains("translation.url") && !said.contains("k3y-alone"), "{said}");
}

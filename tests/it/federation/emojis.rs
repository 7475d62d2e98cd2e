//! Custom emoji of the instance: made on the command line, shown here, told to other servers.

use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::wait::eventually;

use super::hostile::scene;
use super::network::text;

fn picture(folder: &Path) -> PathBuf {
    let path = folder.join("owl.png");
    image::RgbImage::new(32, 32).save(&path).unwrap();
    path
}

fn both() -> Vec<String> {
    ["owl", "quiet_owl"].map(str::to_owned).to_vec()
}

/// A picture of noise that is small enough as it comes, and too large with little loss.
fn noise(folder: &Path) -> PathBuf {
    let mut state = 7_u32;
    let picture = image::RgbImage::from_fn(700, 700, |_, _| {
        image::Rgb(std::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        }))
    });
    let encoded = |quality: u8| {
        let mut bytes = Vec::new();
        picture.write_with_encoder(image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
        bytes
    };
    let path = folder.join("noise.jpg");
    let fits = (1..60).rev().map(encoded).find(|bytes| bytes.len() <= 256 * 1024).unwrap();
    std::fs::write(&path, fits).unwrap();
    path
}

#[tokio::test]
async fn an_emoji_is_offered_shown_told_and_taken_back() {
    let scene = scene().await;
    let folder = tempfile::tempdir().unwrap();
    let path_of_picture = picture(folder.path());
    let path_of_picture = path_of_picture.to_str().unwrap();
    let guest = scene.server.api(None);
    assert_eq!(guest.get("/api/v1/custom_emojis").await, json!([]));
    assert_eq!(
        scene.server.admin(&["emoji", "add", "owl", path_of_picture, "--category", "Birds"], "").trim(),
        ":owl:"
    );
    scene.server.admin(&["emoji", "add", "quiet_owl", path_of_picture, "--hidden"], "");
    let listed = guest.get("/api/v1/custom_emojis").await;
    assert_eq!((&listed[0]["shortcode"], &listed[0]["category"]), (&json!("owl"), &json!("Birds")));
    assert_eq!((&listed[0]["visible_in_picker"], &listed[1]["visible_in_picker"]), (&json!(true), &json!(false)));
    let url = text(&listed[0]["url"]).to_owned();
    let served = guest.request(Method::GET, url.strip_prefix(scene.server.url()).unwrap());
    assert_eq!(served.send().await.unwrap().headers()["content-type"], "image/png");

    let words = format!("@eve@{} :owl: at 12:30:45, :quiet_owl: :nobody:", scene.puppet.host());
    let status = scene.amy.post("/api/v1/statuses", &json!({ "status": words })).await;
    let names: Vec<&str> = status["emojis"].as_array().unwrap().iter().map(|one| text(&one["shortcode"])).collect();
    assert_eq!((names, &status["emojis"][0]["url"]), (vec!["owl", "quiet_owl"], &json!(url)));
    let created = eventually("the status arrives", || async {
        scene.puppet.received_of("Create").pop().ok_or_else(|| scene.puppet.received_of("Accept"))
    })
    .await;
    let tags = created["object"]["tag"].as_array().unwrap();
    let emoji = tags.iter().find(|tag| tag["name"] == ":owl:").unwrap();
    assert_eq!((&emoji["type"], &emoji["icon"]["url"]), (&json!("Emoji"), &json!(url)));
    let (answered, document) = scene.eve.fetch(text(&emoji["id"])).await;
    assert_eq!((answered, &document["name"]), (200, &json!(":owl:")));

    let profile = json!({ "display_name": "Amy :owl:" });
    let account = scene.amy.send(Method::PATCH, "/api/v1/accounts/update_credentials", &profile).await.ok();
    assert_eq!(account["emojis"][0]["shortcode"], "owl");
    let (_, actor) = scene.eve.fetch(text(&account["uri"])).await;
    assert_eq!(actor["tag"][0]["name"], ":owl:");

    let edit = format!("/api/v1/statuses/{}", text(&status["id"]));
    let edited = scene.amy.send(Method::PUT, &edit, &json!({ "status": "no bird" })).await.ok();
    assert_eq!(edited["emojis"], json!([]));

    // with a poll, boosted, as it was before: all of it is plain text once the picture is gone
    let poll = json!({ "options": [":owl: or", "none :quiet_owl:"], "expires_in": 600 });
    let words = json!({ "status": ":quiet_owl: which?", "poll": poll });
    let asked = scene.amy.post("/api/v1/statuses", &words).await;
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| text(&one["shortcode"]).to_owned()).collect()
    };
    assert_eq!((names(&asked["emojis"]), names(&asked["poll"]["emojis"])), (both(), both()));
    let path = format!("/api/v1/statuses/{}", text(&asked["id"]));
    let words = json!({ "status": ":quiet_owl: which, then?", "poll": words["poll"] });
    let asked = scene.amy.send(Method::PUT, &path, &words).await.ok();
    let history = format!("{path}/history");
    let versions = async || -> Vec<Vec<String>> {
        guest.get(&history).await.as_array().unwrap().iter().map(|version| names(&version["emojis"])).collect()
    };
    assert_eq!(versions().await, [both(), both()]);
    let poll = format!("/api/v1/polls/{}", text(&asked["poll"]["id"]));
    let boost = scene.amy.post(&format!("{path}/reblog"), &json!({})).await;
    let boost = format!("/api/v1/statuses/{}", text(&boost["id"]));
    assert_eq!(names(&guest.get(&poll).await["emojis"]), both());
    let elsewhere = json!({ "status": ":owl:", "poll": { "options": ["12:30", "owl"], "expires_in": 600 } });
    let elsewhere = scene.amy.post("/api/v1/statuses", &elsewhere).await;
    assert_eq!(elsewhere["poll"]["emojis"], json!([]), "not in the options");

    scene.server.admin(&["emoji", "remove", "owl"], "");
    let left = || vec!["quiet_owl".to_owned()];
    let seen = guest.get(&path).await;
    assert_eq!((names(&seen["emojis"]), names(&seen["poll"]["emojis"])), (left(), left()));
    assert!(seen["poll"]["options"][0]["title"] == ":owl: or", "its name stands: {}", seen["poll"]);
    let boosted = guest.get(&boost).await;
    assert_eq!(names(&boosted["reblog"]["emojis"]), left());
    assert_eq!(names(&guest.get(&poll).await["emojis"]), left());
    assert_eq!(versions().await, [left(), left()]);
    let (_, note) = scene.eve.fetch(text(&asked["uri"])).await;
    let told = note["tag"].as_array().unwrap().iter().filter(|tag| tag["type"] == "Emoji");
    assert_eq!(told.map(|tag| text(&tag["name"])).collect::<Vec<_>>(), [":quiet_owl:"]);
    let (_, actor) = scene.eve.fetch(text(&account["uri"])).await;
    assert_eq!(actor["tag"].as_array().map_or(0, Vec::len), 0, "{actor}");
    let me = scene.amy.get("/api/v1/accounts/verify_credentials").await;
    assert_eq!((&me["display_name"], &me["emojis"]), (&json!("Amy :owl:"), &json!([])));
    // one of that name is another one
    scene.server.admin(&["emoji", "add", "owl", path_of_picture, "--category", "Birds"], "");
    assert_eq!(names(&guest.get(&path).await["emojis"]), left());
    scene.server.admin(&["emoji", "remove", "owl"], "");
    assert_eq!(guest.get("/api/v1/custom_emojis").await.as_array().unwrap().len(), 1);
    let gone = guest.send(Method::GET, url.strip_prefix(scene.server.url()).unwrap(), &Value::Null).await;
    assert_eq!((gone.status, scene.eve.fetch(text(&emoji["id"])).await.0), (404, 404));
    let later = scene.amy.post("/api/v1/statuses", &json!({ "status": ":owl:" })).await;
    assert_eq!(later["emojis"], json!([]));
}

#[tokio::test]
async fn what_is_no_emoji_is_refused_with_its_reason() {
    let scene = scene().await;
    let folder = tempfile::tempdir().unwrap();
    let path = picture(folder.path());
    let path = path.to_str().unwrap();
    let svg = folder.path().join("x.svg");
    std::fs::write(&svg, "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
    let large = folder.path().join("large.png");
    std::fs::write(&large, vec![0; 257 * 1024]).unwrap();
    let noise = noise(folder.path());
    scene.server.admin(&["emoji", "add", "owl", path], "");
    for (args, why) in [
        (["owl", path], "is there already"),
        (["o", path], "letters a-z"),
        (["no owl", path], "letters a-z"),
        (["other", svg.to_str().unwrap()], "file"),
        (["other", large.to_str().unwrap()], "larger than"),
        (["other", noise.to_str().unwrap()], "larger than 262144 bytes once it is stored"),
        (["other", "/nowhere/owl.png"], "cannot be read"),
    ] {
        let said = scene.server.admin_refuses(&["emoji", "add", args[0], args[1]]);
        assert!(said.contains(why), "{args:?}: {said}");
    }
    assert!(scene.server.admin_refuses(&["emoji", "remove", "nobody"]).contains("emoji"));
    assert_eq!(scene.server.admin(&["emoji", "list"], "").lines().count(), 1);
}

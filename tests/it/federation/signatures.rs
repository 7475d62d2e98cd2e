//! Signatures in the ten forms that peers use, made by libraries that are not ours, and what must not pass for one:
//! rows SEC-02 to SEC-17 of the test plan that concern signatures and keys, over the network.
//!
//! Sources of the forms: Mastodon `app/lib/request.rb`; GoToSocial's documentation on HTTP signatures; Fedify
//! `tests/fixtures/fedify`; Misskey `ApRequestService.ts`; Akkoma and Pleroma `publisher.ex` (an Elixir map: headers in
//! alphabetical order); Lemmy: the federation library it shares with us; Mitra: `apx_core`'s `http_signatures/create.rs`;
//! Pixelfed `HttpSignature.php`.

use http::{HeaderValue, Request};
use serde_json::{Value, json};
use staffroom_tests::puppet::{
    self, COMPONENTS, COVERED, ED25519_KEY, FOREIGN_KEY, draft, multikey, sign, sign_like_gotosocial, sign_rfc9421,
};
use staffroom_tests::wait::eventually;

use super::scene::{Scene, scene};

/// Moves `algorithm` to where, or as what, a peer writes it.
fn rewritten(mut request: Request<Vec<u8>>, from: &str, to: &str) -> Request<Vec<u8>> {
    let value = request.headers()["signature"].to_str().unwrap();
    assert!(value.contains(from), "{value}");
    let value = value.replacen(from, to, 1);
    request.headers_mut().insert("signature", HeaderValue::from_str(&value).unwrap());
    request
}

fn set(request: &mut Request<Vec<u8>>, name: &'static str, value: &str) {
    request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
}

impl Scene {
    /// The note to amy, signed in the form called `name`.
    fn in_the_form_of(&self, name: &str) -> Request<Vec<u8>> {
        let mut request = self.request();
        let eve = &self.eve;
        match name {
            "Mastodon" => eve.sign(&mut request, &COVERED),
            "GoToSocial" => sign_like_gotosocial(eve, &mut request, &eve.key_id),
            "Fedify" => {
                set(&mut request, "accept", "application/activity+json");
                eve.sign(&mut request, &["(request-target)", "accept", "content-type", "date", "digest", "host"]);
            }
            "Misskey" => eve.sign(&mut request, &["(request-target)", "date", "host", "digest"]),
            "Akkoma" => {
                let length = request.body().len().to_string();
                set(&mut request, "content-length", &length);
                eve.sign(&mut request, &["(request-target)", "content-length", "date", "digest", "host"]);
            }
            "Lemmy" => {
                eve.sign(&mut request, &["(request-target)", "content-type", "date", "digest", "host"]);
                return rewritten(request, r#"algorithm="rsa-sha256""#, r#"algorithm="hs2019""#);
            }
            "Mitra" => eve.sign(&mut request, &["(request-target)", "host", "date", "digest"]),
            "Pixelfed" => {
                set(&mut request, "user-agent", "(Pixelfed/0.12; +https://pixelfed.example)");
                let covered = ["(request-target)", "date", "host", "digest", "content-type", "user-agent"];
                eve.sign(&mut request, &covered);
                let request = rewritten(request, r#"algorithm="rsa-sha256","#, "");
                return rewritten(request, r#"",signature="#, r#"",algorithm="rsa-sha256",signature="#);
            }
            "RFC 9421 with RSA" => eve.sign_rfc9421(&mut request, &COMPONENTS),
            "RFC 9421 with Ed25519" => {
                eve.sign_ed25519(&mut request, &["@method", "@authority", "@path", "date", "content-digest"]);
            }
            other => panic!("no form {other}"),
        }
        request
    }
}

const FORMS: [&str; 10] = [
    "Mastodon",
    "GoToSocial",
    "Fedify",
    "Misskey",
    "Akkoma",
    "Lemmy",
    "Mitra",
    "Pixelfed",
    "RFC 9421 with RSA",
    "RFC 9421 with Ed25519",
];

#[tokio::test]
async fn ten_forms_of_signatures_are_accepted() {
    let scene = scene().await;
    for (at, form) in FORMS.iter().enumerate() {
        scene.accepts(form, scene.in_the_form_of(form), i64::try_from(at).unwrap() + 1).await;
    }
}

#[tokio::test]
async fn sec_02_ten_forms_with_an_altered_body_are_refused() {
    let scene = scene().await;
    for form in FORMS {
        let mut altered = scene.in_the_form_of(form);
        let body = String::from_utf8(altered.body().clone()).unwrap().replace("for amy", "for ann");
        *altered.body_mut() = body.into_bytes();
        scene.refuses(form, altered).await;
    }
    assert!(scene.eve.puppet.fetched().is_empty(), "a wrong digest costs no key");
}

#[tokio::test]
async fn sec_06_ten_forms_sent_to_another_path_are_refused() {
    let scene = scene().await;
    for form in FORMS {
        let mut moved = scene.in_the_form_of(form);
        *moved.uri_mut() = format!("{}/users/amy/inbox", scene.server.url()).parse().unwrap();
        scene.refuses(form, moved).await;
    }
}

#[tokio::test]
async fn sec_08_a_second_signature_in_authorization_is_refused() {
    let scene = scene().await;
    let other = scene.signed().headers()["signature"].to_str().unwrap().to_owned();
    for form in ["Misskey", "RFC 9421 with RSA"] {
        let mut request = scene.in_the_form_of(form);
        set(&mut request, "authorization", &format!("Signature {other}"));
        scene.refuses(form, request).await;
        let mut alone = scene.request();
        set(&mut alone, "authorization", &format!("Signature {other}"));
        scene.refuses("in Authorization alone", alone).await;
    }
}

#[tokio::test]
async fn sec_11_a_key_under_another_id_is_not_believed() {
    let scene = scene().await;
    let eve = &scene.eve;
    // what lies at the address says it is another key; and a second actor claims the id of eve's
    let address = eve.puppet.url("/keys/odd");
    let key = FOREIGN_KEY.verifying_key().to_pem();
    let odd = json!({ "id": eve.puppet.url("/keys/even"), "owner": eve.uri, "publicKeyPem": key });
    eve.puppet.publish_at(&address, &odd);
    let mut request = scene.request();
    sign(&mut request, &FOREIGN_KEY, &address, &COVERED);
    scene.refuses("document under another id", request).await;

    let mallory = eve.puppet.actor("mallory");
    let mut document = mallory.document();
    document["publicKey"] = json!({ "id": eve.key_id, "owner": mallory.uri, "publicKeyPem": key });
    document["assertionMethod"] = json!([multikey(&eve.ed25519_id, &mallory.uri, &ED25519_KEY)]);
    eve.puppet.publish(&document);
    let note = mallory.activity("Create", &mallory.note("mine", &[&scene.amy]));
    let mut request = draft("POST", &scene.inbox, note.to_string().as_bytes());
    sign(&mut request, &FOREIGN_KEY, &format!("{}#main-key", mallory.uri), &COVERED);
    scene.refuses("key the actor does not list", request).await;
    let mut request = scene.request();
    sign(&mut request, &FOREIGN_KEY, &eve.key_id, &COVERED);
    scene.refuses("key claimed by two", request).await;
}

#[tokio::test]
async fn sec_12_a_key_rotated_without_notice_costs_one_fetch() {
    let scene = scene().await;
    let (eve, puppet) = (&scene.eve, &scene.eve.puppet);
    scene.accepts("the first", scene.signed(), 1).await;
    let asked = || puppet.fetched().iter().filter(|path| path.ends_with("/users/eve")).count();
    let before = asked();

    let mut document = eve.document();
    document["publicKey"]["publicKeyPem"] = json!(FOREIGN_KEY.verifying_key().to_pem());
    puppet.publish(&document);
    let mut request = scene.request();
    sign(&mut request, &FOREIGN_KEY, &eve.key_id, &COVERED);
    scene.accepts("with the new key", request, 2).await;
    assert_eq!(asked(), before + 1, "one fetch");
    scene.traceless("with the old key", scene.signed()).await;

    // under a new id, of the other kind, in the other dialect
    let renewed = format!("{}#key-of-today", eve.uri);
    let fresh = actpub_httpsig::SigningKey::generate_ed25519();
    document["assertionMethod"] = json!([multikey(&renewed, &eve.uri, &fresh)]);
    puppet.publish(&document);
    let mut other = scene.request();
    sign_rfc9421(&mut other, &fresh, &renewed, &COMPONENTS);
    let (status, _) = puppet::send(other).await;
    assert_eq!(status, 503, "what failed a moment ago is not asked again; the sender is told to come back");
}

#[tokio::test]
async fn sec_12_a_thousand_bad_signatures_cost_one_fetch() {
    let scene = scene().await;
    let eve = &scene.eve;
    scene.accepts("a good one", scene.signed(), 1).await;
    let before = eve.puppet.fetched().len();
    let client = staffroom_tests::api::plain_client();
    for n in 0..1000 {
        let mut request = scene.request();
        match n % 4 {
            0 => sign(&mut request, &FOREIGN_KEY, &eve.key_id, &COVERED),
            1 => sign(&mut request, &FOREIGN_KEY, &format!("{}#key-{n}", eve.uri), &COVERED),
            2 => sign(&mut request, &FOREIGN_KEY, &eve.puppet.url(&format!("/keys/{n}")), &COVERED),
            _ => sign_rfc9421(&mut request, &FOREIGN_KEY, &eve.key_id, &COMPONENTS),
        }
        let (status, body) = puppet::send_with(&client, request).await;
        assert!(status == 401 || status == 503, "{n}: {status} {body}");
    }
    assert_eq!(eve.puppet.fetched().len(), before + 1);
    assert_eq!(scene.traces().await[1], 1, "nothing more was accepted");
    scene.accepts("another good one", scene.signed(), 2).await;
}

#[tokio::test]
async fn sec_12_people_who_do_not_exist_cost_one_fetch() {
    let scene = scene().await;
    let eve = &scene.eve;
    scene.accepts("a good one", scene.signed(), 1).await;
    let before = eve.puppet.fetched().len();
    let mut told_when = 0;
    for n in 0..300 {
        let nobody = eve.puppet.url(&format!("/users/nobody{n}"));
        let view = serde_json::json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{nobody}/view"), "type": "View", "actor": nobody, "object": "x",
        });
        let mut request = draft("POST", &scene.inbox, view.to_string().as_bytes());
        sign(&mut request, &FOREIGN_KEY, &format!("{nobody}#main-key"), &COVERED);
        let (status, answer) = puppet::send_verbatim(&request).await;
        assert!(status == 401 || status == 503, "{n}: {status} {answer}");
        told_when += usize::from(status == 503 && answer.to_lowercase().contains("\nretry-after: "));
    }
    let fetched = eve.puppet.fetched().len() - before;
    assert_eq!(fetched, 1);
    assert_eq!(told_when, 299, "were told when to come again");
    scene.accepts("another good one", scene.signed(), 2).await;
}

/// A PKCS#1 public key with a modulus of so many bits.
fn weak_pem(bits: usize, exponent: &[u8]) -> String {
    use base64::Engine as _;
    let tagged = |tag: u8, body: &[u8]| {
        let [high, low] = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, high, low], body].concat()
    };
    let modulus = [vec![0], vec![0xff; bits / 8]].concat();
    let body = [tagged(0x02, &modulus), [&[0x02, u8::try_from(exponent.len()).unwrap()], exponent].concat()].concat();
    let text = base64::engine::general_purpose::STANDARD.encode(tagged(0x30, &body));
    format!("-----BEGIN RSA PUBLIC KEY-----\n{text}\n-----END RSA PUBLIC KEY-----")
}

#[tokio::test]
async fn sec_13_weak_giant_and_mislabelled_keys_are_refused() {
    let scene = scene().await;
    let puppet = &scene.eve.puppet;
    let ed25519 = ED25519_KEY.verifying_key().to_pem();
    let keys: [(&str, String); 6] = [
        ("of 512 bits", weak_pem(512, &[1, 0, 1])),
        ("of 1024 bits", weak_pem(1024, &[1, 0, 1])),
        ("of 16384 bits", weak_pem(16_384, &[1, 0, 1])),
        ("with exponent 1", weak_pem(2048, &[1])),
        ("that is Ed25519 and says it is RSA", ed25519),
        ("that is none", "a key".to_owned()),
    ];
    for (at, (what, pem)) in keys.into_iter().enumerate() {
        let actor = puppet.actor(&format!("weak{at}"));
        let mut document = actor.document();
        document["publicKey"]["publicKeyPem"] = json!(pem);
        puppet.publish(&document);
        let body = actor.activity("Create", &actor.note(what, &[&scene.amy])).to_string();
        let mut request = draft("POST", &scene.inbox, body.as_bytes());
        sign(&mut request, &FOREIGN_KEY, &actor.key_id, &COVERED);
        scene.refuses(&format!("key {what}"), request).await;
    }
    // a key of the right kind that does not say whose it is
    let actor = puppet.actor("odd");
    let mut document = actor.document();
    document["assertionMethod"][0]["controller"] = Value::Null;
    puppet.publish(&document);
    let body = actor.activity("Create", &actor.note("odd", &[&scene.amy])).to_string();
    let mut request = draft("POST", &scene.inbox, body.as_bytes());
    actor.sign_ed25519(&mut request, &COMPONENTS);
    scene.refuses("multikey of nobody", request).await;
}

#[tokio::test]
async fn sec_15_rfc_9421_labels_that_do_not_cover_everything_are_refused() {
    let scene = scene().await;
    let eve = &scene.eve;
    for covered in [
        &["@target-uri", "content-digest"][..],
        &["@method", "@path", "content-digest"],
        &["@method", "@authority", "content-digest"],
        &["@method", "@target-uri"],
    ] {
        let mut request = scene.request();
        eve.sign_rfc9421(&mut request, covered);
        scene.refuses(&format!("{covered:?} alone"), request).await;
    }
    let mut undigested = scene.in_the_form_of("RFC 9421 with RSA");
    undigested.headers_mut().remove("content-digest");
    scene.refuses("no content-digest", undigested).await;

    let mut elsewhere = scene.request();
    let address = elsewhere.uri().clone();
    *elsewhere.uri_mut() = "http://elsewhere.test/inbox".parse().unwrap();
    set(&mut elsewhere, "host", "elsewhere.test");
    eve.sign_rfc9421(&mut elsewhere, &["@method", "@authority", "@path", "content-digest"]);
    *elsewhere.uri_mut() = address;
    scene.refuses("another authority", elsewhere.clone()).await;
    let ours = scene.request().headers()["host"].to_str().unwrap().to_owned();
    set(&mut elsewhere, "host", &ours);
    scene.refuses("another authority was signed", elsewhere).await;

    // one label is valid and covers next to nothing, the other covers everything and is made by a foreign key
    let mut narrow = scene.request();
    eve.sign_rfc9421(&mut narrow, &["@method"]);
    let mut both = scene.request();
    sign_rfc9421(&mut both, &FOREIGN_KEY, &eve.key_id, &COMPONENTS);
    for name in ["signature-input", "signature"] {
        let (first, second) = (narrow.headers()[name].to_str().unwrap(), both.headers()[name].to_str().unwrap());
        let joined = format!("{first}, {}", second.replacen("sig1=", "sig2=", 1));
        set(&mut both, name, &joined);
    }
    scene.refuses("no label does both", both).await;

    // draft-cavage beside it vouches for nothing, and the other way round
    let mut mixed = scene.in_the_form_of("Mastodon");
    let input = narrow.headers()["signature-input"].to_str().unwrap().to_owned();
    set(&mut mixed, "signature-input", &input);
    scene.refuses("a label beside a draft-cavage signature", mixed).await;
}

#[tokio::test]
async fn sec_17_a_repeated_id_with_other_content_changes_nothing() {
    let scene = scene().await;
    let mut activity = scene.create();
    let first = draft("POST", &scene.inbox, activity.to_string().as_bytes());
    for (what, form) in [("the first", 0), ("the same id again", 1), ("the same id in the other dialect", 2)] {
        let mut request = if form == 0 {
            first.clone()
        } else {
            activity["object"] = scene.eve.note("other words for amy", &[&scene.amy]);
            draft("POST", &scene.inbox, activity.to_string().as_bytes())
        };
        if form == 2 {
            scene.eve.sign_ed25519(&mut request, &COMPONENTS);
        } else {
            scene.eve.sign(&mut request, &COVERED);
        }
        scene.accepts(what, request, 1).await;
    }
    scene.accepts("the next", scene.signed(), 2).await;
    eventually("only what came first and last is there", || async {
        let there = scene.server.database().count("statuses").await;
        if there == 2 { Ok(()) } else { Err(there) }
    })
    .await;
}

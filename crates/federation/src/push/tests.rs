//! What goes wrong on the way to a push service, and what a message must look like to be read.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, UnparsedPublicKey};
use serde_json::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::NotificationId;
use staffroom_domain::notification::NotificationKind;

use super::*;

const NOW: Timestamp = Timestamp(1_795_287_600_000);

fn message(standard: bool) -> PushMessage {
    let device = PrivateKey::generate(&ECDH_P256).unwrap();
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    PushMessage {
        endpoint: "https://push.example:8443/send/1?x=y".to_owned(),
        public_key: device.compute_public_key().unwrap().as_ref().to_vec(),
        auth_secret: vec![7; 16],
        standard,
        server_key: key.to_pkcs8v1().unwrap().as_ref().to_vec(),
        contact: "mailto:help@oak.test".to_owned(),
        now: NOW,
        content: PushContent {
            access_token: "secret".to_owned(),
            preferred_locale: "en".to_owned(),
            notification_id: NotificationId(117_309_440_000_000_001),
            notification_type: NotificationKind::Mention,
            icon: "https://oak.test/a.png".to_owned(),
            title: "Eve mentioned you".to_owned(),
            body: "hello".to_owned(),
        },
    }
}

fn built(message: &PushMessage) -> http::Request<Vec<u8>> {
    request(message, &message.endpoint.parse().unwrap()).unwrap()
}

#[test]
fn a_token_is_for_one_push_service_and_holds_for_hours() {
    let message = message(true);
    let request = built(&message);
    let header = request.headers()["authorization"].to_str().unwrap();
    let (jwt, public) = header.strip_prefix("vapid t=").unwrap().split_once(",k=").unwrap();
    let (text, signature) = jwt.rsplit_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(public));
    key.verify(text.as_bytes(), &decode(signature)).unwrap();
    assert!(key.verify(b"something else", &decode(signature)).is_err());
    let claims: Value = serde_json::from_slice(&decode(text.split_once('.').unwrap().1)).unwrap();
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!("https://push.example:8443"), &json!("mailto:help@oak.test")));
    assert_eq!(claims["exp"], NOW.as_millis() / 1000 + 12 * 3600);
}

#[test]
fn no_two_messages_are_alike_and_the_parameters_are_where_they_belong() {
    let (standard, legacy) = (message(true), message(false));
    let (one, two) = (built(&standard), built(&standard));
    assert_ne!(one.body(), two.body());
    assert_eq!(one.body().get(16..21), Some([0, 0, 16, 0, 65].as_slice()));
    assert!(one.body().len() < 4096);
    assert!(!one.headers().contains_key("crypto-key") && !one.headers().contains_key("encryption"));
    let old = built(&legacy);
    assert_eq!(old.headers()["content-encoding"], "aesgcm");
    assert!(old.headers()["crypto-key"].to_str().unwrap().contains(";p256ecdsa="));
    assert!(old.headers()["authorization"].to_str().unwrap().starts_with("WebPush "));
}

#[test]
fn keys_that_are_none_refuse_a_message_and_break_nothing() {
    let good = message(true);
    let url: Url = good.endpoint.parse().unwrap();
    for standard in [true, false] {
        let bad = PushMessage { public_key: vec![4; 65], ..message(standard) };
        assert!(request(&bad, &url).is_err());
        let bad = PushMessage { public_key: Vec::new(), ..message(standard) };
        assert!(request(&bad, &url).is_err());
        let bad = PushMessage { server_key: vec![1, 2, 3], ..message(standard) };
        assert!(request(&bad, &url).is_err());
    }
}

#[test]
fn only_what_says_so_ends_a_subscription() {
    for (status, expected) in
        [(201, "Taken"), (404, "Gone"), (410, "Gone"), (400, "Refused"), (403, "Refused"), (301, "Refused")]
    {
        for pause in [None, Some(Duration::from_secs(60))] {
            let judged = format!("{:?}", judge(StatusCode::from_u16(status).unwrap(), pause).unwrap());
            assert!(judged.starts_with(expected), "{status}: {judged}");
        }
    }
    for later in [408, 429, 500, 503] {
        let status = StatusCode::from_u16(later).unwrap();
        assert!(judge(status, None).is_err(), "{later}");
        let pause = Duration::from_secs(60);
        assert_eq!(judge(status, Some(pause)).unwrap(), Pushed::Later(pause), "{later}");
    }
}

//! A device told over https, and push services that are none: private addresses behind honest names.

use std::net::SocketAddr;

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::device::{Device, PushService};
use staffroom_tests::network::{ADDRESSES, PRIVATE, inside};
use staffroom_tests::wait::eventually;

use super::{SCHOOLS, address, ground};

const PATH: &str = "/api/v1/push/subscription";

#[test]
fn sec_36_devices_are_told_over_tls_and_nobody_private_is() {
    inside("tls::push::sec_36_devices_are_told_over_tls_and_nobody_private_is", || async {
        let ground = ground().await;
        ground.dns.set("push.school.test", &[ADDRESSES[1].into()]);
        let service = PushService::start_tls("push.school.test", SocketAddr::from((ADDRESSES[1], 443)), SCHOOLS).await;
        let (amy, eve) = (ground.server.member("amy"), ground.server.member("eve"));
        let device = Device::new();
        for (at, private) in PRIVATE.iter().enumerate() {
            let host = format!("inner{at}.school.test");
            ground.dns.set(&host, &[address(private)]);
            let asked = device.subscription(&format!("https://{host}/"), true, &["mention"]);
            amy.post(PATH, &asked).await;
            eve.post("/api/v1/statuses", &json!({ "status": "@amy to nobody" })).await;
            eventually("the message was tried", || async {
                let left = ground.server.database().count("jobs WHERE kind = 'push' AND attempts = 0").await;
                if left == 0 { Ok(()) } else { Err(left) }
            })
            .await;
        }
        assert_eq!(ground.canary.seen(), []);
        let plain = device.subscription("http://push.school.test/1", true, &["mention"]);
        assert_eq!(amy.send(Method::POST, PATH, &plain).await.status, 422);

        amy.post(PATH, &device.subscription(&service.url("/1"), true, &["mention"])).await;
        eve.post("/api/v1/statuses", &json!({ "status": "@amy to a device" })).await;
        let taken = eventually("a message arrives", || async { service.taken("/1").pop().ok_or(()) }).await;
        assert_eq!(device.read(&taken).map_or(Value::Null, |message| message["body"].clone()), "@amy to a device");
        assert_eq!(ground.canary.seen(), []);
    });
}

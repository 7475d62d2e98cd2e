//! Who copies the database gets no password, no token and no private key.

use std::os::unix::fs::PermissionsExt as _;

use staffroom_tests::device::Device;
use staffroom_tests::process::{PASSWORD, ServerProcess, free_ports};

#[tokio::test]
async fn passwords_tokens_and_private_keys_are_not_in_the_database() {
    let [port] = free_ports();
    let server = ServerProcess::start(port, &[]).await;
    let token = server.member_token("amy");
    assert_eq!(server.api(Some(token.clone())).get("/api/v1/accounts/verify_credentials").await["username"], "amy");

    // a device's messages carry the token
    let device = Device::new().subscription("https://push.example/1", true, &[]);
    server.api(Some(token.clone())).post("/api/v1/push/subscription", &device).await;

    let stored = server.database();
    assert!(stored.count("account_keys WHERE private_sealed IS NOT NULL").await >= 2, "amy's and the instance's");
    assert!(stored.count("users WHERE password_hash LIKE '$argon2id$%'").await >= 1);
    if stored.url().starts_with("sqlite:") {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(server.data()).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("staffroom.db")) {
                bytes.extend(std::fs::read(path).unwrap());
            }
        }
        // An unsealed RSA key in PKCS #8 begins with its algorithm's name (rsaEncryption, then no parameters, then bytes).
        let pkcs8 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04";
        let has = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
        assert!(has(b"amy@example.org"), "the bytes are the database's");
        for (what, secret) in [("password", PASSWORD.as_bytes()), ("token", token.as_bytes()), ("key", &pkcs8[..])] {
            assert!(!has(secret), "a {what} lies open");
        }
    }
    let key = server.data().join("secret.key");
    assert_eq!(std::fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
}

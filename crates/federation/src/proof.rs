//! Integrity proofs on activities (FEP-8b32, cryptosuite `eddsa-jcs-2022` of
//! <https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022>): made for what we send, read in what others pass on.
//!
//! Pure: documents and keys in, documents and verdicts out. Signatures of JSON-LD (`signature` members) are no proofs
//! here and never will be.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::account::KeyAlgorithm;
use url::Url;

use crate::keys::{KeyError, SigningKey, VerifyingKey, multikey};
use crate::vocab::lenient::{member, parse_url};

const TYPE: &str = "DataIntegrityProof";
const SUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";

/// Why a proof was not made or is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not an object with exactly one proof of the kind we read.
    #[error("no proof that can be read: {0}")]
    Unreadable(&'static str),
    /// JSON that has no canonical form.
    #[error("document has no canonical form")]
    Canonical,
    /// The key failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A proof taken out of its document. Nothing about it is verified yet.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Id of the key it names.
    pub key_id: Url,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends, if it does.
    pub expires: Option<Timestamp>,
    signature: Vec<u8>,
    signed: Vec<u8>,
}

impl Proof {
    /// Whether it is `key`'s proof of the document it came from.
    pub fn holds(&self, key: &VerifyingKey) -> bool {
        key.algorithm() == KeyAlgorithm::Ed25519 && key.verifies(&self.signed, &self.signature)
    }
}

/// `document` with a proof by `key` at its end. Its `@context` must define the terms of a proof.
///
/// # Errors
/// [`ProofError::Unreadable`] for anything but an object; otherwise the key failed.
pub fn add(document: Value, key: &SigningKey, now: Timestamp) -> Result<Value, ProofError> {
    let Value::Object(mut members) = document else { return Err(ProofError::Unreadable("not an object")) };
    let mut proof = Map::new();
    let now = now.to_rfc3339();
    let created = now.split_once('.').map_or(now.clone(), |(seconds, _)| format!("{seconds}Z"));
    if let Some(context) = members.get("@context") {
        proof.insert("@context".to_owned(), context.clone());
    }
    for (name, value) in [
        ("type", TYPE),
        ("cryptosuite", SUITE),
        ("verificationMethod", key.key_id()),
        ("proofPurpose", PURPOSE),
        ("created", created.as_str()),
    ] {
        proof.insert(name.to_owned(), json!(value));
    }
    let signature = key.sign(&to_sign(&proof, &members)?)?;
    proof.insert("proofValue".to_owned(), json!(multikey::encode_base58(&signature)));
    members.insert("proof".to_owned(), Value::Object(proof));
    Ok(Value::Object(members))
}

/// Takes the proof out of `document`; `None` if it has none.
///
/// # Errors
/// [`ProofError::Unreadable`] for several proofs and other kinds, and for one that was made under another `@context`.
pub fn read(document: &Value) -> Result<Option<Proof>, ProofError> {
    let unreadable = ProofError::Unreadable;
    let Some(proof) = document.get("proof") else { return Ok(None) };
    let proof = match proof {
        Value::Array(proofs) => match proofs.as_slice() {
            [only] => only,
            _ => return Err(unreadable("several proofs")),
        },
        one => one,
    };
    for (name, expected) in [("type", TYPE), ("cryptosuite", SUITE), ("proofPurpose", PURPOSE)] {
        if member(proof, name) != Some(expected) {
            return Err(unreadable("another kind of proof"));
        }
    }
    let key_id = member(proof, "verificationMethod").and_then(parse_url).ok_or(unreadable("no key"))?;
    let created = member(proof, "created").and_then(Timestamp::parse).ok_or(unreadable("no date"))?;
    let expires = match proof.get("expires") {
        None => None,
        Some(at) => Some(at.as_str().and_then(Timestamp::parse).ok_or(unreadable("unreadable date"))?),
    };
    let signature = member(proof, "proofValue").and_then(multikey::decode_base58).ok_or(unreadable("no value"))?;

    let (Value::Object(document), Value::Object(proof)) = (document, proof) else {
        return Err(unreadable("not an object"));
    };
    let (mut document, mut options) = (document.clone(), proof.clone());
    document.remove("proof");
    options.remove("proofValue");
    if let Some(context) = options.get("@context") {
        if !document.get("@context").is_some_and(|whole| starts_with(whole, context)) {
            return Err(unreadable("made under another context"));
        }
        document.insert("@context".to_owned(), context.clone());
    }
    Ok(Some(Proof { key_id, created, expires, signature, signed: to_sign(&options, &document)? }))
}

/// Whether the contexts of `whole` begin with those of `start`, in order.
fn starts_with(whole: &Value, start: &Value) -> bool {
    let list = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    };
    list(whole).starts_with(&list(start))
}

/// What is signed: the hash of the proof without its value, then that of the document without its proof.
fn to_sign(options: &Map<String, Value>, document: &Map<String, Value>) -> Result<Vec<u8>, ProofError> {
    let hash = |object: &Map<String, Value>| {
        let canonical = serde_json_canonicalizer::to_vec(object).map_err(|_| ProofError::Canonical)?;
        Ok::<_, ProofError>(digest(&SHA256, &canonical))
    };
    Ok([hash(options)?.as_ref(), hash(document)?.as_ref()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::generate_ed25519;

    const NOW: Timestamp = Timestamp(1_795_000_000_000);
    const ALICE: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

    fn alice() -> VerifyingKey {
        VerifyingKey::stored(KeyAlgorithm::Ed25519, &multikey::decode(ALICE).unwrap()).unwrap()
    }

    /// The example of FEP-8b32 (`fep-8b32.feature`), CC0.
    fn vector() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"],
            "id": "https://server.example/activities/1",
            "type": "Create",
            "actor": "https://server.example/users/alice",
            "object": {
                "id": "https://server.example/objects/1",
                "type": "Note",
                "attributedTo": "https://server.example/users/alice",
                "content": "Hello world",
                "location": { "type": "Place", "longitude": -71.184_902, "latitude": 25.273_962 }
            },
            "proof": {
                "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"],
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-jcs-2022",
                "verificationMethod": "https://server.example/users/alice#ed25519-key",
                "proofPurpose": "assertionMethod",
                "proofValue":
                    "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL",
                "created": "2023-02-24T23:36:38Z"
            }
        })
    }

    /// An older example of the same paper, whose proof has no context of its own.
    fn older_vector() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
            "type": "Create",
            "actor": "https://server.example/users/alice",
            "object": { "type": "Note", "content": "Hello world" },
            "proof": {
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-jcs-2022",
                "verificationMethod": "https://server.example/users/alice#ed25519-key",
                "proofPurpose": "assertionMethod",
                "proofValue":
                    "z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2",
                "created": "2023-02-24T23:36:38Z"
            }
        })
    }

    #[test]
    fn the_examples_of_fep_8b32_hold() {
        for example in [vector(), older_vector()] {
            let proof = read(&example).unwrap().unwrap();
            assert_eq!(proof.key_id.as_str(), "https://server.example/users/alice#ed25519-key");
            assert!(proof.holds(&alice()), "{example}");
        }
    }

    #[test]
    fn a_proof_made_by_fedify_holds() {
        let fixture = include_str!("../../../tests/fixtures/fedify/rfc9421.json");
        let fixture: Value = serde_json::from_str(fixture).unwrap();
        let sent: Value = serde_json::from_str(fixture["requests"][0]["body"].as_str().unwrap()).unwrap();
        let pem = multikey::decode(fixture["publicKeyMultibase"].as_str().unwrap()).unwrap();
        let key = VerifyingKey::stored(KeyAlgorithm::Ed25519, &pem).unwrap();
        let proof = read(&sent).unwrap().unwrap();
        assert_eq!(proof.key_id.as_str(), fixture["ed25519KeyId"].as_str().unwrap());
        assert!(proof.holds(&key) && !proof.holds(&alice()));
        let mut altered = sent;
        altered["object"]["location"]["latitude"] = json!(52.520_006_7);
        assert!(!read(&altered).unwrap().unwrap().holds(&key));
    }

    #[test]
    fn we_make_the_examples_signature_from_its_key() {
        // the secret key of the example: multicodec 0x1300, then the seed
        let seed = multikey::decode_base58("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq").unwrap();
        let pkcs8 = [
            &[0x30, 0x51, 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20][..],
            &seed[2..],
            &[0x81, 0x21, 0],
            &multikey::decode_base58(ALICE).unwrap()[2..],
        ]
        .concat();
        let key_id = "https://server.example/users/alice#ed25519-key";
        let key = SigningKey::from_pkcs8(key_id, KeyAlgorithm::Ed25519, &pkcs8).unwrap();
        let mut unsigned = vector();
        let expected = unsigned.as_object_mut().unwrap().remove("proof").unwrap();
        let made = add(unsigned, &key, Timestamp::parse("2023-02-24T23:36:38Z").unwrap()).unwrap();
        assert_eq!(made["proof"], expected);
    }

    #[test]
    fn whatever_is_altered_breaks_it() {
        for example in [vector(), older_vector()] {
            let altered: [fn(&mut Value); 8] = [
                |v| v["actor"] = json!("https://server.example/users/eve"),
                |v| v["object"]["content"] = json!("Hello World"),
                |v| v["to"] = json!([]),
                |v| v["proof"]["created"] = json!("2023-02-24T23:36:39Z"),
                |v| v["proof"]["expires"] = json!("2033-02-24T23:36:38Z"),
                |v| v["proof"]["verificationMethod"] = json!("https://server.example/users/alice#other-key"),
                |v| v["proof"]["nonce"] = json!("1"),
                |v| v["@context"][0] = json!("https://elsewhere.example/context"),
            ];
            for (at, alter) in altered.iter().enumerate() {
                let mut document = example.clone();
                alter(&mut document);
                let holds = read(&document).is_ok_and(|proof| proof.unwrap().holds(&alice()));
                assert!(!holds, "{at}: {document}");
            }
            let other = generate_ed25519().unwrap().public_pem;
            let other = VerifyingKey::stored(KeyAlgorithm::Ed25519, &other).unwrap();
            assert!(!read(&example).unwrap().unwrap().holds(&other));
        }
    }

    #[test]
    fn further_contexts_may_follow_those_of_the_proof() {
        let mut more = vector();
        more["@context"].as_array_mut().unwrap().push(json!({ "toot": "http://joinmastodon.org/ns#" }));
        assert!(read(&more).unwrap().unwrap().holds(&alice()));
        more["@context"].as_array_mut().unwrap().rotate_right(1);
        assert!(read(&more).is_err());
    }

    #[test]
    fn other_kinds_of_proofs_and_several_are_not_read() {
        let mut none = vector();
        none.as_object_mut().unwrap().remove("proof");
        assert!(read(&none).unwrap().is_none());
        let broken: [fn(&mut Value); 9] = [
            |v| v["proof"] = json!([]),
            |v| v["proof"] = json!([v["proof"], v["proof"]]),
            |v| v["proof"] = json!("proof"),
            |v| v["proof"]["type"] = json!("RsaSignature2017"),
            |v| v["proof"]["cryptosuite"] = json!("eddsa-rdfc-2022"),
            |v| v["proof"]["proofPurpose"] = json!("authentication"),
            |v| v["proof"]["created"] = json!("yesterday"),
            |v| v["proof"]["verificationMethod"] = json!("key"),
            |v| v["proof"]["proofValue"] = json!("m42ffGu6"),
        ];
        for (at, alter) in broken.iter().enumerate() {
            let mut document = vector();
            alter(&mut document);
            assert!(read(&document).is_err(), "{at}");
        }
    }

    #[test]
    fn what_we_add_holds_and_numbers_and_names_have_one_form() {
        let made = generate_ed25519().unwrap();
        let key =
            SigningKey::from_pkcs8("https://oak.test/actor#ed25519-key", KeyAlgorithm::Ed25519, &made.private_pkcs8);
        let document = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": "https://oak.test/1",
            "\u{20ac}": 1.0, "\r": 1e21, "\u{1f600}": 0.000_001, "ö": 333_333_333.333_333_3, "1": "\u{7f}\"\\",
        });
        let proved = add(document, &key.unwrap(), NOW).unwrap();
        let sent: Value = serde_json::from_slice(&serde_json::to_vec(&proved).unwrap()).unwrap();
        let public = VerifyingKey::stored(KeyAlgorithm::Ed25519, &made.public_pem).unwrap();
        let proof = read(&sent).unwrap().unwrap();
        assert_eq!(proof.created.as_secs(), NOW.as_secs());
        assert!(proof.holds(&public));
    }
}

//! JSON-LD contexts of what we send: ActivityStreams, security keys, and only the terms a document uses.
//!
//! Extension terms are spelled out, never referred to by URL, so that no receiver has to fetch a context from us.

use serde_json::{Value, json};
use staffroom_domain::interaction::Interaction;

use crate::vocab::request::{authorization_type, request_type};

/// The ActivityStreams vocabulary.
pub const AS: &str = "https://www.w3.org/ns/activitystreams";
/// The vocabulary of `publicKey`.
pub const SECURITY: &str = "https://w3id.org/security/v1";
/// The vocabulary of `assertionMethod`.
pub const DID: &str = "https://www.w3.org/ns/did/v1";
/// The vocabulary of `Multikey`.
pub const MULTIKEY: &str = "https://w3id.org/security/multikey/v1";
/// The vocabulary of integrity proofs.
pub const DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v1";
/// Everybody.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// Context of documents that use ActivityStreams' own terms only.
pub fn plain() -> Value {
    json!(AS)
}

/// Context of actor documents.
pub fn actor() -> Value {
    json!([AS, SECURITY, DID, MULTIKEY, {
        "toot": "http://joinmastodon.org/ns#",
        "schema": "http://schema.org#",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "featured": { "@id": "toot:featured", "@type": "@id" },
        "discoverable": "toot:discoverable",
        "suspended": "toot:suspended",
        "implements": { "@id": "https://w3id.org/fep/844e#implements", "@type": "@id", "@container": "@set" },
        "movedTo": { "@id": "as:movedTo", "@type": "@id" },
        "alsoKnownAs": { "@id": "as:alsoKnownAs", "@type": "@id" },
        "indexable": "toot:indexable",
        "attributionDomains": { "@id": "toot:attributionDomains", "@type": "@id" },
        "gts": "https://gotosocial.org/ns#",
        "interactionPolicy": { "@id": "gts:interactionPolicy", "@type": "@id" },
        "automaticApproval": { "@id": "gts:automaticApproval", "@type": "@id" },
        "canFeature": { "@id": "https://w3id.org/fep/7aa9#canFeature", "@type": "@id" },
        "Hashtag": "as:Hashtag",
        "Emoji": "toot:Emoji",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "webfinger": { "@id": "https://purl.archive.org/socialweb/webfinger#webfinger", "@type": "xsd:string" },
    }])
}

/// Context of notes, and of activities and collections that embed them.
pub fn note() -> Value {
    json!([AS, {
        "toot": "http://joinmastodon.org/ns#",
        "ostatus": "http://ostatus.org#",
        "sensitive": "as:sensitive",
        "Hashtag": "as:Hashtag",
        "Emoji": "toot:Emoji",
        "conversation": "ostatus:conversation",
        "blurhash": "toot:blurhash",
        "focalPoint": { "@container": "@list", "@id": "toot:focalPoint" },
        "votersCount": "toot:votersCount",
        "gts": "https://gotosocial.org/ns#",
        "interactionPolicy": { "@id": "gts:interactionPolicy", "@type": "@id" },
        "canLike": { "@id": "gts:canLike", "@type": "@id" },
        "canReply": { "@id": "gts:canReply", "@type": "@id" },
        "canAnnounce": { "@id": "gts:canAnnounce", "@type": "@id" },
        "canQuote": { "@id": "gts:canQuote", "@type": "@id" },
        "automaticApproval": { "@id": "gts:automaticApproval", "@type": "@id" },
        "manualApproval": { "@id": "gts:manualApproval", "@type": "@id" },
        "replyAuthorization": { "@id": "gts:replyAuthorization", "@type": "@id" },
        "quote": { "@id": "https://w3id.org/fep/044f#quote", "@type": "@id" },
        "quoteAuthorization": { "@id": "https://w3id.org/fep/044f#quoteAuthorization", "@type": "@id" },
        "quoteUri": "http://fedibird.com/ns#quoteUri",
        "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
    }])
}

/// Context of requests to quote, answer, favourite and boost, of their answers and of authorizations.
pub fn interactions() -> Value {
    let mut contexts = note();
    if let Some(Value::Object(terms)) = contexts.get_mut(1) {
        for what in Interaction::ALL {
            let home = if what == Interaction::Quote { "https://w3id.org/fep/044f#" } else { "gts:" };
            for name in [request_type(what), authorization_type(what)] {
                terms.insert(name.to_owned(), json!(format!("{home}{name}")));
            }
        }
        for name in ["interactingObject", "interactionTarget", "likeAuthorization", "announceAuthorization"] {
            terms.insert(name.to_owned(), json!({ "@id": format!("gts:{name}"), "@type": "@id" }));
        }
    }
    contexts
}

/// Context of answers to requests to be in a collection, and of authorizations of that.
pub fn features() -> Value {
    json!([AS, {
        "gts": "https://gotosocial.org/ns#",
        "interactingObject": { "@id": "gts:interactingObject", "@type": "@id" },
        "interactionTarget": { "@id": "gts:interactionTarget", "@type": "@id" },
        "FeatureRequest": "https://w3id.org/fep/7aa9#FeatureRequest",
        "FeatureAuthorization": "https://w3id.org/fep/7aa9#FeatureAuthorization",
    }])
}

/// A context that also defines the terms of a proof.
pub fn with_proof(context: Value) -> Value {
    let mut contexts = match context {
        Value::Array(contexts) => contexts,
        one => vec![one],
    };
    contexts.insert(1.min(contexts.len()), json!(DATA_INTEGRITY));
    Value::Array(contexts)
}

/// `document` with `@context` put in front; anything but an object is returned as it is.
pub fn with(context: Value, document: Value) -> Value {
    match document {
        Value::Object(members) => {
            Value::Object(std::iter::once(("@context".to_owned(), context)).chain(members).collect())
        }
        other => other,
    }
}

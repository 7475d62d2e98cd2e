//! Every reason the gate has for saying no, and the HTTP status that goes with it.

use std::borrow::Cow;

use http::StatusCode;

use crate::json_limits::JsonLimit;
use crate::signature::digest::DigestError;
use crate::signature::parse::ParseError;

/// Why a request was not let in. The message is safe to send back: it names nothing but the request itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not POST (inbox) or not GET/HEAD (fetch).
    #[error("method not allowed")]
    Method,
    /// Not ActivityPub's media type.
    #[error("content type is not that of an activity")]
    ContentType,
    /// Body larger than [`super::MAX_BODY_BYTES`].
    #[error("body is too large")]
    BodyTooLarge,
    /// Too deep, too many values, or a giant number.
    #[error(transparent)]
    Json(#[from] JsonLimit),
    /// Not JSON, or not an activity with `id`, `type` and `actor`, each a single one: where, or which of them.
    #[error("body is not an activity: {0}")]
    NotAnActivity(Cow<'static, str>),
    /// A header that must be there once occurs several times.
    #[error("header {0} occurs more than once")]
    DuplicateHeader(String),
    /// A header that must be readable is not.
    #[error("header {0} is malformed")]
    MalformedHeader(&'static str),
    /// `Authorization: Signature …` says something else than the `Signature` header.
    #[error("two different signatures")]
    TwoSignatures,
    /// No `Signature` header.
    #[error("request is not signed")]
    Unsigned,
    /// The `Signature` or `Signature-Input` header cannot be read or uses an algorithm we do not.
    #[error(transparent)]
    Signature(#[from] ParseError),
    /// `keyId` is not an http(s) URL with a host name.
    #[error("key id is not a url")]
    KeyId,
    /// `(request-target)`, `host`, `date` or `(created)`, or `digest` is not covered; in RFC 9421 `@method`,
    /// `@target-uri` (or its parts), or `content-digest`.
    #[error("signature does not cover {0}")]
    NotCovered(&'static str),
    /// A covered header is not in the request.
    #[error("signature covers {0}, which the request does not have")]
    CoveredMissing(String),
    /// `Host` is not one of ours.
    #[error("request is for another host")]
    ForeignHost,
    /// Older than 12 hours.
    #[error("request is too old")]
    TooOld,
    /// More than 5 minutes ahead of our clock.
    #[error("request is from the future")]
    FromTheFuture,
    /// `expires` has passed.
    #[error("signature has expired")]
    Expired,
    /// The `Digest` or `Content-Digest` header does not vouch for the bytes read.
    #[error(transparent)]
    Digest(#[from] DigestError),
    /// The key's host is not the actor's.
    #[error("key and actor are on different hosts")]
    ForeignKey,
    /// The activity's id is not on its actor's host.
    #[error("activity id and actor are on different hosts")]
    ForeignActivity,
    /// The key belongs to somebody other than the activity's actor.
    #[error("key does not belong to the actor")]
    WrongOwner,
    /// The key was looked for and does not exist or is not acceptable.
    #[error("key not found")]
    KeyNotFound,
    /// The key's owner is gone (410). A `Delete` of that owner may then be believed by other means.
    #[error("key is gone")]
    KeyGone,
    /// The key could not be looked up now; the sender should try again.
    #[error("key could not be fetched, try again")]
    KeyUnavailable,
    /// The signature is not the key's over this request.
    #[error("signature does not match")]
    BadSignature,
    /// The sender's domain is blocked here.
    #[error("sender is blocked")]
    Blocked,
}

impl Refused {
    /// The status to answer with: 4xx for everything wrong with the request, 503 only for [`Refused::KeyUnavailable`].
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Json(_) | Self::NotAnActivity(_) | Self::DuplicateHeader(_) | Self::MalformedHeader(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::Blocked => StatusCode::FORBIDDEN,
            Self::KeyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TwoSignatures
            | Self::Unsigned
            | Self::Signature(_)
            | Self::KeyId
            | Self::NotCovered(_)
            | Self::CoveredMissing(_)
            | Self::ForeignHost
            | Self::TooOld
            | Self::FromTheFuture
            | Self::Expired
            | Self::Digest(_)
            | Self::ForeignKey
            | Self::ForeignActivity
            | Self::WrongOwner
            | Self::KeyNotFound
            | Self::KeyGone
            | Self::BadSignature => StatusCode::UNAUTHORIZED,
        }
    }

    /// A short stable word for logs and metrics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::ContentType => "content_type",
            Self::BodyTooLarge => "body_too_large",
            Self::Json(_) => "json_limit",
            Self::NotAnActivity(_) => "not_an_activity",
            Self::DuplicateHeader(_) => "duplicate_header",
            Self::MalformedHeader(_) => "malformed_header",
            Self::TwoSignatures => "two_signatures",
            Self::Unsigned => "unsigned",
            Self::Signature(_) => "signature_header",
            Self::KeyId => "key_id",
            Self::NotCovered(_) => "not_covered",
            Self::CoveredMissing(_) => "covered_missing",
            Self::ForeignHost => "foreign_host",
            Self::TooOld => "too_old",
            Self::FromTheFuture => "from_the_future",
            Self::Expired => "expired",
            Self::Digest(_) => "digest",
            Self::ForeignKey => "foreign_key",
            Self::ForeignActivity => "foreign_activity",
            Self::WrongOwner => "wrong_owner",
            Self::KeyNotFound => "key_not_found",
            Self::KeyGone => "key_gone",
            Self::KeyUnavailable => "key_unavailable",
            Self::BadSignature => "bad_signature",
            Self::Blocked => "blocked",
        }
    }
}

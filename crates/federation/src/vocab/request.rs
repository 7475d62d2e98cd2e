//! The words of interaction requests and authorizations (GoToSocial's; for quotes FEP-044f's).

use staffroom_domain::interaction::Interaction;

/// The activity that asks for leave.
pub const fn request_type(what: Interaction) -> &'static str {
    match what {
        Interaction::Favourite => "LikeRequest",
        Interaction::Reply => "ReplyRequest",
        Interaction::Reblog => "AnnounceRequest",
        Interaction::Quote => "QuoteRequest",
    }
}

/// The object that says it was given.
pub const fn authorization_type(what: Interaction) -> &'static str {
    match what {
        Interaction::Favourite => "LikeAuthorization",
        Interaction::Reply => "ReplyAuthorization",
        Interaction::Reblog => "AnnounceAuthorization",
        Interaction::Quote => "QuoteAuthorization",
    }
}

/// What an activity of this type asks for; `None` for other types.
pub fn requested(kind: &str) -> Option<Interaction> {
    Interaction::ALL.into_iter().find(|what| request_type(*what) == kind)
}

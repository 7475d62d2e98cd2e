//! What a complainant, or who asks for data, wrote: how it is checked, and how it is kept.

use serde::{Deserialize, Serialize};
use staffroom_domain::cases::notice::{Notice, PosterReply};
use staffroom_domain::cases::{CaseKind, Complaint};

use super::checked;
use crate::{Result, ServiceError};

/// Longest name, e-mail address and place, in characters.
const MAX_SHORT: usize = 500;

/// What somebody wrote in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// A notice of complaint about a statement.
    Notice(Notice),
    /// Another complaint, or a request.
    Complaint(Complaint),
}

#[derive(Serialize, Deserialize)]
struct KeptNotice {
    complainant_name: String,
    complainant_email: String,
    location: String,
    statement: String,
    why_defamatory: String,
    meaning: String,
    what_is_wrong: String,
    cannot_identify_poster: bool,
    poster_may_have_name: Option<bool>,
    poster_may_have_email: Option<bool>,
}

#[derive(Serialize, Deserialize)]
struct KeptComplaint {
    name: String,
    email: String,
    location: String,
    text: String,
}

#[derive(Serialize, Deserialize)]
struct KeptReply {
    remove: Option<bool>,
    full_name: String,
    postal_address: String,
    complainant_may_have_them: Option<bool>,
    obviously_false: bool,
}

impl Filed {
    /// Whether this is what a case of this kind begins with.
    pub(super) const fn fits(&self, kind: CaseKind) -> bool {
        matches!(self, Self::Notice(_)) == matches!(kind, CaseKind::DefamationNotice)
    }

    /// What must be in it and is not, for `Please give …`; nothing where it is complete.
    pub fn lacks(&self) -> Vec<&'static str> {
        match self {
            Self::Notice(notice) => {
                notice.missing().into_iter().map(staffroom_domain::cases::notice::Requirement::described).collect()
            }
            Self::Complaint(complaint) => complaint.missing(),
        }
    }

    /// Where they can be reached.
    pub(super) fn email(&self) -> &str {
        match self {
            Self::Notice(notice) => &notice.complainant_email,
            Self::Complaint(complaint) => &complaint.email,
        }
    }

    /// Where what it is about is.
    pub(super) fn location(&self) -> &str {
        match self {
            Self::Notice(notice) => &notice.location,
            Self::Complaint(complaint) => &complaint.location,
        }
    }

    /// The same with nothing around the texts.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names the one that is too long.
    pub(super) fn checked(self) -> Result<Self> {
        Ok(match self {
            Self::Notice(notice) => Self::Notice(Notice {
                complainant_name: short("name", &notice.complainant_name)?,
                complainant_email: short("email", &notice.complainant_email)?,
                location: short("location", &notice.location)?,
                statement: checked("statement", &notice.statement)?,
                why_defamatory: checked("why_defamatory", &notice.why_defamatory)?,
                meaning: checked("meaning", &notice.meaning)?,
                what_is_wrong: checked("what_is_wrong", &notice.what_is_wrong)?,
                ..notice
            }),
            Self::Complaint(complaint) => Self::Complaint(Complaint {
                name: short("name", &complaint.name)?,
                email: short("email", &complaint.email)?,
                location: short("location", &complaint.location)?,
                text: checked("text", &complaint.text)?,
            }),
        })
    }

    /// As it is kept.
    pub(super) fn encode(&self) -> Result<String> {
        let written = match self.clone() {
            Self::Notice(notice) => serde_json::to_string_pretty(&KeptNotice {
                complainant_name: notice.complainant_name,
                complainant_email: notice.complainant_email,
                location: notice.location,
                statement: notice.statement,
                why_defamatory: notice.why_defamatory,
                meaning: notice.meaning,
                what_is_wrong: notice.what_is_wrong,
                cannot_identify_poster: notice.cannot_identify_poster,
                poster_may_have_name: notice.poster_may_have_name,
                poster_may_have_email: notice.poster_may_have_email,
            }),
            Self::Complaint(complaint) => serde_json::to_string_pretty(&KeptComplaint {
                name: complaint.name,
                email: complaint.email,
                location: complaint.location,
                text: complaint.text,
            }),
        };
        written.map_err(|_| damaged())
    }

    /// From that.
    ///
    /// # Errors
    /// It is damaged.
    pub(super) fn read(kind: CaseKind, text: &str) -> Result<Self> {
        if kind == CaseKind::DefamationNotice {
            let kept: KeptNotice = serde_json::from_str(text).map_err(|_| damaged())?;
            return Ok(Self::Notice(Notice {
                complainant_name: kept.complainant_name,
                complainant_email: kept.complainant_email,
                statement: kept.statement,
                why_defamatory: kept.why_defamatory,
                location: kept.location,
                meaning: kept.meaning,
                what_is_wrong: kept.what_is_wrong,
                cannot_identify_poster: kept.cannot_identify_poster,
                poster_may_have_name: kept.poster_may_have_name,
                poster_may_have_email: kept.poster_may_have_email,
            }));
        }
        let kept: KeptComplaint = serde_json::from_str(text).map_err(|_| damaged())?;
        let KeptComplaint { name, email, location, text } = kept;
        Ok(Self::Complaint(Complaint { name, email, location, text }))
    }
}

/// The poster's answer with nothing around the texts.
///
/// # Errors
/// [`ServiceError::Invalid`] names the one that is too long.
pub(super) fn checked_reply(reply: &PosterReply) -> Result<PosterReply> {
    let (full_name, postal_address) =
        (short("full_name", &reply.full_name)?, short("postal_address", &reply.postal_address)?);
    Ok(PosterReply { full_name, postal_address, ..reply.clone() })
}

/// The poster's answer as it is kept.
pub(super) fn encode_reply(reply: &PosterReply) -> Result<String> {
    let kept = KeptReply {
        remove: reply.remove,
        full_name: reply.full_name.clone(),
        postal_address: reply.postal_address.clone(),
        complainant_may_have_them: reply.complainant_may_have_them,
        obviously_false: reply.obviously_false,
    };
    serde_json::to_string_pretty(&kept).map_err(|_| damaged())
}

/// From that.
pub(super) fn read_reply(text: &str) -> Result<PosterReply> {
    let kept: KeptReply = serde_json::from_str(text).map_err(|_| damaged())?;
    let KeptReply { remove, full_name, postal_address, complainant_may_have_them, obviously_false } = kept;
    Ok(PosterReply { remove, full_name, postal_address, complainant_may_have_them, obviously_false })
}

fn short(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > MAX_SHORT {
        return Err(ServiceError::invalid(field, format!("is longer than {MAX_SHORT} characters")));
    }
    Ok(text.to_owned())
}

/// What serde says of a text it cannot read may quote it.
fn damaged() -> ServiceError {
    ServiceError::Internal("a paper of a case cannot be read".to_owned())
}

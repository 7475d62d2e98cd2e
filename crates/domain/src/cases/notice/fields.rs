//! What a notice of complaint must contain.

use crate::sign_up::email_host;
use crate::text::is_blank;

/// A notice of complaint as the complainant filled it in. Text may be empty, answers may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The complainant's name.
    pub complainant_name: String,
    /// An e-mail address at which the complainant can be reached.
    pub complainant_email: String,
    /// The statement complained of.
    pub statement: String,
    /// Why it is defamatory of the complainant.
    pub why_defamatory: String,
    /// Where on the website it is.
    pub location: String,
    /// The meaning the complainant gives it.
    pub meaning: String,
    /// What in it is factually inaccurate, or opinion not supported by fact.
    pub what_is_wrong: String,
    /// The complainant confirms not to know enough about the poster to bring proceedings.
    pub cannot_identify_poster: bool,
    /// Whether the poster may be given the complainant's name; `None` when the notice does not say.
    pub poster_may_have_name: Option<bool>,
    /// Whether the poster may be given the complainant's e-mail address; `None` when the notice does not say.
    pub poster_may_have_email: Option<bool>,
}

/// Something a notice must contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// The complainant's name.
    Name,
    /// The complainant's e-mail address.
    Email,
    /// The statement.
    Statement,
    /// Why it is defamatory.
    WhyDefamatory,
    /// Where it is.
    Location,
    /// Its meaning.
    Meaning,
    /// What is wrong with it.
    WhatIsWrong,
    /// That the poster cannot be identified.
    CannotIdentifyPoster,
    /// Consent or refusal to give the name to the poster.
    NameConsent,
    /// Consent or refusal to give the e-mail address to the poster.
    EmailConsent,
}

impl Requirement {
    /// All of them, in the order a form asks for them.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Email,
        Self::Location,
        Self::Statement,
        Self::WhyDefamatory,
        Self::Meaning,
        Self::WhatIsWrong,
        Self::CannotIdentifyPoster,
        Self::NameConsent,
        Self::EmailConsent,
    ];

    /// The word it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Statement => "statement",
            Self::WhyDefamatory => "why_defamatory",
            Self::Location => "location",
            Self::Meaning => "meaning",
            Self::WhatIsWrong => "what_is_wrong",
            Self::CannotIdentifyPoster => "cannot_identify_poster",
            Self::NameConsent => "name_consent",
            Self::EmailConsent => "email_consent",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// What it is, for a letter: `The notice must contain …`.
    pub const fn described(self) -> &'static str {
        match self {
            Self::Name => "your name",
            Self::Email => "an e-mail address at which you can be contacted",
            Self::Statement => "the statement you complain of",
            Self::WhyDefamatory => "why the statement is defamatory of you",
            Self::Location => "where on the website the statement was posted",
            Self::Meaning => "the meaning you give to the statement",
            Self::WhatIsWrong => {
                "which parts of the statement you believe are factually inaccurate, or opinions not supported by fact"
            }
            Self::CannotIdentifyPoster => {
                "your confirmation that you do not have enough information about the person who posted the statement \
                 to bring proceedings against them"
            }
            Self::NameConsent => "whether you agree to your name being given to the person who posted the statement",
            Self::EmailConsent => {
                "whether you agree to your e-mail address being given to the person who posted the statement"
            }
        }
    }

    /// The provision that asks for it.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Name => "Defamation Act 2013, section 5(6)(a)",
            Self::Statement | Self::WhyDefamatory => "Defamation Act 2013, section 5(6)(b)",
            Self::Location => "Defamation Act 2013, section 5(6)(c)",
            Self::Email => "SI 2013/3028, regulation 2(a)",
            Self::Meaning => "SI 2013/3028, regulation 2(b)",
            Self::WhatIsWrong => "SI 2013/3028, regulation 2(c)",
            Self::CannotIdentifyPoster => "SI 2013/3028, regulation 2(d)",
            Self::NameConsent => "SI 2013/3028, regulation 2(e)(i)",
            Self::EmailConsent => "SI 2013/3028, regulation 2(e)(ii)",
        }
    }
}

impl Notice {
    /// What the notice does not contain; nothing for a valid one. Only whether something is there is looked at, not
    /// whether it is true or convinces: that is for the poster and the courts.
    pub fn missing(&self) -> Vec<Requirement> {
        Requirement::ALL.into_iter().filter(|one| !self.contains(*one)).collect()
    }

    /// What the poster may be given of the complainant's name and address (Schedule, paragraph 2). What the complainant
    /// wrote into the other fields may still give them away.
    pub fn shown_to_poster(&self) -> (Option<&str>, Option<&str>) {
        let name = (self.poster_may_have_name == Some(true)).then_some(self.complainant_name.as_str());
        let email = (self.poster_may_have_email == Some(true)).then_some(self.complainant_email.as_str());
        (name, email)
    }

    fn contains(&self, one: Requirement) -> bool {
        match one {
            Requirement::Name => !is_blank(&self.complainant_name),
            Requirement::Email => is_address(&self.complainant_email),
            Requirement::Statement => !is_blank(&self.statement),
            Requirement::WhyDefamatory => !is_blank(&self.why_defamatory),
            Requirement::Location => !is_blank(&self.location),
            Requirement::Meaning => !is_blank(&self.meaning),
            Requirement::WhatIsWrong => !is_blank(&self.what_is_wrong),
            Requirement::CannotIdentifyPoster => self.cannot_identify_poster,
            Requirement::NameConsent => self.poster_may_have_name.is_some(),
            Requirement::EmailConsent => self.poster_may_have_email.is_some(),
        }
    }
}

/// Whether letters could be sent there: something before the `@`, a name of a host after it, no spaces.
pub(in crate::cases) fn is_address(text: &str) -> bool {
    let text = text.trim();
    let local = text.rsplit_once('@').map_or("", |(local, _)| local);
    !is_blank(local) && !text.chars().any(char::is_whitespace) && email_host(text).is_some()
}

//! What letters say.

use staffroom_domain::Timestamp;
use staffroom_domain::mail::LetterKind;
use staffroom_domain::moderation::Measure;

use crate::Settings;

/// What a letter is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Matter<'a> {
    /// Is this your address? Whoever opens the link says so.
    Confirmation { link: &'a str },
    /// A new password can be chosen behind the link.
    Reset { link: &'a str },
    /// The password was changed.
    PasswordChanged,
    /// Somebody signed in with the password, in this browser (see [`staffroom_domain::browser`]).
    SignIn { browser: &'a str, at: Timestamp },
    /// A moderator took a measure, and why; an appeal is possible behind the link.
    Moderation { measure: Measure, text: &'a str, appeal: &'a str },
    /// A moderator let the person in.
    Approved,
    /// Something of another sort, in words made elsewhere.
    Told { kind: LetterKind, subject: &'a str, text: &'a str },
}

impl Matter<'_> {
    /// What sort of letter it is.
    pub(crate) const fn kind(&self) -> LetterKind {
        match self {
            Self::Confirmation { .. } => LetterKind::Confirmation,
            Self::Reset { .. } => LetterKind::Reset,
            Self::PasswordChanged => LetterKind::PasswordChanged,
            Self::SignIn { .. } => LetterKind::SignIn,
            Self::Moderation { .. } => LetterKind::Moderation,
            Self::Approved => LetterKind::Approved,
            Self::Told { kind, .. } => *kind,
        }
    }

    /// Subject and text for the person with this handle.
    pub(super) fn words(&self, settings: &Settings, handle: &str) -> (String, String) {
        let title = one_line(&settings.title);
        let url = &settings.identity.public_url;
        let reset = format!("{url}/auth/password/new");
        let (subject, what) = match self {
            Self::Confirmation { link } => (
                format!("Please confirm your address for {title}"),
                format!(
                    "An account was made with this address. To say that it is yours, open\n\n{link}\n\nThe link holds for \
                     two days. If you know nothing of this, do nothing: without it the account cannot be used."
                ),
            ),
            Self::Reset { link } => (
                format!("A new password for {title}"),
                format!(
                    "Somebody, probably you, asked for a new password. To choose one, open\n\n{link}\n\nThe link holds for \
                     one hour and counts once. If it was not you, do nothing: your password stays as it is."
                ),
            ),
            Self::PasswordChanged => (
                format!("Your password for {title} was changed"),
                format!("Your password was changed, and all apps and browsers were signed out. {}", not_you(&reset)),
            ),
            Self::SignIn { browser, at } => (
                format!("Somebody signed in to {title} as you"),
                format!(
                    "Somebody signed in with your password.\n\nWhen: {} UTC\nBrowser: {}\n\nIf it was you, all is well. {}",
                    at.to_rfc3339().get(..16).unwrap_or_default().replace('T', " "),
                    one_line(browser),
                    not_you(&reset)
                ),
            ),
            Self::Moderation { measure, text, appeal } => {
                let said = text.trim();
                let said = if said.is_empty() { String::new() } else { format!("\n\nThey write:\n\n{said}") };
                let (taken, redress, contact) = (taken(*measure), can_appeal(appeal), contact(settings));
                (format!("About your account on {title}"), format!("{taken}{said}\n\n{redress}{contact}"))
            }
            Self::Approved => (
                format!("Welcome to {title}"),
                format!("A moderator has looked at your account, and you can sign in now:\n\n{url}/auth/sign_in"),
            ),
            Self::Told { subject, text, .. } => (format!("{} on {title}", one_line(subject)), (*text).to_owned()),
        };
        let text = format!("Hello @{handle},\n\n{what}\n\n-- \n{title}\n{url}\n");
        (subject, text)
    }
}

/// Subject and text of a letter to somebody who has no account here.
pub(super) fn to_others(settings: &Settings, subject: &str, text: &str) -> (String, String) {
    let (title, url) = (one_line(&settings.title), &settings.identity.public_url);
    let contact = contact(settings);
    (format!("{} on {title}", one_line(subject)), format!("{text}{contact}\n\n-- \n{title}\n{url}\n"))
}

/// What somebody can do about a decision.
pub(crate) fn can_appeal(link: &str) -> String {
    format!(
        "If you think this is wrong, you can appeal within 20 days, once. Somebody else looks at it, where there is \
             somebody else:\n\n{link}"
    )
}

fn not_you(reset: &str) -> String {
    format!("If it was not you, choose a new password at once:\n\n{reset}")
}

fn taken(measure: Measure) -> &'static str {
    match measure {
        Measure::None => "A moderator has a word for you.",
        Measure::Disable => "A moderator has switched off signing in to your account.",
        Measure::Sensitive => "A moderator has marked all media of your account as sensitive.",
        Measure::Silence => "A moderator has limited your account: only those who follow you see what you write.",
        Measure::Suspend => "A moderator has suspended your account.",
    }
}

fn contact(settings: &Settings) -> String {
    match settings.contact_email.as_str() {
        "" => String::new(),
        email => format!("\n\nQuestions: {email}"),
    }
}

/// Without line breaks and other control characters: nothing of it can become a header or another line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

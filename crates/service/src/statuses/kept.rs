//! Statuses kept inside a school, and what answers and quotes them: only people of that school are addressed, whoever the
//! text names. That nobody else sees them is `domain::can_see`; that nothing of them is sent is `audience.rs`.

use staffroom_domain::account::Account;
use staffroom_domain::ids::OrganisationId;
use staffroom_domain::status::{Draft, Status};
use staffroom_domain::{Visibility, text};

use super::Statuses;
use super::prepare::{Prepared, Rendered, rendered};
use super::quotes::Quoted;
use crate::{Result, ServiceError};

/// The school what `author` drafts is kept inside: because they say so, or with what it is `about`, which is kept there: what
/// it answers or quotes.
///
/// # Errors
/// [`ServiceError::Forbidden`] for who is no longer of the school that is kept in.
pub(super) fn school_of<'s>(
    author: &Account,
    draft: &Draft,
    mut about: impl Iterator<Item = &'s Status>,
) -> Result<Option<OrganisationId>> {
    let Some(school) = about.find_map(|status| status.kept_in) else {
        return Ok(author.organisation.filter(|_| draft.for_school));
    };
    if author.organisation == Some(school) {
        return Ok(Some(school));
    }
    Err(ServiceError::Forbidden(
        "what this answers or quotes is kept inside a school that is not yours any more".to_owned(),
    ))
}

/// What is kept inside `school` quotes only people of it.
///
/// # Errors
/// [`ServiceError::Forbidden`] for others: they would be asked, or told.
pub(super) fn check_quoted(school: OrganisationId, quoted: &Quoted) -> Result<()> {
    if is_inside(&quoted.author, school) {
        return Ok(());
    }
    let why = "what quotes somebody elsewhere cannot be kept inside the school: they would hear of it";
    Err(ServiceError::Forbidden(why.to_owned()))
}

/// Whether an account is of `school`.
pub(super) fn is_inside(account: &Account, school: OrganisationId) -> bool {
    account.is_local() && account.organisation == Some(school)
}

impl Statuses<'_> {
    /// HTML of a text that is kept inside `school`, with the hashtags and the people of that school it names. No other
    /// server is asked. Those elsewhere whom `known` names as well are only words.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for anybody else it names, saying whom.
    pub(super) async fn render_kept(&self, plain: &str, school: OrganisationId, known: &str) -> Result<Rendered> {
        let mut named = self.find_named(&text::scan(plain).mentions, false).await?;
        let mut outside = named.keep_inside(school);
        if !outside.is_empty() && !known.is_empty() {
            let before = self.find_named(&text::scan(known).mentions, false).await?.keep_inside(school);
            outside.retain(|name| !before.contains(name));
        }
        if outside.is_empty() {
            return Ok(rendered(&self.service.settings().identity, plain, &named));
        }
        let why = format!("names {}, and is kept inside the school: take out who is not of it", outside.join(", "));
        Err(ServiceError::invalid("Text", why))
    }
}

impl Prepared {
    /// It is kept inside `school`, with what it answers or quotes.
    pub(super) fn keep_inside(&mut self, school: OrganisationId) {
        self.kept_in = Some(school);
        self.visibility = Visibility::Direct;
        self.named.retain(|account| is_inside(account, school));
    }
}

//! Making organisations, and naming them.

use staffroom_domain::ids::OrganisationId;
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::organisation::{MAX_SLUG, Organisation, is_slug, slug_of};
use staffroom_domain::text;
use staffroom_moderation::{Facts, Part};
use staffroom_storage::StorageError;

use super::Organisations;
use super::members::check_admin;
use crate::auth::Authority;
use crate::moderation::facts::scope_name;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

/// Longest name, in characters.
const MAX_NAME: usize = 100;

impl Organisations<'_> {
    /// Makes an organisation nobody belongs to yet; without `slug` its short name is made of the name.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance, [`ServiceError::Invalid`] names the
    /// value that is wrong or taken, [`ServiceError::Refused`] when a moderation rule says no to the name.
    pub async fn create(&self, cx: &Cx, who: &Authority, name: &str, slug: Option<&str>) -> Result<Organisation> {
        let name = check_name(name)?;
        let slug = match slug {
            Some(slug) => check_slug(slug)?,
            None => slug_of(&name).ok_or_else(|| ServiceError::invalid("slug", "can't be made of this name"))?,
        };
        let organisation = Organisation { id: cx.id(), slug, name, created_at: cx.now() };
        self.let_out(cx, &organisation)?;
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        if tx.organisations().by_slug(&organisation.slug).await?.is_some() {
            return Err(ServiceError::invalid("slug", "has already been taken"));
        }
        tx.organisations().insert(&organisation).await.map_err(taken)?;
        self.service.commit_deed(tx, entry(who, Deed::CreateOrganisation, organisation.id)).await?;
        Ok(organisation)
    }

    /// Gives an organisation another name or short name; `None` leaves it as it is.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that `who` does not reach, [`ServiceError::Invalid`] names the value that is
    /// wrong or taken, [`ServiceError::Refused`] when a moderation rule says no to the name.
    pub async fn rename(
        &self,
        who: &Authority,
        id: OrganisationId,
        name: Option<&str>,
        slug: Option<&str>,
    ) -> Result<Organisation> {
        let (name, slug) = (name.map(check_name).transpose()?, slug.map(check_slug).transpose()?);
        let tx = self.service.storage().begin().await?;
        check_admin(&tx, who, id).await?;
        let known = tx.organisations().by_id(id).await?.ok_or(ServiceError::NotFound("organisation"))?;
        let is_named_anew = name.as_ref().is_some_and(|name| *name != known.name);
        let renamed = Organisation { name: name.unwrap_or(known.name), slug: slug.unwrap_or(known.slug), ..known };
        if is_named_anew {
            self.let_out(&self.service.cx(), &renamed)?;
        }
        if tx.organisations().by_slug(&renamed.slug).await?.is_some_and(|other| other.id != id) {
            return Err(ServiceError::invalid("slug", "has already been taken"));
        }
        tx.organisations().rename(&renamed).await.map_err(taken)?;
        self.service.commit_deed(tx, entry(who, Deed::RenameOrganisation, id)).await?;
        Ok(renamed)
    }

    /// Has the name of an organisation judged, which everybody sees.
    fn let_out(self, cx: &Cx, named: &Organisation) -> Result<()> {
        let facts = Facts { organisation: Some(scope_name(named.id)), ..Facts::at(cx.now()) };
        self.service.moderation().let_out(facts, vec![(Part::Title, named.name.clone())], Vec::new())
    }
}

/// Something done about an organisation itself, for the log.
fn entry(who: &Authority, deed: Deed, id: OrganisationId) -> Entry {
    Entry::new(who, deed, Subject::new("organisation", &id)).within(id)
}

fn check_name(name: &str) -> Result<String> {
    let name = text::shown_name(name);
    if text::is_blank(&name) {
        return Err(ServiceError::invalid("name", "can't be blank"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(ServiceError::invalid("name", format!("is longer than {MAX_NAME} characters")));
    }
    Ok(name)
}

fn check_slug(slug: &str) -> Result<String> {
    if is_slug(slug) {
        return Ok(slug.to_owned());
    }
    let why = format!("must be at most {MAX_SLUG} letters a-z and digits, with single dashes between");
    Err(ServiceError::invalid("slug", why))
}

/// Two asked for the same at the same moment.
fn taken(error: StorageError) -> ServiceError {
    if error.is_unique_violation() { ServiceError::invalid("slug", "has already been taken") } else { error.into() }
}

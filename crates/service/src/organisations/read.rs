//! Looking organisations and their members up.

use staffroom_domain::ids::OrganisationId;
use staffroom_domain::organisation::{Membership, Organisation, OrganisationView};
use staffroom_domain::{Page, PageRequest};

use super::Organisations;
use crate::auth::Authority;
use crate::{Result, ServiceError};

impl Organisations<'_> {
    /// The organisations `who` reaches, with their own role, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, who: &Authority, page: PageRequest) -> Result<Page<OrganisationView>> {
        Ok(self.service.storage().read().organisations().list(who.reach(), who.by(), &page).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown one, and for one that `who` does not reach.
    pub async fn get(&self, who: &Authority, id: OrganisationId) -> Result<OrganisationView> {
        who.check_organisation(id)?;
        let read = self.service.storage().read();
        let organisation = read.organisations().by_id(id).await?.ok_or(ServiceError::NotFound("organisation"))?;
        let role = match who.by() {
            Some(account) => read.organisations().role(account, id).await?,
            None => None,
        };
        Ok(OrganisationView { organisation, role })
    }

    /// The one with a short name.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown one, and for one that `who` does not reach.
    pub async fn by_slug(&self, who: &Authority, slug: &str) -> Result<Organisation> {
        let found = self.service.storage().read().organisations().by_slug(slug).await?;
        let organisation = found.ok_or(ServiceError::NotFound("organisation"))?;
        who.check_organisation(organisation.id)?;
        Ok(organisation)
    }

    /// Who has which role in an organisation, the newest accounts first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown one, and for one that `who` does not reach.
    pub async fn members(&self, who: &Authority, id: OrganisationId, page: PageRequest) -> Result<Page<Membership>> {
        who.check_organisation(id)?;
        let read = self.service.storage().read();
        if read.organisations().by_id(id).await?.is_none() {
            return Err(ServiceError::NotFound("organisation"));
        }
        Ok(read.organisations().members(id, &page).await?)
    }
}

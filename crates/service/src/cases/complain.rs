//! A complaint by somebody who need not have an account here.

use std::net::IpAddr;

use staffroom_domain::Viewer;
use staffroom_domain::cases::CaseKind;
use staffroom_domain::ids::{CaseId, OrganisationId, StatusId};
use staffroom_domain::status::Status;
use staffroom_storage::Tx;
use url::Url;

use super::open::Begun;
use super::{Cases, Filed};
use crate::{Cx, Result, ServiceError};

/// What became of a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complained {
    /// It was taken, and is this case.
    Taken(CaseId),
    /// Nothing was taken: this is not in it, for `Please give …`.
    Lacks(Vec<&'static str>),
}

impl Cases<'_> {
    /// Takes a complaint, if it is complete. Nothing is said of what there is here: neither whether a status is found at
    /// the place that is named, nor who deals with it.
    ///
    /// # Errors
    /// [`ServiceError::RateLimited`] after ten from one address (or /64 network, in IPv6) in 15 minutes,
    /// [`ServiceError::Invalid`] names a text that is too long, and refuses kinds without a form.
    pub async fn complain(&self, cx: &Cx, kind: CaseKind, filed: Filed, client: IpAddr) -> Result<Complained> {
        let limited = |retry_after_secs| ServiceError::RateLimited { retry_after_secs };
        self.service.inner.sign_in_attempts.begin("a complaint", client, cx.now()).map_err(limited)?;
        if !kind.has_form() || !filed.fits(kind) {
            return Err(ServiceError::invalid("kind", "is unknown"));
        }
        let filed = filed.checked()?;
        let lacks = filed.lacks();
        if !lacks.is_empty() {
            return Ok(Complained::Lacks(lacks));
        }
        let tx = self.service.storage().begin().await?;
        let status = self.status_at(&tx, filed.location()).await?;
        let organisation = answers_for(&tx, status.as_ref()).await?;
        let statuses: Vec<Status> = status.into_iter().collect();
        let begun = Begun {
            kind,
            organisation,
            jurisdiction: &self.service.settings().jurisdiction,
            received_at: cx.now(),
            by: None,
            statuses: &statuses,
            accounts: &[],
            filed: Some(&filed),
        };
        let open = self.begin(&tx, cx, begun).await?;
        let id = open.case.id;
        open.keep(&tx, cx).await?;
        self.service.commit(tx).await?;
        Ok(Complained::Taken(id))
    }

    /// The status at an address, if it is one that everybody may see.
    async fn status_at(self, tx: &Tx, location: &str) -> Result<Option<Status>> {
        let known = tx.statuses().by_uri(location).await?.map(|status| status.id);
        let Some(id) = known.or_else(|| self.named_by(location)) else { return Ok(None) };
        let found = tx.statuses().visible_of(Viewer::Anonymous, &[id]).await?;
        Ok(found.into_iter().find(|status| status.reblog_of.is_none()))
    }

    /// The id in the address of a page of ours.
    fn named_by(self, location: &str) -> Option<StatusId> {
        let (url, own) = (Url::parse(location).ok()?, self.service.settings().identity.base());
        let last = url.path_segments()?.rfind(|part| !part.is_empty())?;
        if url.origin() == own.origin() { StatusId::parse(last) } else { None }
    }
}

/// The school of who wrote a status; for everything else the instance's first organisation.
async fn answers_for(tx: &Tx, status: Option<&Status>) -> Result<OrganisationId> {
    if let Some(status) = status
        && let Some(author) = tx.accounts().by_id(status.account_id).await?
        && let Some(school) = author.organisation
    {
        return Ok(school);
    }
    let first = tx.organisations().first().await?;
    Ok(first.ok_or(ServiceError::NotFound("organisation"))?.id)
}

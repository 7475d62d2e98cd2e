//! Previews of the pages statuses link to: each page is looked at once, however many statuses link to it.
//!
//! What other servers say about a page is not believed: it could be anything. They only say which link is meant
//! (FEP-8967), and the page is asked.

use std::time::Duration;

use staffroom_domain::card::{MAX_URL_BYTES, PageImage, PreviewCard};
use staffroom_domain::ids::CardId;
use staffroom_domain::job::Job;
use staffroom_domain::status::Status;
use staffroom_domain::{Visibility, text};
use staffroom_storage::Tx;
use url::Url;

use super::Statuses;
use crate::{Cx, Result, Service, ServiceError};

/// A page is looked at again when it is linked to after this time.
const FRESH: Duration = Duration::from_hours(14 * 24);
/// Pages that other servers' statuses link to are looked at within this time, so that not all servers come at once.
const SPREAD: Duration = Duration::from_mins(1);

/// Ties a stored status to the page it links to, if there is one to show: `attached` if its author says so, else the
/// first link of its text. A page not known yet is looked at soon. What comes with pictures needs no preview, and the
/// links of direct statuses are nobody else's business.
pub(super) async fn attach(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    status: &Status,
    attached: Option<&str>,
) -> Result<Option<PreviewCard>> {
    let Some(url) = wanted(service, status, attached) else { return Ok(None) };
    let Some(stored) = tx.cards().link(status.id, &url, cx.id()).await? else { return Ok(None) };
    if stored.fetched_at.is_none_or(|at| at < cx.now().minus(FRESH)) {
        let spread = u64::try_from(SPREAD.as_millis()).unwrap_or(u64::MAX);
        let wait = if status.local { 0 } else { cx.below(spread) };
        let at = cx.now().plus(Duration::from_millis(wait));
        tx.jobs().push(cx.id(), &Job::FetchCard(stored.id), at, Some(&format!("card:{}", stored.id.0))).await?;
    }
    Ok(Some(stored.card))
}

/// Like [`attach`], after an edit.
pub(super) async fn renew(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    status: &Status,
    attached: Option<&str>,
) -> Result<Option<PreviewCard>> {
    let card = attach(tx, service, cx, status, attached).await?;
    if card.is_none() {
        tx.cards().unlink(status.id).await?;
    }
    Ok(card)
}

/// The page to show a preview of.
fn wanted(service: &Service, status: &Status, attached: Option<&str>) -> Option<String> {
    if !status.media_ids.is_empty() || status.visibility == Visibility::Direct {
        return None;
    }
    let quoted = text::leading_quote_link(&status.content).unwrap_or_default();
    let link = || status.content.strip_prefix(quoted).and_then(text::first_link);
    let mut url = Url::parse(&attached.map(str::to_owned).or_else(link)?).ok()?;
    url.set_fragment(None);
    let identity = &service.settings().identity;
    let is_page = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let is_fit = is_page && url.as_str().len() <= MAX_URL_BYTES && !identity.is_local_uri(url.as_str());
    is_fit.then(|| url.into())
}

impl Statuses<'_> {
    /// Looks at a page that statuses link to (a job).
    ///
    /// # Errors
    /// The page does not answer for the moment, or the database failed.
    pub(crate) async fn fetch_card(&self, cx: &Cx, id: CardId) -> Result<()> {
        let stored = self.service.storage().read().cards().get(id).await?.ok_or(ServiceError::NotFound("card"))?;
        let mut page = self.service.others()?.page(&stored.card.url).await?;
        if let Some(page) = &mut page
            && let Some(image) = page.image.take()
        {
            page.image = self.look_at(cx, image).await?;
        }
        let tx = self.service.storage().begin().await?;
        tx.cards().keep(id, page.as_ref(), cx.now()).await?;
        self.service.commit(tx).await
    }

    /// The picture of a page as it looks; `None` when it is none, or not had soon: other jobs wait for this one.
    async fn look_at(&self, cx: &Cx, image: PageImage) -> Result<Option<PageImage>> {
        let patience = self.service.settings().limits.remote_patience;
        let looks = tokio::time::timeout(patience, self.service.media().look_at(cx, &image.url)).await;
        let Ok(looks) = looks else { return Ok(None) };
        Ok(looks?.map(|looks| PageImage { size_px: looks.size_px, blurhash: looks.blurhash, ..image }))
    }
}

//! Statuses that link to a page.

use staffroom_domain::status::Status;
use staffroom_domain::{Page, PageRequest, Timestamp, Viewer};

use super::Reads;
use super::read::{AUTHOR_IS_HERE, PUBLIC, unwanted_sql};
use crate::error::Result;
use crate::page::keyset;
use crate::statuses::COLUMNS;
use crate::trends::AUTHOR_IS_FOUND;

impl Reads<'_> {
    /// Public statuses whose first link leads to `url`, by people who agree to be found.
    ///
    /// # Errors
    /// The database failed.
    pub async fn link(&self, viewer: Viewer, url: &str, now: Timestamp, page: PageRequest) -> Result<Page<Status>> {
        // status_cards_statuses
        let mut values = vec![url.into()];
        let unwanted = unwanted_sql(viewer, now, "s.account_id", &mut values);
        let (bounds, order) = keyset(&page, "l.status_id", &mut values);
        let sql = format!(
            "SELECT {COLUMNS} FROM status_cards l JOIN statuses s ON s.id = l.status_id \
             WHERE l.card_id = (SELECT c.id FROM preview_cards c WHERE c.url = $1) \
             AND {PUBLIC}{AUTHOR_IS_HERE}{AUTHOR_IS_FOUND}{unwanted}{bounds}{order}"
        );
        self.page(sql, values, &page).await
    }
}

//! Queries about pages that statuses link to.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use staffroom_domain::Timestamp;
use staffroom_domain::card::{PageImage, PageInfo, PreviewCard};
use staffroom_domain::ids::{CardId, StatusId};

use crate::db::in_list;
use crate::error::Result;

crate::db::noun!();

/// What goes when a status links to nothing any more.
pub(crate) const UNLINK: [&str; 2] = [
    "DELETE FROM preview_cards WHERE id IN (SELECT card_id FROM status_cards WHERE status_id = $1) AND NOT EXISTS \
     (SELECT 1 FROM status_cards l WHERE l.card_id = preview_cards.id AND l.status_id <> $1)",
    "DELETE FROM status_cards WHERE status_id = $1",
];

/// A page without its id.
#[derive(FromQueryResult)]
pub(crate) struct Row {
    url: String,
    title: String,
    description: String,
    provider_name: String,
    author_name: String,
    published_at: Option<i64>,
    image_url: Option<String>,
    image_description: Option<String>,
    image_width: Option<i32>,
    image_height: Option<i32>,
    image_blurhash: Option<String>,
}

/// What a page is read from, where its table is called `c`.
pub(crate) const COLUMNS: &str = "c.url, c.title, c.description, c.provider_name, c.author_name, c.published_at, \
                                  c.image_url, c.image_description, c.image_width, c.image_height, c.image_blurhash";

impl From<Row> for PreviewCard {
    fn from(row: Row) -> Self {
        let pixels = |n: Option<i32>| n.and_then(|n| u32::try_from(n).ok());
        let size_px = pixels(row.image_width).zip(pixels(row.image_height));
        let image = row.image_url.map(|url| PageImage {
            url,
            description: row.image_description.unwrap_or_default(),
            size_px,
            blurhash: row.image_blurhash,
        });
        let page = PageInfo {
            title: row.title,
            description: row.description,
            provider_name: row.provider_name,
            author_name: row.author_name,
            published_at: row.published_at.map(Timestamp),
            image,
        };
        Self { url: row.url, page: Some(page).filter(|page| !page.title.is_empty()) }
    }
}

/// A page, and when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCard {
    /// Our id.
    pub id: CardId,
    /// The page.
    pub card: PreviewCard,
    /// When it was last looked at.
    pub fetched_at: Option<Timestamp>,
}

impl Reads<'_> {
    /// The page each of `statuses` links to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(&self, statuses: &[StatusId]) -> Result<HashMap<StatusId, PreviewCard>> {
        #[derive(FromQueryResult)]
        struct Linked {
            status_id: i64,
            #[sea_orm(nested)]
            card: Row,
        }
        if statuses.is_empty() {
            return Ok(HashMap::new());
        }
        let mut values = Vec::new();
        let list = in_list(&mut values, statuses.iter().map(|id| id.0));
        let sql = format!(
            "SELECT l.status_id, {COLUMNS} FROM status_cards l JOIN preview_cards c ON c.id = l.card_id WHERE l.status_id IN ({list})"
        );
        let rows = self.db.all::<Linked>(sql, values).await?;
        Ok(rows.into_iter().map(|row| (StatusId(row.status_id), row.card.into())).collect())
    }

    /// A page by our id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, id: CardId) -> Result<Option<StoredCard>> {
        self.found("id = $1", id.0.into()).await
    }

    async fn found(&self, condition: &str, value: sea_orm::Value) -> Result<Option<StoredCard>> {
        #[derive(FromQueryResult)]
        struct Found {
            id: i64,
            fetched_at: Option<i64>,
            #[sea_orm(nested)]
            card: Row,
        }
        let sql = format!("SELECT c.id, c.fetched_at, {COLUMNS} FROM preview_cards c WHERE c.{condition}");
        let row = self.db.one::<Found>(sql, vec![value]).await?;
        Ok(row.map(|row| StoredCard {
            id: CardId(row.id),
            card: row.card.into(),
            fetched_at: row.fetched_at.map(Timestamp),
        }))
    }
}

impl Writes<'_> {
    /// Ties a status to the page `url` alone, which gets the id `id` if it was not known.
    ///
    /// # Errors
    /// The database failed.
    pub async fn link(&self, status: StatusId, url: &str, id: CardId) -> Result<Option<StoredCard>> {
        let sql = "INSERT INTO preview_cards (id, url, title, description, provider_name, author_name) \
                   VALUES ($1, $2, '', '', '', '') ON CONFLICT (url) DO NOTHING";
        self.db.run(sql, vec![id.0.into(), url.into()]).await?;
        let Some(found) = self.found("url = $1", url.into()).await? else { return Ok(None) };
        let sql = "INSERT INTO status_cards (status_id, card_id) VALUES ($1, $2) \
                   ON CONFLICT (status_id) DO UPDATE SET card_id = excluded.card_id";
        self.db.run(sql, vec![status.0.into(), found.id.0.into()]).await?;
        Ok(Some(found))
    }

    /// Ties a status to no page; one that nothing else links to is forgotten.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unlink(&self, status: StatusId) -> Result<()> {
        for sql in UNLINK {
            self.db.run(sql, vec![status.0.into()]).await?;
        }
        Ok(())
    }

    /// Keeps what a page said; one that says nothing keeps what it said before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep(&self, id: CardId, page: Option<&PageInfo>, now: Timestamp) -> Result<()> {
        let Some(page) = page else {
            let sql = "UPDATE preview_cards SET fetched_at = $2 WHERE id = $1";
            self.db.run(sql, vec![id.0.into(), now.0.into()]).await?;
            return Ok(());
        };
        let sql = "UPDATE preview_cards SET fetched_at = $2, title = $3, description = $4, provider_name = $5, \
                   author_name = $6, published_at = $7, image_url = $8, image_description = $9, image_width = $10, \
                   image_height = $11, image_blurhash = $12 WHERE id = $1";
        let image = page.image.as_ref();
        let pixels = |n: Option<u32>| n.and_then(|n| i32::try_from(n).ok());
        let values = vec![
            id.0.into(),
            now.0.into(),
            page.title.as_str().into(),
            page.description.as_str().into(),
            page.provider_name.as_str().into(),
            page.author_name.as_str().into(),
            page.published_at.map(|at| at.0).into(),
            image.map(|image| image.url.clone()).into(),
            image.map(|image| image.description.clone()).into(),
            pixels(image.and_then(|image| Some(image.size_px?.0))).into(),
            pixels(image.and_then(|image| Some(image.size_px?.1))).into(),
            image.and_then(|image| image.blurhash.clone()).into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }
}

//! Custom emoji of this instance.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::custom_emoji::CustomEmoji;
use staffroom_domain::ids::CustomEmojiId;

use crate::db::{pad, placeholders};
use crate::error::Result;

crate::db::noun!();

const COLUMNS: &str = "id, shortcode, path, category, in_picker, created_at";

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    shortcode: String,
    path: String,
    category: Option<String>,
    in_picker: bool,
    created_at: i64,
}

impl From<Row> for CustomEmoji {
    fn from(row: Row) -> Self {
        Self {
            id: CustomEmojiId(row.id),
            shortcode: row.shortcode,
            path: row.path,
            category: row.category,
            in_picker: row.in_picker,
            created_at: Timestamp(row.created_at),
        }
    }
}

impl Reads<'_> {
    /// All of them by name, at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all(&self, limit: u64) -> Result<Vec<CustomEmoji>> {
        let sql = format!("SELECT {COLUMNS} FROM custom_emojis ORDER BY shortcode LIMIT +$1");
        let rows = self.db.all::<Row>(sql, vec![i64::try_from(limit).unwrap_or(i64::MAX).into()]).await?;
        Ok(rows.into_iter().map(CustomEmoji::from).collect())
    }

    /// Those with these names, in no order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn named(&self, shortcodes: &[&str]) -> Result<Vec<CustomEmoji>> {
        if shortcodes.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: Vec<Value> = shortcodes.iter().map(|name| (*name).into()).collect();
        pad(&mut values);
        let sql = format!("SELECT {COLUMNS} FROM custom_emojis WHERE shortcode IN ({})", placeholders(1, values.len()));
        Ok(self.db.all::<Row>(sql, values).await?.into_iter().map(CustomEmoji::from).collect())
    }

    /// How many there are.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count(&self) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS n FROM custom_emojis";
        Ok(self.db.number(sql, vec![]).await?.unwrap_or(0))
    }
}

impl Writes<'_> {
    /// Adds one; `false` when the name is taken.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, emoji: &CustomEmoji) -> Result<bool> {
        let sql = format!(
            "INSERT INTO custom_emojis ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (shortcode) DO NOTHING"
        );
        let values = vec![
            emoji.id.0.into(),
            emoji.shortcode.as_str().into(),
            emoji.path.as_str().into(),
            emoji.category.clone().into(),
            emoji.in_picker.into(),
            emoji.created_at.0.into(),
        ];
        Ok(self.db.run(sql, values).await? > 0)
    }

    /// Removes one; `false` when there is none of that id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete(&self, id: CustomEmojiId) -> Result<bool> {
        Ok(self.db.run("DELETE FROM custom_emojis WHERE id = $1", vec![id.0.into()]).await? > 0)
    }
}

//! What the instance remembers about itself: names and values fixed at first start.

use sea_orm::FromQueryResult;

use crate::db::Db;
use crate::error::Result;

/// What can be asked.
#[derive(Debug)]
pub struct Reads<'a> {
    pub(crate) db: Db<'a>,
}

/// What can be asked and changed.
#[derive(Debug)]
pub struct Writes<'a>(pub(crate) Reads<'a>);

impl<'a> std::ops::Deref for Writes<'a> {
    type Target = Reads<'a>;

    fn deref(&self) -> &Reads<'a> {
        &self.0
    }
}

impl Reads<'_> {
    /// A remembered value.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, name: &str) -> Result<Option<String>> {
        #[derive(FromQueryResult)]
        struct Row {
            value: String,
        }
        let sql = "SELECT value FROM instance_settings WHERE name = $1";
        Ok(self.db.one::<Row>(sql, vec![name.into()]).await?.map(|row| row.value))
    }
}

impl Writes<'_> {
    /// Remembers a value, in place of an older one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set(&self, name: &str, value: &str) -> Result<()> {
        let sql = "INSERT INTO instance_settings (name, value) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.db.run(sql, vec![name.into(), value.into()]).await?;
        Ok(())
    }
}

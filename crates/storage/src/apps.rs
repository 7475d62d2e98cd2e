//! Queries about client applications, authorization requests, codes and tokens. Only hashes of secrets are kept.

mod codes;
mod tokens;

use sea_orm::{DbErr, FromQueryResult, QueryResult};
use staffroom_domain::Timestamp;
use staffroom_domain::ids::AppId;
use staffroom_domain::scope::Scopes;

use crate::error::Result;
pub use codes::{AuthorizeRequest, Code};
pub use tokens::{NewToken, TokenHolder};

crate::db::noun!();

/// A registered application.
#[derive(Clone, Debug)]
pub struct App {
    /// Our id.
    pub id: AppId,
    /// Public identifier.
    pub client_id: String,
    /// SHA-256 of its secret.
    pub secret_hash: Vec<u8>,
    /// Name.
    pub name: String,
    /// Site.
    pub website: Option<String>,
    /// Redirect URIs byte for byte as registered.
    pub redirect_uris: Vec<String>,
    /// The most it may ask for.
    pub scopes: Scopes,
}

/// The select list of an application under the table alias `p`, each column named `p_…`.
const COLUMNS: &str = "p.id AS p_id, p.client_id AS p_client_id, p.secret_hash AS p_secret_hash, p.name AS p_name, \
     p.website AS p_website, p.redirect_uris AS p_redirect_uris, p.scopes AS p_scopes";

struct Row(App);

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _pre: &str) -> Result<Self, DbErr> {
        let uris: String = row.try_get("p_", "redirect_uris")?;
        Ok(Self(App {
            id: AppId(row.try_get("p_", "id")?),
            client_id: row.try_get("p_", "client_id")?,
            secret_hash: row.try_get("p_", "secret_hash")?,
            name: row.try_get("p_", "name")?,
            website: row.try_get("p_", "website")?,
            redirect_uris: serde_json::from_str(&uris).map_err(|e| DbErr::Type(format!("apps.redirect_uris: {e}")))?,
            scopes: Scopes::parse(&row.try_get::<String>("p_", "scopes")?),
        }))
    }
}

impl Reads<'_> {
    /// The application with this public identifier.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_client_id(&self, client_id: &str) -> Result<Option<App>> {
        let sql = format!("SELECT {COLUMNS} FROM apps p WHERE p.client_id = $1");
        Ok(self.db.one::<Row>(sql, vec![client_id.into()]).await?.map(|row| row.0))
    }

    /// The application with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_id(&self, id: AppId) -> Result<Option<App>> {
        let sql = format!("SELECT {COLUMNS} FROM apps p WHERE p.id = $1");
        Ok(self.db.one::<Row>(sql, vec![id.0.into()]).await?.map(|row| row.0))
    }
}

impl Writes<'_> {
    /// Stores a new application.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, app: &App, now: Timestamp) -> Result<()> {
        let head = "INSERT INTO apps (id, client_id, secret_hash, name, website, redirect_uris, scopes, created_at)";
        let values = vec![
            app.id.0.into(),
            app.client_id.clone().into(),
            app.secret_hash.clone().into(),
            app.name.clone().into(),
            app.website.clone().into(),
            crate::db::json(&app.redirect_uris).into(),
            app.scopes.to_string().into(),
            now.as_millis().into(),
        ];
        self.db.insert_many(head, vec![values], "").await?;
        Ok(())
    }
}

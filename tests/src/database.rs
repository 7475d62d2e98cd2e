//! What a server has stored, looked at beside it: a fresh database for each, on SQLite or on the PostgreSQL server that
//! `STAFFROOM_TEST_DATABASE` names.

use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

/// A maintenance database of a PostgreSQL server on which tests may create their own; unset means SQLite.
const SERVER: &str = "STAFFROOM_TEST_DATABASE";

/// A database of one server; a PostgreSQL one is dropped with this.
pub struct Database {
    url: String,
    /// Where it was made and its name, on PostgreSQL.
    made_on: Option<(String, String)>,
}

impl Database {
    /// An empty database; SQLite's file lies in `folder`.
    ///
    /// # Panics
    /// When PostgreSQL refuses.
    pub async fn fresh(folder: &Path) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var(SERVER) else {
            return Self { url: format!("sqlite:{}", folder.join("staffroom.db").display()), made_on: None };
        };
        let name = format!("staffroom_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        run(&server, &format!("CREATE DATABASE {name}")).await;
        let mut url = url::Url::parse(&server).unwrap_or_else(|error| panic!("{server}: {error}"));
        url.set_path(&name);
        Self { url: url.into(), made_on: Some((server, name)) }
    }

    /// As in the setting `storage.url`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The one number `sql` asks for, read through a connection of its own: it sees only what is committed.
    ///
    /// # Panics
    /// When the question is wrong.
    pub async fn number(&self, sql: &str) -> i64 {
        let found = if self.made_on.is_some() {
            let mut connection = PgConnection::connect(&self.url).await.unwrap_or_else(|error| panic!("{error}"));
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await
        } else {
            let mut connection = self.sqlite(true).await;
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await
        };
        found.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// How many rows `table` has; `table` may go on with `WHERE`.
    pub async fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM {table}")).await
    }

    /// Changes what is stored as `sql` says, beside a server that does not run.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn change(&self, sql: &str) {
        self.try_to_change(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// What the database says to such a change that it refuses.
    ///
    /// # Panics
    /// When it does not.
    pub async fn refuses(&self, sql: &str) -> String {
        match self.try_to_change(sql).await {
            Ok(()) => panic!("{sql}: went through"),
            Err(error) => error.to_string(),
        }
    }

    async fn try_to_change(&self, sql: &str) -> Result<(), sqlx::Error> {
        let statements = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        if self.made_on.is_some() {
            let mut connection = PgConnection::connect(&self.url).await?;
            statements.execute(&mut connection).await?;
        } else {
            let mut connection = self.sqlite(false).await;
            statements.execute(&mut connection).await?;
        }
        Ok(())
    }

    async fn sqlite(&self, read_only: bool) -> SqliteConnection {
        let options = SqliteConnectOptions::from_str(&self.url).unwrap_or_else(|error| panic!("{error}"));
        options.read_only(read_only).connect().await.unwrap_or_else(|error| panic!("{}: {error}", self.url))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = self.made_on.take() else { return };
        // A runtime of its own, because the caller's may be the one this is dropped in.
        let drop_it = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(run(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
            }
        };
        drop(std::thread::spawn(drop_it).join());
    }
}

async fn run(server: &str, sql: &str) {
    let mut connection =
        PgConnection::connect(server).await.unwrap_or_else(|error| panic!("PostgreSQL at {server}: {error}"));
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

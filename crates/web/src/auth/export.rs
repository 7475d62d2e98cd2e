//! `GET /settings/exports/{file}`: what a person takes along to another server, at the addresses and in the files of
//! Mastodon, which reads them in.

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use staffroom_domain::account::Account;
use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Relationship;
use staffroom_service::ServiceError;

use crate::Web;
use crate::error::WebError;

type Rows = Vec<Vec<String>>;

/// Writes out one of them, of whoever is signed in.
pub(crate) async fn show(
    State(web): State<Web>,
    jar: CookieJar,
    uri: Uri,
    Path(file): Path<String>,
) -> Result<Response, WebError> {
    let session = web.session(&web.service.cx(), &jar).await?.ok_or_else(|| WebError::sign_in_first(&uri))?;
    let (name, rows) = rows(&web, session.account.id, &file).await?;
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, csv(&rows)).into_response())
}

/// The name of the file, and its rows.
async fn rows(web: &Web, me: AccountId, file: &str) -> Result<(&'static str, Rows), WebError> {
    let personal = web.service.personal();
    let acct = |account: &Account| web.site.acct(account);
    let yes_no = |yes: bool| yes.to_string();
    let head = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    Ok(match file {
        "follows.csv" => {
            let row = |(account, how): &(Account, Relationship)| {
                vec![acct(account), yes_no(how.showing_reblogs), yes_no(how.notifying), how.languages.join(", ")]
            };
            let found = personal.all_followed(me).await?;
            let names = head(&["Account address", "Show boosts", "Notify on new posts", "Languages"]);
            ("following_accounts.csv", [names].into_iter().chain(found.iter().map(row)).collect())
        }
        "mutes.csv" => {
            let row = |(account, how): &(Account, Relationship)| vec![acct(account), yes_no(how.muting_notifications)];
            let found = personal.all_muted(me).await?;
            let names = head(&["Account address", "Hide notifications"]);
            ("muted_accounts.csv", [names].into_iter().chain(found.iter().map(row)).collect())
        }
        "blocks.csv" => {
            let found = personal.all_blocked(me).await?;
            ("blocked_accounts.csv", found.iter().map(|account| vec![acct(account)]).collect())
        }
        "domain_blocks.csv" => {
            let found = personal.all_blocked_domains(me).await?;
            ("blocked_domains.csv", found.into_iter().map(|domain| vec![domain]).collect())
        }
        "lists.csv" => {
            let found = personal.all_listed(me).await?;
            let rows = found
                .iter()
                .flat_map(|(list, members)| members.iter().map(|account| vec![list.title.clone(), acct(account)]));
            ("lists.csv", rows.collect())
        }
        "bookmarks.csv" => {
            let found = personal.all_bookmarked(me).await?;
            ("bookmarks.csv", found.into_iter().map(|uri| vec![uri]).collect())
        }
        _ => return Err(ServiceError::NotFound("file").into()),
    })
}

/// Comma-separated values (RFC 4180), with the line ends of Mastodon's files.
///
/// What begins with `=`, `+`, `-` or `@` stays as it is, as in Mastodon's: these files are for other servers to read in,
/// and a sign put in front would be part of the name there. A spreadsheet may take such a value for a formula, so none can
/// be made into much: people choose the titles of their lists themselves, and what others choose, their names, has no
/// spaces, quotation marks or slashes (`domain::text::is_handle_name`).
fn csv(rows: &[Vec<String>]) -> String {
    let quoted = |value: &String| {
        if value.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", value.replace('"', "\"\""))
        } else {
            value.clone()
        }
    };
    rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_end_their_field() {
        let row = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        let rows = vec![row(&["Heads, \"new\"", "amy@oak.test"]), row(&["a\nb"])];
        assert_eq!(csv(&rows), "\"Heads, \"\"new\"\"\",amy@oak.test\n\"a\nb\"\n");
        assert_eq!(csv(&[]), "");
    }
}

//! The API reference page, written from [`ROUTES`].

use crate::routes::{Auth, Kind, ROUTES, Route};

const INTRODUCTION: &str = "\
# API reference

Staffroom answers as Mastodon 4.5 does, so the documentation of Mastodon's own API describes parameters and answers of
every endpoint here; what is below `/api/staffroom` and `/api/v1/staffroom` is ours. `GET /api/openapi.json` describes all
of it for programs (OpenAPI 3.1). This page is generated from the table that routes requests.

- **Ids** are decimal strings of constant length; later ids sort behind earlier ones, as text and as numbers.
- **Lists** are paged with `limit` and `max_id`, `since_id` or `min_id`; the `Link` header has the addresses of the
  next and previous page.
- **Parameters** come in the query, as a form (also `name[]=` and `name[key]=`), as multipart or as JSON.
- **Errors** are `{\"error\": \"…\"}`, with `error_description` where there is more to say: 401 without a valid token, 403
  when the token's scope is too small, 404 for what is not there or not for you to see, 422 for what is not valid, 429
  with `Retry-After` when you ask too often. `X-RateLimit-Limit`, `-Remaining` and `-Reset` tell before that.
- **Tokens** go in `Authorization: Bearer …`. `GET /.well-known/oauth-authorization-server` (RFC 8414) has the addresses
  of OAuth; codes may and, for public clients, should be bound with PKCE (S256).

Two parameters are ours: `share_tagged` of `POST /api/v1/statuses` says whether this one public status with published
hashtags may be shared with other networks, and `source[share_tagged]` of `PATCH /api/v1/accounts/update_credentials`
says so for all whose author does not say; `source.share_tagged` of one's own account tells what holds.

*Who* is `anybody`; `anybody, or a person` where a token is optional and tells who is looking; `an app or a person` for
any token; `a person` for a token somebody signed in for, `a moderator` and `an administrator` for that of one of the
instance (who may do everything may do what moderators may); `… of an organisation` for these and for those of a school,
who reach what belongs to their school: anything else is not found. *Counted* names the quota when it is not the ordinary
one.

| method | path | who | scope | counted |
|---|---|---|---|---|
";

/// The page, in Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for route in ROUTES {
        page.push_str(&row(route));
    }
    page
}

/// Who may call, in words.
pub(crate) fn who(auth: Auth) -> &'static str {
    match auth {
        Auth::Open => "anybody",
        Auth::Public => "anybody, or a person",
        Auth::AppOrUser => "an app or a person",
        Auth::User => "a person",
        Auth::OrganisationModerator => "a moderator of an organisation",
        Auth::OrganisationAdmin => "an administrator of an organisation",
        Auth::Moderator => "a moderator",
        Auth::Admin => "an administrator",
    }
}

fn row(route: &Route) -> String {
    let who = who(route.auth);
    let scope = if route.scope.is_empty() { String::new() } else { format!("`{}`", route.scope) };
    let counted = match route.kind {
        Kind::Plain | Kind::Upload | Kind::Stream => "",
        Kind::Media => "uploads",
        Kind::Removal => "deletions",
        Kind::Translation => "translations",
    };
    format!("| {} | `{}` | {who} | {scope} | {counted} |\n", route.method, route.path)
}

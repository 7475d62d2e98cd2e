//! Who may call what: the table of endpoints names only scopes that exist, and nothing that changes anything is open.

use staffroom_server::api::{Auth, ROUTES, Route};
use staffroom_server::domain::scope::Scopes;

use super::assert_none;

/// Endpoints that need a person but no scope, as in Mastodon; each channel of a stream takes its own.
const WITHOUT_SCOPE: [(&str, &str); 3] =
    [("GET", "/api/v1/apps/verify_credentials"), ("GET", "/api/v1/announcements"), ("GET", "/api/v1/streaming")];

/// Endpoints that change something and take no token: they make or end tokens.
const OPEN_CHANGES: [(&str, &str); 3] = [("POST", "/api/v1/apps"), ("POST", "/oauth/token"), ("POST", "/oauth/revoke")];

/// What is read with the scope of what it prepares, as in Mastodon: one's own upload, what a block would end.
const READ_BEFORE_WRITING: [&str; 2] = ["/api/v1/media", "/api/v1/domain_blocks/preview"];

/// What is asked with a body and changes nothing, as in Mastodon.
const ASKED_BY_POST: [&str; 5] = [
    "/api/v1/admin/measures",
    "/api/v1/admin/dimensions",
    "/api/v1/admin/retention",
    "/api/v1/admin/canonical_email_blocks/test",
    "/api/v1/statuses/{id}/translate",
];

fn problems(routes: &[Route]) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, route) in routes.iter().enumerate() {
        let name = (route.method, route.path);
        let mut say = |what: &str| problems.push(format!("{} {}: {what}", name.0, name.1));
        if !route.scope.is_empty() && !Scopes::all().any(|scope| scope == route.scope) {
            say(&format!("{} is no scope", route.scope));
        }
        let changes = route.method != "GET";
        let (for_reading, for_writing) = {
            let own = route.scope.strip_prefix("admin:").unwrap_or(route.scope);
            (own.starts_with("read"), own.starts_with("write"))
        };
        match route.auth {
            Auth::Open if changes && !OPEN_CHANGES.contains(&name) => say("changes something without a token"),
            Auth::Admin | Auth::Moderator | Auth::OrganisationAdmin | Auth::OrganisationModerator
                if !route.scope.starts_with("admin:") =>
            {
                say("is for staff with everybody's scope");
            }
            Auth::User | Auth::AppOrUser | Auth::Public if route.scope.starts_with("admin:") => {
                say("is for everybody with an administrator's scope");
            }
            Auth::Public if changes => say("changes something for anybody"),
            Auth::User | Auth::AppOrUser if route.scope.is_empty() && !WITHOUT_SCOPE.contains(&name) => {
                say("needs a token, but no scope");
            }
            _ if !changes && for_writing && !READ_BEFORE_WRITING.iter().any(|path| route.path.starts_with(path)) => {
                say("reads with a scope for writing");
            }
            _ if changes && for_reading && !ASKED_BY_POST.contains(&route.path) => {
                say("writes with a scope for reading");
            }
            _ => {}
        }
        if routes.iter().take(index).any(|other| (other.method, other.path) == name) {
            say("is there twice");
        }
    }
    problems
}

#[test]
fn the_table_of_endpoints_names_scopes_that_exist_and_fit() {
    assert_none(&problems(ROUTES));
}

#[test]
fn a_wrong_row_is_noticed() {
    let good = *ROUTES.iter().find(|route| route.path == "/api/v1/statuses" && route.method == "POST").unwrap();
    for broken in [
        Route { scope: "write:posts", ..good },
        Route { scope: "", ..good },
        Route { scope: "read:statuses", ..good },
        Route { auth: Auth::Public, ..good },
        Route { auth: Auth::Open, ..good },
        Route { method: "GET", ..good },
        Route { auth: Auth::Admin, ..good },
        Route { scope: "admin:write", ..good },
    ] {
        assert_eq!(problems(&[broken]).len(), 1, "{broken:?}");
    }
    assert_eq!(problems(&[good, good]).len(), 1);
    assert_none(&problems(&[good]));
}

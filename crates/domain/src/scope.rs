//! OAuth scopes of the Mastodon client API.

/// A set of scopes as granted, in the order given.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Scopes(Vec<String>);

const PARENTS: [&str; 7] = ["read", "write", "follow", "push", "profile", "admin:read", "admin:write"];

const CHILDREN: [&str; 40] = [
    "read:accounts",
    "read:blocks",
    "read:bookmarks",
    "read:favourites",
    "read:filters",
    "read:follows",
    "read:lists",
    "read:mutes",
    "read:notifications",
    "read:search",
    "read:statuses",
    "read:collections",
    "write:accounts",
    "write:blocks",
    "write:bookmarks",
    "write:conversations",
    "write:favourites",
    "write:filters",
    "write:follows",
    "write:lists",
    "write:media",
    "write:mutes",
    "write:notifications",
    "write:reports",
    "write:statuses",
    "write:collections",
    "admin:read:accounts",
    "admin:read:reports",
    "admin:read:domain_allows",
    "admin:read:domain_blocks",
    "admin:read:ip_blocks",
    "admin:read:email_domain_blocks",
    "admin:read:canonical_email_blocks",
    "admin:write:accounts",
    "admin:write:reports",
    "admin:write:domain_allows",
    "admin:write:domain_blocks",
    "admin:write:ip_blocks",
    "admin:write:email_domain_blocks",
    "admin:write:canonical_email_blocks",
];

/// What `follow` has always covered.
const FOLLOW: [&str; 6] = ["read:follows", "write:follows", "read:blocks", "write:blocks", "read:mutes", "write:mutes"];

impl Scopes {
    /// Parses a space- or plus-separated list. Unknown names are left out (and returned by [`Scopes::unknown_in`]).
    pub fn parse(text: &str) -> Self {
        let mut out: Vec<String> = Vec::new();
        for name in split(text) {
            if is_known(name) && !out.iter().any(|s| s == name) {
                out.push(name.to_owned());
            }
        }
        Self(out)
    }

    /// The names in `text` that are no scope.
    pub fn unknown_in(text: &str) -> Vec<&str> {
        split(text).filter(|name| !is_known(name)).collect()
    }

    /// Every scope that exists, parents first.
    pub fn all() -> impl Iterator<Item = &'static str> {
        PARENTS.into_iter().chain(CHILDREN)
    }

    /// Whether `wanted` is granted: itself, a parent of it (`read` covers `read:statuses`), or `follow`'s old meaning.
    pub fn covers(&self, wanted: &str) -> bool {
        self.0.iter().any(|have| {
            have == wanted
                || wanted.strip_prefix(have.as_str()).is_some_and(|rest| rest.starts_with(':'))
                || (have == "follow" && FOLLOW.contains(&wanted))
                || (wanted == "profile" && (have == "read" || have == "read:accounts"))
        })
    }

    /// Whether each of `wanted` is covered.
    pub fn covers_all(&self, wanted: &Self) -> bool {
        wanted.0.iter().all(|w| self.covers(w))
    }

    /// Whether nothing is granted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '+', '\n', '\t', ',']).filter(|s| !s.is_empty())
}

fn is_known(name: &str) -> bool {
    PARENTS.contains(&name) || CHILDREN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_cover_children_and_follow_keeps_its_old_meaning() {
        let s = Scopes::parse("read follow");
        assert!(s.covers("read:statuses") && s.covers("write:follows") && s.covers("read"));
        assert!(!s.covers("write:statuses") && !s.covers("write") && !s.covers("admin:read"));
    }

    #[test]
    fn a_child_does_not_cover_its_parent_or_a_name_that_only_begins_alike() {
        let s = Scopes::parse("read:statuses+bogus");
        assert!(!s.covers("read") && !s.covers("read:status"));
        assert_eq!(Scopes::unknown_in("read:statuses+bogus"), ["bogus"]);
    }
}

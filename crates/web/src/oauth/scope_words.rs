//! Scopes in words a teacher understands.

use staffroom_domain::scope::Scopes;

/// One sentence for each scope asked for, in the order asked.
pub(crate) fn scope_words(scopes: &Scopes) -> Vec<String> {
    scopes.iter().map(words).collect()
}

fn words(scope: &str) -> String {
    let whole = match scope {
        "read" => "See everything your account can see",
        "write" => "Post, edit, delete and change settings in your name",
        "follow" => "Follow, block and mute people in your name",
        "push" => "Send you notifications",
        "profile" => "See who you are",
        "admin:read" => "See everything administrators can see, private information included",
        "admin:write" => "Act as an administrator",
        _ => "",
    };
    if !whole.is_empty() {
        return whole.to_owned();
    }
    let (verb, thing) = scope.rsplit_once(':').unwrap_or(("", scope));
    let thing = thing.replace('_', " ");
    match verb {
        "read" => format!("See your {thing}"),
        "write" => format!("Change your {thing}"),
        "admin:read" => format!("See as an administrator: {thing}"),
        "admin:write" => format!("Change as an administrator: {thing}"),
        _ => thing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_words() {
        for scope in Scopes::all() {
            let text = words(scope);
            assert!(text.len() > 10 && !text.contains(':') || text.contains("administrator"), "{scope}: {text}");
        }
    }
}

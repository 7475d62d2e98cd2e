//! Who a status is addressed to, in ActivityStreams' terms.

use staffroom_domain::account::Account;
use staffroom_domain::status::Status;
use staffroom_domain::visibility::Visibility;

use super::actor::followers;
use super::context::PUBLIC;

/// `to` and `cc`. `bto` and `bcc` are never sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Primary recipients.
    pub to: Vec<String>,
    /// Further recipients.
    pub cc: Vec<String>,
}

/// Mastodon's four audiences: public and unlisted differ in where `Public` stands, private addresses the followers,
/// direct nobody but the people named. Our tag accounts are named in `cc` of public statuses.
pub fn audience(author: &Account, status: &Status, tag_accounts: &[Account]) -> Audience {
    let named = status.mentions.iter().map(|mention| mention.uri.clone());
    let (public, followers) = (PUBLIC.to_owned(), followers(author));
    match status.visibility {
        Visibility::Public => {
            let tags = tag_accounts.iter().map(|account| account.uri.clone());
            Audience { to: vec![public], cc: std::iter::once(followers).chain(named).chain(tags).collect() }
        }
        Visibility::Unlisted => Audience { to: vec![followers], cc: std::iter::once(public).chain(named).collect() },
        Visibility::Private => Audience { to: std::iter::once(followers).chain(named).collect(), cc: Vec::new() },
        Visibility::Direct => Audience { to: named.collect(), cc: Vec::new() },
    }
}

/// Audience of a boost: the booster's followers and the author boosted.
pub fn reblog_audience(account: &Account, reblog: &Status, original_author: &str) -> Audience {
    let (public, followers, author) = (PUBLIC.to_owned(), followers(account), original_author.to_owned());
    match reblog.visibility {
        Visibility::Public => Audience { to: vec![public], cc: vec![followers, author] },
        Visibility::Unlisted => Audience { to: vec![followers], cc: vec![public, author] },
        Visibility::Private | Visibility::Direct => Audience { to: vec![followers], cc: vec![author] },
    }
}

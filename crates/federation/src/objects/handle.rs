//! Which host belongs into an actor's handle: usually its own, with split domains another one that confirms it.

use url::Url;

use super::webfinger::{ask, split_acct};
use crate::http::host_of;
use crate::state::Context;
use crate::vocab::actor::ActorDoc;

/// The host of the handle of `actor`, whose id is `uri`.
///
/// The actor's own host needs no proof. Another host counts only if its WebFinger, asked about the handle, names this
/// very actor; whether there is one, the actor says itself (FEP-2c59) or its own server's WebFinger does. A server
/// without WebFinger has handles under its own host.
pub(super) async fn resolve(context: &Context, actor: &ActorDoc, uri: &Url) -> String {
    let own = host_of(uri);
    let Some(username) = actor.username() else { return own };
    let claimed = match split_acct(&actor.webfinger) {
        Some((_, host)) => Some(host),
        None => match ask(context, &own, &format!("acct:{username}@{own}")).await {
            Ok(answer) => {
                answer.filter(|answer| answer.actor == *uri).and_then(|answer| answer.subject).map(|(_, host)| host)
            }
            Err(error) => {
                tracing::debug!(actor.uri = %uri, %error, "webfinger does not answer, taking the actor's own host");
                None
            }
        },
    };
    match claimed {
        Some(host) if host != own => match ask(context, &host, &format!("acct:{username}@{host}")).await {
            Ok(Some(answer)) if answer.actor == *uri => host,
            _ => own,
        },
        _ => own,
    }
}

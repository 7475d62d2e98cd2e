//! Statuses that stock servers, relays and authors who joined send us for their hashtags.

use staffroom_domain::account::Account;
use staffroom_domain::status::IncomingStatus;
use staffroom_domain::{Visibility, text};

use super::{Arrival, Statuses};
use crate::exchange::authority;
use crate::exchange::join::wish;
use crate::{Cx, Result};

impl Statuses<'_> {
    /// Whether a public status is kept for its hashtags although no feed brought it: a relay we listen to pointed at it
    /// and somebody here wants one of them; or its author joined one; or its server pushes to us, one is published here,
    /// and its author agrees to be found.
    pub(super) async fn is_pushed(
        &self,
        incoming: &IncomingStatus,
        author: &Account,
        arrival: Arrival,
    ) -> Result<bool> {
        if incoming.visibility != Visibility::Public || incoming.tags.is_empty() {
            return Ok(false);
        }
        let read = self.service.storage().read();
        let exchange = read.exchange();
        match arrival {
            Arrival::Relayed => return Ok(exchange.is_any_wanted(&incoming.tags).await?),
            Arrival::Fetched | Arrival::Announced(_) => return Ok(false),
            Arrival::Delivered => {}
        }
        let joined = exchange.joined(author.id).await?;
        if joined.iter().any(|tag| incoming.tags.iter().any(|t| t.name() == tag.name())) {
            return Ok(true);
        }
        let Some(host) = authority(&author.uri).filter(|_| author.indexable) else { return Ok(false) };
        Ok(exchange.is_any_published(&incoming.tags).await? && exchange.admits(&host).await?)
    }

    /// Whether a status only asks one of our tag accounts to follow its author, or to stop; then that is done.
    pub(super) async fn is_wish(
        &self,
        cx: &Cx,
        incoming: &IncomingStatus,
        author: &Account,
        people: &[Account],
    ) -> Result<bool> {
        let Some(tag_account) = people.iter().find(|account| account.is_local() && account.tag.is_some()) else {
            return Ok(false);
        };
        let Some(join) = wish(&text::to_plain(&incoming.content)) else { return Ok(false) };
        let follows = self.service.storage().read().follows().pair(author.id, tag_account.id).await?;
        if !join || follows.is_some_and(|follow| follow.accepted) {
            self.service.exchange().join(cx, tag_account, author.id, join).await?;
        }
        Ok(true)
    }
}

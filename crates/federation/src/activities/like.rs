//! `Like` and `EmojiReact`: somebody favourites a status, or puts an emoji to it (FEP-c0e0), or both in one.

use staffroom_domain::reaction::{IncomingReaction, Symbol};
use staffroom_service::Origin;
use url::Url;

use super::incoming::Envelope;
use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::activity::ActivityDoc;

/// `Like` or `EmojiReact` of a status we know.
#[derive(Debug)]
pub(super) struct Like {
    pub(super) envelope: Envelope,
    object: Url,
    symbol: Option<Symbol>,
    /// `Like` is a favourite, whatever emoji comes with it.
    is_favourite: bool,
}

impl Like {
    pub(super) fn read(document: &ActivityDoc, envelope: Envelope) -> Result<Self, FederationError> {
        let object = document.object_id().ok_or(FederationError::Refused("Like has no object"))?;
        let (symbol, is_favourite) = (document.symbol(), document.kind == "Like");
        if symbol.is_none() && !is_favourite {
            return Err(FederationError::Refused("EmojiReact has no emoji that can be shown"));
        }
        Ok(Self { envelope, object, symbol, is_favourite })
    }

    #[expect(clippy::unused_async, reason = "one shape for all activities")]
    pub(super) async fn verify(&self, _: &Context) -> Result<(), FederationError> {
        Ok(())
    }

    pub(super) async fn receive(self, context: &Context) -> Result<(), FederationError> {
        let statuses = context.service().statuses();
        let cx = context.service().cx();
        let status = statuses.id_of(self.object.as_str()).await?;
        let status = status.ok_or(FederationError::Ignored("status is not known here"))?;
        let by = self.envelope.sender.account()?.id;
        let uri = String::from(self.envelope.id);
        match self.symbol {
            Some(symbol) => {
                let reaction = IncomingReaction { uri, symbol, is_favourite: self.is_favourite };
                statuses.react(&cx, by, status, &reaction).await?;
            }
            None => statuses.favourite(&cx, by, status, Origin::Remote(uri)).await?,
        }
        Ok(())
    }
}

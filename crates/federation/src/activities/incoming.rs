//! All activities we act on, as one type, and the order they are worked off in.

use activitypub_federation::traits::Activity;
use async_trait::async_trait;
use staffroom_domain::Account;
use staffroom_service::ports::Rendered;
use url::Url;

use super::announce::Announce;
use super::answer::Answer;
use super::block::Block;
use super::create::Create;
use super::delete::Delete;
use super::feature::Feature;
use super::feature_request::FeatureRequest;
use super::flag::Flag;
use super::follow::Follow;
use super::like::Like;
use super::passed_on::{PassedOn, is_passed_on};
use super::relocation::Move;
use super::request::Request;
use super::undo::Undo;
use super::update::Update;
use crate::error::FederationError;
use crate::order_key::order_key;
use crate::state::{Context, Shared};
use crate::vocab::activity::ActivityDoc;
use crate::vocab::request::requested;

/// Who speaks.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    /// Its network id, as the gate verified it.
    pub uri: Url,
    /// The stored account; `None` only for unknown ones that say they are gone.
    pub account: Option<Account>,
    /// Who passed the activity on, if not its actor.
    pub messenger: Option<Url>,
    /// The activity with its actor's proof as it came, for hubs to pass on.
    pub signed: Option<Rendered>,
}

impl Sender {
    /// The stored account.
    pub(super) fn account(&self) -> Result<&Account, FederationError> {
        self.account.as_ref().ok_or(FederationError::Ignored("sender is not known here"))
    }
}

/// Id and sender, which every activity has.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    pub id: Url,
    pub sender: Sender,
}

macro_rules! activities {
    ($($name:ident),*) => {
        /// An activity we act on.
        #[derive(Debug)]
        pub(super) enum Incoming { $($name($name)),* }

        #[async_trait]
        impl Activity for Incoming {
            type DataType = Shared;
            type Error = FederationError;

            fn id(&self) -> &Url {
                match self { $(Self::$name(activity) => &activity.envelope.id),* }
            }
            fn actor(&self) -> &Url {
                match self { $(Self::$name(activity) => &activity.envelope.sender.uri),* }
            }
            async fn verify(&self, context: &Context) -> Result<(), FederationError> {
                match self { $(Self::$name(activity) => activity.verify(context).await),* }
            }
            async fn receive(self, context: &Context) -> Result<(), FederationError> {
                match self { $(Self::$name(activity) => activity.receive(context).await),* }
            }
        }
    };
}

activities!(
    Announce,
    Answer,
    Block,
    Create,
    Delete,
    Feature,
    FeatureRequest,
    Flag,
    Follow,
    Like,
    Move,
    PassedOn,
    Request,
    Undo,
    Update
);

impl Incoming {
    /// Reads the activity by its type.
    ///
    /// # Errors
    /// [`FederationError::Ignored`] for types we do not act on; [`FederationError::Refused`] for unreadable ones.
    pub(super) fn read(document: ActivityDoc, id: Url, sender: Sender) -> Result<Self, FederationError> {
        let envelope = Envelope { id, sender };
        Ok(match document.kind.as_str() {
            "Announce" if document.object_kind().is_some_and(is_passed_on) => {
                Self::PassedOn(PassedOn::read(&document, envelope)?)
            }
            "Announce" => Self::Announce(Announce::read(&document, envelope)?),
            "Add" => Self::Feature(Feature::read(&document, envelope, true)?),
            "Remove" => Self::Feature(Feature::read(&document, envelope, false)?),
            "Accept" => Self::Answer(Answer::read(&document, envelope, true)?),
            "Reject" => Self::Answer(Answer::read(&document, envelope, false)?),
            "Block" => Self::Block(Block::read(&document, envelope)?),
            "Create" => Self::Create(Create::read(document, envelope)?),
            "Delete" => Self::Delete(Delete::read(&document, envelope)?),
            "FeatureRequest" => Self::FeatureRequest(FeatureRequest::read(&document, envelope)?),
            "Flag" => Self::Flag(Flag::read(document, envelope)?),
            "Follow" => Self::Follow(Follow::read(&document, envelope)?),
            "Like" | "EmojiReact" => Self::Like(Like::read(&document, envelope)?),
            "Move" => Self::Move(Move::read(&document, envelope)?),
            "Undo" => Self::Undo(Undo::read(&document, envelope)?),
            "Update" => Self::Update(Update::read(document, envelope)?),
            kind => match requested(kind) {
                Some(what) => Self::Request(Request::read(&document, envelope, what)?),
                None => return Err(FederationError::Ignored("activity type is not acted on")),
            },
        })
    }
}

/// The order key of a received activity.
///
/// What happens to one object stays in order: its `Create`, `Update` and `Delete`. Everything else is rare and stays in
/// order per sender: `Follow`, `Undo`, `Follow` again; a boost and its `Undo`, which names no object we could go by.
pub fn inbound_order(kind: &str, actor: &Url, object: Option<&Url>) -> i64 {
    let about = match kind {
        "Create" | "Update" | "Delete" => object.unwrap_or(actor),
        _ => actor,
    };
    order_key(about.as_str())
}

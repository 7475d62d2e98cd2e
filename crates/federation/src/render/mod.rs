//! From domain events to finished activities: strict, complete, ready to be signed.
//!
//! No I/O, no clock. [`ActivityRenderer`] is what the use cases call inside their transaction; the functions
//! below it also build the documents we serve.

pub mod activity;
pub mod actor;
pub mod audience;
pub mod context;
pub mod emoji;
pub mod note;

#[cfg(test)]
mod tests;

use std::error::Error;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};
use staffroom_domain::account::{Account, KeyPair};
use staffroom_domain::ids::ActivityId;
use staffroom_domain::instance::InstanceIdentity;
use staffroom_domain::interaction::Interaction;
use staffroom_domain::{Tag, Timestamp};
use staffroom_service::ServiceError;
use staffroom_service::ports::{Event, Made, Rendered, Renderer};

use crate::keys::SigningKey;
use crate::order_key::order_key;
use crate::proof;
use crate::vocab::request::request_type;

/// Turns events into activities of this instance.
#[derive(Clone, Debug)]
pub struct ActivityRenderer {
    identity: InstanceIdentity,
}

/// An activity before it is written out.
struct Draft {
    kind: &'static str,
    /// What its order hangs on, see [`order_key`].
    about: String,
    context: Value,
    document: Value,
}

impl ActivityRenderer {
    /// A renderer that speaks for `identity`.
    pub fn new(identity: InstanceIdentity) -> Self {
        Self { identity }
    }

    fn draft(&self, event: Event<'_>, id: ActivityId, now: Timestamp) -> Draft {
        let identity = &self.identity;
        match event {
            Event::StatusPublished { status, tag_accounts } => {
                on_note("Create", &status.status.uri, activity::create(identity, status, tag_accounts, now))
            }
            Event::StatusShared { status, tag_accounts } => {
                let uri = &status.status.uri;
                let create = activity::share(identity, status, tag_accounts, &format!("{uri}#shares/{id}"), now);
                on_note("Create", uri, create)
            }
            Event::StatusEdited { status, tag_accounts } | Event::PollCounted { status, tag_accounts } => {
                let uri = &status.status.uri;
                let update = activity::update(identity, status, tag_accounts, &format!("{uri}#updates/{id}"), now);
                on_note("Update", uri, update)
            }
            Event::Voted { account, status, author, option } => {
                let vote = activity::vote(account, &format!("{}#votes/{id}", account.uri), status, author, option);
                on_note("Create", &status.uri, vote)
            }
            Event::StatusDeleted { author, status } => plain("Delete", &status.uri, activity::delete(author, status)),
            Event::Reblogged { account, reblog, original, original_author } => {
                let announce = activity::announce(account, reblog, &original.uri, &original_author.uri);
                allowed("Announce", &reblog.uri, announce, reblog.approval_uri.as_deref())
            }
            Event::ReblogUndone { account, reblog, original, original_author } => {
                let undone = activity::announce(account, reblog, &original.uri, &original_author.uri);
                undo(account, &reblog.uri, &undone, id)
            }
            Event::Favourited { account, uri, status, author, approval_uri } => {
                let like = activity::like(account, uri, &status.uri, &author.uri);
                allowed("Like", &pair(account, &status.uri), like, approval_uri)
            }
            Event::FavouriteUndone { account, uri, status, author } => {
                let undone = activity::like(account, uri, &status.uri, &author.uri);
                undo(account, &pair(account, &status.uri), &undone, id)
            }
            Event::Followed { account, target, follow } => {
                plain("Follow", &pair(account, &target.uri), activity::follow(&account.uri, &target.uri, follow))
            }
            Event::FollowUndone { account, target, follow } => {
                let undone = activity::follow(&account.uri, &target.uri, follow);
                undo(account, &pair(account, &target.uri), &undone, id)
            }
            Event::RelayFollowed { account, uri } => {
                plain("Follow", uri, activity::follow_everybody(&account.uri, uri))
            }
            Event::RelayUnfollowed { account, uri } => {
                undo(account, uri, &activity::follow_everybody(&account.uri, uri), id)
            }
            Event::FollowAccepted { target, follower, follow } => {
                let answer_id = format!("{}#accepts/{id}", target.uri);
                let answer = activity::answer("Accept", &answer_id, target, follower, follow);
                plain("Accept", &pair(target, &follower.uri), answer)
            }
            Event::FollowRejected { target, follower, follow } => {
                let answer_id = format!("{}#rejects/{id}", target.uri);
                let answer = activity::answer("Reject", &answer_id, target, follower, follow);
                plain("Reject", &pair(target, &follower.uri), answer)
            }
            Event::Blocked { account, target, uri } => {
                plain("Block", &pair(account, &target.uri), activity::block(account, uri, &target.uri))
            }
            Event::BlockUndone { account, target, uri } => {
                undo(account, &pair(account, &target.uri), &activity::block(account, uri, &target.uri), id)
            }
            Event::AccountUpdated { account, keys } => {
                let document = actor::actor(identity, account, keys);
                let update = activity::update_actor(account, &document, &format!("{}#updates/{id}", account.uri));
                Draft { kind: "Update", about: account.uri.clone(), context: context::actor(), document: update }
            }
            Event::Pinned { account, status, on } => {
                let kind = if on { "Add" } else { "Remove" };
                plain(
                    kind,
                    &status.uri,
                    activity::feature(kind, account, status, &format!("{}#pins/{id}", account.uri)),
                )
            }
            Event::AccountMoved { account, target } => {
                let document = activity::move_to(account, target, &format!("{}#moves/{id}", account.uri));
                plain("Move", &account.uri, document)
            }
            Event::Reported { instance, report, target, statuses } => {
                plain("Flag", &report.uri, activity::flag(instance, report, target, statuses))
            }
            Event::AccountDeleted { account } => plain("Delete", &account.uri, activity::delete_actor(account)),
            Event::QuoteRequested { status, quoted_uri, author, uri } => {
                let request = activity::quote_request(identity, status, uri, quoted_uri, &author.uri, now);
                interaction("QuoteRequest", &status.status.uri, request)
            }
            Event::InteractionRequested { account, author, target, uri, made } => {
                let (what, instrument) = match made {
                    Made::Favourite(like) => {
                        (Interaction::Favourite, activity::like(account, like, &target.uri, &author.uri))
                    }
                    Made::Reblog(reblog) => {
                        (Interaction::Reblog, activity::announce(account, reblog, &target.uri, &author.uri))
                    }
                    Made::Status(status) => (Interaction::Reply, note::note(identity, status, &[], now)),
                };
                let request = activity::interaction_request(account, author, what, uri, &target.uri, &instrument);
                interaction(request_type(what), uri, request)
            }
            Event::RequestAnswered { author, asker, request, approval_uri } => {
                let kind = if approval_uri.is_some() { "Accept" } else { "Reject" };
                let answer_id = format!("{}#request_answers/{id}", author.uri);
                let answer = activity::request_answer(kind, &answer_id, author, asker, request, approval_uri);
                interaction(kind, &request.interacting_uri, answer)
            }
            Event::FeatureAnswered { account, asker, request_uri, collection_uri, approval_uri } => {
                let kind = if approval_uri.is_some() { "Accept" } else { "Reject" };
                let answer_id = format!("{}#request_answers/{id}", account.uri);
                let embedded = json!({
                    "id": request_uri,
                    "type": "FeatureRequest",
                    "actor": asker.uri,
                    "object": account.uri,
                    "instrument": collection_uri,
                });
                let document = activity::answer_with(kind, &answer_id, account, asker, &embedded, approval_uri);
                Draft { kind, about: collection_uri.to_owned(), context: context::features(), document }
            }
            Event::QuoteRevoked { author, approval_uri, quoted_uri, quoting_uri } => interaction(
                "Delete",
                quoting_uri,
                activity::quote_revoked(author, approval_uri, quoted_uri, quoting_uri),
            ),
            // in an order of its own: an announcement waits in the slowest lane, whatever else is said of the status
            Event::TagAnnounced { tag_account, status, uri, named } => {
                let tags: Vec<Tag> = named.iter().filter_map(|account| Tag::parse(&account.display_name)).collect();
                plain("Announce", uri, activity::tag_announce(identity, tag_account, uri, &status.uri, &tags, now))
            }
            Event::TagAnnounceUndone { tag_account, status, uri } => {
                let tags: Vec<Tag> = tag_account.tag.iter().cloned().collect();
                let undone = activity::tag_announce(identity, tag_account, uri, &status.uri, &tags, status.created_at);
                undo(tag_account, uri, &undone, id)
            }
        }
    }
}

impl Renderer for ActivityRenderer {
    fn render(
        &self,
        event: Event<'_>,
        id: ActivityId,
        now: Timestamp,
        key: Option<&KeyPair>,
    ) -> staffroom_service::Result<Rendered> {
        let Draft { kind, about, context, document } = self.draft(event, id, now);
        let uri = document.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let failed = |error: &dyn Error| ServiceError::Internal(format!("activity {uri} cannot be written: {error}"));
        let document = match key {
            None => context::with(context, document),
            Some(pair) => {
                let key = SigningKey::from_pkcs8(&pair.uri, pair.algorithm, &pair.private_pkcs8);
                let key = key.map_err(|error| failed(&error))?;
                proof::add(context::with(context::with_proof(context), document), &key, now)
                    .map_err(|error| failed(&error))?
            }
        };
        let body = serde_json::to_vec(&document).map_err(|error| failed(&error))?;
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest(&SHA256, &body).as_ref());
        Ok(Rendered { uri, kind, order_key: order_key(&about), body, digest: sha256 })
    }
}

fn on_note(kind: &'static str, about: &str, document: Value) -> Draft {
    Draft { kind, about: about.to_owned(), context: context::note(), document }
}

fn interaction(kind: &'static str, about: &str, document: Value) -> Draft {
    Draft { kind, about: about.to_owned(), context: context::interactions(), document }
}

fn plain(kind: &'static str, about: &str, document: Value) -> Draft {
    Draft { kind, about: about.to_owned(), context: context::plain(), document }
}

/// An activity with the leave to it, where that was asked for.
fn allowed(kind: &'static str, about: &str, mut document: Value, approval_uri: Option<&str>) -> Draft {
    let (Some(uri), Value::Object(members)) = (approval_uri, &mut document) else {
        return plain(kind, about, document);
    };
    let name = if kind == "Like" { "likeAuthorization" } else { "announceAuthorization" };
    members.insert(name.to_owned(), uri.into());
    interaction(kind, about, document)
}

fn undo(actor: &Account, about: &str, undone: &Value, id: ActivityId) -> Draft {
    plain("Undo", about, activity::undo(&actor.uri, &format!("{}#undos/{id}", actor.uri), undone))
}

fn pair(actor: &Account, other: &str) -> String {
    format!("{} {other}", actor.uri)
}

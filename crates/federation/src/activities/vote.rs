//! Votes from other servers: a note that has a name and no text and answers one of our polls.

use staffroom_domain::{Account, Viewer};
use staffroom_service::ServiceError;

use crate::error::FederationError;
use crate::state::Context;
use crate::vocab::note::NoteDoc;

/// Counts the vote. A second one, or one after the end, changes nothing.
pub(super) async fn receive(note: &NoteDoc, voter: &Account, context: &Context) -> Result<(), FederationError> {
    let statuses = context.service().statuses();
    let (Some(question), Some(choice)) = (&note.in_reply_to, &note.name) else {
        return Err(FederationError::Ignored("vote names no poll"));
    };
    let question = statuses.by_uri(question.as_str()).await?.filter(|status| status.local);
    let poll_id =
        question.and_then(|status| status.poll_id).ok_or(FederationError::Ignored("vote in a poll not ours"))?;
    let (poll, _) = statuses.poll(Viewer::Account(voter.id), poll_id).await?;
    let chosen = poll.options.iter().position(|option| option.title == *choice);
    let chosen = chosen.ok_or(FederationError::Ignored("vote for an option the poll does not have"))?;
    match statuses.vote_from_elsewhere(&context.service().cx(), voter.id, poll_id, chosen).await {
        Ok(()) => Ok(()),
        Err(ServiceError::Conflict(_) | ServiceError::Invalid { .. } | ServiceError::Forbidden(_)) => {
            Err(FederationError::Ignored("vote does not count"))
        }
        Err(error) => Err(error.into()),
    }
}

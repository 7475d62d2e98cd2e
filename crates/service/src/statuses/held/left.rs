//! What answers or quotes something that is published inside a school alone, and names people who are not of it. They could
//! not read it, so it does not go out with that: its author takes them out, or takes it back.

use std::collections::HashMap;

use staffroom_domain::account::Account;
use staffroom_domain::hold::Hold;
use staffroom_domain::ids::{OrganisationId, StatusId};
use staffroom_domain::status::Status;
use staffroom_storage::Tx;

use super::{keep_changed, words};
use crate::statuses::{Statuses, stored_draft};
use crate::{Cx, Result};

/// Something that stays held.
pub(super) struct Left {
    pub(super) hold: Hold,
    /// Those it names who are not of the school, as people write them.
    pub(super) names: Vec<String>,
}

impl Statuses<'_> {
    /// Whom each of these names who is not of `school`; those that name nobody else are missing.
    pub(super) async fn named_outside(
        &self,
        waiting: &[Hold],
        school: OrganisationId,
    ) -> Result<HashMap<StatusId, Vec<String>>> {
        let mut texts = Vec::new();
        for hold in waiting.iter().filter(|hold| !hold.is_ruled) {
            texts.push((hold.id, stored_draft::read(&hold.draft)?.0.text));
        }
        let plain: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        let named = self.named_in(&plain).await?;
        let outside = texts.iter().zip(named).map(|((id, _), mut named)| (*id, named.keep_inside(school)));
        Ok(outside.filter(|(_, names)| !names.is_empty()).collect())
    }

    /// Keeps one held after `made` was published without it, and tells its author why.
    pub(super) async fn leave_behind(
        &self,
        tx: &Tx,
        cx: &Cx,
        people: (&Account, &Account),
        left: Left,
        made: &HashMap<StatusId, Status>,
    ) -> Result<()> {
        let Left { hold, names } = left;
        let still = |id: &StatusId| !made.contains_key(id);
        let (answers, quotes) = (hold.answers.filter(still), hold.quotes.filter(still));
        if (answers, quotes) == (hold.answers, hold.quotes) {
            return Ok(());
        }
        let mut hold = Hold { answers, quotes, ..hold };
        let told = words::left_behind(self.service, &hold, &names);
        let notice = self.say(tx, cx, people, &hold, None, &told).await?;
        hold.notice = hold.notice.or(Some(notice));
        keep_changed(tx, cx, hold).await
    }
}

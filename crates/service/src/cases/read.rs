//! Looking cases up.

use staffroom_domain::cases::{Case, CaseFilter, CaseView, Due, Happening};
use staffroom_domain::ids::{AccountId, CaseId};
use staffroom_domain::{Page, PageRequest};

use super::load::{replayed, steps_of};
use super::{Cases, law, papers};
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

impl Cases<'_> {
    /// Cases that are for `who` to deal with, newest first, without their files.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, who: &Authority, filter: CaseFilter, page: PageRequest) -> Result<Page<CaseView>> {
        let read = self.service.storage().read();
        let found = read.cases().list(who.reach(), who.by(), filter, &page).await?;
        let ids: Vec<CaseId> = found.items.iter().map(|case| case.id).collect();
        let (mut subjects, mut due) = (read.cases().subjects(&ids).await?, read.cases().due_of(&ids).await?);
        let mut named: Vec<AccountId> = found.items.iter().flat_map(heads).collect();
        named.sort_unstable();
        named.dedup();
        let accounts = read.accounts().by_ids(&named).await?;
        let view = |case: Case| CaseView {
            subjects: subjects.remove(&case.id).unwrap_or_default(),
            due: due.remove(&case.id).unwrap_or_default(),
            entries: Vec::new(),
            papers: Vec::new(),
            possible: Vec::new(),
            accounts: accounts.iter().filter(|account| heads(&case).contains(&account.id)).cloned().collect(),
            case,
        };
        Ok(found.map(view))
    }

    /// One of them, with its file.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown one, and for those that are not theirs to deal with.
    pub async fn get(&self, who: &Authority, id: CaseId) -> Result<CaseView> {
        let read = self.service.storage().read();
        let cases = read.cases();
        let case = cases.get(id, who.reach(), who.by()).await?.ok_or(ServiceError::NotFound("case"))?;
        let entries = cases.entries(id).await?;
        let law = law(&case.jurisdiction)?;
        let course = replayed(&case, &steps_of(&entries), law)?;
        let possible = if case.closed_at.is_some() { Vec::new() } else { course.possible(law) };
        let mut named: Vec<AccountId> = heads(&case);
        for entry in &entries {
            named.extend(entry.by);
            if let Happening::Assigned(to) = entry.what {
                named.extend(to);
            }
        }
        named.sort_unstable();
        named.dedup();
        Ok(CaseView {
            subjects: cases.subjects(&[id]).await?.remove(&id).unwrap_or_default(),
            due: cases.due_of(&[id]).await?.remove(&id).unwrap_or_default(),
            papers: papers::all(&cases, self.service, id).await?,
            accounts: read.accounts().by_ids(&named).await?,
            possible,
            entries,
            case,
        })
    }

    /// What is due in the next `days` in cases that are for `who` to deal with, and what is over, the soonest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn due(&self, cx: &Cx, who: &Authority, days: u16, limit: u64) -> Result<Vec<Due>> {
        let until = cx.now().plus(std::time::Duration::from_hours(24 * u64::from(days)));
        let read = self.service.storage().read();
        Ok(read.cases().due_by(who.reach(), who.by(), until, limit).await?)
    }
}

/// Who is named in the head of a case.
fn heads(case: &Case) -> Vec<AccountId> {
    [case.opened_by, case.about, case.assigned_to].into_iter().flatten().collect()
}

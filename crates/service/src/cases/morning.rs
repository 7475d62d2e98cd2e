//! What waits, in the morning, in numbers (a job). No name and no word of anybody is in these letters.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use staffroom_domain::PageRequest;
use staffroom_domain::cases::rota::Morning;
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::job::Job;
use staffroom_domain::mail::LetterKind;
use staffroom_domain::organisation::Reach;
use staffroom_storage::Tx;

use super::{Cases, law, words};
use crate::mail::{Matter, write};
use crate::{Cx, Result};

/// The hour, by the clocks of the place, on working days.
const HOUR: i8 = 7;
/// What counts as due soon.
const SOON: Duration = Duration::from_hours(24);
/// Under what the job waits.
const KEY: &str = "morning";

impl Cases<'_> {
    /// Has moderators told next morning, where something waits.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn wait_for_morning(&self, tx: &Tx, cx: &Cx) -> Result<()> {
        if tx.cases().mornings(cx.now(), cx.now().plus(SOON)).await?.is_empty() {
            return Ok(());
        }
        let law = law(&self.service.settings().jurisdiction)?;
        if let Ok(at) = law.calendar.next_working_hour(cx.now(), HOUR) {
            tx.jobs().push(cx.id(), &Job::TellMorning, at, Some(KEY)).await?;
        }
        Ok(())
    }

    /// Tells moderators and admins of organisations what waits there; where there are none, those of the instance. Nobody
    /// hears that there is nothing.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn tell_morning(&self, cx: &Cx) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let waits = tx.cases().mornings(cx.now(), cx.now().plus(SOON)).await?;
        if waits.is_empty() {
            return Ok(());
        }
        let names = names(&tx, waits.keys().copied().collect()).await?;
        let people = self.listeners(&tx, &waits).await?;
        let ids: Vec<AccountId> = people.keys().copied().collect();
        let (accounts, users) = (tx.accounts().by_ids(&ids).await?, tx.users().by_accounts(&ids).await?);
        for account in &accounts {
            let user = users.iter().find(|user| user.account_id == account.id);
            let (Some(user), Some(at)) = (user, people.get(&account.id)) else { continue };
            let parts = names.iter().filter(|(id, _)| at.contains(id));
            let counts = parts.filter_map(|(id, name)| Some(words::morning(name, waits.get(id)?)));
            let text = counts.fold("This waits for you:\n\n".to_owned(), |text, part| text + &part);
            let matter = Matter::Told { kind: LetterKind::Morning, subject: "What waits this morning", text: &text };
            write(&tx, self.service, cx, account, user, matter).await?;
        }
        self.service.commit(tx).await
    }

    /// Who is told of which of the organisations in which something waits.
    async fn listeners(
        self,
        tx: &Tx,
        waits: &HashMap<OrganisationId, Morning>,
    ) -> Result<HashMap<AccountId, BTreeSet<OrganisationId>>> {
        let mut people: HashMap<AccountId, BTreeSet<OrganisationId>> = HashMap::new();
        let mut heard: BTreeSet<OrganisationId> = BTreeSet::new();
        for (account, organisations) in tx.rota().moderators().await? {
            let at: BTreeSet<_> = organisations.into_iter().filter(|id| waits.contains_key(id)).collect();
            heard.extend(at.iter().copied());
            if !at.is_empty() {
                people.insert(account, at);
            }
        }
        let left: Vec<OrganisationId> = waits.keys().copied().filter(|id| !heard.contains(id)).collect();
        if !left.is_empty() {
            for account in tx.rota().of_instance().await? {
                people.entry(account).or_default().extend(left.iter().copied());
            }
        }
        Ok(people)
    }
}

/// The names of organisations, in the order of their names.
async fn names(tx: &Tx, ids: Vec<OrganisationId>) -> Result<Vec<(OrganisationId, String)>> {
    let page = PageRequest::newest(u64::try_from(ids.len()).unwrap_or(u64::MAX));
    let found = tx.organisations().list(&Reach::Within(ids), None, &page).await?;
    let mut names: Vec<_> =
        found.items.into_iter().map(|view| (view.organisation.id, view.organisation.name)).collect();
    names.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(names)
}

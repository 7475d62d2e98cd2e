//! Telling those who deal with cases, by letters that name the case, its kind and its deadline, and nobody.

use staffroom_domain::account::UserRole;
use staffroom_domain::cases::Case;
use staffroom_domain::cases::alarm::Rung;
use staffroom_domain::cases::rota::{Turn, TurnKind};
use staffroom_domain::ids::AccountId;
use staffroom_domain::mail::LetterKind;
use staffroom_domain::organisation::{Role, Standing};
use staffroom_storage::Tx;
use staffroom_storage::rota::Staff;

use super::load::Open;
use super::{Cases, words};
use crate::mail::{Matter, write};
use crate::{Cx, Result};

impl Cases<'_> {
    /// Tells those who look after new cases that there is one.
    pub(super) async fn tell_of_new(self, tx: &Tx, cx: &Cx, open: &Open) -> Result<()> {
        let text = words::new_case(&open.case, open.law, &open.due);
        self.tell(tx, cx, &open.case, Rung::Duty, &text).await
    }

    /// Tells who looks after a case that the poster answered.
    pub(super) async fn tell_of_answer(self, tx: &Tx, cx: &Cx, open: &Open) -> Result<()> {
        let text = words::poster_answered(&open.case);
        self.tell(tx, cx, &open.case, Rung::Duty, &text).await
    }

    /// Tells who looks after a case that the poster's time ended without an answer.
    pub(super) async fn tell_of_silence(self, tx: &Tx, cx: &Cx, open: &Open) -> Result<()> {
        let text = words::poster_silent(&open.case, open.law, &open.due);
        self.tell(tx, cx, &open.case, Rung::Duty, &text).await
    }

    /// Tells those on a rung, or on the next one where nobody stands on it.
    pub(super) async fn tell(self, tx: &Tx, cx: &Cx, case: &Case, rung: Rung, text: &str) -> Result<()> {
        let people = self.on_rung(tx, cx, case, rung).await?;
        if people.is_empty() {
            tracing::error!(case = %case.id, "there is nobody who could be told of this case");
        }
        let subject = format!("Case {} waits", case.id);
        let (accounts, users) = (tx.accounts().by_ids(&people).await?, tx.users().by_accounts(&people).await?);
        for account in &accounts {
            let Some(user) = users.iter().find(|user| user.account_id == account.id) else { continue };
            let matter = Matter::Told { kind: LetterKind::CaseAlarm, subject: &subject, text };
            write(tx, self.service, cx, account, user, matter).await?;
        }
        Ok(())
    }

    /// Who stands on a rung now, or on the next one above it on which somebody does. Nobody is told of what is about
    /// themselves, or about somebody as high.
    async fn on_rung(self, tx: &Tx, cx: &Cx, case: &Case, rung: Rung) -> Result<Vec<AccountId>> {
        let mut staff = self.who_hears(tx, case).await?;
        staff.dedup_by_key(|one| one.account);
        let turns = tx.rota().turns(case.organisation, cx.now()).await?;
        let has_turn = |kind: TurnKind, one: &Staff| {
            let is_now = |turn: &Turn| turn.kind == kind && turn.account == one.account && turn.from <= cx.now();
            turns.iter().any(is_now)
        };
        for rung in Rung::ALL.into_iter().filter(|one| *one >= rung) {
            let mut found: Vec<&Staff> = match rung {
                Rung::Duty => staff.iter().filter(|one| case.assigned_to == Some(one.account)).collect(),
                Rung::Cover => staff.iter().filter(|one| has_turn(TurnKind::Cover, one)).collect(),
                Rung::Admins => staff.iter().filter(|one| one.role == Some(Role::Admin)).collect(),
                Rung::Instance => staff.iter().filter(|one| one.rank != UserRole::Member).collect(),
            };
            if rung == Rung::Duty && found.is_empty() {
                found = staff.iter().filter(|one| has_turn(TurnKind::Duty, one)).collect();
            }
            if rung == Rung::Duty && found.is_empty() {
                found = staff.iter().filter(|one| one.role == Some(Role::Moderator)).collect();
            }
            if !found.is_empty() {
                return Ok(found.into_iter().map(|one| one.account).collect());
            }
        }
        Ok(Vec::new())
    }

    /// Those whose business the case is.
    pub(super) async fn who_hears(self, tx: &Tx, case: &Case) -> Result<Vec<Staff>> {
        let mut staff = tx.rota().staff(case.organisation).await?;
        let Some(about) = case.about else { return Ok(staff) };
        staff.retain(|one| one.account != about);
        if let Some(user) = tx.users().by_account(about).await? {
            let theirs = Standing::of(user.role, tx.organisations().role(about, case.organisation).await?);
            staff.retain(|one| Standing::of(one.rank, one.role).hears_of(theirs));
        }
        Ok(staff)
    }
}

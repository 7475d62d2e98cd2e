//! Looking at the clocks of a case (a job): tells who is to be told, and lets the poster's time end.

use std::time::Duration;

use staffroom_domain::cases::alarm::{Alarm, Rung};
use staffroom_domain::cases::notice::Stage;
use staffroom_domain::cases::{Happening, Step};
use staffroom_domain::ids::CaseId;
use staffroom_storage::Tx;

use super::load::Open;
use super::{Cases, words};
use crate::{Cx, Result};

/// At least so long between two looks at one case.
const PAUSE: Duration = Duration::from_secs(1);

impl Cases<'_> {
    /// Looks at the clocks of a case; returns how long until the next look, `None` for never.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn watch(&self, cx: &Cx, id: CaseId) -> Result<Option<Duration>> {
        let tx = self.service.storage().begin().await?;
        let Some(mut open) = self.held(&tx, id).await? else { return Ok(None) };
        self.end_posters_time(&tx, cx, &mut open).await?;
        let alarms = open.watched().alarms(cx.now());
        for rung in Rung::ALL {
            let told: Vec<Alarm> = alarms.iter().filter(|(_, to)| *to == rung).map(|(alarm, _)| *alarm).collect();
            if told.is_empty() {
                continue;
            }
            let text = words::alarms(&open.case, open.law, &open.due, &told);
            self.tell(&tx, cx, &open.case, rung, &text).await?;
            mark(&mut open, &told, rung);
            open.add(&tx, cx, None, Happening::Alarm(rung.height()), cx.now(), None).await?;
        }
        open.settle(cx)?;
        let next = open.next_look();
        tx.cases().update(&open.case).await?;
        open.keep_due(&tx, cx).await?;
        self.service.commit(tx).await?;
        let millis = |at: i64| u64::try_from(at.saturating_sub(cx.now().0)).unwrap_or_default();
        Ok(next.map(|at| Duration::from_millis(millis(at.0)).max(PAUSE)))
    }

    async fn end_posters_time(self, tx: &Tx, cx: &Cx, open: &mut Open) -> Result<()> {
        let Some(Stage::WithPoster { sent }) = open.course.notice().map(|notice| notice.stage.clone()) else {
            return Ok(());
        };
        let end = open.law.notices().and_then(|clock| clock.poster(sent).ok());
        // in time until the very instant
        if let Some(end) = end.filter(|end| *end < cx.now()) {
            open.step(tx, cx, None, Step::PosterTimeEnded, end, None).await?;
            tx.cases().set_answer(open.case.id, None).await?;
            open.settle(cx)?;
            self.tell_of_silence(tx, cx, open).await?;
        }
        Ok(())
    }
}

/// Remembers who was told what.
fn mark(open: &mut Open, told: &[Alarm], rung: Rung) {
    for alarm in told {
        match alarm {
            Alarm::Unclaimed => open.case.rung = rung.height(),
            Alarm::Near(duty) => {
                for due in open.due.iter_mut().filter(|due| due.duty == *duty) {
                    due.reminded = true;
                }
            }
            Alarm::Over(duty) => {
                for due in open.due.iter_mut().filter(|due| due.duty == *duty) {
                    due.told = rung.height();
                }
            }
        }
    }
}

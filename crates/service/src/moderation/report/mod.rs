//! The weekly safety report: what was held, decided, reported and missed in a week, in numbers. It names no person.

mod table;

use staffroom_domain::ids::OrganisationId;
use staffroom_domain::organisation::Reach;
use staffroom_domain::safety::{SafetyFigure, SafetyReport, rule_lines};
use staffroom_domain::week::Week;
use staffroom_storage::safety::Asked;

use super::Moderation;
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};
pub use table::{Table, csv, tables};

impl Moderation<'_> {
    /// The report of a week (without one, of the last that is over): of an organisation, or of everything `who` may decide
    /// about. A week that goes on is counted up to now.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an organisation that is not theirs, [`ServiceError::Invalid`] for a week that has not
    /// begun.
    pub async fn report(
        &self,
        cx: &Cx,
        who: &Authority,
        week: Option<Week>,
        organisation: Option<OrganisationId>,
    ) -> Result<SafetyReport> {
        let week = week.unwrap_or_else(|| Week::of(cx.now()).before());
        if week.start() > cx.now() {
            return Err(ServiceError::invalid("week", "has not begun"));
        }
        let reach = match organisation {
            Some(id) => {
                who.check_organisation(id)?;
                Reach::Within(vec![id])
            }
            None => who.reach().clone(),
        };
        let read = self.service.storage().read();
        let organisation = match &reach {
            Reach::Within(schools) => match schools.as_slice() {
                [only] => {
                    let found = read.organisations().by_id(*only).await?;
                    Some(found.ok_or(ServiceError::NotFound("organisation"))?)
                }
                _ => None,
            },
            Reach::Everywhere => None,
        };
        let of_instance = reach == Reach::Everywhere;
        let asked = Asked { reach, from: week.start(), until: week.end().min(cx.now()) };
        let safety = read.safety();
        let mut figures = safety.figures(&asked).await?;
        figures.sort_by_key(|(figure, _)| SafetyFigure::ALL.iter().position(|other| other == figure));
        Ok(SafetyReport {
            week,
            until: asked.until,
            organisation,
            of_instance,
            figures: figures.into_iter().map(|(figure, count)| (figure, figure.shown(count))).collect(),
            times: safety.times(&asked).await?,
            rules: rule_lines(safety.rules(&asked).await?),
            packs: safety.packs(&asked).await?,
        })
    }
}

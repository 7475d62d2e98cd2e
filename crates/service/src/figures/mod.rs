//! Counting what goes on, for moderators: figures by day, frequent values, and who stayed.

mod machine;
mod retention;
#[cfg(test)]
mod tests;

pub use machine::{Files, Program, Space};
pub use retention::{Cohort, Frequency, Retained};
pub use staffroom_domain::figures::{Dimension, DimensionRow, Figure, Span};

use staffroom_domain::Timestamp;
use staffroom_domain::figures::start_of;

use crate::{Result, Service, ServiceError};

/// Most days counted at a time.
const MAX_DAYS: i64 = 100;

/// Counting what goes on.
#[derive(Clone, Copy)]
pub struct Figures<'a> {
    pub(crate) service: &'a Service,
}

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// In all days together.
    pub total: i64,
    /// In as many days before.
    pub previous: i64,
    /// Each day by its start, oldest first.
    pub days: Vec<(Timestamp, i64)>,
}

impl<'a> Figures<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }

    /// Counts something day by day.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for more than 100 days.
    pub async fn count(&self, figure: &Figure, span: Span) -> Result<Counted> {
        check(span)?;
        let read = self.service.storage().read();
        let found = read.figures().days(figure, span).await?;
        let on = |day: i64| found.iter().find(|(of, _)| *of == day).map_or(0, |(_, n)| *n);
        Ok(Counted {
            total: read.figures().total(figure, span).await?,
            previous: read.figures().total(figure, span.before()).await?,
            days: (span.first_day()..span.end_day()).map(|day| (start_of(day), on(day))).collect(),
        })
    }

    /// The most frequent values of something, the most frequent first.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for more than 100 days.
    pub async fn frequent(&self, dimension: &Dimension, span: Span, limit: u64) -> Result<Vec<DimensionRow>> {
        check(span)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.service.storage().read().figures().frequent(dimension, span, limit).await?)
    }
}

fn check(span: Span) -> Result<()> {
    if span.end_day() - span.first_day() > MAX_DAYS {
        return Err(ServiceError::invalid("end_at", format!("can't be more than {MAX_DAYS} days after start_at")));
    }
    Ok(())
}

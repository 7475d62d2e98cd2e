//! Legal cases: opened by moderators, or by anybody through the form for complaints; gone on with step by step; their
//! clocks watched; kept as evidence.
//!
//! What the law asks for and until when is `staffroom_domain::cases`, pure: each change replays the file of the case, adds
//! a line, and keeps what is due now. `open.rs` and `complain.rs` begin cases, `go_on.rs`, `letters.rs`, `poster.rs` and
//! `manage.rs` go on with them, `watch.rs` looks at the clocks. People's words are sealed (`papers.rs`).

mod bundle;
mod bundle_html;
mod complain;
mod filed;
mod go_on;
mod letters;
mod load;
mod manage;
mod morning;
mod open;
mod papers;
mod poster;
mod read;
mod removal;
mod rota;
#[cfg(test)]
mod tests;
mod told;
mod watch;
mod words;

use std::sync::LazyLock;

use staffroom_domain::cases::{BUILT_IN, Jurisdiction, StepRefused};

use crate::{Result, Service, ServiceError};

pub use bundle::{Bundle, Part};
pub use complain::Complained;
pub use filed::Filed;
pub use go_on::NewStep;
pub use letters::{Draft, NewLetter};
pub use open::NewCase;
pub use poster::Asked;
pub use rota::NewTurn;

/// Longest text somebody writes about a case, in characters.
const MAX_TEXT: usize = 5_000;

/// Legal cases.
#[derive(Clone, Copy)]
pub struct Cases<'a> {
    service: &'a Service,
}

impl<'a> Cases<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

/// The jurisdictions there are; a test of theirs reads them all.
static LAWS: LazyLock<Vec<Jurisdiction>> =
    LazyLock::new(|| BUILT_IN.into_iter().filter_map(|(name, text)| Jurisdiction::parse(name, text).ok()).collect());

/// The law of a place.
pub(crate) fn law(code: &str) -> Result<&'static Jurisdiction> {
    let found = LAWS.iter().find(|law| law.code == code);
    found.ok_or_else(|| ServiceError::invalid("jurisdiction", "is unknown"))
}

/// Why something that a person asks for cannot happen to a case.
#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn refused(error: StepRefused) -> ServiceError {
    let field = match error {
        StepRefused::WrongStage { .. } => "event",
        StepRefused::NoProcedure(_) => "kind",
        StepRefused::TooEarly(_) | StepRefused::TooLate(_) | StepRefused::OutOfRange(_) => "at",
    };
    ServiceError::invalid(field, error.to_string())
}

/// A text of a person that is not too long.
fn checked(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > MAX_TEXT {
        return Err(ServiceError::invalid(field, format!("is longer than {MAX_TEXT} characters")));
    }
    Ok(text.to_owned())
}

//! What only Staffroom has, below `/api/staffroom` and `/api/v1/staffroom`.

pub(crate) mod appeals;
pub(crate) mod case_letters;
pub(crate) mod case_steps;
pub(crate) mod cases;
pub(crate) mod delivery;
pub(crate) mod evaluate;
pub(crate) mod held;
pub(crate) mod holds;
pub(crate) mod key_changes;
pub(crate) mod members;
pub(crate) mod moderation;
pub(crate) mod moderation_log;
pub(crate) mod openapi;
pub(crate) mod organisations;
pub(crate) mod quarantine;
pub(crate) mod rota;
pub(crate) mod severed;

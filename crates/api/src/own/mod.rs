//! What only Staffroom has, below `/api/staffroom` and `/api/v1/staffroom`.

pub(crate) mod delivery;
pub(crate) mod evaluate;
pub(crate) mod key_changes;
pub(crate) mod members;
pub(crate) mod openapi;
pub(crate) mod organisations;
pub(crate) mod severed;

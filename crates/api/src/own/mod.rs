//! What only Staffroom has, below `/api/staffroom`.

pub(crate) mod evaluate;

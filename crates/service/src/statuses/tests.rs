//! Stories about statuses: what people here write, and what comes from elsewhere.

mod cards;
mod local;
mod remote;

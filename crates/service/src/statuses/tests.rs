//! Stories about statuses: what people here write, and what comes from elsewhere.

mod local;
mod remote;

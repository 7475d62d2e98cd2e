//! The kinds of rules, one file each. A kind reads a [`View`](crate::normalise::View) and reports places in it;
//! it knows nothing of actions, audiences or other kinds.

pub mod phrase;

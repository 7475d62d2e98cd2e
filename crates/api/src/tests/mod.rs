//! The API as a client meets it.

mod evaluate;
mod paging;
mod wire;

//! The API as a client meets it.

mod paging;
mod wire;

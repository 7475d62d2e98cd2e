//! Three fictional schools on this machine that follow each other's hashtag.
//!
//! Each is a whole server with its own database, keys and address; they talk signed ActivityPub over loopback http. The
//! demo drives them through the client API, as an app would, and knows nothing of their insides but the way accounts
//! and tokens are made.

mod cast;
mod client;
mod network;
mod story;
mod table;

pub(crate) use cast::PASSWORD;
pub(crate) use network::Network;
pub(crate) use story::tell;
pub(crate) use table::Table;

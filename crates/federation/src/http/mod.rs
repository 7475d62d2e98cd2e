//! The one guarded way out to other servers.
//!
//! [`OutboundClient`] is the only HTTP client of the whole program: every address rule ([`AddressPolicy`]), time limit
//! and size limit is enforced in here, in every mode, so that no caller can forget one. It knows nothing of accounts
//! or statuses. Start reading with [`OutboundClient::get`].

pub mod addresses;
mod client;
pub mod content_type;
mod error;
mod fetch;
mod middleware;
mod page;
mod policy;
mod purpose;
mod resolver;
mod retry_after;

#[cfg(test)]
mod tests;

pub use client::{Hosts, MAX_RESPONSE_BYTES, OutboundClient};
pub use error::HttpError;
pub use fetch::Fetched;
pub(crate) use page::read as page_info;
pub(crate) use policy::host_of;
pub use policy::{AddressError, AddressPolicy, PolicyError};
pub use purpose::Purpose;
pub(crate) use retry_after::retry_after;

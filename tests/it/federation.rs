//! Servers speaking with each other: ours with ours, and ours with a peer that sends what a test writes.

mod authorised_fetch;
mod deliveries;
mod exchange;
mod followers_sync;
mod forwarded;
mod gate;
mod groups;
pub(crate) mod hostile;
mod moves;
pub(crate) mod network;
mod permutations;
mod pins;
mod polls;
mod programs;
mod quotes;
mod reactions;
mod reports;
mod scene;
mod sec_authority;
mod sec_exhaustion;
mod sec_networks;
mod sec_privacy;
mod sec_tenants;
mod signatures;
mod tags;
mod threads;

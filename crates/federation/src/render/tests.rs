//! Snapshots of what leaves us.

//! How others find us: WebFinger, host-meta, NodeInfo. Open to scripts from anywhere (`Access-Control-Allow-Origin: *`).

pub(crate) mod host_meta;
pub(crate) mod nodeinfo;
pub(crate) mod webfinger;

//! Files: uploads, and the pictures shown where there is none.

pub(crate) mod media;
pub(crate) mod placeholder;

//! Giving an app access: consent, and the code for apps that cannot be redirected to.

pub(crate) mod authorize;
pub(crate) mod native;
mod redirect;
mod scope_words;

pub(crate) use scope_words::scope_words;

//! OAuth for apps, in Mastodon's dialect. The pages for people are `staffroom-web`'s.

pub(crate) mod metadata;
pub(crate) mod token;
pub(crate) mod userinfo;

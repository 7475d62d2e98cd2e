//! The federation library is given a client because its configuration wants one; it never gets to use it.
//!
//! Its own fetch knows three exact spellings of a content type, follows `Location` on any status, counts only some of
//! its requests and signs with a library we keep private keys away from. Ours is in `fetch`.

use async_trait::async_trait;
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error, Middleware, Next, Result};

use super::{HttpError, OutboundClient};

struct Nothing;

#[async_trait]
impl Middleware for Nothing {
    async fn handle(&self, request: Request, _: &mut Extensions, _: Next<'_>) -> Result<Response> {
        Err(Error::middleware(HttpError::NotThisWay { url: request.url().clone() }))
    }
}

impl OutboundClient {
    /// A client for the federation library's configuration that refuses every request.
    pub fn for_library(&self) -> ClientWithMiddleware {
        ClientBuilder::new(self.http.clone()).with(Nothing).build()
    }
}

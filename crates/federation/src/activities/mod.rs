//! What a received activity means: who may say it (`verify`) and which use case it calls (`receive`).
//!
//! Signatures were checked by the gate before an activity was stored; here only its content is judged. Nothing in
//! here knows SQL or HTTP headers.

use async_trait::async_trait;

/// What became of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It took effect, or had done so before.
    Done,
    /// It does not concern us: why, for the log.
    Ignored(&'static str),
}

/// Why an activity was not worked off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// Something outside did not work; worth another try later.
    #[error("{0}")]
    Temporary(String),
    /// The activity itself is wrong; trying again changes nothing.
    #[error("{0}")]
    Permanent(String),
}

/// Works off stored activities; the inbox workers call it. Handling one twice has the effect of once.
#[async_trait]
pub trait ActivityHandler: Send + Sync + 'static {
    /// Works off `body`, which the gate accepted as signed by `actor_uri`.
    async fn handle(&self, actor_uri: &str, body: &[u8]) -> Result<Handled, HandleError>;
}

//! Where time, ids and randomness come from, and who is behind a change.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{CryptoRng, Rng as _, RngCore};
use staffroom_domain::ids::IdGen;
use staffroom_domain::{Clock, Timestamp};

/// A source of randomness fit for secrets.
pub trait Random: RngCore + CryptoRng + Send {}
impl<T: RngCore + CryptoRng + Send> Random for T {}

/// The outside world in pure form: clock, ids, randomness. One per process.
pub struct Env {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    ids: IdGen,
    random: Mutex<Box<dyn Random>>,
}

impl Env {
    /// Puts the three together; `node` (0–15) tells ids of several nodes apart.
    pub fn new(clock: Arc<dyn Clock>, node: u8, mut random: Box<dyn Random>) -> Self {
        // a command beside the server is of the same node
        let start = u16::try_from(random.next_u32() & 0x0fff).unwrap_or_default();
        Self { clock, ids: IdGen::new(node, start), random: Mutex::new(random) }
    }
}

/// The context of one request, job or command.
#[derive(Clone)]
pub struct Cx {
    now: Timestamp,
    env: Arc<Env>,
}

impl Cx {
    /// A context that begins now.
    pub fn new(env: Arc<Env>) -> Self {
        Self { now: env.clock.now(), env }
    }

    /// When this request began. The same throughout.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A fresh id.
    pub fn id<T: From<i64>>(&self) -> T {
        T::from(self.env.ids.next(self.now))
    }

    /// A fresh secret: `bytes` random bytes as URL-safe text.
    pub fn secret(&self, bytes: usize) -> String {
        let mut buffer = vec![0_u8; bytes];
        self.fill(&mut buffer);
        URL_SAFE_NO_PAD.encode(buffer)
    }

    /// Fills `buffer` with randomness.
    pub fn fill(&self, buffer: &mut [u8]) {
        self.random(|r| r.fill_bytes(buffer));
    }

    /// A random number below `bound` (0 when `bound` is 0).
    pub fn below(&self, bound: u64) -> u64 {
        let mut out = 0;
        if bound > 0 {
            self.random(|r| out = r.random_range(0..bound));
        }
        out
    }

    fn random(&self, f: impl FnOnce(&mut dyn Random)) {
        // A poisoned lock only means another request panicked between two numbers.
        let mut random = self.env.random.lock().unwrap_or_else(PoisonError::into_inner);
        f(random.as_mut());
    }
}

/// Who is behind a change: somebody here, or an activity from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A person on this instance: peers have to be told.
    Local,
    /// Another server: the network id of what it sent.
    Remote(String),
}

impl Origin {
    /// Whether peers have to be told.
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::Local)
    }
}

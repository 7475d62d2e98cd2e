//! Reading what a process used.

use std::fs::read_to_string;
use std::time::Duration;

use anyhow::Context as _;
use staffroom_server::domain::account::KeyAlgorithm;
use staffroom_server::federation::keys::{SigningKey, generate_rsa};

/// Clock ticks per second in `/proc`: fixed at 100 for user space on Linux, whatever the kernel runs at.
const TICKS_PER_SEC: f64 = 100.0;

/// The CPU time of a process.
pub struct Cpu {
    stat: String,
}

impl Cpu {
    /// Of process `pid`.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        Self { stat: format!("/proc/{pid}/stat") }
    }

    /// User and system time so far, all threads.
    ///
    /// # Errors
    /// When there is no such process any more.
    pub fn used(&self) -> anyhow::Result<Duration> {
        let text = read_to_string(&self.stat)?;
        // The name in parentheses may hold anything; fields are counted behind it.
        let fields = text.rsplit_once(") ").context("unreadable process status")?.1;
        let mut ticks = fields.split(' ').skip(11).take(2).map(str::parse::<f64>);
        let (user, system) = (ticks.next().context("no user time")??, ticks.next().context("no system time")??);
        Ok(Duration::from_secs_f64((user + system) / TICKS_PER_SEC))
    }
}

/// Resident memory of process `pid`, in megabytes.
///
/// # Errors
/// When there is no such process any more.
pub fn memory_mb(pid: u32) -> anyhow::Result<f64> {
    let text = read_to_string(format!("/proc/{pid}/status"))?;
    let line = text.lines().find(|l| l.starts_with("VmRSS:")).context("no memory figure")?;
    let kib: f64 = line.split_whitespace().nth(1).context("no memory figure")?.parse()?;
    Ok(kib / 1024.0)
}

/// CPU milliseconds of one RSA-2048 signature, here and now.
pub(super) fn signature_ms() -> anyhow::Result<f64> {
    const ROUNDS: u32 = 1000;
    let key = generate_rsa()?;
    let key = SigningKey::from_pkcs8("bench", KeyAlgorithm::Rsa, &key.private_pkcs8)?;
    let own = Cpu::of(std::process::id());
    let before = own.used()?;
    for _ in 0..ROUNDS {
        key.sign(b"(request-target): post /inbox")?;
    }
    Ok((own.used()?.saturating_sub(before)).as_secs_f64() * 1000.0 / f64::from(ROUNDS))
}

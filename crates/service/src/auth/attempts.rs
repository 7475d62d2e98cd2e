//! Counts attempts to sign in, so that passwords cannot be tried out. In memory: a restart forgives.

use std::net::IpAddr;
use std::time::Duration;

use moka::sync::Cache;
use staffroom_domain::Timestamp;
use staffroom_domain::subscriber::subscriber;

/// Attempts allowed before one has to wait.
const FREE: u32 = 10;
/// In this time; also the first wait.
const WINDOW: Duration = Duration::from_mins(15);
/// The wait doubles this often at most (15 minutes to 2 hours).
const MAX_DOUBLINGS: u32 = 3;
/// Pairs of login and client remembered.
const CAPACITY: u64 = 20_000;

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    attempts: u32,
    since: Timestamp,
    closed_until: Timestamp,
}

/// Attempts by login and subscriber.
#[derive(Debug)]
pub(crate) struct Attempts(Cache<(String, IpAddr), Window>);

impl Default for Attempts {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(CAPACITY).time_to_idle(Duration::from_hours(4)).build())
    }
}

impl Attempts {
    /// Counts an attempt before it is made (so that many at once count too); seconds to wait if it may not be made.
    pub(crate) fn begin(&self, login: &str, client: IpAddr, now: Timestamp) -> Result<(), u64> {
        self.begin_of(FREE, login, client, now)
    }

    /// The same where `free` attempts are allowed before one has to wait.
    pub(crate) fn begin_of(&self, free: u32, login: &str, client: IpAddr, now: Timestamp) -> Result<(), u64> {
        let mut wait = None;
        self.0.entry((login.to_owned(), subscriber(client))).and_upsert_with(|old| {
            let mut window = old.map(moka::Entry::into_value).unwrap_or_default();
            if now < window.closed_until {
                wait = u64::try_from((window.closed_until.as_millis() - now.as_millis()) / 1000 + 1).ok();
                return window;
            }
            if window.attempts < free && now > window.since.plus(WINDOW) {
                window = Window { since: now, ..Window::default() };
            }
            window.attempts = window.attempts.saturating_add(1);
            if let Some(over) = window.attempts.checked_sub(free) {
                window.closed_until = now.plus(WINDOW * 2_u32.pow(over.min(MAX_DOUBLINGS)));
            }
            window
        });
        wait.map_or(Ok(()), Err)
    }

    /// An attempt that [`Self::begin`] let through does not count after all.
    pub(crate) fn take_back(&self, login: &str, client: IpAddr) {
        self.0.entry((login.to_owned(), subscriber(client))).and_upsert_with(|old| {
            let window = old.map(moka::Entry::into_value).unwrap_or_default();
            // it was let through, so nothing was closed before it
            let attempts = window.attempts.saturating_sub(1);
            Window { attempts, since: window.since, closed_until: Timestamp::default() }
        });
    }

    /// The password was right: all is forgotten.
    pub(super) fn succeed(&self, login: &str, client: IpAddr) {
        self.0.invalidate(&(login.to_owned(), subscriber(client)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const TWO: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn the_eleventh_attempt_waits_and_the_wait_grows() {
        let attempts = Attempts::default();
        let mut now = Timestamp(1_790_000_000_000);
        for _ in 0..FREE {
            assert_eq!(attempts.begin("amy", ONE, now), Ok(()));
        }
        let first = attempts.begin("amy", ONE, now).unwrap_err();
        assert_eq!(first, 15 * 60 + 1);
        assert_eq!(attempts.begin("amy", TWO, now), Ok(()), "another client is not affected");
        now = now.plus(WINDOW);
        assert_eq!(attempts.begin("amy", ONE, now), Ok(()));
        assert_eq!(attempts.begin("amy", ONE, now), Err(30 * 60 + 1));
        attempts.succeed("amy", ONE);
        assert_eq!(attempts.begin("amy", ONE, now), Ok(()));
    }

    #[test]
    fn all_addresses_of_a_subscriber_count_as_one() {
        let attempts = Attempts::default();
        let now = Timestamp(1_790_000_000_000);
        let address = |network: u32, host: u32| format!("2001:db8:0:{network}::{host}").parse().unwrap();
        for host in 0..FREE {
            assert_eq!(attempts.begin("amy", address(1, host), now), Ok(()));
        }
        assert!(attempts.begin("amy", address(1, 99), now).is_err());
        assert_eq!(attempts.begin("amy", address(2, 1), now), Ok(()), "a neighbour is not affected");
        attempts.succeed("amy", address(1, 7));
        assert_eq!(attempts.begin("amy", address(1, 99), now), Ok(()));
    }

    #[test]
    fn what_is_taken_back_does_not_count_and_forgives_nothing_else() {
        let attempts = Attempts::default();
        let now = Timestamp(1_790_000_000_000);
        for _ in 0..3 * FREE {
            assert_eq!(attempts.begin("amy", ONE, now), Ok(()));
            attempts.take_back("amy", ONE);
        }
        for _ in 0..FREE {
            assert_eq!(attempts.begin("amy", ONE, now), Ok(()));
        }
        assert!(attempts.begin("amy", ONE, now).is_err());
        for _ in 0..2 * FREE {
            assert_eq!(attempts.begin_of(2 * FREE, "ben", ONE, now), Ok(()));
        }
        assert!(attempts.begin_of(2 * FREE, "ben", ONE, now).is_err());
    }

    #[test]
    fn old_mistakes_are_forgotten() {
        let attempts = Attempts::default();
        let mut now = Timestamp(1_790_000_000_000);
        for _ in 0..3 * FREE {
            assert_eq!(attempts.begin("amy", ONE, now), Ok(()));
            now = now.plus(Duration::from_mins(4));
        }
    }
}

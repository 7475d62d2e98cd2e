//! Words of the hashtag exchange: how far a peer's feed is trusted, and the hours of scheduled chats.

use std::fmt;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::clock::Timestamp;

/// What becomes of statuses that reach us only because a peer's tag account passed them on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum PeerTrust {
    /// They show at once.
    #[default]
    Show,
    /// They wait until a moderator lets each of them in.
    Queue,
    /// They show without pictures.
    DropMedia,
    /// They are not kept.
    Reject,
}

impl PeerTrust {
    /// All of them, most trusting first.
    pub const ALL: [Self; 4] = [Self::Show, Self::DropMedia, Self::Queue, Self::Reject];

    /// The word kept in the database and used on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Queue => "queue",
            Self::DropMedia => "drop_media",
            Self::Reject => "reject",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trust| trust.as_str() == word)
    }
}

/// When a chat on a hashtag is held: the limits on how often statuses are shared do not count meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatTime {
    /// Every week, by the clocks of a time zone; an end that is not after the start is on the next day.
    Weekly {
        /// Day it begins, 0 for Monday.
        weekday: u8,
        /// Minute of the day it begins.
        start_min: u16,
        /// Minute of the day it ends.
        end_min: u16,
        /// IANA name of the zone.
        zone: String,
    },
    /// Once.
    Once {
        /// Begin.
        from: Timestamp,
        /// End, not included.
        until: Timestamp,
    },
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MINUTES_PER_DAY: u16 = 24 * 60;

impl ChatTime {
    /// Parses `Sun 20:00-21:00 Europe/London` or `2026-11-22T20:00:00Z/2026-11-22T21:00:00Z`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if let Some((from, until)) = text.split_once('/').filter(|(from, _)| from.contains('T')) {
            let times = Timestamp::parse(from).zip(Timestamp::parse(until));
            let (from, until) = times.ok_or("must be two times such as 2026-11-22T20:00:00Z, with / between")?;
            return if from < until { Ok(Self::Once { from, until }) } else { Err("ends before it begins") };
        }
        let mut words = text.split_whitespace();
        let (Some(day), Some(hours), Some(zone), None) = (words.next(), words.next(), words.next(), words.next())
        else {
            return Err("must be like \"Sun 20:00-21:00 Europe/London\"");
        };
        let weekday =
            DAYS.iter().position(|name| name.eq_ignore_ascii_case(day)).ok_or("has no such day (Mon to Sun)")?;
        let hours = hours.split_once('-').and_then(|(start, end)| Some((minute(start)?, minute(end)?)));
        let (start_min, end_min) = hours.ok_or("has no hours such as 20:00-21:00")?;
        let zone = TimeZone::get(zone).map_err(|_| "has no such time zone")?;
        let zone = zone.iana_name().ok_or("has no such time zone")?.to_owned();
        Ok(Self::Weekly { weekday: u8::try_from(weekday).unwrap_or(0), start_min, end_min, zone })
    }

    /// Whether the chat is on at `now`.
    pub fn covers(&self, now: Timestamp) -> bool {
        match self {
            Self::Once { from, until } => (*from..*until).contains(&now),
            Self::Weekly { weekday, start_min, end_min, zone } => {
                let Ok(zone) = TimeZone::get(zone) else { return false };
                let Ok(instant) = jiff::Timestamp::from_millisecond(now.0) else { return false };
                let local = instant.to_zoned(zone);
                let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
                let (today, yesterday) = (day_of(local.weekday()), day_of(local.weekday().previous()));
                if start_min < end_min {
                    today == *weekday && (*start_min..*end_min).contains(&minute)
                } else {
                    (today == *weekday && minute >= *start_min) || (yesterday == *weekday && minute < *end_min)
                }
            }
        }
    }
}

impl fmt::Display for ChatTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once { from, until } => write!(f, "{}/{}", from.to_rfc3339(), until.to_rfc3339()),
            Self::Weekly { weekday, start_min, end_min, zone } => {
                let day = DAYS.get(usize::from(*weekday)).copied().unwrap_or_default();
                let clock = |minute: &u16| format!("{:02}:{:02}", minute / 60, minute % 60);
                write!(f, "{day} {}-{} {zone}", clock(start_min), clock(end_min))
            }
        }
    }
}

fn day_of(weekday: Weekday) -> u8 {
    u8::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)
}

/// `HH:MM` as minutes; 24:00 is the next midnight.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && total <= MINUTES_PER_DAY).then_some(total % MINUTES_PER_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_weekly_chat_follows_the_clocks_of_its_zone() {
        let chat = ChatTime::parse("sun 20:00-21:00 Europe/London").unwrap();
        assert_eq!(chat.to_string(), "Sun 20:00-21:00 Europe/London");
        // winter and summer time
        for on in ["2026-11-22T20:00:00Z", "2026-11-22T20:59:59Z", "2026-07-05T19:30:00Z"] {
            assert!(chat.covers(at(on)), "{on}");
        }
        for off in ["2026-11-22T19:59:59Z", "2026-11-22T21:00:00Z", "2026-11-23T20:30:00Z", "2026-07-05T20:30:00Z"] {
            assert!(!chat.covers(at(off)), "{off}");
        }
        let late = ChatTime::parse("Sat 23:30-00:30 UTC").unwrap();
        assert!(late.covers(at("2026-11-22T00:10:00Z")) && late.covers(at("2026-11-21T23:45:00Z")));
        assert!(!late.covers(at("2026-11-22T23:45:00Z")) && !late.covers(at("2026-11-21T00:10:00Z")));
    }

    #[test]
    fn a_single_chat_is_on_between_its_ends() {
        let chat = ChatTime::parse("2026-11-22T20:00:00Z/2026-11-22T21:00:00+00:00").unwrap();
        assert_eq!(ChatTime::parse(&chat.to_string()), Ok(chat.clone()));
        assert!(chat.covers(at("2026-11-22T20:00:00Z")) && !chat.covers(at("2026-11-22T21:00:00Z")));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [
            "",
            "Sun",
            "Sun 20:00 Europe/London",
            "Sun 20:00-25:00 UTC",
            "Sun 20:60-21:00 UTC",
            "Someday 20:00-21:00 UTC",
            "Sun 20:00-21:00 Nowhere/Else",
            "2026-11-22T20:00:00Z/2026-11-22T20:00:00Z",
            "2026-11-22T20:00:00Z/later",
        ] {
            assert!(ChatTime::parse(bad).is_err(), "{bad}");
        }
        assert!(PeerTrust::ALL.iter().all(|trust| PeerTrust::parse(trust.as_str()) == Some(*trust)));
    }
}

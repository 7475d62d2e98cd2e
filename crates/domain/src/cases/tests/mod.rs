//! The clocks against a slow oracle, a table computed by hand, and properties; files and notices against hostile twins.

mod alarm;
mod course;
mod data;
mod files;
mod generated;
mod holidays;
mod notice;
mod oracle;
mod properties;
mod table;

use crate::Timestamp;

use super::Jurisdiction;

/// A jurisdiction that comes with the program.
fn built_in(code: &str) -> Jurisdiction {
    Jurisdiction::built_in(code).unwrap().unwrap()
}

fn england() -> Jurisdiction {
    built_in("england-and-wales")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|| panic!("{text}"))
}

/// A jurisdiction like England and Wales, with other days off and another zone, and without holidays.
fn elsewhere(zone: &str, weekend: &str) -> Jurisdiction {
    let (_, clocks) = super::BUILT_IN[0].1.split_once("[clocks.").unwrap();
    let head = format!("code = \"x\"\nname = \"X\"\ntime_zone = \"{zone}\"\nweekend = {weekend}");
    let text = format!("{head}\n[clocks.{clocks}");
    Jurisdiction::parse("elsewhere", &text).unwrap()
}

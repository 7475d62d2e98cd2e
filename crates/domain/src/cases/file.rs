//! The files of jurisdictions: their TOML, and what must hold of it.
//!
//! Holidays are written down twice, as rules with one-off changes and as the published list, and must agree: so a slip
//! in either is noticed when the file is read, not when a deadline is missed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::value::Datetime;

use crate::text::is_blank;

use super::calendar::Calendar;
use super::holidays::{Holiday, Rule, When, by_rule, weekday, weekday_name};
use super::jurisdiction::{Clocks, Jurisdiction, JurisdictionError, NoticeLengths};
use super::period::{Length, Period};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: String,
    name: String,
    time_zone: String,
    weekend: Vec<String>,
    #[serde(default, rename = "holiday")]
    holidays: Vec<WrittenRule>,
    #[serde(default, rename = "change")]
    changes: Vec<Change>,
    #[serde(default)]
    published: BTreeMap<String, Vec<Day>>,
    clocks: WrittenClocks,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    name: String,
    on: String,
    #[serde(default)]
    substitute: bool,
}

/// One year's exception.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    removed: Option<Day>,
    added: Option<Day>,
    why: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "Datetime")]
struct Day(Date);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenClocks {
    defamation_notice: Option<WrittenNotice>,
    data_breach: Breach,
    subject_access: Access,
    data_complaint: Complaint,
    online_safety_complaint: SafetyComplaint,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNotice {
    operator: Period,
    poster: Period,
    removals_before_repost_rule: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Breach {
    notify: Period,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Access {
    answer: Period,
    extended: Period,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Complaint {
    acknowledge: Period,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SafetyComplaint {
    acknowledge: Period,
    answer: Period,
}

impl TryFrom<Datetime> for Day {
    type Error = String;

    fn try_from(written: Datetime) -> Result<Self, String> {
        let (Some(date), None, None) = (written.date, written.time, written.offset) else {
            return Err(format!("{written} is not a day such as 2026-12-25"));
        };
        let parts = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
        let (Ok(year), Ok(month), Ok(day)) = parts else { return Err(format!("there is no {written}")) };
        Date::new(year, month, day).map(Self).map_err(|_| format!("there is no {written}"))
    }
}

impl Jurisdiction {
    /// Reads a jurisdiction; `name` is for messages, a file's name for example.
    ///
    /// # Errors
    /// [`JurisdictionError`] naming what is wrong.
    pub fn parse(name: &str, text: &str) -> Result<Self, JurisdictionError> {
        let file: File = toml::from_str(text).map_err(|source| JurisdictionError::NotAJurisdiction {
            name: name.to_owned(),
            source: Box::new(source),
        })?;
        file.checked().map_err(|problem| JurisdictionError::Wrong { name: name.to_owned(), problem })
    }
}

impl File {
    fn checked(self) -> Result<Jurisdiction, String> {
        let code_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.code.is_empty() || !self.code.chars().all(code_char) {
            return Err(format!("code {:?} must be lower-case words with hyphens", self.code));
        }
        if is_blank(&self.name) {
            return Err("name must say something".into());
        }
        let zone = TimeZone::get(&self.time_zone).map_err(|_| format!("no such time zone: {:?}", self.time_zone))?;
        let weekend = checked_weekend(&self.weekend)?;
        let rules = self.holidays.into_iter().map(WrittenRule::checked).collect::<Result<Vec<_>, _>>()?;
        for (at, rule) in rules.iter().enumerate() {
            if rules.iter().take(at).any(|earlier| earlier.name == rule.name) {
                return Err(format!("holiday {:?} is there twice", rule.name));
            }
        }
        let (added, removed) = checked_changes(&self.changes, &rules, &weekend)?;
        let mut calendar = Calendar { zone, weekend, rules, added, removed, published: BTreeSet::new() };
        for (year, days) in &self.published {
            let year = checked_year(year, days, &calendar)?;
            calendar.published.insert(year);
        }
        Ok(Jurisdiction { code: self.code, name: self.name, calendar, clocks: self.clocks.checked()? })
    }
}

impl WrittenRule {
    fn checked(self) -> Result<Rule, String> {
        if is_blank(&self.name) {
            return Err(format!("the holiday on {:?} has no name", self.on));
        }
        let on = When::parse(&self.on).ok_or_else(|| {
            let forms = "\"25 December\", \"last Monday in May\" or \"Easter - 2\"";
            format!("holiday {:?}: {:?} is not like {forms}", self.name, self.on)
        })?;
        Ok(Rule { name: self.name, on, substitute: self.substitute })
    }
}

fn checked_weekend(names: &[String]) -> Result<Vec<Weekday>, String> {
    let mut weekend = Vec::new();
    for name in names {
        let day = weekday(name).ok_or_else(|| format!("weekend: no such day: {name:?}"))?;
        if weekend.contains(&day) {
            return Err(format!("weekend: {} is there twice", weekday_name(day)));
        }
        weekend.push(day);
    }
    if weekend.len() == 7 {
        return Err("weekend: a week needs a day that counts".into());
    }
    Ok(weekend)
}

fn checked_changes(
    changes: &[Change],
    rules: &[Rule],
    weekend: &[Weekday],
) -> Result<(Vec<Holiday>, BTreeSet<Date>), String> {
    let mut added: Vec<Holiday> = Vec::new();
    let mut removed = BTreeSet::new();
    for change in changes {
        if is_blank(&change.why) {
            return Err("a change says no why".into());
        }
        if change.added.is_none() && change.removed.is_none() {
            return Err(format!("change {:?} neither adds nor removes a day", change.why));
        }
        if let Some(Day(date)) = change.removed
            && (!by_rule(rules, weekend, date.year()).contains_key(&date) || !removed.insert(date))
        {
            return Err(format!("change {:?} removes {date}, which is no holiday", change.why));
        }
        if let Some(Day(date)) = change.added {
            if weekend.contains(&date.weekday()) {
                let day = weekday_name(date.weekday());
                return Err(format!("change {:?} adds {date}, a {day}, which does not count anyway", change.why));
            }
            let known = by_rule(rules, weekend, date.year()).contains_key(&date);
            if known || added.iter().any(|holiday| holiday.date == date) {
                return Err(format!("change {:?} adds {date}, which is a holiday already", change.why));
            }
            added.push(Holiday { date, name: change.why.clone() });
        }
    }
    Ok((added, removed))
}

/// Whether a published year is what rules and changes give.
fn checked_year(year: &str, days: &[Day], calendar: &Calendar) -> Result<i16, String> {
    let number = year.parse().ok().filter(|year: &i16| (1900..=2200).contains(year));
    let number = number.ok_or_else(|| format!("published: {year:?} is not a year between 1900 and 2200"))?;
    let mut published = BTreeSet::new();
    for Day(date) in days {
        if date.year() != number {
            return Err(format!("published {year}: {date} is in another year"));
        }
        if !published.insert(*date) {
            return Err(format!("published {year}: {date} is there twice"));
        }
    }
    let holidays = calendar.holidays(number);
    if let Some(missing) = holidays.iter().find(|holiday| !published.contains(&holiday.date)) {
        let Holiday { date, name } = missing;
        return Err(format!("published {year}: {date} ({name}) is missing, though a rule or change has it"));
    }
    if let Some(extra) = published.iter().find(|date| !holidays.iter().any(|holiday| holiday.date == **date)) {
        return Err(format!("published {year}: {extra} is there, though no rule or change has it"));
    }
    Ok(number)
}

impl WrittenClocks {
    fn checked(self) -> Result<Clocks, String> {
        let defamation_notice = self.defamation_notice.map(WrittenNotice::checked).transpose()?;
        let (answer, extended) = (self.subject_access.answer.length, self.subject_access.extended.length);
        let longer = match (answer, extended) {
            (Length::Days(short), Length::Days(long)) | (Length::Months(short), Length::Months(long)) => short < long,
            _ => false,
        };
        if !longer {
            return Err("clocks.subject_access: extended must be longer than answer, both in days or in months".into());
        }
        Ok(Clocks {
            defamation_notice,
            breach: self.data_breach.notify,
            access: self.subject_access.answer,
            access_extended: self.subject_access.extended,
            data_complaint: self.data_complaint.acknowledge,
            safety_acknowledge: self.online_safety_complaint.acknowledge,
            safety_answer: self.online_safety_complaint.answer,
        })
    }
}

impl WrittenNotice {
    fn checked(self) -> Result<NoticeLengths, String> {
        let Self { operator, poster, removals_before_repost_rule } = self;
        if removals_before_repost_rule == 0 {
            return Err("clocks.defamation_notice: removals_before_repost_rule must be at least 1".into());
        }
        Ok(NoticeLengths { operator, poster, removals_before_repost_rule })
    }
}

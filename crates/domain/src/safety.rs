//! The weekly safety report: what is counted in it, and which numbers are too small to be shown.
//!
//! The report goes to people outside, such as governors. It names nobody, and a number of people's things that is small
//! enough to tell whose they are is not in it.

use crate::Timestamp;
use crate::organisation::Organisation;
use crate::week::Week;

/// Numbers below this one, but for 0, are not shown.
pub const SMALLEST: i64 = 5;

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident $section:ident $word:literal $title:literal $shown:ident;)*) => {
        /// Something that is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum SafetyFigure {
            $($(#[$doc])* $name,)*
        }

        impl SafetyFigure {
            /// All of them, in the order of the report.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What it belongs to.
            pub const fn section(self) -> SafetySection {
                match self {
                    $(Self::$name => SafetySection::$section,)*
                }
            }

            /// The word it has in files.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// What people call it.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)*
                }
            }

            const fn is_about_people(self) -> bool {
                match self {
                    $(Self::$name => figures!(@$shown),)*
                }
            }
        }
    };
    (@people) => { true };
    (@house) => { false };
}

figures! {
    /// Statuses and edits that a rule held.
    Held Posts "held" "Held by a rule" people;
    /// Let out as they were, by a moderator or by an author who was only asked to think again.
    ReleasedUnchanged Posts "released_unchanged" "Published unchanged" people;
    /// Published once their author had edited them.
    ReleasedEdited Posts "released_edited" "Published after an edit" people;
    /// Published for the author's school alone.
    Narrowed Posts "narrowed" "Published for the school alone" people;
    /// Taken back by their author.
    Withdrawn Posts "withdrawn" "Taken back by the author" people;
    /// Turned down by a moderator.
    Rejected Posts "rejected" "Turned down" people;
    /// Not decided at the end.
    HeldOpen Posts "open" "Waiting at the end" people;
    /// From elsewhere, not let in before somebody looks.
    Quarantined Elsewhere "quarantined" "Kept apart" people;
    /// From elsewhere, refused.
    Refused Elsewhere "refused" "Refused" people;
    /// Measures taken against accounts.
    MeasuresTaken Measures "taken" "Taken against accounts" people;
    /// Posts that moderators removed.
    StatusesRemoved Measures "statuses_removed" "Posts removed" people;
    /// Measures that were ended.
    MeasuresEnded Measures "ended" "Ended" people;
    /// Reports that came.
    ReportsReceived Reports "received" "Received" people;
    /// Reports that were dealt with.
    ReportsClosed Reports "closed" "Dealt with" people;
    /// Reports nobody had dealt with at the end.
    ReportsOpen Reports "open" "Waiting at the end" people;
    /// Cases opened.
    CasesOpened Cases "opened" "Opened" people;
    /// Cases closed.
    CasesClosed Cases "closed" "Closed" people;
    /// Cases open at the end.
    CasesOpen Cases "open" "Open at the end" people;
    /// Of these, those with a deadline that was over.
    CasesOverdue Cases "overdue" "With a deadline missed, at the end" people;
    /// Appeals that came.
    AppealsFiled Appeals "filed" "Made" people;
    /// Appeals after which the decision was taken back.
    AppealsApproved Appeals "approved" "Granted: the decision was taken back" people;
    /// Appeals after which it stands.
    AppealsRejected Appeals "rejected" "Turned down: the decision stands" people;
    /// Appeals not decided at the end.
    AppealsOpen Appeals "open" "Waiting at the end" people;
    /// Deadlines of cases in this week that were met, or had fallen away.
    DeadlinesMet Deadlines "met" "Of cases, met" house;
    /// Deadlines of cases in this week that were not.
    DeadlinesMissed Deadlines "missed" "Of cases, missed" house;
    /// Held statuses decided in time, of those to be decided in this week.
    HoldsInTime Deadlines "held_in_time" "Held posts decided in time" people;
    /// Held statuses that were not.
    HoldsLate Deadlines "held_late" "Held posts decided late, or not at all" people;
    /// Versions of moderation rules that were written.
    RuleVersions Changes "rule_versions" "Versions of moderation rules written" house;
    /// Other changes of moderation rules, by the log.
    RuleChanges Changes "rules" "Moderation rules put in force or taken back" house;
    /// Limits on domains that were changed, by the log.
    DomainChanges Elsewhere "domains" "Changes of limits on other servers" house;
    /// Times in which everything was held.
    Panics Panics "count" "How often" house;
    /// Minutes of these.
    PanicMinutes Panics "minutes" "Minutes in all" house;
}

impl SafetyFigure {
    /// As it is shown: `None` where it is about people and too small.
    pub const fn shown(self, count: i64) -> Option<i64> {
        if self.is_about_people() { shown(count) } else { Some(count) }
    }
}

/// A count about people as it is shown: `None` where it is too small.
pub const fn shown(count: i64) -> Option<i64> {
    if count == 0 || count >= SMALLEST { Some(count) } else { None }
}

/// What figures belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SafetySection {
    /// What rules held.
    Posts,
    /// Other servers: a matter of the whole instance.
    Elsewhere,
    /// Measures against accounts and posts.
    Measures,
    /// Reports.
    Reports,
    /// Legal cases.
    Cases,
    /// Appeals against decisions.
    Appeals,
    /// What had to be done by a time.
    Deadlines,
    /// Changes of the rules.
    Changes,
    /// Times in which everything was held.
    Panics,
}

impl SafetySection {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 9] = [
        Self::Posts,
        Self::Measures,
        Self::Reports,
        Self::Cases,
        Self::Appeals,
        Self::Deadlines,
        Self::Changes,
        Self::Panics,
        Self::Elsewhere,
    ];

    /// The word it has in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Elsewhere => "elsewhere",
            Self::Measures => "measures",
            Self::Reports => "reports",
            Self::Cases => "cases",
            Self::Appeals => "appeals",
            Self::Deadlines => "deadlines",
            Self::Changes => "changes",
            Self::Panics => "panics",
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Posts => "Posts held before they were published",
            Self::Elsewhere => "From other servers, and about them",
            Self::Measures => "Measures",
            Self::Reports => "Reports",
            Self::Cases => "Legal cases",
            Self::Appeals => "Appeals",
            Self::Deadlines => "Deadlines in this week",
            Self::Changes => "Changes of moderation rules",
            Self::Panics => "Times in which everything was held",
        }
    }
}

/// What was counted of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCount {
    /// What findings call it.
    pub rule: String,
    /// Held because of it.
    pub held: i64,
    /// Decided that were held because of it.
    pub decided: i64,
    /// Of these, published unchanged.
    pub released_unchanged: i64,
}

/// What is shown of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLine {
    /// What findings call it.
    pub rule: String,
    /// Held because of it.
    pub held: Option<i64>,
    /// Decided that were held because of it.
    pub decided: Option<i64>,
    /// Of these, published unchanged.
    pub released_unchanged: Option<i64>,
}

impl RuleLine {
    /// How much of what was decided was published unchanged, in hundredths; `None` where nothing was decided, or one of
    /// the two is too small to be shown.
    pub fn percent_unchanged(&self) -> Option<i64> {
        let (decided, unchanged) = (self.decided?, self.released_unchanged?);
        unchanged.saturating_mul(100).saturating_add(decided / 2).checked_div(decided)
    }
}

/// What is shown of rules. Where one number of a column alone is too small, the smallest of the others goes too: somebody who
/// knows the sum could find it out.
pub fn rule_lines(counts: Vec<RuleCount>) -> Vec<RuleLine> {
    let column = |of: fn(&RuleCount) -> i64| hidden(&counts.iter().map(of).collect::<Vec<_>>());
    let held = column(|count| count.held);
    let decided = column(|count| count.decided);
    let unchanged = column(|count| count.released_unchanged);
    let cells = held.into_iter().zip(decided).zip(unchanged);
    let line = |(count, ((held, decided), released_unchanged)): (RuleCount, _)| RuleLine {
        rule: count.rule,
        held,
        decided,
        released_unchanged,
    };
    counts.into_iter().zip(cells).map(line).collect()
}

fn hidden(counts: &[i64]) -> Vec<Option<i64>> {
    let mut cells: Vec<Option<i64>> = counts.iter().map(|count| shown(*count)).collect();
    if cells.iter().filter(|cell| cell.is_none()).count() == 1 {
        let others = cells.iter_mut().filter(|cell| cell.is_some_and(|count| count > 0));
        if let Some(smallest) = others.min_by_key(|cell| cell.unwrap_or_default()) {
            *smallest = None;
        }
    }
    cells
}

/// How long decisions of moderators about held statuses took, in milliseconds. Nothing where they were few.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecisionTimes {
    /// Half of them took no longer.
    pub median: Option<i64>,
    /// Nine of ten took no longer.
    pub p90: Option<i64>,
    /// Nineteen of twenty took no longer.
    pub p95: Option<i64>,
}

/// A rule pack that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackLine {
    /// Its name.
    pub name: String,
    /// Its newest version.
    pub version: i64,
    /// Whether it is the instance's, and not a school's.
    pub of_instance: bool,
}

/// The report of one week.
#[derive(Clone, Debug)]
pub struct SafetyReport {
    /// The week.
    pub week: Week,
    /// Up to when it was counted: the end of the week, or before that now.
    pub until: Timestamp,
    /// The organisation it is about; `None` for several, or for the whole instance.
    pub organisation: Option<Organisation>,
    /// Whether it is about the whole instance.
    pub of_instance: bool,
    /// What was counted; `None` for what is too small.
    pub figures: Vec<(SafetyFigure, Option<i64>)>,
    /// How long decisions took.
    pub times: DecisionTimes,
    /// Rules because of which something was held or decided, those that held most first.
    pub rules: Vec<RuleLine>,
    /// Rule packs that were installed at the end.
    pub packs: Vec<PackLine>,
}

impl SafetyReport {
    /// What belongs to `section`.
    pub fn section(&self, section: SafetySection) -> impl Iterator<Item = (SafetyFigure, Option<i64>)> + '_ {
        self.figures.iter().copied().filter(move |(figure, _)| figure.section() == section)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(rule: &str, held: i64, decided: i64, released_unchanged: i64) -> RuleCount {
        RuleCount { rule: rule.to_owned(), held, decided, released_unchanged }
    }

    #[test]
    fn small_numbers_of_people_are_not_shown() {
        let cells: Vec<_> = [0, 1, 4, 5, 6].map(|count| SafetyFigure::Held.shown(count)).into();
        assert_eq!(cells, [Some(0), None, None, Some(5), Some(6)]);
        assert_eq!(SafetyFigure::DeadlinesMissed.shown(1), Some(1), "what the house missed is told");
    }

    #[test]
    fn a_single_small_number_takes_the_next_one_with_it() {
        let lines = rule_lines(vec![count("a", 20, 10, 5), count("b", 9, 8, 0), count("c", 2, 0, 0)]);
        let held: Vec<_> = lines.iter().map(|line| line.held).collect();
        assert_eq!(held, [Some(20), None, None]);
        assert_eq!(lines.iter().map(|line| line.decided).collect::<Vec<_>>(), [Some(10), Some(8), Some(0)]);
        assert_eq!(lines.iter().map(RuleLine::percent_unchanged).collect::<Vec<_>>(), [Some(50), Some(0), None]);
        let lines = rule_lines(vec![count("a", 7, 7, 0), count("b", 3, 3, 1), count("c", 2, 2, 2)]);
        assert_eq!(lines.iter().map(|line| line.held).collect::<Vec<_>>(), [Some(7), None, None]);
        assert_eq!(rule_lines(vec![count("a", 1, 1, 1)])[0].held, None, "there is no other one");
    }

    #[test]
    fn words_are_told_apart_within_a_section() {
        let words: std::collections::HashSet<_> =
            SafetyFigure::ALL.iter().map(|figure| (figure.section(), figure.as_str())).collect();
        assert_eq!(words.len(), SafetyFigure::ALL.len());
        assert!(SafetyFigure::ALL.iter().all(|figure| SafetySection::ALL.contains(&figure.section())));
    }
}

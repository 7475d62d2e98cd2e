//! From hits to a verdict: doubles go, rules that release let go, scopes adjust, the strongest action wins.

use std::cmp::Reverse;

use super::compiled::Compiled;
use super::reader::Reader;
use crate::policy::{Mode, Rule};
use crate::rules::Hit;
use crate::subject::{Part, Subject};
use crate::verdict::{Action, Finding, Score, Standing, Verdict};

/// The verdict on what `reader` found.
pub(super) fn settle(compiled: &Compiled, subject: &Subject, reader: Reader<'_>) -> Verdict {
    let mut hits = reader.hits;
    hits.sort_by_key(|hit| {
        (hit.part, hit.span.start, hit.span.end, hit.rule, hit.kind, Reverse(hit.at_most), hit.spelling)
    });
    hits.dedup_by(|later, hit| {
        (later.rule, later.part, &later.span, later.kind) == (hit.rule, hit.part, &hit.span, hit.kind)
    });
    let releasing: Vec<(&Hit, &Rule)> = hits
        .iter()
        .filter_map(|hit| Some((hit, compiled.rule(hit.rule)?)))
        .filter(|(_, rule)| !rule.releases.is_empty() && rule.mode == Mode::Enforce)
        .collect();
    let findings: Vec<Finding> = hits
        .iter()
        .filter_map(|hit| {
            let rule = compiled.rule(hit.rule)?;
            let is_released = releasing.iter().any(|(by, releasing)| releases(by, releasing, hit, rule));
            let standing = match rule.mode {
                Mode::Enforce if is_released => Standing::Released,
                Mode::Enforce => Standing::Counts,
                Mode::Shadow | Mode::Draft => Standing::Shadow,
            };
            let asked = action_of(compiled, rule, subject).min(hit.at_most);
            Some(Finding {
                rule: rule.id.clone(),
                rule_version: rule.version,
                kind: hit.kind,
                action: if standing == Standing::Counts { asked } else { Action::Allow },
                standing,
                reason: rule.reason.clone(),
                detail: hit.detail.clone(),
                part: subject.parts.get(hit.part).map_or(Part::Content, |(part, _)| *part),
                span: hit.span.clone(),
                spelling: hit.spelling,
            })
        })
        .collect();
    let mut scores: Vec<Score> = Vec::new();
    for (rule, [positive, negative]) in reader.scores {
        let Some(rule) = compiled.rule(rule) else { continue };
        match scores.iter_mut().find(|score| score.rule == rule.id) {
            Some(score) => {
                score.positive = score.positive.saturating_add(positive);
                score.negative = score.negative.saturating_add(negative);
            }
            None => scores.push(Score { rule: rule.id.clone(), positive, negative }),
        }
    }
    let action = findings.iter().map(|finding| finding.action).max().unwrap_or_default();
    Verdict { action, findings, scores, complete: true }
}

/// What `rule` asks for in the scopes that hold for `subject`: those further down may ask for more, and for less where the
/// rule is overridable.
fn action_of(compiled: &Compiled, rule: &Rule, subject: &Subject) -> Action {
    let adjustments = compiled.policy.adjustments.iter().filter(|adjustment| adjustment.rule == rule.id);
    adjustments.filter(|adjustment| adjustment.scope.covers(subject)).fold(rule.action, |action, adjustment| {
        if rule.overridable { adjustment.action } else { action.max(adjustment.action) }
    })
}

/// Whether the match `by` of a rule that releases lets `hit` of `rule` go.
fn releases(by: &Hit, releasing: &Rule, hit: &Hit, rule: &Rule) -> bool {
    let is_named = releasing.releases.iter().any(|id| *id == rule.id || id == "*");
    let may = releasing.priority > rule.priority && (rule.overridable || releasing.scope.level() <= rule.scope.level());
    is_named && may && (by.span.is_empty() || by.overlaps(hit) || (hit.span.is_empty() && by.part == hit.part))
}

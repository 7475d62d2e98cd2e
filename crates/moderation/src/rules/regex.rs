//! Regular expressions, over the plain view: lower case, single spaces, `-` for every dash.
//!
//! The engine runs in linear time whatever people write. An expression is only run where a literal stands that it cannot
//! match without; one that has none costs its time on every text and must say so (`expensive`).

use regex_syntax::hir::{Hir, HirKind};
use serde::Deserialize;

use super::wrong;
use crate::verdict::Spelling;

/// Memory one compiled expression may take, in bytes.
const MAX_SIZE: usize = 1 << 20;
/// Longest expression, in bytes.
const MAX_PATTERN: usize = 2_000;
/// Shortest literal that is worth looking for.
const MIN_LITERAL: usize = 3;
/// Most literals of which one must stand there.
const MAX_LITERALS: usize = 64;
/// Most lists of such.
pub(crate) const MAX_LISTS: usize = 4;

/// The expressions of one rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patterns {
    /// Any of these matches.
    pub any: Vec<String>,
    /// Whether an expression may be run on every text.
    #[serde(default)]
    pub expensive: bool,
    /// Spellings to be seen through; plain and folded if absent. Plain is always read, leet and squashed are not.
    #[serde(default = "usual")]
    pub views: Vec<Spelling>,
}

fn usual() -> Vec<Spelling> {
    vec![Spelling::Plain, Spelling::Folded]
}

impl Patterns {
    pub(crate) fn validate(&self) -> Result<(), String> {
        if self.any.is_empty() {
            return wrong("regex.any", "lists no expression");
        }
        if self.views.iter().any(|view| *view > Spelling::Folded) {
            return wrong("regex.views", "may name plain and folded");
        }
        for pattern in &self.any {
            let problem = |problem: String| format!("expression {pattern:?}: {problem}");
            if pattern.len() > MAX_PATTERN {
                return Err(problem(format!("is longer than {MAX_PATTERN} bytes")));
            }
            let compiled = compile(pattern).map_err(problem)?;
            if compiled.is_match("") {
                return Err(problem("matches where there is nothing".into()));
            }
            let hir = regex_syntax::parse(pattern).map_err(|e| problem(e.to_string()))?;
            if has_capitals(&hir) {
                return Err(problem("must be in lower case, as the texts it is tried on are".into()));
            }
            if !self.expensive && literals_of(&hir).is_empty() {
                let rule =
                    format!("needs a word of {MIN_LITERAL} letters or more that must stand there, or expensive = true");
                return Err(problem(rule));
            }
        }
        Ok(())
    }
}

/// Compiles an expression within the limits.
pub(crate) fn compile(pattern: &str) -> Result<::regex::Regex, String> {
    ::regex::RegexBuilder::new(pattern).size_limit(MAX_SIZE).dfa_size_limit(MAX_SIZE).build().map_err(|e| e.to_string())
}

/// Lists of literals without spaces and hyphens: of each list at least one stands wherever `pattern` matches. Empty if
/// nothing has to.
pub(crate) fn literals(pattern: &str) -> Vec<Vec<String>> {
    regex_syntax::parse(pattern).map(|hir| literals_of(&hir)).unwrap_or_default()
}

/// The most bytes that `pattern` can match.
pub(crate) fn longest(pattern: &str) -> usize {
    let known = regex_syntax::parse(pattern).ok().and_then(|hir| hir.properties().maximum_len());
    known.unwrap_or(usize::MAX)
}

fn literals_of(hir: &Hir) -> Vec<Vec<String>> {
    let mut lists = match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            let longest = text.split([' ', '-']).max_by_key(|piece| piece.len()).unwrap_or_default();
            if longest.len() >= MIN_LITERAL { vec![vec![longest.to_owned()]] } else { Vec::new() }
        }
        HirKind::Capture(capture) => literals_of(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => literals_of(&repetition.sub),
        HirKind::Concat(children) => children.iter().flat_map(literals_of).collect(),
        HirKind::Alternation(children) => {
            // Whichever branch matches, one of its literals stands there.
            let first = |child| literals_of(child).into_iter().next();
            let all: Vec<String> = children.iter().map(first).collect::<Option<Vec<_>>>().unwrap_or_default().concat();
            if all.is_empty() || all.len() > MAX_LITERALS { Vec::new() } else { vec![all] }
        }
        _ => Vec::new(),
    };
    // Few and long ones fire least.
    lists.sort_by_key(|list| (std::cmp::Reverse(list.iter().map(String::len).min()), list.len()));
    lists.truncate(MAX_LISTS);
    lists
}

fn has_capitals(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().any(char::is_uppercase),
        HirKind::Capture(capture) => has_capitals(&capture.sub),
        HirKind::Repetition(repetition) => has_capitals(&repetition.sub),
        HirKind::Concat(children) | HirKind::Alternation(children) => children.iter().any(has_capitals),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_stand_there_is_known() {
        for (pattern, wanted) in [
            ("pupil number \\d+", "number"),
            ("colou?red", "colo & red"),
            ("(?:upn|nhs) ?no\\.?", "upn|nhs"),
            ("(secret|hidden) (file|paper)s?", "secret|hidden & file|paper"),
            ("\\d{3}-\\d{4}", ""),
            ("(secret|\\d+)", ""),
            ("(?:abc)?x", ""),
            ("(?:abc)+x", "abc"),
            ("(?:one ten|three) x (four)", "four & ten|three"),
        ] {
            let found: Vec<String> = literals(pattern).iter().map(|list| list.join("|")).collect();
            assert_eq!(found.join(" & "), wanted, "{pattern}");
        }
    }

    #[test]
    fn an_expression_that_costs_too_much_or_never_matches_is_told() {
        for (pattern, expensive, wanted) in [
            ("pupil \\d", false, ""),
            ("\\d{4}", false, "needs a word"),
            ("\\d{4}", true, ""),
            ("Pupil", false, "lower case"),
            ("x*", true, "where there is nothing"),
            ("(unclosed", true, "unclosed"),
            ("(?:a{1000}){1000}bcd", false, "size limit"),
            ("a(?=b)", true, "look-around"),
        ] {
            let patterns = Patterns { any: vec![pattern.to_owned()], expensive, views: usual() };
            let said = patterns.validate().err().unwrap_or_default();
            assert_eq!(said.is_empty(), wanted.is_empty(), "{pattern}: {said}");
            assert!(said.contains(wanted), "{pattern}: {said}");
        }
    }
}

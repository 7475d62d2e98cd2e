//! Every place where SQLite and PostgreSQL differ, and nothing else.

use sea_orm::DbBackend;
use staffroom_domain::status_search::Term;

/// Appended to a `SELECT` whose rows this transaction will change: PostgreSQL locks them, SQLite already has one
/// writer.
pub(crate) const fn for_update(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " FOR UPDATE",
        _ => "",
    }
}

/// Appended to a `SELECT` that claims work: PostgreSQL passes over rows another node is claiming.
pub(crate) const fn skip_locked(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// The function that says where its second text begins in its first, from 1; 0 where it does not.
pub(crate) const fn find(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "STRPOS",
        _ => "INSTR",
    }
}

/// An expression that keeps SQLite's planner from choosing an index on `column` (it would sort the whole history).
pub(crate) fn unindexed(backend: DbBackend, column: &str) -> String {
    match backend {
        DbBackend::Postgres => column.to_owned(),
        _ => format!("+{column}"),
    }
}

/// What the full-text index keeps of `words` (letters and digits alone) and of `marks` (which begin with `+`).
pub(crate) fn indexed(backend: DbBackend, words: &[String], marks: &[&str]) -> String {
    match backend {
        DbBackend::Postgres => {
            let words = words.iter().enumerate().map(|(at, word)| format!("'{word}':{}", at + 1));
            words.chain(marks.iter().map(|mark| format!("'{mark}'"))).collect::<Vec<_>>().join(" ")
        }
        _ => words.iter().map(String::as_str).chain(marks.iter().copied()).collect::<Vec<_>>().join(" "),
    }
}

/// The value `$n` as the full-text index takes it.
pub(crate) fn as_indexed(backend: DbBackend, n: usize) -> String {
    match backend {
        DbBackend::Postgres => format!("CAST(${n} AS TSVECTOR)"),
        _ => format!("${n}"),
    }
}

/// The condition that a row of `status_search` fits `$n`, which [`search`] wrote.
pub(crate) fn matches(backend: DbBackend, n: usize) -> String {
    match backend {
        DbBackend::Postgres => format!("words @@ CAST(${n} AS TSQUERY)"),
        _ => format!("status_search MATCH ${n}"),
    }
}

/// What the full-text index is asked for: all of `terms` and, if given, `mark`. There must be a mark or a term that is
/// not excluded.
pub(crate) fn search(backend: DbBackend, terms: &[Term], mark: Option<&str>) -> String {
    let is_postgres = backend == DbBackend::Postgres;
    let one = |term: &Term| {
        if is_postgres {
            let words = term.words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" <-> ");
            format!("({words}{})", if term.is_prefix { ":*" } else { "" })
        } else {
            format!("\"{}\"{}", term.words.join(" "), if term.is_prefix { " *" } else { "" })
        }
    };
    let (excluded, wanted): (Vec<&Term>, Vec<&Term>) = terms.iter().partition(|term| term.is_excluded);
    let mark = mark.map(|mark| if is_postgres { format!("'{mark}'") } else { format!("\"{mark}\"") });
    let wanted: Vec<String> = wanted.into_iter().map(one).chain(mark).collect();
    let mut query = wanted.join(if is_postgres { " & " } else { " AND " });
    for term in excluded {
        let not = if is_postgres { " & !" } else { " NOT " };
        query = format!("({query}){not}{}", one(term));
    }
    query
}

#[cfg(test)]
mod tests {
    use staffroom_domain::status_search::StatusSearch;

    use super::*;

    #[test]
    fn both_databases_are_asked_the_same() {
        let terms = StatusSearch::parse("marking \"whole class\" assess* -homework").terms;
        for (backend, asked) in [
            (DbBackend::Sqlite, r#"("marking" AND "whole class" AND "assess" * AND "+by7") NOT "homework""#),
            (DbBackend::Postgres, "(('marking') & ('whole' <-> 'class') & ('assess':*) & '+by7') & !('homework')"),
        ] {
            assert_eq!(search(backend, &terms, Some("+by7")), asked);
        }
        let words = ["a".to_owned(), "b".to_owned()];
        assert_eq!(indexed(DbBackend::Sqlite, &words, &["+open"]), "a b +open");
        assert_eq!(indexed(DbBackend::Postgres, &words, &["+open"]), "'a':1 'b':2 '+open'");
    }
}

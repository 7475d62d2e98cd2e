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

/// The same for rows others refer to, of which neither key nor existence will change: who refers to them goes on.
pub(crate) const fn for_no_key_update(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " FOR NO KEY UPDATE",
        _ => "",
    }
}

/// The same, passing over rows that another transaction holds.
pub(crate) const fn skip_held(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " FOR NO KEY UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// What the database is called.
pub(crate) const fn name(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "PostgreSQL",
        _ => "SQLite",
    }
}

/// Asks for its version, `text`.
pub(crate) const fn version(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "SELECT current_setting('server_version') AS text",
        _ => "SELECT sqlite_version() AS text",
    }
}

/// Asks for the bytes it takes, `n`.
pub(crate) const fn size(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "SELECT pg_database_size(current_database()) AS n",
        _ => "SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()",
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

/// The items of the JSON list `$n` as a table with one column, `item`, of type `kind` (`BIGINT` or `TEXT`): one value
/// however long the list is, and so one text of the statement, which is prepared once.
pub(crate) fn items(backend: DbBackend, n: usize, kind: &str) -> String {
    match backend {
        DbBackend::Postgres => {
            format!("(SELECT CAST(value AS {kind}) AS item FROM json_array_elements_text(CAST(${n} AS JSON)))")
        }
        _ => format!("(SELECT value AS item FROM json_each(${n}))"),
    }
}

/// ` CROSS JOIN …`: the items of the list `member` of the JSON object in `column`, as `name.value`.
pub(crate) fn each_of(backend: DbBackend, column: &str, member: &str, name: &str) -> String {
    match backend {
        DbBackend::Postgres => {
            format!(" CROSS JOIN LATERAL json_array_elements(CAST({column} AS JSON) -> '{member}') AS {name} (value)")
        }
        _ => format!(" CROSS JOIN json_each({column}, '$.{member}') AS {name}"),
    }
}

/// The text under `member` of the JSON object in `column`.
pub(crate) fn text_of(backend: DbBackend, column: &str, member: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("(CAST({column} AS JSON) ->> '{member}')"),
        _ => format!("json_extract({column}, '$.{member}')"),
    }
}

/// A query whose one row holds, as JSON in `text`, a list of what `columns` are for each row of `source`.
pub(crate) fn gathered(backend: DbBackend, columns: &str, source: &str) -> String {
    match backend {
        DbBackend::Postgres => {
            format!("SELECT COALESCE(CAST(JSON_AGG(JSON_BUILD_ARRAY({columns})) AS TEXT), '[]') AS text FROM {source}")
        }
        _ => format!("SELECT json_group_array(json_array({columns})) AS text FROM {source}"),
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

/// What ends the `INSERT` into the full-text index of what another transaction may have written meanwhile: SQLite has one
/// writer.
pub(crate) const fn over_indexed(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => " ON CONFLICT (rowid) DO UPDATE SET words = EXCLUDED.words",
        _ => "",
    }
}

/// Whether an error with this code says that a value cannot be kept: too large, of the wrong kind, against a rule of
/// the schema. PostgreSQL's codes have five characters of which two are the class (Appendix A of its manual), SQLite's
/// are smaller numbers of which the last byte is the kind (<https://sqlite.org/rescode.html>).
pub(crate) fn refuses_value(code: &str) -> bool {
    if code.len() == 5 {
        // data exceptions, broken constraints, limits of the program
        return ["22", "23", "54"].iter().any(|class| code.starts_with(class));
    }
    // too big, a broken constraint, another type
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 18..=20))
}

/// What the full-text index is asked for: all of `terms`, the mark `by` if given, and at least one of the marks `any`, of
/// which there must be one. What is excluded stands in one flat group: each one around the others would be too deep for
/// FTS5 when they are many.
pub(crate) fn search(backend: DbBackend, terms: &[Term], by: Option<&str>, any: &[&str]) -> String {
    let is_postgres = backend == DbBackend::Postgres;
    let one = |term: &Term| {
        if is_postgres {
            let words = term.words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" <-> ");
            format!("({words}{})", if term.is_prefix { ":*" } else { "" })
        } else {
            format!("\"{}\"{}", term.words.join(" "), if term.is_prefix { " *" } else { "" })
        }
    };
    let mark = |mark: &&str| if is_postgres { format!("'{mark}'") } else { format!("\"{mark}\"") };
    let (and, or, not) = if is_postgres { (" & ", " | ", " & !") } else { (" AND ", " OR ", " NOT ") };
    let (excluded, wanted): (Vec<&Term>, Vec<&Term>) = terms.iter().partition(|term| term.is_excluded);
    let any = any.iter().map(mark).collect::<Vec<_>>().join(or);
    let wanted = wanted.into_iter().map(one).chain(by.as_ref().map(mark)).chain([format!("({any})")]);
    let wanted = wanted.collect::<Vec<_>>().join(and);
    if excluded.is_empty() {
        return wanted;
    }
    let excluded = excluded.into_iter().map(one).collect::<Vec<_>>().join(or);
    format!("({wanted}){not}({excluded})")
}

#[cfg(test)]
mod tests {
    use staffroom_domain::status_search::StatusSearch;

    use super::*;

    #[test]
    fn what_refuses_a_value_is_told_from_trouble() {
        for code in ["54000", "22021", "23505", "18", "19", "20", "2067", "1555"] {
            assert!(refuses_value(code), "{code}");
        }
        for code in [
            "40P01", "40001", "53100", "55P03", "57P01", "57014", "25006", "42P01", "1", "5", "6", "10", "11", "13",
            "261", "8714", "",
        ] {
            assert!(!refuses_value(code), "{code}");
        }
    }

    #[test]
    fn both_databases_are_asked_the_same() {
        let terms = StatusSearch::parse("marking \"whole class\" assess* -homework -\"bad luck\"").terms;
        for (backend, asked) in [
            (
                DbBackend::Sqlite,
                r#"("marking" AND "whole class" AND "assess" * AND "+by7" AND ("+open" OR "+in9")) NOT ("homework" OR "bad luck")"#,
            ),
            (
                DbBackend::Postgres,
                "(('marking') & ('whole' <-> 'class') & ('assess':*) & '+by7' & ('+open' | '+in9')) \
                 & !(('homework') | ('bad' <-> 'luck'))",
            ),
        ] {
            assert_eq!(search(backend, &terms, Some("+by7"), &["+open", "+in9"]), asked);
        }
        let terms = StatusSearch::parse("marking").terms;
        assert_eq!(search(DbBackend::Sqlite, &terms, None, &["+open"]), r#""marking" AND ("+open")"#);
        let words = ["a".to_owned(), "b".to_owned()];
        assert_eq!(indexed(DbBackend::Sqlite, &words, &["+open"]), "a b +open");
        assert_eq!(indexed(DbBackend::Postgres, &words, &["+open"]), "'a':1 'b':2 '+open'");
    }
}

//! Keyset paging as SQL.

use domain::PageRequest;
use sea_orm::Value;
use staffroom_domain as domain;

/// Adds the bounds of `page` on `column` to `values` and returns ` AND …` conditions plus the order and limit to put at
/// the end: `(conditions, order)`. One row more than asked for is fetched; see [`domain::Page::from_rows`].
pub(crate) fn keyset(page: &PageRequest, column: &str, values: &mut Vec<Value>) -> (String, String) {
    let mut conditions = String::new();
    let mut bound = |op: &str, id: i64| {
        values.push(id.into());
        conditions.push_str(&format!(" AND {column} {op} ${}", values.len()));
    };
    if let Some(id) = page.max_id {
        bound("<", id);
    }
    if let Some(id) = page.min_id.or(page.since_id) {
        bound(">", id);
    }
    let direction = if page.min_id.is_some() { "ASC" } else { "DESC" };
    values.push(i64::try_from(page.limit).unwrap_or(i64::MAX - 1).saturating_add(1).into());
    let order = format!(" ORDER BY {column} {direction} LIMIT +${}", values.len());
    (conditions, order)
}

/// The same for a list of what has to be done, the soonest `deadline` first: the ids in `page` stand for the rows of
/// `table` (called `alias`) that have them, and what is further down comes after these. Deadlines are never missing in it.
pub(crate) fn by_deadline(page: &PageRequest, table: &str, alias: &str, values: &mut Vec<Value>) -> (String, String) {
    let mut conditions = String::new();
    let mut bound = |op: &str, id: i64| {
        values.push(id.into());
        let n = values.len();
        conditions.push_str(&format!(
            " AND ({alias}.deadline, {alias}.id) {op} (SELECT c.deadline, c.id FROM {table} c WHERE c.id = ${n})"
        ));
    };
    if let Some(id) = page.max_id {
        bound(">", id);
    }
    if let Some(id) = page.min_id.or(page.since_id) {
        bound("<", id);
    }
    let direction = if page.min_id.is_some() { "DESC" } else { "ASC" };
    values.push(i64::try_from(page.limit).unwrap_or(i64::MAX - 1).saturating_add(1).into());
    let order = format!(" ORDER BY {alias}.deadline {direction}, {alias}.id {direction} LIMIT +${}", values.len());
    (conditions, order)
}

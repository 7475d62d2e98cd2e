//! Each known trap of client apps has a test named after it.

use std::collections::BTreeSet;

use super::{Text, assert_none, texts};

const TRAPS: &str = include_str!("traps.tsv");

/// Numbers in the names of tests: `trap_05_25_…` is for two traps.
fn tested(files: &[Text]) -> BTreeSet<String> {
    let names = files.iter().flat_map(|file| file.content.split("fn trap_").skip(1));
    let numbers = names.flat_map(|name| name.split('_').take_while(|part| part.parse::<u8>().is_ok()));
    numbers.map(str::to_owned).collect()
}

fn untested(rows: &str, files: &[Text]) -> Vec<String> {
    let tested = tested(files);
    let rows = rows.lines().filter(|row| !row.starts_with('#')).filter_map(|row| row.split_once('\t'));
    rows.filter(|(number, _)| !tested.contains(*number)).map(|(number, what)| format!("{number}: {what}")).collect()
}

#[test]
fn every_trap_has_a_test() {
    assert_eq!(TRAPS.lines().filter(|row| !row.starts_with('#')).count(), 57);
    assert_none(&untested(TRAPS, &texts(&["tests/it"], &["rs"])));
}

#[test]
fn a_trap_without_a_test_is_noticed() {
    let files = [Text::new("tests/it/x.rs", "async fn trap_05_25_a_thing_of_7_parts() {}")];
    assert_eq!(untested("05\tone\n25\ttwo\n07\tthree\n", &files), ["07: three"]);
}

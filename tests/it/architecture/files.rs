//! Files stay short and say what they are for.

use super::{Text, assert_none, texts};

const MAX_LINES: usize = 600;

fn problems(files: &[Text]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files {
        let lines = file.content.lines().count();
        if lines > MAX_LINES {
            problems.push(format!("{} has {lines} lines, more than {MAX_LINES}", file.path));
        }
        let is_rust = std::path::Path::new(&file.path).extension().is_some_and(|extension| extension == "rs");
        let opening = file.content.lines().next().unwrap_or_default();
        if is_rust && (!opening.starts_with("//! ") || opening == "//! Placeholder.") {
            problems.push(format!("{} does not open with what it is for", file.path));
        }
    }
    problems
}

#[test]
fn files_are_short_and_open_with_their_purpose() {
    let files = texts(&["crates", "migrations", "tests", "xtask"], &["rs", "html", "css"]);
    assert!(files.len() > 100, "only {} files found", files.len());
    assert_none(&problems(&files));
}

#[test]
fn a_long_file_and_one_without_a_purpose_are_noticed() {
    let long = format!("//! Long.\n{}", "\n".repeat(MAX_LINES));
    let broken =
        [Text::new("a/long.rs", &long), Text::new("a/mute.rs", "use a;\n"), Text::new("a/long.css", &long[3..])];
    let found = problems(&broken);
    assert_eq!(found.len(), 3, "{found:?}");
}

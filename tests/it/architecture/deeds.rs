//! Whoever acts by an `Authority` leaves an entry in the log: where a file of the service names one, its transactions end in
//! `commit_deed`. Those that do not are counted here, each with the reason.

use super::{Text, assert_none, texts};

/// Files that name an `Authority` and commit without an entry, and how often.
const WITHOUT: [(&str, usize); 8] = [
    // the commit of an entry itself
    ("moderation_log/append.rs", 1),
    // figures are counted by a loop
    ("moderation/rules/figures.rs", 1),
    // a dry run goes on by itself
    ("moderation/rules/trial.rs", 1),
    // authors decide about their own; what an author said twice; what the rules find anew
    ("statuses/held/release.rs", 4),
    // what was decided before, and what was let in
    ("exchange/held.rs", 2),
    // what turned out not to be there, and what comes of itself
    ("statuses/quarantine/decide.rs", 1),
    ("statuses/quarantine/mod.rs", 2),
    // what other servers say of their own, and statuses erased after the account
    ("accounts/remove.rs", 2),
];

fn problems(files: &[Text], without: &[(&str, usize)]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| !file.path.contains("test") && file.content.contains("Authority")) {
        let plain = ["tx.commit()", ".commit(tx)"].map(|commit| file.content.matches(commit).count());
        let found: usize = plain.iter().sum();
        let known = without.iter().find(|(path, _)| file.path.ends_with(path)).map_or(0, |(_, count)| *count);
        if found != known {
            problems.push(format!("{} commits {found} times without an entry in the log, not {known}", file.path));
        }
    }
    problems
}

#[test]
fn what_is_done_by_an_authority_is_committed_with_its_entry() {
    assert_none(&problems(&texts(&["crates/service/src"], &["rs"]), &WITHOUT));
}

#[test]
fn a_use_case_that_forgets_its_entry_is_noticed() {
    let logged = Text::new("a.rs", "async fn a(who: &Authority) { self.service.commit_deed(tx, done).await }");
    let forgetful = Text::new("b.rs", "async fn b(who: &Authority) { self.service.commit(tx).await }");
    let nobodys = Text::new("c.rs", "async fn c() { tx.commit().await }");
    let files = [logged, forgetful, nobodys];
    assert_eq!(problems(&files, &[]), ["b.rs commits 1 times without an entry in the log, not 0"]);
    assert_eq!(problems(&files, &[("b.rs", 1)]), Vec::<String>::new());
}

//! Documents lead somewhere: every relative link in them resolves.

use std::path::{Component, Path, PathBuf};

use super::{Text, assert_none, read, root, texts};

/// Documents in the root; those in `docs/` are found.
const PAPERS: [&str; 6] =
    ["README.md", "ARCHITECTURE.md", "FEDERATION.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];

/// Targets of `[text](target)` outside code, without their fragment.
fn relative_links(markdown: &str) -> Vec<&str> {
    let mut links = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for part in line.split("](").skip(1) {
            let target = part.split([')', ' ']).next().unwrap_or_default();
            let target = target.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                links.push(target);
            }
        }
    }
    links
}

/// `base/target` with `..` taken out; `None` when it leaves the repository.
fn resolve(document: &str, target: &str) -> Option<PathBuf> {
    let mut path = PathBuf::from(document);
    path.pop();
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir => path.pop().then_some(())?,
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

fn problems(documents: &[Text], exists: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    for document in documents {
        for target in relative_links(&document.content) {
            if !resolve(&document.path, target).is_some_and(|path| exists(&path)) {
                problems.push(format!("{} links to {target}, which is not there", document.path));
            }
        }
    }
    problems
}

#[test]
fn every_relative_link_resolves() {
    let mut documents = texts(&["docs"], &["md"]);
    documents.extend(PAPERS.map(|path| Text::new(path, &read(path))));
    assert_none(&problems(&documents, |path| root().join(path).exists()));
}

#[test]
fn a_link_to_nowhere_and_one_out_of_the_repository_are_noticed() {
    let text = "[a](b.md) [c](../README.md#top) [d](../../etc/passwd) [e](https://example.org/) [f](#here)\n\
                ```\n[g](code.md)\n```\n";
    let exists = |path: &Path| path == Path::new("README.md");
    let found = problems(&[Text::new("docs/x.md", text)], exists);
    assert_eq!(
        found,
        ["docs/x.md links to b.md, which is not there", "docs/x.md links to ../../etc/passwd, which is not there"]
    );
}

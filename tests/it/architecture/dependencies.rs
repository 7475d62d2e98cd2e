//! What the program is linked from: one crypto provider, one copy of the big crates, and a federation library without
//! the known holes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::MetadataCommand;

use super::{assert_none, root};

/// Other crypto than `aws-lc-rs`.
const FORBIDDEN: [&str; 5] = ["ring", "openssl", "openssl-sys", "native-tls", "boring"];

/// Crates whose types cross our borders, or which are large: two copies would not fit together.
const ONCE: [&str; 7] = ["axum", "reqwest", "http", "hyper", "rustls", "sqlx", "tokio"];

/// `name vX.Y.Z` of everything the program is built from, build scripts and tests left out.
fn tree() -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let args = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--package", "staffroom-server"];
    let output = Command::new(cargo).args(args).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn problems(tree: &str) -> Vec<String> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            versions.entry(name).or_default().insert(version);
        }
    }
    let mut problems: Vec<String> =
        FORBIDDEN.iter().filter(|name| versions.contains_key(**name)).map(|name| format!("{name} is linked")).collect();
    for name in ONCE {
        match versions.get(name) {
            None => problems.push(format!("{name} is not linked")),
            Some(found) if found.len() > 1 => problems.push(format!("{name} is linked more than once: {found:?}")),
            Some(_) => {}
        }
    }
    problems
}

/// Whether the requirement names one version, and one that compares the digest with the body.
///
/// 0.6.0–0.6.5 and the betas of 0.7.0 up to 11 verified the signature under axum without comparing the body.
fn library_problem(requirement: &str) -> Option<String> {
    let Some(version) = requirement.strip_prefix('=') else {
        return Some(format!("{requirement} is not one version"));
    };
    let fits = match version.split_once("-beta.") {
        Some(("0.7.0", beta)) => beta.parse::<u32>().is_ok_and(|beta| beta > 11),
        Some(_) => false,
        None => {
            let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
            parts.len() == 3 && parts >= vec![0, 6, 6]
        }
    };
    (!fits).then(|| format!("{version} does not compare the body"))
}

#[test]
fn no_second_crypto_provider_and_no_second_copy() {
    assert_none(&problems(&tree()));
}

#[test]
fn ring_and_a_second_axum_are_noticed() {
    let broken = format!("{}\nring v0.17.14\naxum v0.7.9 (*)\n", tree());
    let found = problems(&broken);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("ring") && found[1].contains("axum"), "{found:?}");
    assert_eq!(problems("").len(), ONCE.len());
}

#[test]
fn the_federation_library_is_pinned_to_a_sound_version() {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps().other_options(["--locked".to_owned()]);
    let packages = command.exec().unwrap().packages;
    let requirements: Vec<String> = packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| dependency.name == "activitypub_federation")
        .map(|dependency| dependency.req.to_string())
        .collect();
    assert!(!requirements.is_empty());
    assert_none(&requirements.iter().filter_map(|one| library_problem(one)).collect::<Vec<_>>());
}

#[test]
fn a_loose_or_unsound_requirement_is_noticed() {
    for broken in ["^0.7.0-beta.14", "=0.6.5", "=0.6.0", "=0.7.0-beta.11", "=0.7.0-beta.1", "*"] {
        assert!(library_problem(broken).is_some(), "{broken}");
    }
    for sound in ["=0.6.6", "=0.7.0-beta.14", "=0.7.0", "=1.0.0"] {
        assert_eq!(library_problem(sound), None);
    }
}

//! Reads file and environment, and collects every problem before saying no.

use std::path::PathBuf;

use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};

use super::{Config, ConfigError};

/// Where the configuration comes from.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// A TOML file.
    pub file: Option<PathBuf>,
    /// Take `STAFFROOM__…` from the environment.
    pub environment: bool,
}

/// Problems reported before giving up: enough for a human to go on with.
const MAX_PROBLEMS: usize = 50;

/// Reads and checks the configuration.
///
/// # Errors
/// All problems at once, each line beginning with the key.
pub fn load(source: &Source) -> Result<Config, ConfigError> {
    let mut figment = Figment::new();
    if let Some(file) = &source.file {
        if !file.is_file() {
            return Err(ConfigError(vec![format!("{}: no such file", file.display())]));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    if source.environment {
        figment = figment.merge(Env::prefixed("STAFFROOM__").split("__"));
    }
    let mut values: Dict =
        figment.extract().map_err(|e| ConfigError(e.into_iter().map(|e| e.to_string()).collect()))?;
    let mut problems = Vec::new();
    let config = loop {
        match Figment::from(Serialized::defaults(&values)).extract::<Config>() {
            Ok(config) => break config,
            Err(e) => {
                let before = problems.len();
                for error in e {
                    let path = path_of(&error);
                    problems.push(format!("{}: {}", path.join("."), error.kind));
                    // Without the wrong key the rest can be read, and its problems found.
                    if !remove(&mut values, &path) {
                        return Err(ConfigError(problems));
                    }
                }
                if problems.len() == before || problems.len() > MAX_PROBLEMS {
                    return Err(ConfigError(problems));
                }
            }
        }
    };
    problems.extend(super::check::problems(&config));
    if problems.is_empty() { Ok(config) } else { Err(ConfigError(problems)) }
}

fn path_of(error: &figment::Error) -> Vec<String> {
    let mut path = error.path.clone();
    if let Kind::UnknownField(name, _) = &error.kind
        && path.last() != Some(name)
    {
        path.push(name.clone());
    }
    path
}

fn remove(values: &mut Dict, path: &[String]) -> bool {
    match path {
        [] => false,
        [last] => values.remove(last).is_some(),
        [first, rest @ ..] => match values.get_mut(first) {
            Some(Value::Dict(_, inner)) => remove(inner, rest) || values.remove(first).is_some(),
            Some(_) => values.remove(first).is_some(),
            None => false,
        },
    }
}

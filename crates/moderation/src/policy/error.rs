//! What is wrong with rules.

/// What is wrong with a pack or one of its rules.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file cannot be read as a pack.
    #[error("{name} is not a rule pack: {source}")]
    NotAPack {
        /// The name it was loaded under.
        name: String,
        /// Where and why; names the line.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// Two rules have one id.
    #[error("rule {rule} appears twice")]
    Duplicate {
        /// The id.
        rule: String,
    },
    /// A rule is wrong.
    #[error("rule {rule}: {problem}")]
    BadRule {
        /// Its id.
        rule: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A rule of a pack says what cannot be.
    #[error("rule {rule} in {pack}: {problem}")]
    WrongRule {
        /// Its id.
        rule: String,
        /// The id of its pack.
        pack: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A change of another pack's rule is wrong.
    #[error("{pack} adjusts rule {rule}: {problem}")]
    BadAdjustment {
        /// The pack that asks for it.
        pack: String,
        /// The rule it names.
        rule: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The phrases of all rules together cannot be compiled.
    #[error("the phrases of all rules together are too many")]
    TooMany {
        /// Why.
        #[source]
        source: aho_corasick::BuildError,
    },
}

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Culprit<'a> {
    /// A whole pack, by the name it was loaded under.
    Pack(&'a str),
    /// A rule, by its id.
    Rule(&'a str),
    /// What a pack changes of a rule of another, by the ids of both.
    Adjustment {
        /// The pack that asks for it.
        pack: &'a str,
        /// The rule it names.
        rule: &'a str,
    },
}

impl PolicyError {
    /// What would have to go for this error to go; nothing where it is all rules together.
    pub fn culprit(&self) -> Option<Culprit<'_>> {
        match self {
            Self::NotAPack { name, .. } => Some(Culprit::Pack(name)),
            Self::Duplicate { rule } | Self::BadRule { rule, .. } | Self::WrongRule { rule, .. } => {
                Some(Culprit::Rule(rule))
            }
            Self::BadAdjustment { pack, rule, .. } => Some(Culprit::Adjustment { pack, rule }),
            Self::TooMany { .. } => None,
        }
    }
}

/// What is wrong with rules, as far as it can be told at once.
#[derive(Debug, thiserror::Error)]
#[error("{first}")]
pub struct Faults {
    /// One thing.
    pub first: PolicyError,
    /// The others.
    pub others: Vec<PolicyError>,
}

impl Faults {
    /// Nothing, or all of it.
    pub(crate) fn check(faults: Vec<PolicyError>) -> Result<(), Self> {
        let mut faults = faults.into_iter();
        match faults.next() {
            None => Ok(()),
            Some(first) => Err(Self { first, others: faults.collect() }),
        }
    }

    /// All of it.
    pub fn all(&self) -> impl Iterator<Item = &PolicyError> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl From<PolicyError> for Faults {
    fn from(first: PolicyError) -> Self {
        Self { first, others: Vec::new() }
    }
}

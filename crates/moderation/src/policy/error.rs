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

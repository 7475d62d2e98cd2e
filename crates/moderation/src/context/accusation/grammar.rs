//! Words of English grammar by which it is told who does, suffers or is something.

/// Forms of `be`, and what stands in their place before a participle.
pub(super) const BE: &[&str] = &[
    "is", "are", "was", "were", "be", "been", "being", "got", "get", "gets", "getting", "felt", "feel", "feels",
    "feeling", "am", "i'm", "wasn't",
];
/// Participles that do not show by their endings.
pub(super) const PARTICIPLES: &[&str] = &[
    "hit", "hurt", "beat", "sold", "told", "sent", "caught", "bought", "thrown", "robbed", "struck", "kept", "cut",
    "made", "fed", "put", "gaslit", "shot", "spat", "shown", "bit", "paid", "done", "lost", "left", "drawn",
];
/// Words behind which a verb's object is no longer to be looked for.
pub(super) const TURNED: &[&str] =
    &["of", "for", "with", "to", "and", "while", "when", "before", "after", "during", "about", "because", "as", "but"];
/// Words at the end of a claim behind which the accused follows: "allegations against".
pub(super) const TURNING: &[&str] = &["against", "about", "involving", "concerning", "regarding", "near"];
/// Words between a verb and its object.
pub(super) const ARTICLES: &[&str] = &[
    "the", "a", "an", "our", "my", "his", "her", "their", "your", "this", "that", "one", "of", "old", "new", "young",
    "former", "same",
];
/// Participles that are passive unless a form of `have` stands before.
pub(super) const PASSIVE_ALONE: &[&str] =
    &["stolen", "taken", "beaten", "shaken", "thrown", "driven", "hidden", "broken"];
/// Forms of `have`.
pub(super) const HAVE: &[&str] = &[
    "has", "have", "had", "having", "hasn't", "haven't", "hadn't", "he's", "she's", "they've", "i've", "we've",
    "you've", "he'd",
];
/// Verbs whose object is the accused.
pub(super) const ACCUSING: &[&str] = &[
    "accuse",
    "accused",
    "accuses",
    "accusing",
    "arrest",
    "arrests",
    "arrested",
    "charged",
    "suspended",
    "reported",
    "reports",
    "reporting",
    "referred",
    "refers",
    "told",
    "sacked",
    "fired",
    "dismissed",
];
/// Verbs that are nouns too, behind one of these.
pub(super) const NOUN_VERBS: &[&str] = &[
    "assaults", "attacks", "drink", "drinks", "lie", "lies", "cheat", "cheats", "touch", "kiss", "hit", "hits", "push",
    "punch", "slap", "kick", "steal", "fiddle", "hurt", "exploit", "groom", "bite", "cane", "scam", "con",
];
/// Words that are verbs only behind one of these, or behind whom they are about.
pub(super) const NOUNS: &[&str] = &["assault", "abuse", "attack", "rape", "murder", "theft"];
/// Words before which such a word is a verb.
pub(super) const BEFORE_VERBS: &[&str] = &[
    "to", "will", "would", "can", "could", "did", "does", "do", "may", "might", "must", "who", "not", "never",
    "always", "often", "also", "even", "still", "just", "didn't", "that",
];
/// Words before which such a word is a noun.
pub(super) const BEFORE_NOUNS: &[&str] = &[
    "a", "an", "the", "of", "on", "about", "sexual", "physical", "alleged", "this", "that", "for", "with", "from",
    "racial", "verbal", "serious", "no", "any", "indecent",
];
/// Verbs by which somebody makes somebody else act.
pub(super) const CAUSING: &[&str] = &[
    "make",
    "makes",
    "made",
    "making",
    "force",
    "forces",
    "forced",
    "forcing",
    "tell",
    "tells",
    "told",
    "telling",
    "ask",
    "asks",
    "asked",
    "asking",
    "order",
    "ordered",
    "orders",
    "pressure",
    "pressured",
    "pressures",
    "let",
    "lets",
    "letting",
    "allowed",
    "allows",
    "got",
    "encouraged",
    "encourages",
    "instructed",
    "coerced",
    "bullied",
    "helped",
];
/// Verbs behind which a statement with a subject of its own follows.
pub(super) const STATING: &[&str] = &[
    "says",
    "said",
    "thinks",
    "thought",
    "argues",
    "argued",
    "believes",
    "believed",
    "claims",
    "claimed",
    "complained",
    "complains",
    "warns",
    "warned",
    "reckons",
    "explained",
    "explains",
    "suggested",
    "suggests",
    "wrote",
    "writes",
    "asked",
    "asks",
    "knows",
    "tweeted",
    "posted",
    "worries",
    "fears",
    "feels",
];
/// Words between a subject and its verb.
pub(super) const AUXILIARIES: &[&str] = &[
    "has", "have", "had", "having", "does", "do", "did", "will", "would", "can", "could", "may", "might", "must", "to",
    "also", "always", "never", "not", "just", "then", "even", "still", "only", "often", "once", "again", "now",
    "probably", "actually", "really", "simply", "all", "both", "who", "that", "which", "caught", "seen", "keeps",
    "kept", "started", "likes", "loves", "tried", "tries", "tends", "trying", "hasn't", "haven't", "hadn't", "didn't",
    "doesn't", "don't", "isn't", "aren't", "known", "found", "about", "a", "the", "well", "ever", "used",
];
/// Words that join a verb to the subject of the one before.
pub(super) const JOINING: &[&str] = &["and", "&", "then", "or", "but", "plus"];
/// After these stands nobody's subject.
pub(super) const LEADING: &[&str] = &["of", "at", "in", "from", "with", "near", "for", "to", "than", "under", "after"];
/// Verbs of those who only tell: "everyone says".
pub(super) const REPORTING: &[&str] = &[
    "say",
    "says",
    "said",
    "think",
    "thinks",
    "know",
    "knows",
    "knew",
    "believe",
    "believes",
    "hear",
    "heard",
    "reckon",
    "reckons",
    "claim",
    "claims",
    "suspect",
    "suspects",
    "told",
    "tells",
    "am",
    "swear",
    "saw",
    "understand",
];

/// Words between a subject and its verb that are no verb's object.
pub(super) const BETWEEN: &[&str] = &[
    "known",
    "caught",
    "seen",
    "tries",
    "likes",
    "keeps",
    "started",
    "busy",
    "guilty",
    "capable",
    "accused",
    "rumoured",
    "alleged",
    "said",
    "years",
    "months",
    "weeks",
    "days",
    "decades",
    "ages",
    "today",
    "yesterday",
    "forever",
    "famous",
    "notorious",
    "man",
    "woman",
    "person",
    "last",
    "week",
    "month",
    "year",
    "term",
    "happily",
    "busily",
    "helped",
];
/// Function words that are verbs with objects, or begin a question of their own.
pub(super) const TAKING: &[&str] = &[
    "make", "makes", "made", "take", "takes", "took", "say", "says", "said", "tell", "tells", "told", "think",
    "thinks", "thought", "know", "knows", "knew", "see", "sees", "saw", "look", "looks", "want", "wants", "need",
    "needs", "give", "gives", "gave", "find", "finds", "found", "use", "uses", "who", "whoever", "what", "whether",
    "why", "how", "if",
];

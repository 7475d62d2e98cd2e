//! What the moderation log says of rules, packs and what belongs to them: ids, versions, digests and states.

use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::rule_cycle::{Approval, DryRun, ModerationRule, Panic, RulePack};

use crate::auth::Authority;
use crate::digest::sha256_hex;
use crate::moderation_log::Entry;

/// Something done about a rule, which stands as it does after it.
pub(super) fn rule(who: &Authority, deed: Deed, rule: &ModerationRule) -> Entry {
    Entry::new(who, deed, Subject::new("rule", &rule.id))
        .of(rule.organisation)
        .with("version", rule.version)
        .with("digest", sha256_hex(&rule.definition))
        .with("state", rule.state.as_str())
        .with("enforced_version", rule.enforced_version)
}

/// A pack that was taken in.
pub(super) fn pack(who: &Authority, pack: &RulePack) -> Entry {
    Entry::new(who, Deed::InstallPack, Subject::new("rule_pack", &pack.id))
        .of(pack.organisation)
        .with("version", pack.version)
        .with("digest", pack.digest.as_str())
        .with("key", pack.key.as_deref())
}

/// Something done about a dry run.
pub(super) fn dry_run(who: &Authority, deed: Deed, run: &DryRun) -> Entry {
    Entry::new(who, deed, Subject::new("dry_run", &run.id))
        .of(run.organisation)
        .with("rule", run.rule.to_string())
        .with("version", run.version)
}

/// Something done about a request for agreement; of what it is about, the digest.
pub(super) fn approval(who: &Authority, deed: Deed, approval: &Approval) -> Entry {
    let entry = Entry::new(who, deed, Subject::new("approval", &approval.id))
        .of(approval.organisation)
        .with("of", approval.kind.as_str());
    if approval.subject == 0 {
        return entry.with("digest", sha256_hex(&approval.detail));
    }
    entry.with("subject", approval.subject.to_string()).with("version", approval.version)
}

/// A time in which everything is held, or all with one hashtag.
pub(super) fn panic(who: &Authority, deed: Deed, panic: &Panic) -> Entry {
    Entry::new(who, deed, Subject::new("panic", &panic.id))
        .of(panic.organisation)
        .with("of_hashtag", panic.tag.is_some())
        .with("until", panic.until.to_rfc3339())
}

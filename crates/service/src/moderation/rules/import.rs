//! Packs from elsewhere: whose they are is checked, and what is new in them arrives as drafts or in the shadow, never in
//! force. A publisher's key is remembered at its first pack; older versions than the installed one are refused.

use std::collections::HashMap;

use staffroom_domain::ids::OrganisationId;
use staffroom_domain::rule_cycle::{ActiveRule, ModerationRule, RulePack, RuleScope, RuleState, RuleVersion};
use staffroom_moderation::pack::{Change, Document, Seal, changes};
use staffroom_storage::Tx;
use staffroom_storage::rules::{NewRule, Reads};

use super::fits::Move;
use super::lint::in_force;
use super::shipped::{is_of_program, stored};
use super::sources::{is_adjustment, known_as, name_of};
use super::{Rules, check_owner, logged};
use crate::auth::Authority;
use crate::{Cx, Result, ServiceError};

/// Longest name of a publisher, in bytes.
const MAX_PUBLISHER: usize = 500;
/// Rules of packs from elsewhere stand behind those of the program; each pack has so much room.
const PLACE: i64 = 1_000_000;

/// A pack to be taken in.
#[derive(Clone, Debug)]
pub struct NewPack {
    /// For whom; `None`: the instance.
    pub organisation: Option<OrganisationId>,
    /// The pack, in TOML or JSON.
    pub document: String,
    /// Its seal as JSON, where it does not stand in the document.
    pub seal: Option<String>,
    /// Where it comes from.
    pub source: String,
    /// Whether its rules are tried out at once, in the shadow; otherwise they are drafts.
    pub in_shadow: bool,
}

/// What a pack would change.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Its own id.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// What people call it.
    pub title: String,
    /// SHA-256 of its canonical form, in hexadecimal.
    pub digest: String,
    /// Who signed it, and that it holds.
    pub publisher: Option<String>,
    /// Whether that publisher's key was seen before.
    pub is_known: bool,
    /// The version that is installed.
    pub installed: Option<u32>,
    /// What changes from that one.
    pub changes: Vec<Change>,
    /// What to think about.
    pub remarks: Vec<String>,
}

/// A pack that was looked at.
struct Examined {
    document: Document,
    canonical: String,
    preview: Preview,
}

impl Rules<'_> {
    /// A pack from another server, by the one client that asks others.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what is no address or no pack, and when there is no answer.
    pub async fn fetch_pack(&self, url: &str) -> Result<String> {
        self.service.others()?.rule_pack(url).await.map_err(|error| match error {
            ServiceError::Remote(why) => ServiceError::invalid("url", why),
            error => error,
        })
    }

    /// What a pack would change; changes nothing.
    ///
    /// # Errors
    /// As [`Rules::import`].
    pub async fn preview(&self, who: &Authority, new: &NewPack) -> Result<Preview> {
        check_owner(who, new.organisation)?;
        Ok(self.examine_pack(new).await?.preview)
    }

    /// Takes a pack in. What is in force of an earlier version goes on until the new one is enforced; rules the pack no
    /// longer has stay as they are.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] says what is wrong: a pack that cannot be read or does not hold its samples, a seal
    /// that does not hold, another key than before, an older version. [`ServiceError::Forbidden`] or
    /// [`ServiceError::NotFound`] where `who` has no right.
    pub async fn import(&self, cx: &Cx, who: &Authority, new: NewPack) -> Result<RulePack> {
        check_owner(who, new.organisation)?;
        let Examined { document, canonical, preview } = self.examine_pack(&new).await?;
        let seal = document.seal().cloned();
        let pack = RulePack {
            id: cx.id(),
            organisation: new.organisation,
            name: preview.name,
            version: preview.version,
            title: preview.title,
            publisher: seal.as_ref().map(|seal| seal.publisher.clone()),
            key: seal.as_ref().map(|seal| seal.key.clone()),
            signature: seal.as_ref().map(|seal| seal.signature.clone()),
            source: new.source,
            digest: preview.digest,
            document: canonical,
            installed_by: who.by(),
            installed_at: cx.now(),
        };
        let (tx, _) = self.turn(who, pack.organisation).await?;
        // Only now: others whose turn came first may have installed another version, or met the publisher.
        let there = There::of(&tx.rules(), pack.organisation, &document).await?;
        if there.installed.as_ref().is_some_and(|known| known.version == pack.version) {
            return Err(ServiceError::Conflict("somebody else installed this version just now".to_owned()));
        }
        there.check(&document)?;
        if let Some(seal) = &seal {
            tx.rules().pin_key(pack.organisation, &seal.publisher, &seal.key, cx.now()).await?;
        }
        tx.rules().put_pack(&pack).await?;
        let state = if new.in_shadow { RuleState::Shadow } else { RuleState::Draft };
        take_in(&tx, cx, who, &pack, &document, &there.rules, state).await?;
        self.service.commit_deed(tx, logged::pack(who, &pack).with("as", state.as_str())).await?;
        tracing::info!(by = ?who.by(), pack = %pack.name, version = pack.version, source = %pack.source, "rule pack installed");
        self.reload(cx).await?;
        Ok(pack)
    }

    async fn examine_pack(&self, new: &NewPack) -> Result<Examined> {
        let wrong = |why: String| ServiceError::invalid("document", why);
        let mut document = Document::parse(&new.document).map_err(|e| wrong(e.to_string()))?;
        if let Some(seal) = &new.seal {
            let seal: Seal = serde_json::from_str(seal).map_err(|e| ServiceError::invalid("seal", e.to_string()))?;
            document = document.with_seal(seal);
        }
        if document.seal().is_none() && new.source.contains("://") {
            return Err(ServiceError::invalid("seal", "is missing: packs of other servers must be signed"));
        }
        self.check_seal(&document)?;
        let there = There::of(&self.service.storage().read().rules(), new.organisation, &document).await?;
        there.check(&document)?;
        let gone = if new.in_shadow { Vec::new() } else { there.become_drafts(&document)? };
        let There { installed, pinned, .. } = there;
        let remarks = self.try_pack(new.organisation, &document, &gone).await?;
        let canonical = document.canonical().map_err(|e| wrong(e.to_string()))?;
        let digest = document.digest().map_err(|e| wrong(e.to_string()))?;
        let before = installed.as_ref().and_then(|known| Document::parse(&known.document).ok());
        let changes = match &before {
            Some(before) => changes(before, &document),
            None => {
                document.rules().iter().chain(document.adjustments()).map(|one| Change::Added(name_of(one))).collect()
            }
        };
        let preview = Preview {
            name: document.id().to_owned(),
            version: document.version(),
            title: document.title().to_owned(),
            digest,
            publisher: document.seal().map(|seal| seal.publisher.clone()),
            is_known: pinned.is_some(),
            installed: installed.map(|known| known.version),
            changes,
            remarks,
        };
        Ok(Examined { document, canonical, preview })
    }

    /// Whether a seal holds, if there is one.
    fn check_seal(&self, document: &Document) -> Result<()> {
        let Some(seal) = document.seal() else { return Ok(()) };
        if seal.publisher.trim().is_empty() || seal.publisher.len() > MAX_PUBLISHER {
            return Err(ServiceError::invalid("seal", "names no publisher"));
        }
        let signed = document.to_sign(&seal.publisher, &seal.key);
        let signed = signed.map_err(|e| ServiceError::invalid("document", e.to_string()))?;
        if self.service.inner.key_maker.verifies(&seal.key, &signed, &seal.signature) {
            return Ok(());
        }
        let why = "does not hold: the pack is not what its publisher signed";
        Err(ServiceError::invalid("seal", why))
    }

    /// Runs a pack on its own samples, beside the rules that run; remarks about it.
    ///
    /// What is `gone` with it must not be needed.
    async fn try_pack(
        &self,
        owned: Option<OrganisationId>,
        document: &Document,
        gone: &[String],
    ) -> Result<Vec<String>> {
        let mut tried = Vec::new();
        for definition in document.rules().iter().chain(document.adjustments()) {
            let name = name_of(definition);
            tried.push(ActiveRule {
                organisation: owned,
                known_as: known_as(owned, &name),
                name,
                pack: Some(document.id().to_owned()),
                pack_version: Some(document.version()),
                pack_title: Some(document.title().to_owned()),
                scope: scope_of(owned, document.seal().is_some()),
                // What changes another rule is looked at as if it did.
                is_enforced: is_adjustment(definition),
                is_candidate: false,
                version: 1,
                definition: stored(definition)?,
            });
        }
        let names: Vec<String> = tried.iter().map(|rule| format!("{}: ", rule.known_as)).collect();
        let own: Vec<String> = tried.iter().map(|rule| rule.name.clone()).collect();
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let before = self.service.storage().read().rules().active().await?;
        let wrong = |why: String| ServiceError::invalid("document", why);
        let after = in_force(before.clone(), tried);
        let tried = Move { owned, names: &own, before: &before, after: &after, must_run: true };
        let engine = tried.engine().await?.map_err(wrong)?;
        if !gone.is_empty() {
            let stays = |rule: &&ActiveRule| rule.organisation != owned || !gone.contains(&rule.name);
            let after: Vec<ActiveRule> = before.iter().filter(stays).cloned().collect();
            let left = Move { owned, names: &own, before: &before, after: &after, must_run: false };
            left.engine().await?.map_err(wrong)?;
        }
        let is_own = |line: &String| names.iter().any(|name| line.starts_with(name));
        let is_news = |line: &String| !line.ends_with("its matches ask for nothing");
        Ok(engine.remarks().into_iter().filter(is_own).filter(is_news).collect())
    }
}

/// What is there already of a pack, its publisher and whom it is for.
struct There {
    installed: Option<RulePack>,
    /// The key its publisher first signed with.
    pinned: Option<String>,
    /// The rules of the owner.
    rules: Vec<ModerationRule>,
}

impl There {
    async fn of(read: &Reads<'_>, owned: Option<OrganisationId>, document: &Document) -> Result<Self> {
        let pinned = match document.seal() {
            Some(seal) => read.pinned_key(owned, &seal.publisher).await?,
            None => None,
        };
        let installed = read.newest_pack(owned, document.id()).await?;
        Ok(Self { installed, pinned, rules: read.of_owner(owned).await? })
    }

    /// The rules that are tried out and become drafts where they arrive otherwise than they are.
    fn become_drafts(&self, document: &Document) -> Result<Vec<String>> {
        let out = self.rules.iter().filter(|rule| rule.state == RuleState::Shadow && rule.enforced_version.is_none());
        let out: HashMap<&str, &ModerationRule> = out.map(|rule| (rule.name.as_str(), rule)).collect();
        let mut names = Vec::new();
        for written in document.rules() {
            let name = name_of(written);
            let Some(rule) = out.get(name.as_str()) else { continue };
            if rule.definition != stored(written)? {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Whether a pack may follow on it: newer, from the same hand, and without rules of others. A preview asks, and so does
    /// taking it in, before and in its transaction.
    fn check(&self, document: &Document) -> Result<()> {
        let seal = document.seal();
        if seal.is_some_and(|seal| self.pinned.as_ref().is_some_and(|key| *key != seal.key)) {
            let why = "is made with another key than the one its publisher first signed with";
            return Err(ServiceError::invalid("seal", why));
        }
        let wrong = |why: String| ServiceError::invalid("document", why);
        if let Some(installed) = &self.installed {
            if is_of_program(installed) {
                return Err(wrong("has the id of a pack that comes with the program".to_owned()));
            }
            if installed.publisher.as_ref() != seal.map(|seal| &seal.publisher) {
                let why = match &installed.publisher {
                    Some(publisher) => format!("must be that of {publisher}, who published this pack before"),
                    None => "was not there before: another pack has this id".to_owned(),
                };
                return Err(ServiceError::invalid("seal", why));
            }
            if document.version() < installed.version {
                return Err(wrong(format!("is older than the installed version {}", installed.version)));
            }
            if document.version() == installed.version {
                let is_same = document.digest().is_ok_and(|digest| digest == installed.digest);
                let why = if is_same { "" } else { ", and says something else: what is changed needs a later one" };
                return Err(wrong(format!("is installed already in this version{why}")));
            }
        }
        let owners: HashMap<&str, &str> = self
            .rules
            .iter()
            .map(|rule| (rule.name.as_str(), rule.pack.as_deref().unwrap_or("what was written here")))
            .collect();
        document.check_is_own(|name| owners.get(name).copied()).map_err(|e| wrong(e.to_string()))
    }
}

fn scope_of(owned: Option<OrganisationId>, is_sealed: bool) -> RuleScope {
    match owned {
        Some(_) => RuleScope::Organisation,
        None if is_sealed => RuleScope::Network,
        None => RuleScope::Instance,
    }
}

/// Keeps the rules of a pack: new ones, and new versions of those there are.
async fn take_in(
    tx: &Tx,
    cx: &Cx,
    who: &Authority,
    pack: &RulePack,
    document: &Document,
    known: &[ModerationRule],
    state: RuleState,
) -> Result<()> {
    let known: HashMap<&str, &ModerationRule> = known.iter().map(|rule| (rule.name.as_str(), rule)).collect();
    let (mut new, mut versions) = (Vec::new(), Vec::new());
    for (at, written) in document.rules().iter().chain(document.adjustments()).enumerate() {
        let name = name_of(written);
        let position = PLACE.saturating_add(i64::try_from(at).unwrap_or(0));
        let definition = stored(written)?;
        let state = if is_adjustment(written) { RuleState::Draft } else { state };
        let Some(rule) = known.get(name.as_str()) else {
            let rule = ModerationRule {
                id: cx.id(),
                organisation: pack.organisation,
                known_as: known_as(pack.organisation, &name),
                name,
                pack: Some(pack.name.clone()),
                position,
                scope: scope_of(pack.organisation, pack.publisher.is_some()),
                state,
                version: 1,
                enforced_version: None,
                previous_version: None,
                review_at: None,
                changed_by: who.by(),
                created_at: cx.now(),
                changed_at: cx.now(),
                definition,
            };
            new.push(NewRule { rule, pack: Some(pack.id) });
            continue;
        };
        let is_other = rule.definition != definition;
        let rule = ModerationRule {
            position,
            version: if is_other { rule.version.saturating_add(1) } else { rule.version },
            state: if is_other { state } else { rule.state },
            changed_by: who.by(),
            changed_at: cx.now(),
            definition,
            ..(*rule).clone()
        };
        if is_other {
            versions.push(RuleVersion {
                rule: rule.id,
                version: rule.version,
                pack: Some(pack.id),
                definition: rule.definition.clone(),
                created_by: who.by(),
                created_at: cx.now(),
            });
        }
        tx.rules().update(&rule).await?;
    }
    tx.rules().insert(&new).await?;
    tx.rules().add_versions(&versions).await?;
    Ok(())
}

//! Limits on domains taken over from a list, and given to others as one. A list only ever asks for more than what holds.

use std::collections::{BTreeMap, HashMap, btree_map};
use std::time::Duration;

use staffroom_domain::domain_rule::{DomainBlock, Severity, with_parents};
use staffroom_domain::ids::{AccountId, ApprovalId};
use staffroom_domain::moderation_log::{Deed, Subject};
use staffroom_domain::organisation::Right;
use staffroom_domain::rule_cycle::{Approval, ApprovalKind};
use staffroom_storage::Tx;
use staffroom_storage::moderation_log::LISTED;

use super::change::{blocked, put};
use super::csv::Row;
use super::{Domains, NewBlock, csv};
use crate::auth::Authority;
use crate::digest::sha256_hex;
use crate::moderation::rules::Request;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

/// Domains limited in one transaction: others write between.
const PIECE: usize = 25;
/// Pieces of one step of a list that was agreed to.
const PIECES: usize = 4;
/// Others go on between two steps.
const PAUSE: Duration = Duration::from_millis(50);
/// More of them, taken over by one person within [`DAY`], need somebody else's agreement.
const MANY: usize = 20;
const DAY: Duration = Duration::from_hours(24);

/// What rows of a list would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The domain is not limited yet.
    New,
    /// It is limited less.
    Stricter,
    /// It is limited as much already.
    Unchanged,
    /// The row is wrong; which one, and why.
    Refused(String),
}

impl Fate {
    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Stricter => "stricter",
            Self::Unchanged => "unchanged",
            Self::Refused(_) => "refused",
        }
    }
}

/// What a list says of one domain, and what it would do; or a row that is wrong.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The rows it stands in, from 1, the head and empty ones counted.
    pub rows: Vec<usize>,
    /// The domain, as it is kept; as it stands in the list where that is none, without control characters.
    pub domain: String,
    /// What would become of it.
    pub fate: Fate,
    /// The limit that would hold.
    pub wanted: Option<NewBlock>,
    /// Follows and requests, in both directions, that would end.
    pub follows: i64,
}

impl Listed {
    /// That several rows were made one, if they were.
    pub fn merged(&self) -> Option<String> {
        let (last, others) = self.rows.split_last().filter(|(_, others)| !others.is_empty())?;
        let others: Vec<String> = others.iter().map(ToString::to_string).collect();
        Some(format!("rows {} and {last} are about this domain: the strictest of each counts", others.join(", ")))
    }
}

/// What became of a list.
#[derive(Clone, Debug)]
pub struct TakenOver {
    /// What it says.
    pub listed: Vec<Listed>,
    /// How many domains are limited now that were not, or not so much.
    pub changed: usize,
    /// What somebody else has to answer first; then nothing is changed yet.
    pub approval: Option<Approval>,
}

impl Domains<'_> {
    /// All limits as a list in Mastodon's form.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance.
    pub async fn export(&self, who: &Authority) -> Result<String> {
        who.check_instance()?;
        Ok(csv::write(&self.service.storage().read().domains().blocks().await?))
    }

    /// What a list would do, domain by domain, follows that would be lost included, and which rows are wrong; changes
    /// nothing. Of several rows about one domain the strictest of each counts.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for those without rights on the whole instance, [`ServiceError::Invalid`] for what is
    /// no list.
    pub async fn preview_list(&self, who: &Authority, text: &str) -> Result<Vec<Listed>> {
        who.check_instance()?;
        let rows = csv::read(text)?;
        let read = self.service.storage().read();
        let known: HashMap<String, DomainBlock> =
            read.domains().blocks().await?.into_iter().map(|block| (block.domain.clone(), block)).collect();
        let follows = below(&read.domains().follows_by_domain().await?);
        let mut asked: BTreeMap<String, (Vec<usize>, NewBlock)> = BTreeMap::new();
        let mut listed = Vec::new();
        for Row { number, domain, wanted } in rows {
            let read = wanted.and_then(|wanted| match self.name(&domain) {
                Ok(name) => Ok((name, wanted)),
                Err(ServiceError::Invalid { why, .. }) => Err(format!("it {why}")),
                Err(error) => Err(error.to_string()),
            });
            match read {
                Ok((name, wanted)) => match asked.entry(name) {
                    btree_map::Entry::Vacant(entry) => {
                        entry.insert((vec![number], wanted));
                    }
                    btree_map::Entry::Occupied(mut entry) => {
                        let (numbers, before) = entry.get_mut();
                        numbers.push(number);
                        *before = stricter(before, &wanted);
                    }
                },
                Err(why) => {
                    let fate = Fate::Refused(format!("row {number}: {why}"));
                    listed.push(Listed { rows: vec![number], domain, fate, wanted: None, follows: 0 });
                }
            }
        }
        listed.extend(asked.into_iter().map(|(name, (rows, wanted))| line(rows, name, &wanted, &known, &follows)));
        listed.sort_by(|one, other| (&one.domain, &one.rows).cmp(&(&other.domain, &other.rows)));
        Ok(listed)
    }

    /// Takes a list over, or asks for it where somebody else has to agree: for more than twenty domains, what they took over
    /// in the last 24 hours counted in, and where follows would end. The operator answers for themselves.
    ///
    /// # Errors
    /// As [`Domains::preview_list`].
    pub async fn take_over(&self, cx: &Cx, who: &Authority, text: &str) -> Result<TakenOver> {
        let listed = self.preview_list(who, text).await?;
        let wanted = changes(&listed);
        let changed = wanted.len();
        let lost: i64 = listed.iter().map(|line| line.follows).sum();
        let Some(by) = who.by() else {
            let mut wanted = wanted.into_iter().peekable();
            while wanted.peek().is_some() {
                self.apply(cx, who, wanted.by_ref().take(PIECE), &Source::list(text)).await?;
            }
            self.reload().await?;
            return Ok(TakenOver { listed, changed, approval: None });
        };
        if lost == 0 && self.apply_alone(cx, who, by, wanted, text).await? {
            self.reload().await?;
            return Ok(TakenOver { listed, changed, approval: None });
        }
        let request = Request {
            organisation: None,
            kind: ApprovalKind::ImportDomainBlocks,
            subject: 0,
            version: 0,
            title: format!("Limit {changed} domains, {lost} follows end"),
            detail: text.to_owned(),
        };
        let approval = self.service.moderation().rules().ask(cx, who, request).await?;
        Ok(TakenOver { listed, changed: 0, approval: Some(approval) })
    }

    /// Does more of what somebody else agreed to, as far as it asks for more than what holds by now; the pause after which
    /// it goes on, if it does. Who agreed has to have the right to still.
    pub(crate) async fn take_over_granted(&self, cx: &Cx, id: ApprovalId) -> Result<Option<Duration>> {
        let read = self.service.storage().read();
        let approval = read.rules().approval(id).await?.filter(|one| one.answer == Some(true));
        let approval = approval.filter(|one| one.kind == ApprovalKind::ImportDomainBlocks);
        let approval = approval.ok_or(ServiceError::NotFound("approval"))?;
        let who = self.who_agreed(&approval).await?;
        let wanted = changes(&self.preview_list(&who, &approval.detail).await?);
        let goes_on = wanted.len() > PIECE * PIECES;
        let mut wanted = wanted.into_iter().take(PIECE * PIECES).peekable();
        while wanted.peek().is_some() {
            self.apply(cx, &who, wanted.by_ref().take(PIECE), &Source::agreed(&approval)).await?;
        }
        self.reload().await?;
        Ok(goes_on.then_some(PAUSE))
    }

    async fn who_agreed(&self, approval: &Approval) -> Result<Authority> {
        let Some(by) = approval.decided_by else { return Ok(Authority::operator()) };
        let read = self.service.storage().read();
        let account = read.accounts().by_id(by).await?.ok_or(ServiceError::NotFound("account"))?;
        let user = read.users().by_account(by).await?.ok_or(ServiceError::NotFound("user"))?;
        self.service.auth().staff(&account, &user, Right::Administer).await
    }

    /// Limits domains where one person alone may; `false` where somebody else has to agree, and nothing is changed.
    async fn apply_alone(
        &self,
        cx: &Cx,
        who: &Authority,
        by: AccountId,
        wanted: Vec<(String, NewBlock)>,
        text: &str,
    ) -> Result<bool> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        // Of two lists at once each would count what stood there before the other.
        tx.accounts().lock(by).await?;
        let before = tx.moderation_log().listed_since(by, cx.now().minus(DAY), MANY as u64).await?;
        let is_alone = before.saturating_add(wanted.len() as u64) <= MANY as u64;
        if !is_alone || wanted.is_empty() {
            tx.rollback().await?;
            return Ok(is_alone);
        }
        self.limit(cx, tx, who, wanted.into_iter(), &Source::list(text)).await?;
        Ok(true)
    }

    async fn apply(
        &self,
        cx: &Cx,
        who: &Authority,
        piece: impl Iterator<Item = (String, NewBlock)>,
        source: &Source,
    ) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        who.now(&tx).await?.check_instance()?;
        self.limit(cx, tx, who, piece, source).await
    }

    async fn limit(
        &self,
        cx: &Cx,
        tx: Tx,
        who: &Authority,
        piece: impl Iterator<Item = (String, NewBlock)>,
        source: &Source,
    ) -> Result<()> {
        let mut done = vec![Entry::new(who, Deed::ImportDomainBlocks, Subject::new("domain_list", &source.digest))];
        for (domain, wanted) in piece {
            let entry = blocked(who, &put(self.service, cx, &tx, domain, &wanted).await?);
            done.push(entry.with(source.word, source.id.as_str()));
        }
        self.service.commit_deeds(tx, done).await
    }
}

/// Where limits come from, for the log.
struct Source {
    /// Digest of the list.
    digest: String,
    /// What the log calls it: [`LISTED`] where nobody else agreed.
    word: &'static str,
    /// And which one.
    id: String,
}

impl Source {
    fn list(text: &str) -> Self {
        let digest = sha256_hex(text);
        Self { id: digest.clone(), digest, word: LISTED }
    }

    fn agreed(approval: &Approval) -> Self {
        Self { digest: sha256_hex(&approval.detail), word: "approval", id: approval.id.to_string() }
    }
}

/// What two rows about one domain ask for together; the reason is that of the one that limits more.
fn stricter(one: &NewBlock, other: &NewBlock) -> NewBlock {
    let (more, less) = if other.severity > one.severity { (other, one) } else { (one, other) };
    let or = |own: &str, other: &str| if own.is_empty() { other } else { own }.to_owned();
    NewBlock {
        severity: more.severity,
        reject_media: one.reject_media || other.reject_media,
        reject_reports: one.reject_reports || other.reject_reports,
        comment: or(&more.comment, &less.comment),
        public_comment: or(&more.public_comment, &less.public_comment),
        obfuscate: one.obfuscate || other.obfuscate,
    }
}

/// What that does to what is `known`.
fn line(
    rows: Vec<usize>,
    domain: String,
    asked: &NewBlock,
    known: &HashMap<String, DomainBlock>,
    follows: &HashMap<String, i64>,
) -> Listed {
    let lost =
        |severity: Severity| if severity == Severity::Suspend { follows.get(&domain).copied().unwrap_or(0) } else { 0 };
    let Some(known) = known.get(&domain) else {
        let follows = lost(asked.severity);
        return Listed { rows, fate: Fate::New, wanted: Some(asked.clone()), follows, domain };
    };
    let or = |own: &str, other: &str| if own.is_empty() { other } else { own }.to_owned();
    let both = NewBlock {
        severity: known.severity.max(asked.severity),
        reject_media: known.reject_media || asked.reject_media,
        reject_reports: known.reject_reports || asked.reject_reports,
        comment: known.comment.clone(),
        public_comment: or(&known.public_comment, &asked.public_comment),
        obfuscate: known.obfuscate,
    };
    let is_same = both.severity == known.severity
        && both.reject_media == known.reject_media
        && both.reject_reports == known.reject_reports;
    let fate = if is_same { Fate::Unchanged } else { Fate::Stricter };
    let follows = if known.severity == both.severity { 0 } else { lost(both.severity) };
    Listed { rows, fate, wanted: Some(both), follows, domain }
}

/// What is to be limited.
fn changes(listed: &[Listed]) -> Vec<(String, NewBlock)> {
    let is_change = |line: &&Listed| matches!(line.fate, Fate::New | Fate::Stricter);
    listed.iter().filter(is_change).filter_map(|line| Some((line.domain.clone(), line.wanted.clone()?))).collect()
}

/// For every domain there are follows of, and every one above it, how many there are at or below it.
fn below(follows: &[(String, i64)]) -> HashMap<String, i64> {
    let mut below: HashMap<String, i64> = HashMap::new();
    for (host, count) in follows {
        let name = host.split(':').next().unwrap_or_default();
        for name in with_parents(name) {
            *below.entry(name.to_owned()).or_default() += count;
        }
    }
    below
}

//! Publishing what was held, by the same steps as everything else: under a new id, with the time of now, and after it what
//! answers and quotes it. One transaction for all of it.

use std::collections::HashMap;

use staffroom_domain::Visibility;
use staffroom_domain::account::Account;
use staffroom_domain::hold::{Hold, HoldChoice, HoldState};
use staffroom_domain::ids::{AccountId, MediaId, ScheduledStatusId, StatusId};
use staffroom_domain::moderation_log::Deed;
use staffroom_domain::status::Status;
use staffroom_storage::Tx;

use super::choose::MAX_TOGETHER;
use super::decide::entry;
use super::left::Left;
use super::listing::check_decides;
use super::notice::Said;
use super::{forget_id, keep_changed, stored_edit, words};
use crate::auth::Authority;
use crate::moderation::{Cleared, KeptVerdict, Outcome};
use crate::statuses::pins::check_pin;
use crate::statuses::prepare::{Prepared, Terms};
use crate::statuses::quotes::Quoted;
use crate::statuses::reblog::{audience_of, is_boosted_by_author, new_reblog};
use crate::statuses::{Statuses, reblog, schedule, stored_draft};
use crate::{Cx, Origin, Result, ServiceError};

/// How something held goes out.
pub(in crate::statuses) struct Way<'w> {
    /// The moderator who says so; `None` for its author.
    pub(super) who: Option<&'w Authority>,
    /// What its author chose.
    pub(super) choice: Option<HoldChoice>,
    /// What the moderator says to its author.
    pub(super) note: String,
    /// What its author said.
    pub(super) said: Option<Said>,
    /// Attachments whose description or focal point is another one from now on.
    pub(super) described: Vec<MediaId>,
}

impl<'w> Way<'w> {
    /// Its author chose that.
    pub(super) fn chosen(choice: HoldChoice, said: Option<Said>) -> Self {
        Self { who: None, choice: Some(choice), note: String::new(), said, described: Vec::new() }
    }

    /// Its author edited it, and nothing is found any more.
    pub(super) fn edited(described: Vec<MediaId>) -> Self {
        Self { who: None, choice: None, note: String::new(), said: None, described }
    }

    /// A moderator lets it out.
    pub(super) fn decided(who: &'w Authority, note: String) -> Self {
        Self { who: Some(who), choice: None, note, said: None, described: Vec::new() }
    }

    /// What is let out by it of what the rules found.
    fn cleared(&self, kept: &KeptVerdict) -> Cleared {
        match (self.who, self.choice) {
            (None, None) => Cleared::default(),
            (_, Some(HoldChoice::School)) => Cleared::everything(),
            _ => kept.cleared(),
        }
    }

    const fn word(&self) -> &'static str {
        match (self.who, self.choice) {
            (Some(_), _) => "released",
            (None, Some(HoldChoice::School)) => "narrowed",
            (None, Some(_)) => "published-as-it-is",
            (None, None) => "edited",
        }
    }

    fn by(&self) -> Option<AccountId> {
        self.who.and_then(Authority::by)
    }
}

/// One of those that go out together.
struct Going {
    hold: Hold,
    prepared: Prepared,
}

impl Statuses<'_> {
    /// Publishes something held.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] when it is decided already, when what it answers or quotes is held, or when the rules find
    /// something else by now.
    pub(in crate::statuses) async fn release(&self, cx: &Cx, hold: Hold, way: Way<'_>) -> Result<()> {
        let kept = KeptVerdict::read(&hold.verdict)?;
        let cleared = way.cleared(&kept);
        if let Some(published) = hold.edits {
            return Box::pin(self.release_edit(cx, hold, published, cleared, way)).await;
        }
        let (mut draft, _) = stored_draft::read(&hold.draft)?;
        draft.for_school |= way.choice == Some(HoldChoice::School);
        let terms = Terms { cleared, held: Some(hold.id), ..Terms::default() };
        let prepared = self.prepare(cx, hold.account_id, draft, &terms).await?;
        Box::pin(self.let_go(cx, hold, prepared, way)).await
    }

    /// Publishes what is ready to go, and what answers and quotes it.
    pub(super) async fn let_go(&self, cx: &Cx, hold: Hold, prepared: Prepared, way: Way<'_>) -> Result<()> {
        if !prepared.waits.is_over() {
            let why = "what it answers or quotes is held: that goes first, and this with it";
            return Err(ServiceError::Conflict(why.to_owned()));
        }
        if !prepared.goes_out()? {
            return self.look_again(cx, hold, &prepared).await;
        }
        let voice = self.service.accounts().ensure_moderation_account(cx).await?;
        let author = prepared.author.clone();
        // what it answered and quoted went before it
        let hold = Hold { answers: None, quotes: None, ..hold };
        let root = hold.clone();
        let (all, left) = self.with_depending(cx, hold, prepared).await?;
        let tx = self.service.storage().begin().await?;
        if let Some(who) = way.who {
            check_decides(&tx, who, &root).await?;
        }
        if self.was_said(&tx, cx, author.id, way.said.as_ref()).await? {
            tx.commit().await?;
            return Ok(());
        }
        let mut made: HashMap<StatusId, Status> = HashMap::new();
        for going in all {
            let id = going.hold.id;
            if let Some(status) = Box::pin(self.publish_held(&tx, cx, going, &way, &made, &author)).await? {
                made.insert(id, status);
            }
        }
        for one in left {
            self.leave_behind(&tx, cx, (&voice, &author), one, &made).await?;
        }
        let moderation = self.service.moderation();
        moderation.record_decided(cx, &tx, &root, way.word(), way.by()).await?;
        let url = made.get(&root.id).map(|status| words::url_of(self.service, &author.username, status.id));
        let told = match (way.who, way.choice) {
            (Some(_), _) => Some(words::let_out(url.as_deref(), &way.note)),
            (None, choice) if way.said.is_some() => Some(words::released(url.as_deref(), choice)),
            _ => None,
        };
        if let Some(told) = told {
            self.say(&tx, cx, (&voice, &author), &root, way.said.as_ref(), &told).await?;
        }
        let mut published: Vec<StatusId> = made.values().map(|status| status.id).collect();
        published.sort_unstable();
        self.commit_let_out(tx, &way, &root, &author, &published).await
    }

    /// Commits that something went out; with its entry in the log, where a moderator let it.
    async fn commit_let_out(
        self,
        tx: Tx,
        way: &Way<'_>,
        hold: &Hold,
        author: &Account,
        published: &[StatusId],
    ) -> Result<()> {
        metrics::counter!("moderation_released_total").increment(1);
        let Some(who) = way.who else { return self.service.commit(tx).await };
        let published: Vec<String> = published.iter().map(ToString::to_string).collect();
        let done = entry(who, Deed::ReleaseHold, hold, author).with("published", published);
        self.service.commit_deed(tx, done).await
    }

    /// What goes out with `hold`: what answers and quotes it and is held for no other reason, in the order it was written;
    /// and what does not, since `hold` stays inside a school and that names somebody elsewhere.
    async fn with_depending(&self, cx: &Cx, hold: Hold, prepared: Prepared) -> Result<(Vec<Going>, Vec<Left>)> {
        let depending = self.service.storage().read().holds().depending_on(hold.id, MAX_TOGETHER).await?;
        let is_kept = prepared.kept_in.is_some();
        let mut outside = match prepared.kept_in {
            Some(school) => self.named_outside(&depending, school).await?,
            None => HashMap::new(),
        };
        let (mut going, mut left) = (vec![Going { hold, prepared }], Vec::new());
        for hold in depending {
            let is_going = |id: &StatusId| going.iter().any(|one: &Going| one.hold.id == *id);
            let (answers, quotes) = (hold.answers.filter(is_going), hold.quotes.filter(is_going));
            if hold.is_ruled || (answers.is_none() && quotes.is_none()) {
                continue;
            }
            if let Some(names) = outside.remove(&hold.id) {
                left.push(Left { hold, names });
                continue;
            }
            let (mut draft, _) = stored_draft::read(&hold.draft)?;
            // connected in the transaction, where that is published
            draft.in_reply_to = draft.in_reply_to.filter(|_| answers.is_none());
            draft.quoted = draft.quoted.filter(|_| quotes.is_none());
            // what is for a few people stays for them
            draft.for_school |= is_kept && draft.visibility != Some(Visibility::Direct);
            let terms = Terms { held: Some(hold.id), ..Terms::default() };
            let prepared = self.prepare(cx, hold.account_id, draft, &terms).await?;
            if prepared.outcome == Outcome::LetOut && prepared.waits.is_over() {
                going.push(Going { hold: Hold { answers, quotes, ..hold }, prepared });
            }
        }
        Ok((going, left))
    }

    /// Publishes one of them, or stores it for its time; `made` are those before it. Returns what is published now.
    async fn publish_held(
        &self,
        tx: &Tx,
        cx: &Cx,
        going: Going,
        way: &Way<'_>,
        made: &HashMap<StatusId, Status>,
        author: &Account,
    ) -> Result<Option<Status>> {
        let Going { hold, mut prepared } = going;
        let parent = hold.answers.and_then(|id| made.get(&id));
        let quoted = hold.quotes.and_then(|id| made.get(&id));
        if (hold.answers.is_some() && parent.is_none()) || (hold.quotes.is_some() && quoted.is_none()) {
            // what it depends on waits for something else now
            return Ok(None);
        }
        if let Some(parent) = parent {
            prepared.parent = Some(parent.clone());
            prepared.draft.in_reply_to = Some(parent.id);
        }
        if let Some(quoted) = quoted {
            prepared.draft.quoted = Some(quoted.id);
            prepared.quote(Quoted::own(quoted.clone(), author.clone()));
        }
        if let Some(school) = [parent, quoted].into_iter().flatten().find_map(|status| status.kept_in) {
            prepared.keep_inside(school);
        }
        let later = hold.scheduled_at.filter(|at| *at > cx.now());
        let id: StatusId = cx.id();
        let released = Hold {
            state: HoldState::Released,
            decided_at: Some(cx.now()),
            decided_by: way.by(),
            note: way.note.clone(),
            released_as: later.is_none().then_some(id),
            ..hold.clone()
        };
        keep_changed(tx, cx, released).await?;
        tx.holds().free(hold.id, &[], None).await?;
        for media in prepared.media.iter().filter(|media| way.described.contains(&media.id)) {
            tx.media().describe(media.id, media.description.as_deref(), media.focus).await?;
        }
        forget_id(tx, &hold);
        if let Some(at) = later {
            let cleared = way.cleared(&KeptVerdict::read(&hold.verdict)?);
            let scheduled = ScheduledStatusId(hold.id.0);
            schedule::store(tx, cx, author.id, scheduled, at, &prepared.draft, cleared).await?;
            return Ok(None);
        }
        let Some(status) = Box::pin(self.store_prepared(tx, cx, id, prepared)).await? else { return Ok(None) };
        tx.holds().no_longer_wait_for(hold.id).await?;
        self.grant_wishes(tx, cx, &hold, author, &status).await?;
        Ok(Some(status))
    }

    /// Pins and boosts what its author wanted pinned and boosted, as far as that can still be done.
    async fn grant_wishes(self, tx: &Tx, cx: &Cx, hold: &Hold, author: &Account, status: &Status) -> Result<()> {
        if hold.pin {
            match check_pin(tx, author.id, status.visibility).await {
                Ok(()) => self.store_pin(tx, cx, status).await?,
                Err(ServiceError::Invalid { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if let Some(wanted) = hold.boost.filter(|_| is_boosted_by_author(status)) {
            let audience = audience_of(wanted, status);
            let boost = new_reblog(self.service, cx, cx.id(), author, status, audience, &Origin::Local);
            reblog::store(tx, self.service, cx, author, &boost, status).await?;
        }
        Ok(())
    }

    async fn release_edit(
        &self,
        cx: &Cx,
        hold: Hold,
        published: StatusId,
        cleared: Cleared,
        way: Way<'_>,
    ) -> Result<()> {
        let edit = stored_edit::read(&hold.draft)?;
        let prepared = self.prepare_edit(cx, hold.account_id, published, edit, &cleared).await?;
        match &prepared.outcome {
            Outcome::LetOut => {}
            Outcome::Refused(reason) => return Err(ServiceError::Refused { reason: reason.clone() }),
            Outcome::Held { may_publish } => {
                let may_publish = *may_publish;
                self.hold_edit(cx, prepared, may_publish).await?;
                return Err(ServiceError::Conflict(FOUND_ELSE.to_owned()));
            }
        }
        let voice = self.service.accounts().ensure_moderation_account(cx).await?;
        let author = prepared.account.clone();
        let tx = self.service.storage().begin().await?;
        if let Some(who) = way.who {
            check_decides(&tx, who, &hold).await?;
        }
        if self.was_said(&tx, cx, author.id, way.said.as_ref()).await? {
            tx.commit().await?;
            return Ok(());
        }
        let released = Hold {
            state: HoldState::Released,
            decided_at: Some(cx.now()),
            decided_by: way.by(),
            note: way.note.clone(),
            released_as: Some(published),
            ..hold.clone()
        };
        keep_changed(&tx, cx, released).await?;
        tx.holds().free(hold.id, &[], None).await?;
        self.store_edit(&tx, cx, prepared).await?;
        let moderation = self.service.moderation();
        moderation.record_decided(cx, &tx, &hold, way.word(), way.by()).await?;
        let url = words::url_of(self.service, &author.username, published);
        if way.who.is_some() || way.said.is_some() {
            let told = words::let_out(Some(&url), &way.note);
            let told = if way.who.is_some() { told } else { words::released(Some(&url), way.choice) };
            self.say(&tx, cx, (&voice, &author), &hold, way.said.as_ref(), &told).await?;
        }
        self.commit_let_out(tx, &way, &hold, &author, &[published]).await
    }

    /// The rules find something else by now: that is kept, and nothing goes out.
    async fn look_again(self, cx: &Cx, hold: Hold, prepared: &Prepared) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let may_publish = matches!(prepared.outcome, Outcome::Held { may_publish: true });
        let verdict = prepared.judged.kept().write()?;
        let (author, id) = (hold.account_id, hold.id);
        let moderation = self.service.moderation();
        let deadline = hold.deadline.or_else(|| Some(moderation.decide_by(cx.now())));
        keep_changed(&tx, cx, Hold { verdict, may_publish, is_ruled: true, deadline, ..hold }).await?;
        moderation.record_held(cx, &tx, author, id, &prepared.judged).await?;
        self.service.commit(tx).await?;
        Err(ServiceError::Conflict(FOUND_ELSE.to_owned()))
    }
}

const FOUND_ELSE: &str = "the rules find something else in it by now; look at it again";

//! Everything needed to show statuses, loaded in a fixed number of queries however many there are.

use std::collections::{HashMap, HashSet};

use staffroom_domain::account::Account;
use staffroom_domain::card::PreviewCard;
use staffroom_domain::ids::{AccountId, AppId, MediaId, PollId, StatusId};
use staffroom_domain::interaction::{Interaction, Leave, Standing};
use staffroom_domain::media::MediaAttachment;
use staffroom_domain::poll::Poll;
use staffroom_domain::quote::{Quote, QuoteShown, QuoteState, QuoteView};
use staffroom_domain::reaction::Reaction;
use staffroom_domain::relationship::Relationship;
use staffroom_domain::status::{ApplicationView, Status, StatusMarks, StatusView};
use staffroom_domain::{Viewer, Visibility};

use super::Statuses;
use crate::Result;
use crate::personal::Matcher;

/// What the views of a page are made from.
struct Parts {
    viewer: Viewer,
    accounts: HashMap<AccountId, Account>,
    originals: HashMap<StatusId, Status>,
    quotes: HashMap<StatusId, Quote>,
    quoted: HashMap<StatusId, Status>,
    /// Statuses quoted, at whatever depth, that the viewer may see.
    visible: HashSet<StatusId>,
    relations: HashMap<AccountId, Relationship>,
    media: HashMap<MediaId, MediaAttachment>,
    polls: HashMap<PollId, Poll>,
    cards: HashMap<StatusId, PreviewCard>,
    apps: HashMap<AppId, ApplicationView>,
    reactions: HashMap<StatusId, Vec<Reaction>>,
    marks: HashMap<StatusId, StatusMarks>,
    filters: Matcher,
}

impl Statuses<'_> {
    /// Statuses as the viewer sees them, in the order of `ids`; what the viewer may not see is left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn views(&self, viewer: Viewer, ids: &[StatusId]) -> Result<Vec<StatusView>> {
        let found = self.service.storage().read().statuses().visible_of(viewer, ids).await?;
        let mut found: HashMap<StatusId, Status> = found.into_iter().map(|s| (s.id, s)).collect();
        self.assemble(viewer, ids.iter().filter_map(|id| found.remove(id)).collect()).await
    }

    /// Views of statuses the viewer may see, in their order. A boost of something the viewer may not see is left out.
    pub(crate) async fn assemble(&self, viewer: Viewer, mut statuses: Vec<Status>) -> Result<Vec<StatusView>> {
        if statuses.is_empty() {
            return Ok(Vec::new());
        }
        let read = self.service.storage().read();
        let boosted: Vec<StatusId> = distinct(statuses.iter().filter_map(|s| s.reblog_of));
        let mut originals = read.statuses().visible_of(viewer, &boosted).await?;
        let shown: Vec<StatusId> = distinct(statuses.iter().chain(&originals).map(|s| s.id));
        let mut quotes = read.quotes().of(&shown).await?;
        let targets: Vec<StatusId> = distinct(quotes.iter().filter_map(|quote| quote.quoted_status_id));
        let mut targets = read.statuses().visible_of(viewer, &targets).await?;
        // quotes within quotes are only named
        let inner: Vec<StatusId> = targets.iter().map(|s| s.id).filter(|id| !shown.contains(id)).collect();
        let inner = read.quotes().of(&inner).await?;
        let deeper = distinct(inner.iter().filter_map(|quote| quote.quoted_status_id));
        let deeper = read.statuses().visible_of(viewer, &deeper).await?;
        let visible: HashSet<StatusId> = targets.iter().chain(&deeper).map(|status| status.id).collect();
        quotes.extend(inner);
        let written = statuses.iter_mut().chain(&mut originals).chain(&mut targets).collect();
        self.service.emojis().forget_removed(&read.custom_emojis(), written).await?;
        let all: Vec<&Status> = statuses.iter().chain(&originals).chain(&targets).collect();

        let accounts = read.accounts().by_ids(&distinct(all.iter().map(|s| s.account_id))).await?;
        let media = read.media().find_many(&distinct(all.iter().flat_map(|s| s.media_ids.iter().copied()))).await?;
        let polls = distinct(all.iter().filter_map(|s| s.poll_id));
        let polls = read.polls().by_ids(&polls, viewer.account()).await?;
        let apps = read.statuses().applications(&distinct(all.iter().filter_map(|s| s.app_id))).await?;
        let ids = distinct(all.iter().map(|status| status.id));
        let reactions = read.reactions().of(viewer, &ids).await?;
        let cards = read.cards().of(&ids).await?;
        let (marks, filters) = match viewer.account() {
            Some(account) => (
                read.favourites().marks(account, &all).await?,
                Matcher::new(read.filters().list_of(account, None).await?, self.service.cx().now()),
            ),
            None => (HashMap::new(), Matcher::new(Vec::new(), self.service.cx().now())),
        };
        let relations = self.relations(viewer, &all, &quotes).await?;
        let parts = Parts {
            viewer,
            accounts: accounts.into_iter().map(|a| (a.id, a)).collect(),
            originals: originals.into_iter().map(|s| (s.id, s)).collect(),
            quotes: quotes.into_iter().map(|quote| (quote.status_id, quote)).collect(),
            quoted: targets.into_iter().map(|s| (s.id, s)).collect(),
            visible,
            relations,
            media: media.into_iter().map(|m| (m.id, m)).collect(),
            polls,
            cards,
            apps: apps.into_iter().collect(),
            reactions,
            marks,
            filters,
        };
        Ok(statuses.into_iter().filter_map(|status| parts.view(status)).collect())
    }

    /// How the viewer stands to authors, as far as it decides whether a quote is shown or a status may be quoted.
    async fn relations(
        &self,
        viewer: Viewer,
        all: &[&Status],
        quotes: &[Quote],
    ) -> Result<HashMap<AccountId, Relationship>> {
        let Some(viewer) = viewer.account() else { return Ok(HashMap::new()) };
        let depends = |status: &&&Status| {
            let leave = |standing| status.interaction_policy.leave(Interaction::Quote, standing);
            let friend = Standing { follows_author: true, followed_by_author: true, ..Standing::default() };
            status.account_id != viewer && leave(friend) != leave(Standing::default())
        };
        let authors = all.iter().filter(depends).map(|status| status.account_id);
        let authors = distinct(authors.chain(quotes.iter().filter_map(|quote| quote.quoted_account_id)));
        if authors.is_empty() {
            return Ok(HashMap::new());
        }
        let read = self.service.storage().read();
        let found = read.follows().relationships(viewer, &authors, self.service.cx().now()).await?;
        Ok(found.into_iter().map(|relation| (relation.id, relation)).collect())
    }
}

impl Parts {
    fn view(&self, status: Status) -> Option<StatusView> {
        let reblog = match status.reblog_of {
            Some(id) => Some(Box::new(self.quoting(self.originals.get(&id)?.clone())?)),
            None => None,
        };
        let mut view = self.quoting(status)?;
        if let (Some(marks), Some(original)) = (&mut view.marks, &reblog) {
            // Clients read the marks of a boost as those of what it boosts.
            *marks = original.marks.unwrap_or_default();
        }
        view.reblog = reblog;
        Some(view)
    }

    /// A status with what it quotes.
    fn quoting(&self, status: Status) -> Option<StatusView> {
        let mut view = self.plain(status)?;
        if let Some(quote) = &mut view.quote
            && quote.shown == QuoteShown::State(QuoteState::Accepted)
        {
            let quoted = quote.quote.quoted_status_id.and_then(|id| self.quoted.get(&id).cloned());
            quote.status = quoted.and_then(|quoted| self.plain(quoted)).map(Box::new);
        }
        Some(view)
    }

    /// What is shown of a quote, without the status quoted.
    fn quote(&self, quote: &Quote) -> QuoteView {
        let relation = quote.quoted_account_id.and_then(|author| self.relations.get(&author));
        let is_visible = |id: StatusId| self.visible.contains(&id);
        let shown = match quote.state {
            QuoteState::Accepted if relation.is_some_and(|relation| relation.blocking) => QuoteShown::BlockedAccount,
            QuoteState::Accepted if relation.is_some_and(|relation| relation.muting) => QuoteShown::MutedAccount,
            QuoteState::Accepted if !quote.quoted_status_id.is_some_and(is_visible) => QuoteShown::Unauthorized,
            state => QuoteShown::State(state),
        };
        QuoteView { quote: quote.clone(), shown, status: None }
    }

    /// Whether the viewer may quote a status.
    fn may_quote(&self, status: &Status) -> Leave {
        let Some(viewer) = self.viewer.account() else { return Leave::Denied };
        let relation = self.relations.get(&status.account_id);
        let standing = Standing {
            is_author: status.account_id == viewer,
            follows_author: relation.is_some_and(|relation| relation.following),
            followed_by_author: relation.is_some_and(|relation| relation.followed_by),
            mentioned: status.mentions.iter().any(|mention| mention.account_id == viewer),
        };
        if status.visibility == Visibility::Direct || status.reblog_of.is_some() {
            return Leave::Denied;
        }
        status.interaction_policy.leave(Interaction::Quote, standing)
    }

    fn plain(&self, status: Status) -> Option<StatusView> {
        let mut view = StatusView {
            account: self.accounts.get(&status.account_id)?.clone(),
            reblog: None,
            media: status.media_ids.iter().filter_map(|id| self.media.get(id).cloned()).collect(),
            poll: status.poll_id.and_then(|id| self.polls.get(&id).cloned()),
            card: self.cards.get(&status.id).cloned(),
            quote: self.quotes.get(&status.id).map(|quote| self.quote(quote)),
            may_quote: self.may_quote(&status),
            application: status.app_id.and_then(|id| self.apps.get(&id).cloned()),
            reactions: self.reactions.get(&status.id).cloned().unwrap_or_default(),
            marks: self.viewer.account().map(|_| self.marks.get(&status.id).copied().unwrap_or_default()),
            filtered: Vec::new(),
            held: None,
            status,
        };
        if self.viewer.account() != Some(view.status.account_id) {
            view.filtered = self.filters.matches(&view);
        }
        Some(view)
    }
}

fn distinct<T: Copy + Eq + std::hash::Hash>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    ids.filter(|id| seen.insert(*id)).collect()
}

//! Links that are talked about.

use serde::Serialize;
use staffroom_domain::card::{MAX_TITLE_CHARS, PageInfo, PreviewCard as Page};
use staffroom_domain::figures::start_of;
use staffroom_domain::trend::TrendingLink as Trend;

use super::Render;
use super::card::PreviewCard;

#[derive(Debug, Serialize)]
struct DayOfUse {
    day: String,
    uses: String,
    accounts: String,
}

/// A page with its use.
#[derive(Debug, Serialize)]
pub(crate) struct TrendingLink {
    #[serde(flatten)]
    card: Option<PreviewCard>,
    history: Vec<DayOfUse>,
}

impl Render<'_> {
    /// A page that said nothing (yet) has its address for a title, as it is shown in statuses.
    pub(crate) fn trending_link(&self, link: &Trend) -> TrendingLink {
        let shown = link.card.url.split_once("://").map_or(link.card.url.as_str(), |(_, shown)| shown);
        let title = shown.trim_start_matches("www.").trim_end_matches('/').chars().take(MAX_TITLE_CHARS).collect();
        let page = link.card.page.clone().unwrap_or_else(|| PageInfo { title, ..PageInfo::default() });
        let card = self.card(&Page { url: link.card.url.clone(), page: Some(page) });
        let history = link.history.iter().map(|used| DayOfUse {
            day: start_of(used.day).as_secs().to_string(),
            uses: used.statuses.to_string(),
            accounts: used.accounts.to_string(),
        });
        TrendingLink { card, history: history.collect() }
    }
}

//! Looking for what is talked about: from time to time, among a bounded number of the newest public statuses.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::figures::day_of;
use staffroom_domain::ids::{TagId, floor_at};
use staffroom_domain::trend::{DayOfUse, TrendKind};
use staffroom_storage::trends::{Candidate, NewTrend};

use super::Discovery;
use crate::{Cx, Result};

/// Days looked back; a weekly chat stays in sight.
const DAYS: i64 = 7;
/// How old a status may be to be talked about.
const STATUS_AGE: Duration = Duration::from_hours(3 * 24);
/// After this time a status counts half.
const HALF_LIFE_HOURS: f64 = 24.0;
/// Statuses looked at for hashtags, for statuses and for links.
const AMONG: [i64; 3] = [5_000, 2_000, 1_000];
/// People who have to talk about something. Two, in a network of forty.
const PEOPLE: i64 = 2;
/// Trends of each kind kept.
const KEPT: usize = 40;

/// Who used something, and how often, by day.
#[derive(Default)]
struct Use {
    days: BTreeMap<i64, (i64, HashSet<i64>)>,
}

impl Use {
    fn add(&mut self, day: i64, account: i64, uses: i64) {
        let (statuses, accounts) = self.days.entry(day).or_default();
        *statuses += uses;
        accounts.insert(account);
    }

    /// People who used it since `day`.
    fn people_since(&self, day: i64) -> usize {
        let people: HashSet<i64> = self.days.range(day..).flat_map(|(_, (_, people))| people.iter().copied()).collect();
        people.len()
    }

    /// Of today and yesterday, of the whole time, and how often: what is used by more people lately comes first.
    fn weight(&self, today: i64) -> (usize, usize, i64) {
        (self.people_since(today - 1), self.people_since(i64::MIN), self.days.values().map(|(uses, _)| uses).sum())
    }

    fn history(&self, today: i64) -> Vec<DayOfUse> {
        let on = |day: i64| {
            let count = |people: &HashSet<i64>| i64::try_from(people.len()).unwrap_or(i64::MAX);
            let (statuses, accounts) = self.days.get(&day).map_or((0, 0), |(uses, people)| (*uses, count(people)));
            DayOfUse { day, statuses, accounts }
        };
        (0..DAYS).map(|back| on(today - back)).collect()
    }
}

/// The most used of `uses`, what enough people use, in order.
fn ranked(uses: HashMap<i64, Use>, today: i64) -> Vec<(i64, Vec<DayOfUse>)> {
    let enough = |used: &Use| i64::try_from(used.people_since(i64::MIN)).is_ok_and(|people| people >= PEOPLE);
    let mut all: Vec<(i64, Use)> = uses.into_iter().filter(|(_, used)| enough(used)).collect();
    all.sort_by(|(a, x), (b, y)| y.weight(today).cmp(&x.weight(today)).then_with(|| b.cmp(a)));
    all.truncate(KEPT);
    all.into_iter().map(|(key, used)| (key, used.history(today))).collect()
}

impl Discovery<'_> {
    /// Looks for hashtags, statuses and links that several people talk about, in place of what was found before. To be
    /// called from time to time; calling it more often changes nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn refresh_trends(&self, cx: &Cx) -> Result<()> {
        let tags = self.used_tags(cx).await?;
        let statuses = self.liked_statuses(cx).await?;
        let links = self.passed_links(cx).await?;
        let tx = self.service.storage().begin().await?;
        tx.trends().replace(TrendKind::Tags, &tags).await?;
        tx.trends().replace(TrendKind::Statuses, &statuses).await?;
        tx.trends().replace(TrendKind::Links, &links).await?;
        Ok(tx.commit().await?)
    }

    async fn used_tags(self, cx: &Cx) -> Result<Vec<NewTrend>> {
        let read = self.service.storage().read();
        let [among, ..] = AMONG;
        let mut uses: HashMap<i64, Use> = HashMap::new();
        for used in read.trends().tag_uses(floor_at(since(cx)), among).await? {
            uses.entry(used.tag_id).or_default().add(used.day, used.account_id, used.uses);
        }
        let ranked = ranked(uses, today(cx));
        let ids: Vec<TagId> = ranked.iter().map(|(id, _)| TagId(*id)).collect();
        let spellings: HashMap<TagId, String> = read.trends().spellings(&ids).await?.into_iter().collect();
        let trend = |(id, history): (i64, Vec<DayOfUse>)| {
            let name = spellings.get(&TagId(id))?.clone();
            Some(NewTrend { target_id: id, name, history })
        };
        Ok(ranked.into_iter().filter_map(trend).collect())
    }

    async fn liked_statuses(self, cx: &Cx) -> Result<Vec<NewTrend>> {
        let [_, among, _] = AMONG;
        let floor = floor_at(cx.now().minus(STATUS_AGE));
        let mut found = self.service.storage().read().trends().candidates(floor, among, PEOPLE).await?;
        let score = |candidate: &Candidate| {
            #[expect(clippy::cast_precision_loss, reason = "a weight, where the last digits mean nothing")]
            let (people, hours) =
                (candidate.people as f64, (cx.now().0 - candidate.created_at).max(0) as f64 / 3_600_000.0);
            people * 0.5_f64.powf(hours / HALF_LIFE_HOURS)
        };
        found.sort_by(|a, b| score(b).total_cmp(&score(a)).then(b.id.cmp(&a.id)));
        found.truncate(KEPT);
        let trend = |c: Candidate| NewTrend { target_id: c.id, name: String::new(), history: Vec::new() };
        Ok(found.into_iter().map(trend).collect())
    }

    async fn passed_links(self, cx: &Cx) -> Result<Vec<NewTrend>> {
        let [.., among] = AMONG;
        let mut uses: HashMap<i64, Use> = HashMap::new();
        for used in self.service.storage().read().trends().link_uses(floor_at(since(cx)), among).await? {
            uses.entry(used.card_id).or_default().add(day_of(Timestamp(used.created_at)), used.account_id, 1);
        }
        let trend = |(target_id, history)| NewTrend { target_id, name: String::new(), history };
        Ok(ranked(uses, today(cx)).into_iter().map(trend).collect())
    }
}

fn today(cx: &Cx) -> i64 {
    day_of(cx.now())
}

fn since(cx: &Cx) -> Timestamp {
    cx.now().minus(Duration::from_hours(24 * u64::try_from(DAYS).unwrap_or(0)))
}

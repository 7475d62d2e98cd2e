//! A job of every kind about what is held, whoever would queue it: none of them tells anybody of it. A kind of job without
//! one does not compile.

use serde_json::json;
use staffroom_server::domain::Timestamp;
use staffroom_server::domain::ids::{
    AccountId, JobId, LetterId, NotificationId, PollId, PushSubscriptionId, StatusId, WebhookId,
};
use staffroom_server::domain::job::Job;
use staffroom_server::domain::webhook::WebhookEvent;
use staffroom_server::storage::Storage;
use staffroom_tests::wait::eventually_within;

use super::PATIENCE;
use super::finder::leaks;
use super::posts::{Held, Written};
use super::world::{World, text};

/// Ids of the jobs made here begin with this; the program's own are far above.
const FIRST: i64 = 100;
/// Stands in most of what is held; rules may be read by those who make them.
const HELD: &str = "H801200001001";
const RULES: &str = "/api/staffroom/v1/moderation/rules";
const DRY_RUNS: &str = "/api/staffroom/v1/moderation/dry_runs";

/// Queues `job`, to be done at once.
pub(super) async fn push(storage: &Storage, id: JobId, job: &Job) {
    let tx = storage.begin().await.unwrap();
    assert!(tx.jobs().push(id, job, Timestamp(0), None).await.unwrap());
    tx.commit().await.unwrap();
}

/// The place of a kind of job in [`every_kind`], and how many there are. Whoever adds a kind adds a job about something
/// held there.
fn place(job: &Job) -> usize {
    match job {
        Job::PublishScheduled(_) => 0,
        Job::ClosePoll(_) => 1,
        Job::FetchStatus { .. } => 2,
        Job::FetchHeld(_) => 3,
        Job::RefreshStatus(_) => 4,
        Job::TellPollCounts(_) => 5,
        Job::VerifyQuote(_) => 6,
        Job::FillThread { .. } => 7,
        Job::SynchroniseFollowers { .. } => 8,
        Job::RefreshAccount(_) => 9,
        Job::FetchFeatured(_) => 10,
        Job::MoveFollowers { .. } => 11,
        Job::LeaveDomain { .. } => 12,
        Job::TellHubsReach(_) => 13,
        Job::FetchCard(_) => 14,
        Job::SendLetter(_) => 15,
        Job::WriteReset { .. } => 16,
        Job::Push { .. } => 17,
        Job::IndexStatuses { .. } => 18,
        Job::FollowPeerTags(_) => 19,
        Job::TryRule(_) => 20,
        Job::WatchCase(_) => 21,
        Job::TellMorning => 22,
        Job::TellWebhook { .. } => 23,
        Job::TakeOverList(_) => 24,
    }
}

const KINDS: usize = 25;

/// What else these jobs are about, beside what is held.
struct Others {
    /// Somebody else's device, and what it could be told of.
    subscription: PushSubscriptionId,
    notification: NotificationId,
    run: String,
    case: String,
}

fn status(held: &Held) -> StatusId {
    StatusId::parse(&held.id).unwrap()
}

/// Jobs of every kind about `held`, in the order of [`place`].
fn every_kind(world: &World, written: &Written, held: &Held, others: &Others) -> Vec<Job> {
    let id = status(held);
    let account = |id: &str| AccountId::parse(id).unwrap();
    let (author, stranger) = (account(&world.author.id), account(&world.viewers[2].id));
    // whom nobody follows
    let (from, to) = (account(&world.vandals[0].id), account(&world.vandals[1].id));
    let poll = PollId::parse(&written.polls[0]).unwrap();
    vec![
        Job::PublishScheduled(id.0.into()),
        Job::ClosePoll(poll),
        Job::FetchStatus { uri: held.uri.clone() },
        Job::FetchHeld(id.0.into()),
        Job::RefreshStatus(id),
        Job::TellPollCounts(poll),
        Job::VerifyQuote(id),
        Job::FillThread { status: id, round: 0 },
        Job::SynchroniseFollowers { account: author, url: world.puppet.url("/followers") },
        Job::RefreshAccount(author),
        Job::FetchFeatured(author),
        Job::MoveFollowers { from, to },
        Job::LeaveDomain { account: stranger, domain: "elsewhere.example".to_owned() },
        Job::TellHubsReach(id),
        Job::FetchCard(id.0.into()),
        Job::SendLetter(LetterId(id.0)),
        Job::WriteReset { login: "author@example.org".to_owned() },
        Job::Push { subscription: others.subscription, notification: others.notification },
        Job::IndexStatuses { author: Some(author), before: StatusId(0) },
        Job::FollowPeerTags(id.0.into()),
        Job::TryRule(others.run.parse::<i64>().unwrap().into()),
        Job::WatchCase(others.case.parse::<i64>().unwrap().into()),
        Job::TellMorning,
        Job::TellWebhook { webhook: WebhookId(0), event: WebhookEvent::StatusCreated, object: id.0, at: Timestamp(0) },
        Job::TakeOverList(id.0.into()),
    ]
}

impl World {
    /// Has a job of every kind done about one held status of each kind; what the dry run among them gives away.
    pub(super) async fn run_jobs(&self, storage: &Storage, written: &Written) -> Vec<String> {
        let database = self.server.database();
        let stranger = AccountId::parse(&self.viewers[2].id).unwrap();
        let device = format!("SELECT MAX(id) FROM push_subscriptions WHERE account_id = {}", stranger.0);
        let others = Others {
            subscription: database.number(&device).await.into(),
            notification: NotificationId::parse(&written.notifications[0]).unwrap(),
            run: self.dry_run().await,
            case: self.case().await,
        };
        let mut id = FIRST;
        for held in &written.each {
            let jobs = every_kind(self, written, held, &others);
            let places: Vec<usize> = jobs.iter().map(place).collect();
            assert_eq!(places, (0..KINDS).collect::<Vec<_>>(), "a job of each kind");
            for job in jobs {
                id += 1;
                push(storage, JobId(id), &job).await;
            }
        }
        // what failed waits to be tried again, and what goes on for its next time
        let new = format!("jobs WHERE id > {FIRST} AND id <= {id} AND attempts = 0 AND run_at = 0");
        eventually_within(PATIENCE, "jobs of every kind are done", || async {
            let left = database.count(&new).await;
            if left == 0 { Ok(()) } else { Err(left) }
        })
        .await;
        self.quiet().await;
        self.found_by(&others.run).await
    }

    /// Begins to try a rule on what was published, that finds all that is held.
    pub(super) async fn dry_run(&self) -> String {
        let rule = json!({
            "id": "everything-held", "direction": ["outbound"], "action": "hold", "reason": "Held", "rationale": "To see it",
            "must_match": [HELD], "must_not_match": ["said"], "when": { "phrase": { "any": [HELD] } },
        });
        let api = &self.zoe.api;
        let known = api.get(&format!("{RULES}?limit=80")).await;
        let known = known.as_array().unwrap().iter().find(|known| known["name"] == "everything-held").cloned();
        let rule = match known {
            Some(rule) => rule,
            None => api.post(RULES, &json!({ "definition": rule.to_string() })).await,
        };
        text(&api.post(DRY_RUNS, &json!({ "rule_id": rule["id"] })).await["id"])
    }

    /// What a dry run gives away by its samples, once it is done; they are of what everybody reads.
    pub(super) async fn found_by(&self, run: &str) -> Vec<String> {
        let done = eventually_within(PATIENCE, "the dry run is done", || async {
            let run = self.zoe.api.get(&format!("{DRY_RUNS}/{run}")).await;
            if run["state"] == "done" { Ok(run) } else { Err(run) }
        })
        .await;
        leaks(&done.to_string(), "")
    }

    /// Opens a case about the author, so that there is something to tell in the morning.
    async fn case(&self) -> String {
        let schools = self.zoe.api.get("/api/v1/staffroom/organisations").await;
        let school = schools.as_array().unwrap().iter().find(|school| school["slug"] != "elm").unwrap()["id"].clone();
        let case = json!({
            "kind": "data_complaint", "organisation_id": school, "account_ids": [self.author.id],
            "complaint": { "name": "Pat", "email": "pat@example.org", "text": "They know my child" },
        });
        let opened = self.zoe.api.post("/api/staffroom/v1/moderation/cases", &case).await;
        text(&opened["id"])
    }
}

//! Running jobs, trying them again, giving them up, and sweeping.

use std::time::Duration;

use staffroom_domain::Timestamp;
use staffroom_domain::account::{MediaUpload, Picture};
use staffroom_domain::ids::{AccountId, JobId};
use staffroom_domain::job::Job;
use staffroom_domain::media::{MediaAttachment, MediaUpdate};
use staffroom_domain::status::Draft;

use crate::inbox::{Accepted, NewInboxItem};
use crate::testing::{World, draft, world};

async fn push(world: &World, job: &Job, run_at: Timestamp, dedup_key: Option<&str>) -> bool {
    let tx = world.service.storage().begin().await.unwrap();
    let added = tx.jobs().push(world.cx().id::<JobId>(), job, run_at, dedup_key).await.unwrap();
    tx.commit().await.unwrap();
    added
}

async fn waiting(world: &World) -> i64 {
    world.service.storage().read().jobs().count().await.unwrap()
}

/// There is no way to other servers in these tests: fetching fails, as when a server does not answer.
fn fetch() -> Job {
    Job::FetchStatus { uri: "https://elm.test/statuses/1".to_owned() }
}

#[tokio::test]
async fn a_job_runs_when_it_is_due_and_not_before() {
    let world = world().await;
    let later = world.cx().now().plus(Duration::from_mins(1));
    push(&world, &fetch(), later, None).await;
    assert_eq!(world.service.jobs().run_due(&world.cx(), 10).await.unwrap(), 0);
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(world.service.jobs().run_due(&world.cx(), 10).await.unwrap(), 1);
}

#[tokio::test]
async fn a_job_that_keeps_failing_is_tried_four_times_and_dropped() {
    let world = world().await;
    push(&world, &fetch(), world.cx().now(), None).await;
    for pause in [0, 10, 120, 1800] {
        if pause > 0 {
            world.clock.advance(Duration::from_secs(pause - 1));
            assert_eq!(world.service.jobs().run_due(&world.cx(), 10).await.unwrap(), 0, "before {pause} s");
            world.clock.advance(Duration::from_secs(1));
        }
        assert_eq!(waiting(&world).await, 1);
        assert_eq!(world.service.jobs().run_due(&world.cx(), 10).await.unwrap(), 1, "after {pause} s");
    }
    assert_eq!(waiting(&world).await, 0);
}

#[tokio::test]
async fn a_job_about_something_that_is_gone_is_dropped_at_once() {
    let world = world().await;
    push(&world, &Job::RefreshAccount(AccountId(1)), world.cx().now(), None).await;
    assert_eq!(world.service.jobs().run_due(&world.cx(), 10).await.unwrap(), 1);
    assert_eq!(waiting(&world).await, 0);
}

#[tokio::test]
async fn the_same_job_waits_once() {
    let world = world().await;
    let now = world.cx().now();
    assert!(push(&world, &fetch(), now, Some("fetch 1")).await);
    assert!(!push(&world, &fetch(), now, Some("fetch 1")).await);
    assert!(push(&world, &fetch(), now, Some("fetch 2")).await);
    assert!(push(&world, &fetch(), now, None).await);
    assert!(push(&world, &fetch(), now, None).await);
    assert_eq!(waiting(&world).await, 4);
}

#[tokio::test]
async fn a_claimed_job_of_a_dead_node_is_run_when_its_lease_ends() {
    let world = world().await;
    let now = world.cx().now();
    push(&world, &fetch(), now, None).await;
    let tx = world.service.storage().begin().await.unwrap();
    let claimed = tx.jobs().claim(now, now.plus(Duration::from_mins(5)), 10).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claimed[0].job, fetch());
    assert_eq!(world.service.jobs().run_due(&world.cx(), 10).await.unwrap(), 0);
    world.clock.advance(Duration::from_mins(5));
    assert_eq!(world.service.jobs().run_due(&world.cx(), 10).await.unwrap(), 1);
}

#[tokio::test]
async fn the_sweep_forgets_received_activities_after_a_month_and_nothing_earlier() {
    let world = world().await;
    let item = NewInboxItem {
        uri: "https://elm.test/activities/1".to_owned(),
        host: "elm.test".to_owned(),
        actor_uri: "https://elm.test/users/bo".to_owned(),
        order_key: 1,
        body: b"{}".to_vec(),
        signed_at: Timestamp::default(),
        ends_follow: None,
    };
    let (inbox, jobs) = (world.service.inbox(), world.service.jobs());
    assert_eq!(inbox.accept(&world.cx(), item.clone()).await.unwrap(), Accepted::New);
    world.clock.advance(Duration::from_hours(29 * 24));
    jobs.sweep(&world.cx()).await.unwrap();
    assert!(inbox.seen(&item.uri, item.signed_at).await.unwrap());
    world.clock.advance(Duration::from_hours(2 * 24));
    assert_eq!(jobs.sweep(&world.cx()).await.unwrap(), 1);
    assert!(!inbox.seen(&item.uri, item.signed_at).await.unwrap());
    assert_eq!(inbox.pending().await.unwrap(), 1);
}

#[tokio::test]
async fn the_sweep_removes_pictures_nobody_uses_with_their_files() {
    let world = world().await;
    let amy = world.local("amy").await;
    let (media, jobs) = (world.service.media(), world.service.jobs());
    let upload = async || {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(9, 9).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        let file = MediaUpload { bytes: bytes.into_inner(), file_name: None, content_type: None };
        media.upload(&world.cx(), amy.id, file, MediaUpdate::default()).await.unwrap()
    };
    let (free, used, given_up) = (upload().await, upload().await, upload().await);
    let lies = |one: &MediaAttachment| match &one.file {
        Picture::Local(path) => world.service.settings().media_dir.join(path).exists(),
        Picture::Remote(url) => panic!("{url}"),
    };
    let written = |one: &MediaAttachment| Draft { media_ids: vec![one.id], ..draft("with it") };
    world.publish_draft(&amy, written(&used)).await;
    let deleted = world.publish_draft(&amy, written(&given_up)).await.status.id;
    world.service.statuses().delete(&world.cx(), amy.id, deleted, true).await.unwrap();
    world.clock.advance(Duration::from_hours(23));
    jobs.sweep(&world.cx()).await.unwrap();
    assert_eq!([lies(&free), lies(&used), lies(&given_up)], [true, true, false]);
    world.clock.advance(Duration::from_hours(2));
    jobs.sweep(&world.cx()).await.unwrap();
    assert_eq!([lies(&free), lies(&used)], [false, true]);
    assert!(media.get(amy.id, free.id).await.is_err());
}

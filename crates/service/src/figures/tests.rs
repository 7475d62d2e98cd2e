//! What is counted, day by day.

use std::time::Duration;

use staffroom_domain::ids::TagId;
use staffroom_domain::media::{IncomingMedia, MediaKind};
use staffroom_domain::report::{NewReport, ReportCategory};
use staffroom_domain::scope::Scopes;
use staffroom_domain::status::IncomingStatus;
use staffroom_domain::{Account, Tag, Timestamp, Viewer};
use staffroom_storage::remote_media::RemoteCopy;

use super::{Dimension, Figure, Frequency, Span};
use crate::Origin;
use crate::auth::Authority;
use crate::media::digest_of;
use crate::testing::{START, World, incoming, world};

const DAY: Duration = Duration::from_hours(24);

impl World {
    /// Somebody's app asks for something.
    async fn uses_it(&self, account: &Account) {
        let auth = self.service.auth();
        let token = auth.issue_personal_token(&self.cx(), account.id, Scopes::parse("read")).await.unwrap().token;
        auth.bearer(&token).await.unwrap().unwrap();
    }

    async fn counted(&self, figure: Figure, span: Span) -> (i64, i64, Vec<i64>) {
        let counted = self.service.figures().count(&figure, span).await.unwrap();
        (counted.total, counted.previous, counted.days.into_iter().map(|(_, n)| n).collect())
    }

    async fn frequent(&self, dimension: Dimension, span: Span) -> Vec<(Option<String>, i64)> {
        let found = self.service.figures().frequent(&dimension, span, 10).await.unwrap();
        found.into_iter().map(|row| (row.name, row.count)).collect()
    }
}

#[tokio::test]
async fn people_and_what_they_do_are_counted_on_their_days() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    w.uses_it(&amy).await;
    w.uses_it(&amy).await;
    w.uses_it(&ben).await;
    let written = w.publish(&amy, "first").await.status;
    w.clock.advance(DAY);
    let cat = w.local("cat").await;
    w.uses_it(&amy).await;
    let zoe = w.remote("zoe", "elm.test").await;
    for (person, origin) in
        [(&ben, Origin::Local), (&cat, Origin::Local), (&zoe, Origin::Remote("https://elm.test/likes/1".to_owned()))]
    {
        w.service.statuses().favourite(&w.cx(), person.id, written.id, origin).await.unwrap();
    }
    let two = Span::new(START, w.cx().now()).unwrap();
    assert_eq!(w.counted(Figure::ActiveUsers, two).await, (2, 0, vec![2, 1]), "one of them on both days");
    assert_eq!(w.counted(Figure::NewUsers, two).await, (3, 0, vec![2, 1]));
    assert_eq!(w.counted(Figure::Interactions, two).await, (2, 0, vec![0, 2]), "of people here");
    let today = Span::new(w.cx().now(), w.cx().now()).unwrap();
    assert_eq!(w.counted(Figure::NewUsers, today).await, (1, 2, vec![1]));
    assert_eq!(w.counted(Figure::ActiveUsers, today).await, (1, 2, vec![1]));
    assert_eq!(w.frequent(Dimension::Languages, today).await, [(Some("en".to_owned()), 1)]);
    assert_eq!(w.frequent(Dimension::Sources, two).await, [(None, 3)]);

    let cohorts = w.service.figures().retention(two, Frequency::Day).await.unwrap();
    let people: Vec<Vec<u64>> = cohorts.iter().map(|c| c.retained.iter().map(|r| r.people).collect()).collect();
    assert_eq!(people, [vec![2, 1], vec![1]], "ben did not come back");
    assert!((cohorts[0].retained[1].rate - 0.5).abs() < f64::EPSILON);
    let months = w.service.figures().retention(two, Frequency::Month).await.unwrap();
    assert_eq!((months.len(), months[0].retained[0].people), (1, 3));

    let long = Span::new(START, START.plus(DAY * 101)).unwrap();
    assert!(w.service.figures().count(&Figure::NewUsers, long).await.is_err());
    assert!(w.service.figures().frequent(&Dimension::Languages, long, 10).await.is_err());
}

#[tokio::test]
async fn hashtags_and_servers_are_counted() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let zoe = w.remote("zoe", "elm.test").await;
    w.befriend(&amy, &zoe).await;
    for words in ["about #Phonics", "more #phonics"] {
        w.publish(&amy, words).await;
    }
    w.publish(&ben, "also #phonics").await;
    let fetched = crate::statuses::Arrival::Fetched;
    w.service.statuses().ingest(&w.cx(), incoming(&zoe, "1", "we #phonics too"), fetched).await.unwrap();
    let view = w.service.tags().get(Viewer::Anonymous, &Tag::parse("phonics").unwrap()).await.unwrap();
    let tag = view.id.unwrap();
    let today = Span::new(w.cx().now(), w.cx().now()).unwrap();
    assert_eq!(w.counted(Figure::TagUses(tag), today).await, (4, 0, vec![4]));
    assert_eq!(w.counted(Figure::TagAccounts(tag), today).await, (3, 0, vec![3]));
    assert_eq!(w.counted(Figure::TagServers(tag), today).await, (2, 0, vec![2]));
    assert_eq!(w.counted(Figure::TagUses(TagId(1)), today).await, (0, 0, vec![0]));
    let elm = || "elm.test".to_owned();
    let servers = [(None, 3), (Some(elm()), 1)];
    assert_eq!(w.frequent(Dimension::Servers, today).await, servers);
    assert_eq!(w.frequent(Dimension::TagServers(tag), today).await, servers);
    assert_eq!(w.frequent(Dimension::TagLanguages(tag), today).await.iter().map(|(_, n)| n).sum::<i64>(), 4);
    for (figure, count) in [
        (Figure::InstanceAccounts(elm()), 1),
        (Figure::InstanceStatuses(elm()), 1),
        (Figure::InstanceFollows(elm()), 1),
        (Figure::InstanceFollowers(elm()), 0),
        (Figure::InstanceReports(elm()), 0),
        (Figure::InstanceAccounts("oak.test".to_owned()), 0),
    ] {
        assert_eq!(w.counted(figure.clone(), today).await, (count, 0, vec![count]), "{figure:?}");
    }
    assert_eq!(
        w.frequent(Dimension::InstanceAccounts(elm()), today).await,
        [(Some("zoe".to_owned()), 1)],
        "followed by amy"
    );
    assert_eq!(w.frequent(Dimension::InstanceLanguages(elm()), today).await.len(), 1);

    let (status_ids, comment) = (Vec::new(), String::new());
    let report = NewReport { target_id: zoe.id, status_ids, comment, category: ReportCategory::Other, forward: false };
    let filed = w.service.reports().file(&w.cx(), amy.id, report).await.unwrap();
    assert_eq!(w.counted(Figure::OpenedReports, today).await.0, 1);
    assert_eq!(w.counted(Figure::InstanceReports(elm()), today).await.0, 1);
    assert_eq!(w.counted(Figure::ResolvedReports, today).await.0, 0);
    w.service.reports().resolve(&w.cx(), &Authority::operator(), filed.report.id, true).await.unwrap();
    assert_eq!(w.counted(Figure::ResolvedReports, today).await, (1, 0, vec![1]));
}

#[tokio::test]
async fn the_files_of_a_domain_are_those_that_are_here() {
    let w = world().await;
    let (amy, zoe) = (w.local("amy").await, w.remote("zoe", "elm.test").await);
    w.befriend(&amy, &zoe).await;
    let today = Span::new(w.cx().now(), w.cx().now()).unwrap();
    for (name, copied) in [("1", Some(4_096)), ("2", Some(6_000)), ("3", None)] {
        let url = format!("https://files.elm.test/{name}.png");
        let picture = IncomingMedia {
            kind: MediaKind::Image,
            url: url.clone(),
            content_type: "image/png".to_owned(),
            description: None,
            size_px: None,
            focus: None,
            blurhash: None,
        };
        let status = IncomingStatus { media: vec![picture], ..incoming(&zoe, name, "Look") };
        w.service.statuses().ingest(&w.cx(), status, crate::statuses::Arrival::Fetched).await.unwrap();
        let Some(bytes) = copied else { continue };
        let copy = RemoteCopy {
            digest: digest_of(&url),
            path: format!("remote/{name}.png"),
            content_type: "image/png".to_owned(),
            bytes,
            fetched_at: w.cx().now(),
            used_at: w.cx().now(),
        };
        let tx = w.service.storage().begin().await.unwrap();
        tx.remote_media().put(&copy).await.unwrap();
        w.service.commit(tx).await.unwrap();
    }
    let files = w.service.figures().files("elm.test", today).await.unwrap();
    assert_eq!((files.bytes, files.days.as_slice()), (10_096, &[(today.start, 10_096)][..]));
    let before = w.service.figures().files("elm.test", today.before()).await.unwrap();
    assert_eq!((before.bytes, before.days[0].1), (10_096, 0), "all that is here, and none from that day");
    assert_eq!(w.service.figures().files("oak.test", today).await.unwrap().bytes, 0);
    let long = Span::new(START, START.plus(DAY * 101)).unwrap();
    assert!(w.service.figures().files("elm.test", long).await.is_err());
}

#[tokio::test]
async fn nothing_is_kept_of_when_somebody_deleted_was_active() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    w.uses_it(&amy).await;
    w.uses_it(&ben).await;
    w.clock.advance(DAY);
    w.uses_it(&amy).await;
    let two = Span::new(START, w.cx().now()).unwrap();
    assert_eq!(w.counted(Figure::ActiveUsers, two).await, (2, 0, vec![2, 1]));
    let weekly = async || {
        let monday = Timestamp::parse("2026-11-16T00:00:00Z").unwrap();
        w.service.storage().read().instance().week(monday, monday.plus(DAY * 7), (0, 0)).await.unwrap().active
    };
    assert_eq!(weekly().await, 2);
    w.service.accounts().delete(&w.cx(), amy.id).await.unwrap();
    assert_eq!(w.counted(Figure::ActiveUsers, two).await, (1, 0, vec![1, 0]), "ben is still counted");
    assert_eq!(weekly().await, 1);
}

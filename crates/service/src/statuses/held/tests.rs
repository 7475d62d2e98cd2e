//! What is held goes nowhere until it is let out, and then as if it were written then.

use std::time::Duration;

use staffroom_domain::account::MediaUpload;
use staffroom_domain::hold::{Hold, HoldChoice, HoldState};
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::media::MediaUpdate;
use staffroom_domain::notification::{NotificationFilter, NotificationKind};
use staffroom_domain::organisation::{Right, Role};
use staffroom_domain::status::{Draft, Published, StatusEdit, StatusView};
use staffroom_domain::{Account, PageRequest, Timestamp, Viewer, Visibility};
use staffroom_moderation::BUILT_IN;

use crate::auth::Authority;
use crate::moderation::Replayed;
use crate::moderation::rules::NewPanic;
use crate::testing::{World, draft, world};
use crate::{Origin, Result, ServiceError};

const RISKY: &str = "UPN: H801200001001 has left us #SLTchat";

async fn write(w: &World, author: &Account, draft: Draft) -> StatusId {
    w.wait(1);
    match w.service.statuses().publish(&w.cx(), author.id, draft, None).await.unwrap() {
        Published::Status(id) => id,
        Published::Scheduled(waiting) => StatusId(waiting.id.0),
    }
}

fn answer(to: StatusId, text: &str) -> Draft {
    Draft { in_reply_to: Some(to), ..draft(text) }
}

fn edit(text: &str) -> StatusEdit {
    StatusEdit { text: Some(text.to_owned()), ..StatusEdit::default() }
}

async fn shown(w: &World, author: &Account, id: StatusId) -> Result<StatusView> {
    w.service.statuses().show(Viewer::Account(author.id), id).await
}

async fn hold(w: &World, id: StatusId) -> Hold {
    w.service.storage().read().holds().by_id(id).await.unwrap().unwrap()
}

/// What an account was told, newest first, in plain text.
async fn told(w: &World, account: &Account) -> Vec<String> {
    let (filter, page) = (NotificationFilter::default(), PageRequest::newest(40));
    let page = w.service.notifications().list(account.id, filter, page).await.unwrap();
    let mentions = page.items.into_iter().filter(|one| one.kind == NotificationKind::Mention);
    mentions.filter_map(|one| Some(one.status?.status.text)).collect()
}

async fn notice(w: &World, account: &Account) -> StatusId {
    let (filter, page) = (NotificationFilter::default(), PageRequest::newest(1));
    let mut page = w.service.notifications().list(account.id, filter, page).await.unwrap();
    page.items.pop().unwrap().status.unwrap().status.id
}

/// Texts of the published statuses of an account, in their order.
async fn written(w: &World, account: &Account) -> Vec<String> {
    let ids = w.service.storage().read().statuses().left_of(account.id, 40).await.unwrap();
    let found = w.service.statuses().views(Viewer::Account(account.id), &ids).await.unwrap();
    found.into_iter().filter(|view| view.reblog.is_none()).map(|view| view.status.text).collect()
}

async fn moderator(w: &World, name: &str) -> Account {
    let account = w.local(name).await;
    let tx = w.service.storage().begin().await.unwrap();
    let school = account.organisation.unwrap();
    tx.organisations().set_role(account.id, school, Role::Moderator, w.cx().now()).await.unwrap();
    tx.commit().await.unwrap();
    account
}

async fn choose(w: &World, author: AccountId, id: StatusId, choice: HoldChoice) -> Result<()> {
    w.service.statuses().choose(&w.cx(), author, id, choice).await
}

#[tokio::test]
async fn what_is_held_goes_nowhere_until_its_author_edits_it_clean() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let cat = w.remote("cat", "elm.example").await;
    for follower in [&ben, &cat] {
        w.befriend(follower, &amy).await;
    }
    w.sent().await;
    let keyed = Draft { idempotency_key: Some("k".to_owned()), ..draft(&format!("@ben {RISKY}")) };
    let id = write(&w, &amy, keyed.clone()).await;
    assert_eq!(write(&w, &amy, keyed).await, id, "the same request gets the same answer");
    let view = shown(&w, &amy, id).await.unwrap();
    assert_eq!((view.status.visibility, view.status.id), (Visibility::Public, id));
    assert!(view.status.content.contains("https://oak.test/@ben"), "{}", view.status.content);
    let held = view.held.unwrap();
    assert_eq!((held.rule.as_deref(), held.state), (Some("pupil-number"), HoldState::Held));
    for viewer in [Viewer::Account(ben.id), Viewer::Account(cat.id), Viewer::Anonymous] {
        let found = w.service.statuses().show(viewer, id).await;
        assert!(matches!(found, Err(ServiceError::NotFound(_))), "{viewer:?}");
        assert!(matches!(w.service.statuses().get(viewer, id).await, Err(ServiceError::NotFound(_))));
    }
    w.run_jobs().await;
    assert!(w.sent().await.is_empty() && told(&w, &ben).await.is_empty() && written(&w, &amy).await.is_empty());
    let notices = told(&w, &amy).await;
    assert!(notices.len() == 1 && notices[0].contains("“@\u{2060}ben UPN: H80120"), "{notices:?}");
    for word in ["review", "school", "withdraw", "https://oak.test/held/"] {
        assert!(notices[0].contains(word), "{word}: {notices:?}");
    }

    w.service.statuses().edit(&w.cx(), amy.id, id, edit("UPN H801200001001 is still here")).await.unwrap();
    assert!(shown(&w, &amy, id).await.unwrap().held.is_some() && told(&w, &amy).await.len() == 2);
    w.wait(3_600);
    w.service.statuses().edit(&w.cx(), amy.id, id, edit("Somebody has left us")).await.unwrap();
    let view = shown(&w, &amy, id).await.unwrap();
    assert!(view.held.is_none() && view.status.id > id && view.status.created_at == w.cx().now());
    assert_eq!(written(&w, &amy).await, ["Somebody has left us"]);
    let sent = w.sent().await;
    assert_eq!(sent.iter().map(|one| one.event.as_str()).collect::<Vec<_>>(), ["StatusPublished"]);
    w.service.statuses().edit(&w.cx(), amy.id, id, edit("Somebody left us")).await.unwrap();
    assert_eq!(written(&w, &amy).await, ["Somebody left us"]);
    w.service.statuses().delete(&w.cx(), amy.id, id, false).await.unwrap();
    assert!(written(&w, &amy).await.is_empty());
}

#[tokio::test]
async fn answers_boosts_and_pins_wait_for_what_they_are_about_and_go_in_order() {
    let w = world().await;
    let (amy, mod_) = (w.local("amy").await, moderator(&w, "judge").await);
    let first = write(&w, &amy, draft(RISKY)).await;
    let second = write(&w, &amy, answer(first, "second")).await;
    let third = write(&w, &amy, answer(second, "third")).await;
    let quote = write(&w, &amy, Draft { quoted: Some(first), ..draft("look") }).await;
    let risky = write(&w, &amy, answer(third, RISKY)).await;
    let statuses = w.service.statuses();
    assert_eq!(statuses.reblog(&w.cx(), amy.id, first, None, Origin::Local).await.unwrap(), first);
    statuses.pin(&w.cx(), amy.id, first, true).await.unwrap();
    let marks = shown(&w, &amy, first).await.unwrap().marks.unwrap();
    assert!(marks.pinned && marks.reblogged && written(&w, &amy).await.is_empty());
    let around = statuses.context(Viewer::Account(amy.id), second).await.unwrap();
    let ids = |views: &[StatusView]| views.iter().map(|view| view.status.id).collect::<Vec<_>>();
    assert_eq!((ids(&around.ancestors), ids(&around.descendants)), (vec![first], vec![third, risky]));
    assert!(matches!(choose(&w, amy.id, second, HoldChoice::School).await, Err(ServiceError::Conflict(_))));

    let who = w.authority(mod_.id, Right::Moderate).await;
    let moderation = w.service.moderation();
    let listed = moderation.holds().list(&who, None, PageRequest::newest(20)).await.unwrap();
    let listed: Vec<_> = listed.items.iter().map(|view| view.hold.id).collect();
    assert_eq!(listed, [first, risky], "what only waits is nothing to decide about");
    moderation.holds().release(&w.cx(), &who, first, "Fine with us").await.unwrap();
    assert_eq!(written(&w, &amy).await, [RISKY, "second", "third", "look"]);
    let mut statuses = Vec::new();
    for id in [first, second, third, quote] {
        statuses.push(shown(&w, &amy, id).await.unwrap().status);
    }
    assert!(statuses.is_sorted_by_key(|status| status.id));
    assert_eq!(statuses[1].in_reply_to_id, Some(statuses[0].id));
    assert_eq!((statuses[2].in_reply_to_id, statuses[2].thread_id), (Some(statuses[1].id), statuses[0].id));
    let view = shown(&w, &amy, first).await.unwrap();
    assert!(view.marks.unwrap().pinned && view.status.reblogs_count == 1 && view.status.quotes_count == 1);
    assert_eq!(hold(&w, risky).await.state, HoldState::Held);
    assert!(told(&w, &amy).await[0].contains("Fine with us"));
    choose(&w, amy.id, risky, HoldChoice::School).await.unwrap();
    assert_eq!(written(&w, &amy).await.len(), 5);
}

#[tokio::test]
async fn one_of_two_moderators_decides_and_nobody_about_their_own_or_elsewhere() {
    let w = world().await;
    let (amy, one, other) = (w.local("amy").await, moderator(&w, "one").await, moderator(&w, "other").await);
    let id = write(&w, &amy, draft(RISKY)).await;
    let own = write(&w, &one, draft(RISKY)).await;
    let (one, other) = (w.authority(one.id, Right::Moderate).await, w.authority(other.id, Right::Moderate).await);
    let nobody = w.authority(amy.id, Right::Moderate).await;
    let (cx, moderation) = (w.cx(), w.service.moderation());
    let holds = moderation.holds();
    for (who, id) in [(&one, own), (&other, own), (&nobody, id)] {
        let refused = holds.reject(&cx, who, id, "no").await.map(drop);
        assert!(matches!(refused, Err(ServiceError::NotFound(_) | ServiceError::Forbidden(_))), "{refused:?}");
    }
    assert!(matches!(holds.reject(&cx, &one, id, " ").await, Err(ServiceError::Invalid { field: "reason", .. })));
    holds.ask_to_edit(&cx, &one, id, "without the number").await.unwrap();
    assert!(told(&w, &amy).await[0].contains("without the number"));

    let (a, b) = tokio::join!(holds.reject(&cx, &one, id, "names a child"), holds.release(&cx, &other, id, ""));
    let (rejected, released) = (a.map(drop), b.map(drop));
    let (state, by) = if rejected.is_ok() { (HoldState::Rejected, "@one") } else { (HoldState::Released, "@other") };
    let refused = rejected.as_ref().err().or(released.as_ref().err()).unwrap();
    assert!(matches!(refused, ServiceError::Conflict(_)), "{refused:?}");
    assert!(rejected.is_ok() != released.is_ok(), "{rejected:?} {released:?}");
    assert_eq!((hold(&w, id).await.state, written(&w, &amy).await.len()), (state, usize::from(released.is_ok())));
    let late = choose(&w, amy.id, id, HoldChoice::School).await;
    assert!(matches!(&late, Err(ServiceError::Conflict(why)) if why.contains(by)), "{late:?}");
}

#[tokio::test]
async fn inside_the_school_is_seen_there_alone() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let cat = w.remote("cat", "elm.example").await;
    for follower in [&ben, &cat] {
        w.befriend(follower, &amy).await;
    }
    let elm = w.service.storage().read().organisations().first().await.unwrap().unwrap();
    let elsewhere = w.local("zed").await;
    let other = staffroom_domain::organisation::Organisation { id: w.cx().id(), slug: "elm".to_owned(), ..elm };
    let tx = w.service.storage().begin().await.unwrap();
    tx.organisations().insert(&other).await.unwrap();
    tx.organisations().set_school(elsewhere.id, other.id).await.unwrap();
    tx.commit().await.unwrap();
    w.sent().await;
    let id = write(&w, &amy, draft(&format!("@cat@elm.example @ben {RISKY}"))).await;
    let after = write(&w, &amy, answer(id, "and more")).await;
    choose(&w, amy.id, id, HoldChoice::School).await.unwrap();
    for id in [id, after] {
        let new = shown(&w, &amy, id).await.unwrap().status;
        assert_eq!(new.visibility, Visibility::Direct);
        assert!(w.seen(&ben, new.id).await.is_some());
        for stranger in [&elsewhere, &cat] {
            assert!(w.seen(stranger, new.id).await.is_none(), "{}", stranger.username);
        }
        assert!(matches!(w.service.statuses().get(Viewer::Anonymous, new.id).await, Err(ServiceError::NotFound(_))));
    }
    w.run_jobs().await;
    assert!(w.sent().await.is_empty(), "nothing leaves");
    assert_eq!(told(&w, &ben).await.len(), 1);
    assert!(told(&w, &elsewhere).await.is_empty());
}

#[tokio::test]
async fn what_is_kept_inside_the_school_names_nobody_elsewhere_later_on() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let cat = w.remote("cat", "elm.example").await;
    w.befriend(&cat, &amy).await;
    w.sent().await;
    let id = write(&w, &amy, draft(RISKY)).await;
    choose(&w, amy.id, id, HoldChoice::School).await.unwrap();
    let kept = shown(&w, &amy, id).await.unwrap().status.id;
    let statuses = w.service.statuses();
    for outsider in ["@cat@elm.example", "@nobody@elm.example"] {
        let refused = statuses.edit(&w.cx(), amy.id, kept, edit(&format!("for {outsider}"))).await;
        assert!(matches!(&refused, Err(ServiceError::Invalid { why, .. }) if why.contains(outsider)), "{refused:?}");
    }
    statuses.edit(&w.cx(), amy.id, kept, edit("for @ben")).await.unwrap();
    assert_eq!(told(&w, &ben).await, ["for @ben"]);
    let answered = write(&w, &ben, answer(kept, "and @amy")).await;
    assert_eq!(shown(&w, &ben, answered).await.unwrap().status.visibility, Visibility::Direct);
    let refused = statuses.publish(&w.cx(), ben.id, answer(kept, "for @cat@elm.example"), None).await;
    assert!(matches!(refused, Err(ServiceError::Invalid { .. })), "{refused:?}");
    for one in [kept, answered] {
        assert!(w.seen(&cat, one).await.is_none());
    }
    statuses.delete(&w.cx(), amy.id, kept, false).await.unwrap();
    w.run_jobs().await;
    assert!(w.sent().await.is_empty(), "nothing leaves");
    let open = w.publish(&amy, "for @cat@elm.example").await;
    assert!(w.seen(&cat, open.status.id).await.is_some() && !w.sent().await.is_empty());
}

#[tokio::test]
async fn an_answer_to_the_notice_is_taken_as_a_choice_and_goes_nowhere() {
    let w = world().await;
    let (amy, eve) = (w.local("amy").await, w.local("eve").await);
    let id = write(&w, &amy, draft(RISKY)).await;
    let first = notice(&w, &amy).await;
    let refused = w.service.statuses().publish(&w.cx(), eve.id, answer(first, "withdraw"), None).await;
    assert!(matches!(refused, Err(ServiceError::NotFound(_))), "{refused:?}");
    for unclear in ["@eve what now?", "I am at school, UPN H801200001001"] {
        write(&w, &amy, answer(first, unclear)).await;
        assert_eq!(hold(&w, id).await.state, HoldState::Held, "{unclear}");
    }
    assert!(told(&w, &amy).await[0].contains("“review”, “school”, “withdraw”"));
    let said = write(&w, &amy, answer(notice(&w, &amy).await, "@moderation Review please")).await;
    assert_eq!(shown(&w, &amy, said).await.unwrap().status.visibility, Visibility::Direct);
    assert_eq!(hold(&w, id).await.state, HoldState::InReview);
    write(&w, &amy, answer(first, "withdraw")).await;
    assert_eq!(hold(&w, id).await.state, HoldState::Withdrawn);
    write(&w, &amy, answer(first, "school")).await;
    assert!(told(&w, &amy).await[0].contains("cannot be done: already decided by its author"));
    assert!(told(&w, &eve).await.is_empty() && w.sent().await.is_empty());
    assert!(matches!(shown(&w, &amy, id).await, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn an_edit_is_held_and_what_is_published_stays() {
    let w = world().await;
    let (amy, mod_) = (w.local("amy").await, moderator(&w, "judge").await);
    let published = w.publish(&amy, "A fine day").await.status.id;
    let statuses = w.service.statuses();
    statuses.edit(&w.cx(), amy.id, published, edit(RISKY)).await.unwrap();
    let view = shown(&w, &amy, published).await.unwrap();
    assert!(view.status.text == "A fine day" && view.held.is_some_and(|held| held.is_edit));
    assert!(w.seen(&mod_, published).await.unwrap().held.is_none());
    let who = w.authority(mod_.id, Right::Moderate).await;
    let moderation = w.service.moderation();
    let held = moderation.holds().list(&who, None, PageRequest::newest(5)).await.unwrap().items.remove(0).hold.id;
    statuses.edit(&w.cx(), amy.id, published, edit("A finer day")).await.unwrap();
    assert_eq!(hold(&w, held).await.state, HoldState::Withdrawn, "a clean edit takes its place");
    statuses.edit(&w.cx(), amy.id, published, edit(RISKY)).await.unwrap();
    let held = moderation.holds().list(&who, None, PageRequest::newest(5)).await.unwrap().items.remove(0).hold.id;
    moderation.holds().release(&w.cx(), &who, held, "").await.unwrap();
    let view = shown(&w, &amy, published).await.unwrap();
    assert!(view.status.text == RISKY && view.status.edited_at.is_some() && view.held.is_none());
}

#[tokio::test]
async fn a_scheduled_status_is_judged_when_it_is_scheduled_and_when_it_is_due() {
    let w = world().await;
    let (amy, mod_) = (w.local("amy").await, moderator(&w, "judge").await);
    let statuses = w.service.statuses();
    let at = w.cx().now().plus(Duration::from_hours(1));
    let waiting = match statuses.publish(&w.cx(), amy.id, draft(RISKY), Some(at)).await.unwrap() {
        Published::Scheduled(waiting) => waiting.id,
        Published::Status(id) => panic!("published {id}"),
    };
    let later = at.plus(Duration::from_hours(1));
    assert_eq!(statuses.reschedule(&w.cx(), amy.id, waiting, later).await.unwrap().scheduled_at, later);
    assert_eq!(statuses.scheduled(amy.id, PageRequest::newest(5)).await.unwrap().items.len(), 1);
    w.wait(7_201);
    w.run_jobs().await;
    assert!(written(&w, &amy).await.is_empty());
    let who = w.authority(mod_.id, Right::Moderate).await;
    let soon = w.cx().now().plus(Duration::from_hours(1));
    statuses.reschedule(&w.cx(), amy.id, waiting, soon).await.unwrap();
    w.service.moderation().holds().release(&w.cx(), &who, StatusId(waiting.0), "").await.unwrap();
    assert!(written(&w, &amy).await.is_empty() && statuses.scheduled_one(amy.id, waiting).await.is_ok());
    w.wait(3_601);
    w.run_jobs().await;
    assert_eq!(written(&w, &amy).await, [RISKY], "what was let out is not held again");
    statuses.unschedule(&w.cx(), amy.id, waiting).await.unwrap_err();
}

#[tokio::test]
async fn moderators_have_a_working_day_and_see_first_what_is_due_first() {
    let w = world().await;
    let (amy, mod_) = (w.local("amy").await, moderator(&w, "judge").await);
    let who = w.authority(mod_.id, Right::Moderate).await;
    let moderation = w.service.moderation();
    let due = |at: &str| Timestamp::parse(at);
    // a Saturday evening
    let first = write(&w, &amy, draft(RISKY)).await;
    assert_eq!(hold(&w, first).await.deadline, due("2026-11-24T00:00:00Z"));
    // Monday evening: the working day ends on Tuesday evening
    w.wait(48 * 3_600 - 1);
    let second = write(&w, &amy, draft(RISKY)).await;
    assert_eq!(hold(&w, second).await.deadline, Some(w.cx().now().plus(Duration::from_hours(24))));
    w.wait(3_600);
    choose(&w, amy.id, first, HoldChoice::Review).await.unwrap();
    let asked = hold(&w, first).await.deadline;
    assert_eq!(asked, Some(w.cx().now().plus(Duration::from_hours(24))), "from when they were asked");
    w.wait(60);
    choose(&w, amy.id, first, HoldChoice::Review).await.unwrap();
    assert_eq!(hold(&w, first).await.deadline, asked, "asking again gains no time, and loses none");
    let third = write(&w, &amy, draft(RISKY)).await;

    let listed = async |page: PageRequest| {
        let found = moderation.holds().list(&who, None, page).await.unwrap();
        (found.items.iter().map(|view| view.hold.id).collect::<Vec<_>>(), found.next, found.prev)
    };
    let two = PageRequest::newest(2);
    let (ids, next, prev) = listed(two).await;
    assert_eq!((ids, prev), (vec![second, first], Some(second.0)));
    let (ids, last, _) = listed(PageRequest { max_id: next, ..two }).await;
    assert_eq!((ids, last), (vec![third], None));
    let (ids, _, _) = listed(PageRequest { min_id: Some(third.0), ..two }).await;
    assert_eq!(ids, [second, first], "what is due before it");
    let decided = moderation.holds().list(&who, Some(HoldState::Withdrawn), two).await.unwrap();
    assert!(decided.items.is_empty());
}

#[tokio::test]
async fn what_an_appeal_brought_back_waits_for_no_moderator() {
    let w = world().await;
    let (amy, judge, other) = (w.local("amy").await, moderator(&w, "judge").await, moderator(&w, "other").await);
    let id = write(&w, &amy, draft(RISKY)).await;
    let (judge, other) = (w.authority(judge.id, Right::Moderate).await, w.authority(other.id, Right::Moderate).await);
    let (appeals, moderation, statuses) = (w.service.appeals(), w.service.moderation(), w.service.statuses());
    let holds = moderation.holds();
    let waiting = async || {
        let (queue, _) = holds.queue(&judge, None, 9).await.unwrap();
        (queue.len(), moderation.waiting(&w.cx(), &judge).await.unwrap().holds)
    };
    assert_eq!(waiting().await, (1, 1));
    holds.reject(&w.cx(), &judge, id, "no").await.unwrap();
    let decision = appeals.decisions(amy.id, PageRequest::newest(1)).await.unwrap().items.remove(0).reasons.id;
    let filed = appeals.file(&w.cx(), amy.id, decision, "I did not").await.unwrap().appeal.unwrap().id;
    appeals.decide(&w.cx(), &other, filed, true, "You were right").await.unwrap();
    assert_eq!((waiting().await, hold(&w, id).await.deadline), ((0, 0), None));
    statuses.pin(&w.cx(), amy.id, id, true).await.unwrap();
    for who in [&judge, &other] {
        let refused = holds.reject(&w.cx(), who, id, "still no").await.map(drop);
        assert!(
            matches!(&refused, Err(ServiceError::Conflict(why)) if why.contains("appeal was granted")),
            "{refused:?}"
        );
    }
    statuses.edit(&w.cx(), amy.id, id, edit(&format!("{RISKY}, too"))).await.unwrap();
    assert_eq!((waiting().await, hold(&w, id).await.deadline.is_some()), ((1, 1), true), "that is another text");
    holds.reject(&w.cx(), &judge, id, "no").await.unwrap();
}

#[tokio::test]
async fn what_was_clean_when_it_was_scheduled_is_held_if_it_is_not_when_it_is_due() {
    let w = world().await;
    let amy = w.local("amy").await;
    let statuses = w.service.statuses();
    for (text, hours) in [("A fine day", 1), ("A finer day", 2)] {
        let at = w.cx().now().plus(Duration::from_hours(hours));
        let scheduled = statuses.publish(&w.cx(), amy.id, draft(text), Some(at)).await.unwrap();
        assert!(matches!(scheduled, Published::Scheduled(_)), "{text}");
    }
    w.wait(3_601);
    w.run_jobs().await;
    assert_eq!(written(&w, &amy).await, ["A fine day"]);
    let until = w.cx().now().plus(Duration::from_hours(9));
    let new = NewPanic { organisation: None, tag: None, until, reason: "Something goes round".to_owned() };
    w.service.moderation().rules().begin_panic(&w.cx(), &Authority::operator(), new).await.unwrap();
    w.wait(3_600);
    w.run_jobs().await;
    assert_eq!(written(&w, &amy).await, ["A fine day"]);
    let held = statuses.held_list(amy.id, None, PageRequest::newest(5)).await.unwrap().items;
    assert_eq!(held.len(), 1, "it was clean, and is held all the same");
}

#[tokio::test]
async fn notices_that_quote_what_was_held_go_with_its_text_and_no_sooner() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (decided, open) = (write(&w, &amy, draft(RISKY)).await, write(&w, &amy, draft(RISKY)).await);
    choose(&w, amy.id, decided, HoldChoice::Withdraw).await.unwrap();
    let quoting = async || told(&w, &amy).await.iter().filter(|text| text.contains("H80120")).count();
    assert_eq!(quoting().await, 2);
    w.clock.advance(Duration::from_hours(89 * 24));
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert!(quoting().await == 2 && !hold(&w, decided).await.draft.is_empty());
    w.clock.advance(Duration::from_hours(2 * 24));
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert!(hold(&w, decided).await.draft.is_empty() && !hold(&w, open).await.draft.is_empty());
    assert_eq!(quoting().await, 1, "what is open is told still");
    let left = w.service.storage().read().holds().notices_about(&[decided]).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
}

/// What comes of making each decision of the rules about something held again.
async fn replayed(w: &World, author: &Account, held: StatusId) -> Vec<Replayed> {
    let moderation = w.service.moderation();
    let mut replayed = Vec::new();
    for decision in w.service.storage().read().moderation().about_held(author.id, held, 40).await.unwrap() {
        if decision.action == "hold" {
            replayed.push(moderation.replay(decision.id).await.unwrap());
        }
    }
    replayed
}

#[tokio::test]
async fn each_decision_is_made_again_however_often_the_text_was_changed_until_it_had_its_time() {
    let w = world().await;
    let amy = w.local("amy").await;
    let statuses = w.service.statuses();
    // the rules of then are read from the database
    let shipped = BUILT_IN.map(|(_, text)| ("shipped".to_owned(), text.to_owned()));
    w.service.moderation().rules().ensure_shipped(&w.cx(), &shipped).await.unwrap();
    w.service.moderation().rules().reload(&w.cx()).await.unwrap();
    let (decided, open) = (write(&w, &amy, draft(RISKY)).await, write(&w, &amy, draft(RISKY)).await);
    for n in 0..3 {
        for id in [decided, open] {
            statuses.edit(&w.cx(), amy.id, id, edit(&format!("{RISKY} {n}"))).await.unwrap();
        }
    }
    let same = |replayed: &[Replayed]| {
        replayed.len() == 4
            && replayed.iter().all(|one| matches!(one, Replayed::Same { action, .. } if action == "hold"))
    };
    assert!(same(&replayed(&w, &amy, decided).await), "{:?}", replayed(&w, &amy, decided).await);
    statuses.edit(&w.cx(), amy.id, decided, edit("Nobody has left us")).await.unwrap();
    assert_eq!(hold(&w, decided).await.state, HoldState::Released);
    w.clock.advance(Duration::from_hours(89 * 24));
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert!(same(&replayed(&w, &amy, decided).await));
    w.clock.advance(Duration::from_hours(2 * 24));
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    let gone = replayed(&w, &amy, decided).await;
    let is_gone = |one: &Replayed| matches!(one, Replayed::Impossible(why) if why.contains("its text is gone"));
    assert!(gone.len() == 4 && gone.iter().all(is_gone), "{gone:?}");
    let read = w.service.storage().read();
    for decision in read.moderation().about_held(amy.id, decided, 40).await.unwrap() {
        assert_eq!(read.moderation().texts_of(decision.id).await.unwrap(), None, "no version outlives the others");
    }
    assert!(same(&replayed(&w, &amy, open).await), "what is open is kept");
}

/// Waits until `count` transactions write or wait for their turn.
async fn writers(w: &World, count: usize) {
    let there = async {
        while w.service.storage().writers() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), there).await.expect("writers");
}

#[tokio::test]
async fn who_edits_what_is_let_out_in_the_same_write_is_told_that_it_is_decided() {
    let w = world().await;
    if !w.is_sqlite() {
        return; // transactions of PostgreSQL share no write, and wait for each other's locks
    }
    let (amy, judge) = (w.local("amy").await, moderator(&w, "judge").await);
    let who = w.authority(judge.id, Right::Moderate).await;
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(9, 9).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let file = MediaUpload { bytes: bytes.into_inner(), file_name: None, content_type: None };
    let media = w.service.media().upload(&w.cx(), amy.id, file, MediaUpdate::default()).await.unwrap();
    let id = write(&w, &amy, Draft { media_ids: vec![media.id], ..draft(RISKY) }).await;
    let (cx, statuses) = (w.cx(), w.service.statuses());
    let holds = w.service.moderation().holds();
    // one writes, and the end of its disk write waits behind it
    let first = w.service.storage().begin().await.unwrap();
    let in_order = async {
        writers(&w, 3).await;
        let again = StatusEdit { media_ids: Some(vec![media.id]), ..edit(&format!("{RISKY}, too")) };
        let edited = statuses.edit(&cx, amy.id, id, again);
        let go = async {
            writers(&w, 4).await;
            first.commit().await.unwrap();
        };
        tokio::join!(edited, go).0
    };
    let (released, edited) = tokio::join!(holds.release(&cx, &who, id, "Fine with us"), in_order);
    released.unwrap();
    assert!(matches!(&edited, Err(ServiceError::Conflict(why)) if why.contains("already")), "{edited:?}");
    assert_eq!(written(&w, &amy).await, [RISKY]);
}

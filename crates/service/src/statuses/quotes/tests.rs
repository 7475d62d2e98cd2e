//! Quotes as people here and other servers make them, and every way to get one without leave.

use staffroom_domain::ids::StatusId;
use staffroom_domain::interaction::{Approval, Groups, Interaction, InteractionPolicy, QuotePolicy};
use staffroom_domain::moderation::Measure;
use staffroom_domain::notification::{NotificationFilter, NotificationKind};
use staffroom_domain::organisation::Role;
use staffroom_domain::quote::{FoundAuthorization, IncomingQuote, QuoteShown, QuoteState};
use staffroom_domain::status::{Draft, IncomingStatus, StatusEdit, StatusView};
use staffroom_domain::{Account, PageRequest, Viewer, Visibility};

use crate::auth::Authority;
use crate::statuses::Arrival;
use crate::testing::{World, draft, incoming, world};
use crate::{InteractionRequest, ServiceError};

fn quotable(text: &str, policy: QuotePolicy) -> Draft {
    Draft { quote_policy: Some(policy), ..draft(text) }
}

fn quoting(text: &str, quoted: StatusId) -> Draft {
    Draft { quoted: Some(quoted), ..draft(text) }
}

/// A status of `author` elsewhere that everybody may quote.
fn open(author: &Account, name: &str) -> IncomingStatus {
    let quote = Some(Approval::automatic(Groups::EVERYBODY));
    IncomingStatus {
        interaction_policy: InteractionPolicy { quote, ..InteractionPolicy::default() },
        ..incoming(author, name, "quotable")
    }
}

async fn ingest(w: &World, status: IncomingStatus) -> StatusId {
    w.wait(1);
    w.service.statuses().ingest(&w.cx(), status, Arrival::Fetched).await.unwrap().unwrap()
}

async fn refused(w: &World, author: &Account, draft: Draft) -> ServiceError {
    w.service.statuses().publish(&w.cx(), author.id, draft, None).await.unwrap_err()
}

async fn state(w: &World, viewer: Viewer, id: StatusId) -> (QuoteShown, bool) {
    let view = w.service.statuses().get(viewer, id).await.unwrap();
    let quote = view.quote.unwrap();
    (quote.shown, quote.status.is_some())
}

async fn told(w: &World, account: &Account, kind: NotificationKind) -> usize {
    let filter = NotificationFilter { kinds: vec![kind], ..NotificationFilter::default() };
    w.service.notifications().list(account.id, filter, PageRequest::newest(20)).await.unwrap().items.len()
}

async fn count(w: &World, view: &StatusView) -> i64 {
    w.service.statuses().get(Viewer::Anonymous, view.status.id).await.unwrap().status.quotes_count
}

const ACCEPTED: (QuoteShown, bool) = (QuoteShown::State(QuoteState::Accepted), true);

fn only(state: QuoteState) -> (QuoteShown, bool) {
    (QuoteShown::State(state), false)
}

#[tokio::test]
async fn a_follower_quotes_and_the_author_takes_it_back() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let original = w.publish(&amy, "exit tickets").await;
    assert!(matches!(refused(&w, &ben, quoting("so true", original.status.id)).await, ServiceError::Forbidden(_)));
    w.befriend(&ben, &amy).await;
    let quote = w.publish_draft(&ben, quoting("so true", original.status.id)).await;
    assert!(quote.status.content.starts_with("<p class=\"quote-inline\">RE: "), "{}", quote.status.content);
    assert_eq!(state(&w, Viewer::Anonymous, quote.status.id).await, ACCEPTED);
    assert_eq!((count(&w, &original).await, told(&w, &amy, NotificationKind::Quote).await), (1, 1));

    let edit = StatusEdit { text: Some("exit tickets, again".to_owned()), ..StatusEdit::default() };
    w.service.statuses().edit(&w.cx(), amy.id, original.status.id, edit).await.unwrap();
    assert_eq!(told(&w, &ben, NotificationKind::QuotedUpdate).await, 1);

    let statuses = w.service.statuses();
    let page = PageRequest::newest(20);
    let listed = statuses.quotes(Viewer::Account(amy.id), original.status.id, page).await.unwrap();
    assert_eq!(listed.items.len(), 1);
    let theirs = statuses.revoke_quote(&w.cx(), ben.id, original.status.id, quote.status.id).await;
    assert!(matches!(theirs, Err(ServiceError::NotFound(_))), "only the author quoted");
    statuses.revoke_quote(&w.cx(), amy.id, original.status.id, quote.status.id).await.unwrap();
    assert_eq!(state(&w, Viewer::Account(ben.id), quote.status.id).await, only(QuoteState::Revoked));
    assert_eq!((count(&w, &original).await, told(&w, &amy, NotificationKind::Quote).await), (0, 0));
    assert!(statuses.quotes(Viewer::Account(amy.id), original.status.id, page).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn sec_75_nobody_here_quotes_what_forbids_it() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.remote("cat", "elm.example").await);
    w.befriend(&ben, &amy).await;
    for (visibility, policy) in [
        (Visibility::Public, QuotePolicy::Nobody),
        (Visibility::Private, QuotePolicy::Public),
        (Visibility::Private, QuotePolicy::Followers),
    ] {
        let view =
            w.publish_draft(&amy, Draft { visibility: Some(visibility), ..quotable("mine alone", policy) }).await;
        assert!(matches!(refused(&w, &ben, quoting("ha", view.status.id)).await, ServiceError::Forbidden(_)));
        // one's own may be quoted, for nobody more than may read it
        let own = w.publish_draft(&amy, quoting("as I said", view.status.id)).await;
        assert_eq!(own.status.visibility, visibility);
        assert_eq!(state(&w, Viewer::Account(ben.id), own.status.id).await, ACCEPTED);
    }
    let direct = Draft { visibility: Some(Visibility::Direct), ..quotable("@ben psst", QuotePolicy::Public) };
    let direct = w.publish_draft(&amy, direct).await;
    for author in [&amy, &ben] {
        assert!(matches!(refused(&w, author, quoting("ha", direct.status.id)).await, ServiceError::Forbidden(_)));
    }
    let open = w.publish_draft(&amy, quotable("quote me", QuotePolicy::Public)).await;
    w.service.follows().block(&w.cx(), ben.id, amy.id, crate::Origin::Local).await.unwrap();
    assert!(matches!(refused(&w, &ben, quoting("ha", open.status.id)).await, ServiceError::Forbidden(_)));
    // elsewhere, silence is no leave
    let silent = ingest(&w, incoming(&cat, "1", "no policy")).await;
    assert!(matches!(refused(&w, &ben, quoting("ha", silent)).await, ServiceError::Forbidden(_)));
}

#[tokio::test]
async fn an_author_elsewhere_is_asked_and_alone_may_answer() {
    let w = world().await;
    let (amy, cat, eve) =
        (w.local("amy").await, w.remote("cat", "elm.example").await, w.remote("eve", "elm.example").await);
    let original = ingest(&w, open(&cat, "1")).await;
    let quote = w.publish_draft(&amy, quoting("look", original)).await;
    assert_eq!(state(&w, Viewer::Anonymous, quote.status.id).await, only(QuoteState::Pending));
    let sent = w.sent().await;
    assert!(sent.iter().any(|one| one.event == "QuoteRequested" && one.inbox.starts_with(&cat.uri)), "{sent:?}");

    let request = format!("{}#quote_requests/{}", amy.uri, quote.status.id);
    let stamp = "https://elm.example/stamps/1";
    let statuses = w.service.statuses();
    statuses.quote_answered(&w.cx(), eve.id, &request, Some(stamp)).await.unwrap();
    statuses.quote_answered(&w.cx(), cat.id, &request, Some("https://evil.example/stamps/1")).await.unwrap();
    statuses.quote_answered(&w.cx(), cat.id, "https://oak.test/users/amy#quote_requests/9", Some(stamp)).await.unwrap();
    assert_eq!(state(&w, Viewer::Anonymous, quote.status.id).await, only(QuoteState::Pending), "sec_75");

    statuses.quote_answered(&w.cx(), cat.id, &request, Some(stamp)).await.unwrap();
    assert_eq!(state(&w, Viewer::Anonymous, quote.status.id).await, ACCEPTED);
    statuses.quote_answered(&w.cx(), eve.id, &request, None).await.unwrap();
    statuses.remove(&w.cx(), stamp, &eve.uri).await.unwrap();
    assert_eq!(state(&w, Viewer::Anonymous, quote.status.id).await, ACCEPTED, "sec_75: a third party breaks nothing");
    statuses.remove(&w.cx(), stamp, &cat.uri).await.unwrap();
    assert_eq!(state(&w, Viewer::Anonymous, quote.status.id).await, only(QuoteState::Revoked));
}

#[tokio::test]
async fn a_yes_to_somebody_who_may_publish_nothing_any_more_shows_no_quote() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.remote("cat", "elm.example").await);
    let original = ingest(&w, open(&cat, "1")).await;
    let mut quotes = Vec::new();
    for author in [&amy, &ben] {
        let quote = w.publish_draft(author, quoting("look", original)).await.status.id;
        quotes.push((quote, format!("{}#quote_requests/{quote}", author.uri)));
    }
    let school = amy.organisation.unwrap();
    let operator = Authority::operator();
    w.service.organisations().set_role(&w.cx(), &operator, school, amy.id, Role::Member).await.unwrap();
    w.service.accounts().suspend(&w.cx(), ben.id).await.unwrap();
    w.sent().await;
    for (n, (_, request)) in quotes.iter().enumerate() {
        let stamp = format!("https://elm.example/stamps/{n}");
        w.service.statuses().quote_answered(&w.cx(), cat.id, request, Some(&stamp)).await.unwrap();
    }
    assert!(w.sent().await.is_empty(), "nobody is told");
    assert_eq!(state(&w, Viewer::Anonymous, quotes[0].0).await, only(QuoteState::Pending));
    w.service.accounts().lift(&w.cx(), &operator, ben.id, Measure::Suspend).await.unwrap();
    assert_eq!(state(&w, Viewer::Anonymous, quotes[1].0).await, only(QuoteState::Pending));
    w.service.organisations().set_role(&w.cx(), &operator, school, amy.id, Role::Contributor).await.unwrap();
    for (n, (quote, request)) in quotes.iter().enumerate() {
        let stamp = format!("https://elm.example/stamps/{n}");
        w.service.statuses().quote_answered(&w.cx(), cat.id, request, Some(&stamp)).await.unwrap();
        assert_eq!(state(&w, Viewer::Anonymous, *quote).await, ACCEPTED, "said again, it holds");
    }
}

fn stamped(author: &Account, name: &str, quoted: &str, approval: Option<&str>) -> IncomingStatus {
    let approval_uri = approval.map(ToOwned::to_owned);
    IncomingStatus {
        quote: Some(IncomingQuote { uri: quoted.to_owned(), approval_uri }),
        ..incoming(author, name, "they said")
    }
}

#[tokio::test]
async fn sec_75_between_others_only_the_quoted_author_s_own_stamp_counts() {
    let w = world().await;
    let (cat, dan, eve) = (
        w.remote("cat", "elm.example").await,
        w.remote("dan", "ash.example").await,
        w.remote("eve", "elm.example").await,
    );
    let original = open(&cat, "1");
    let (id, uri) = (ingest(&w, original.clone()).await, original.uri.clone());
    let name = |n: usize| format!("{}/statuses/q{n}", dan.uri);
    let stamp = |n: usize| format!("https://elm.example/stamps/{n}");
    let says = |author: &Account, quoting: String, quoted: &str| FoundAuthorization {
        author_uri: author.uri.clone(),
        quoting_uri: quoting,
        quoted_uri: quoted.to_owned(),
    };
    w.elsewhere.has_authorization(&stamp(0), says(&cat, name(0), &uri));
    w.elsewhere.has_authorization(&stamp(1), says(&eve, name(1), &uri));
    w.elsewhere.has_authorization(&stamp(2), says(&cat, name(7), &uri));
    w.elsewhere.has_authorization(&stamp(3), says(&cat, name(3), "https://elm.example/other"));
    w.elsewhere.has_authorization("https://ash.example/stamps/5", says(&cat, name(5), &uri));
    let mut found = Vec::new();
    for n in 0..5 {
        found.push(ingest(&w, stamped(&dan, &format!("q{n}"), &uri, Some(&stamp(n)))).await);
    }
    let foreign = ingest(&w, stamped(&dan, "q5", &uri, Some("https://ash.example/stamps/5"))).await;
    let none = ingest(&w, stamped(&dan, "q6", &uri, None)).await;
    w.wait(5);
    w.run_jobs().await;
    assert_eq!(state(&w, Viewer::Anonymous, found[0]).await, ACCEPTED);
    for (what, id) in
        ["another's stamp", "for another status", "of another status", "no stamp there"].iter().zip(&found[1..])
    {
        assert_eq!(state(&w, Viewer::Anonymous, *id).await, only(QuoteState::Rejected), "{what}");
    }
    for id in [foreign, none] {
        assert_eq!(state(&w, Viewer::Anonymous, id).await, only(QuoteState::Pending));
    }
    assert_eq!(w.service.statuses().get(Viewer::Anonymous, id).await.unwrap().status.quotes_count, 1);
    // the quoted author changes their mind, also before the stamp was looked at
    w.service.statuses().remove(&w.cx(), &stamp(0), &cat.uri).await.unwrap();
    assert_eq!(state(&w, Viewer::Anonymous, found[0]).await, only(QuoteState::Revoked));
    w.elsewhere.has_authorization(&stamp(8), says(&cat, name(8), &uri));
    w.service.statuses().remove(&w.cx(), &stamp(8), &cat.uri).await.unwrap();
    let late = ingest(&w, stamped(&dan, "q8", &uri, Some(&stamp(8)))).await;
    w.wait(5);
    w.run_jobs().await;
    assert_eq!(state(&w, Viewer::Anonymous, late).await, only(QuoteState::Revoked));
}

#[tokio::test]
async fn sec_75_quote_request_and_stamp_in_any_order_end_the_same() {
    let w = world().await;
    let (amy, dan) = (w.local("amy").await, w.remote("dan", "ash.example").await);
    let statuses = w.service.statuses();
    for (n, request_first) in [(0, true), (1, false)] {
        let original = w.publish_draft(&amy, quotable("open to all", QuotePolicy::Public)).await;
        let quote = stamped(&dan, &format!("q{n}"), &original.status.uri, None);
        let request = InteractionRequest {
            what: Interaction::Quote,
            uri: format!("{}#requests/{n}", dan.uri),
            target_uri: original.status.uri.clone(),
            interacting_uri: quote.uri.clone(),
        };
        if request_first {
            statuses.interaction_requested(&w.cx(), dan.id, &request, false).await.unwrap();
        }
        let id = ingest(&w, quote).await;
        statuses.interaction_requested(&w.cx(), dan.id, &request, false).await.unwrap();
        assert_eq!(state(&w, Viewer::Anonymous, id).await, ACCEPTED);
        assert_eq!(count(&w, &original).await, 1);
        let answers: Vec<_> = w.sent().await.into_iter().filter(|one| one.event == "RequestAnswered").collect();
        assert!(answers.iter().all(|one| !one.tags.is_empty()), "{answers:?}");
        // taken back: asking again does not help
        statuses.revoke_quote(&w.cx(), amy.id, original.status.id, id).await.unwrap();
        assert!(w.sent().await.iter().any(|one| one.event == "QuoteRevoked"));
        statuses.interaction_requested(&w.cx(), dan.id, &request, false).await.unwrap();
        assert!(w.sent().await.iter().all(|one| one.event != "RequestAnswered" || one.tags.is_empty()));
        assert_eq!(state(&w, Viewer::Anonymous, id).await, only(QuoteState::Revoked));
    }
}

#[tokio::test]
async fn sec_75_a_quote_of_ours_from_elsewhere_needs_our_leave_whatever_it_says() {
    let w = world().await;
    let (amy, dan) = (w.local("amy").await, w.remote("dan", "ash.example").await);
    let closed = w.publish_draft(&amy, quotable("not for quoting", QuotePolicy::Nobody)).await;
    let claimed = format!("{}/quote_authorizations/000000000000000001", amy.uri);
    let id = ingest(&w, stamped(&dan, "q1", &closed.status.uri, Some(&claimed))).await;
    w.wait(5);
    w.run_jobs().await;
    assert_eq!(state(&w, Viewer::Anonymous, id).await, only(QuoteState::Rejected));
    assert_eq!((count(&w, &closed).await, told(&w, &amy, NotificationKind::Quote).await), (0, 0));
    // a request for a private status does not even say that it exists
    let private = Draft { visibility: Some(Visibility::Private), ..draft("for followers") };
    let private = w.publish_draft(&amy, private).await;
    let request = InteractionRequest {
        what: Interaction::Quote,
        uri: format!("{}#requests/1", dan.uri),
        target_uri: private.status.uri.clone(),
        interacting_uri: format!("{}/statuses/q2", dan.uri),
    };
    let asked = w.service.statuses().interaction_requested(&w.cx(), dan.id, &request, false).await;
    assert!(matches!(asked, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn whoever_may_not_see_a_status_does_not_see_it_in_a_quote() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.remote("cat", "elm.example").await);
    w.befriend(&amy, &cat).await;
    let private = IncomingStatus { visibility: Visibility::Private, ..incoming(&cat, "1", "for followers") };
    ingest(&w, private.clone()).await;
    let quote = ingest(&w, stamped(&cat, "2", &private.uri, None)).await;
    assert_eq!(state(&w, Viewer::Account(amy.id), quote).await, ACCEPTED, "quoting oneself takes no leave");
    for viewer in [Viewer::Anonymous, Viewer::Account(ben.id)] {
        assert_eq!(state(&w, viewer, quote).await, (QuoteShown::Unauthorized, false));
    }
    w.service.follows().mute(&w.cx(), amy.id, cat.id, false, 0).await.unwrap();
    assert_eq!(state(&w, Viewer::Account(amy.id), quote).await, (QuoteShown::MutedAccount, false));
    // deleted: nothing is left of it
    w.service.statuses().remove(&w.cx(), &private.uri, &cat.uri).await.unwrap();
    assert_eq!(state(&w, Viewer::Account(ben.id), quote).await, only(QuoteState::Deleted));
}

#[tokio::test]
async fn what_authors_elsewhere_deny_is_refused_with_the_reason() {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    let nobody = Some(Approval::default());
    let followers = Some(Approval::automatic(Groups::FOLLOWERS));
    let policy = InteractionPolicy { favourite: nobody, reply: followers, reblog: nobody, quote: None };
    let id = ingest(&w, IncomingStatus { interaction_policy: policy, ..incoming(&cat, "1", "leave me") }).await;
    let statuses = w.service.statuses();
    let local = crate::Origin::Local;
    let reply = Draft { in_reply_to: Some(id), ..draft("but") };
    let answers = [
        statuses.favourite(&w.cx(), amy.id, id, local.clone()).await.unwrap_err(),
        statuses.reblog(&w.cx(), amy.id, id, None, local.clone()).await.unwrap_err(),
        refused(&w, &amy, reply.clone()).await,
    ];
    for (answer, word) in answers.iter().zip(["favourite", "boost", "only followers reply"]) {
        let ServiceError::Forbidden(why) = answer else { panic!("{answer:?}") };
        assert!(why.contains(word), "{why}");
    }
    w.befriend(&amy, &cat).await;
    w.publish_draft(&amy, reply).await;
}

//! Who may do what to whom: every role, in every use case that acts on others, in and outside its own school.

use std::net::IpAddr;

use staffroom_domain::account::UserRole;
use staffroom_domain::domain_rule::Severity;
use staffroom_domain::ids::{AccountId, LogEntryId, OrganisationId, ReportId};
use staffroom_domain::moderation::{AccountFilter, Measure, ReportFilter};
use staffroom_domain::moderation_log::LogFilter;
use staffroom_domain::organisation::{Reach, Right, Role};
use staffroom_domain::report::{NewReport, ReportCategory};
use staffroom_domain::{Account, PageRequest};
use staffroom_storage::deliveries::NewInbox;

use crate::accounts::{Action, NewLocalAccount};
use crate::auth::Authority;
use crate::domains::NewBlock;
use crate::sign_ups::{IpSeverity, IpWishes};
use crate::testing::{World, world};
use crate::{Result, ServiceError};

/// What is done to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    ListMembers,
    See,
    Silence,
    Unsilence,
    Word,
    SeeReport,
    Resolve,
    Assign,
    Categorise,
    Rename,
    GiveRole,
    TakeRole,
    Create,
    Move,
    LimitDomain,
    UnlimitDomain,
    AllowDomain,
    TurnMailAway,
    LetMailIn,
    TurnAddressesAway,
    LetAddressesIn,
    PauseHost,
    ResumeHost,
    ResetHost,
}

/// Each with the right it needs, and whether it is the instance's affair.
const DEEDS: [(Deed, Right, bool); 24] = [
    (Deed::ListMembers, Right::ListMembers, false),
    (Deed::See, Right::Moderate, false),
    (Deed::Silence, Right::Moderate, false),
    (Deed::Unsilence, Right::Moderate, false),
    (Deed::Word, Right::Moderate, false),
    (Deed::SeeReport, Right::Moderate, false),
    (Deed::Resolve, Right::Moderate, false),
    (Deed::Assign, Right::Moderate, false),
    (Deed::Categorise, Right::Moderate, false),
    (Deed::Rename, Right::Administer, false),
    (Deed::GiveRole, Right::Administer, false),
    (Deed::TakeRole, Right::Administer, false),
    (Deed::Create, Right::Administer, true),
    (Deed::Move, Right::Administer, true),
    (Deed::LimitDomain, Right::Administer, true),
    (Deed::UnlimitDomain, Right::Administer, true),
    (Deed::AllowDomain, Right::Administer, true),
    (Deed::TurnMailAway, Right::Administer, true),
    (Deed::LetMailIn, Right::Administer, true),
    (Deed::TurnAddressesAway, Right::Administer, true),
    (Deed::LetAddressesIn, Right::Administer, true),
    (Deed::PauseHost, Right::Administer, true),
    (Deed::ResumeHost, Right::Administer, true),
    (Deed::ResetHost, Right::Administer, true),
];

/// A school with somebody in it, and a report about them.
struct School {
    id: OrganisationId,
    pat: Account,
    report: ReportId,
}

async fn person(w: &World, name: &str, role: UserRole, organisation: OrganisationId) -> Account {
    let new = NewLocalAccount {
        username: name.to_owned(),
        email: format!("{name}@oak.test"),
        password: "correct horse battery".to_owned(),
        role,
        organisation: Some(organisation),
    };
    w.service.accounts().create_local(&w.cx(), new).await.unwrap()
}

async fn school(w: &World, name: &str, teller: AccountId) -> School {
    let made = w.service.organisations().create(&w.cx(), &Authority::operator(), name, None).await.unwrap();
    let pat = person(w, &format!("pat_{name}"), UserRole::Member, made.id).await;
    let filed = NewReport {
        target_id: pat.id,
        status_ids: Vec::new(),
        comment: String::new(),
        category: ReportCategory::Other,
        forward: false,
    };
    let report = w.service.reports().file(&w.cx(), teller, filed).await.unwrap().report.id;
    School { id: made.id, pat, report }
}

async fn done(w: &World, who: &Authority, deed: Deed, at: &School, name: &str) -> Result<()> {
    let (accounts, reports, organisations) = (w.service.accounts(), w.service.reports(), w.service.organisations());
    let (cx, pat, report) = (&w.cx(), at.pat.id, at.report);
    let action = |measure| Action { measure, text: String::new(), report: None, tell: false };
    match deed {
        Deed::ListMembers => organisations.members(who, at.id, PageRequest::newest(5)).await.map(drop),
        Deed::See => accounts.moderated_one(who, pat).await.map(drop),
        Deed::Silence => accounts.act(cx, who, pat, action(Measure::Silence)).await,
        Deed::Unsilence => accounts.lift(cx, who, pat, Measure::Silence).await,
        Deed::Word => accounts.act(cx, who, pat, action(Measure::None)).await,
        Deed::SeeReport => reports.detail(who, report).await.map(drop),
        // a measure before has dealt with it
        Deed::Resolve => {
            reports.resolve(cx, who, report, false).await?;
            reports.resolve(cx, who, report, true).await
        }
        Deed::Assign => reports.assign(cx, who, report, true).await,
        Deed::Categorise => reports.set_category(cx, who, report, ReportCategory::Spam).await,
        Deed::Rename => organisations.rename(who, at.id, Some("A name"), None).await.map(drop),
        Deed::GiveRole => organisations.set_role(cx, who, at.id, pat, Role::Member).await.map(drop),
        Deed::TakeRole => organisations.take_role(who, at.id, pat).await,
        Deed::Create => organisations.create(cx, who, name, None).await.map(drop),
        Deed::Move => organisations.move_to(cx, who, pat, at.id).await.map(drop),
        _ => done_to_all(w, who, deed).await,
    }
}

/// What is decided for the instance as a whole; it can be done again.
async fn done_to_all(w: &World, who: &Authority, deed: Deed) -> Result<()> {
    let (domains, sign_ups, deliveries) = (w.service.domains(), w.service.sign_ups(), w.service.deliveries());
    let (cx, operator) = (&w.cx(), &Authority::operator());
    let silence = || NewBlock::new(Severity::Silence);
    let (asker, network) = (IpAddr::from([198, 51, 100, 1]), "203.0.113.0/24");
    let wishes = IpWishes {
        network: network.to_owned(),
        severity: IpSeverity::SignUpBlock,
        comment: String::new(),
        expires_at: None,
    };
    match deed {
        Deed::LimitDomain => domains.block(cx, who, "elm.test", silence()).await.map(drop),
        Deed::UnlimitDomain => {
            domains.block(cx, operator, "yew.test", silence()).await?;
            domains.remove(who, "yew.test").await.map(drop)
        }
        Deed::AllowDomain => domains.allow(cx, who, "elm.test").await.map(drop),
        Deed::TurnMailAway => {
            let hash = sign_ups.block_email(cx, who, "ben@mail.example").await?.id;
            let domain = sign_ups.block_email_domain(cx, who, "mail.example", false).await?.block.id;
            sign_ups.unblock_email(operator, hash).await?;
            sign_ups.unblock_email_domain(operator, domain).await
        }
        Deed::LetMailIn => {
            let id = sign_ups.block_email_domain(cx, operator, "mail.example", false).await?.block.id;
            let done = sign_ups.unblock_email_domain(who, id).await;
            if done.is_err() {
                sign_ups.unblock_email_domain(operator, id).await?;
            }
            done
        }
        Deed::TurnAddressesAway => {
            let id = sign_ups.block_network(cx, who, asker, wishes).await?.id;
            sign_ups.unblock_network(cx, operator, id).await
        }
        Deed::LetAddressesIn => {
            sign_ups.block_network(cx, operator, asker, wishes).await?;
            let done = sign_ups.unblock_addresses(cx, who, network).await.map(drop);
            if done.is_err() {
                sign_ups.unblock_addresses(cx, operator, network).await?;
            }
            done
        }
        Deed::PauseHost => deliveries.pause(who, known_host(w).await).await.map(drop),
        Deed::ResumeHost => deliveries.resume(who, known_host(w).await).await.map(drop),
        _ => deliveries.reset(who, known_host(w).await).await.map(drop),
    }
}

/// A host that something may be sent to.
async fn known_host(w: &World) -> &'static str {
    let host = "fir.test";
    let inbox = NewInbox { url: format!("https://{host}/inbox"), host: host.to_owned(), is_shared: true };
    let tx = w.service.storage().begin().await.unwrap();
    tx.deliveries().find_or_add_inboxes(&[inbox], || w.cx().id()).await.unwrap();
    tx.commit().await.unwrap();
    host
}

#[tokio::test]
async fn every_role_reaches_what_it_gives_a_right_to_in_its_own_school_and_nothing_in_another() {
    let w = world().await;
    let teller = w.local("teller").await;
    let schools = [school(&w, "ash", teller.id).await, school(&w, "elm", teller.id).await];
    let own = &schools[0];
    let mut actors = Vec::new();
    for rank in [UserRole::Member, UserRole::Moderator, UserRole::Admin] {
        for role in Role::ALL.map(Some).into_iter().chain([None]) {
            let actor = person(&w, &format!("actor{}", actors.len()), rank, own.id).await;
            let (organisations, operator) = (w.service.organisations(), Authority::operator());
            match role {
                Some(role) => drop(organisations.set_role(&w.cx(), &operator, own.id, actor.id, role).await.unwrap()),
                None => organisations.take_role(&operator, own.id, actor.id).await.unwrap(),
            }
            actors.push((actor.id, rank, role));
        }
    }
    let (mut allowed, mut refused) = (0, 0);
    for (actor, rank, role) in actors {
        for (deed, right, is_of_instance) in DEEDS {
            let who = w.authority(actor, right).await;
            let everywhere = rank.permits_everywhere(right);
            for at in &schools {
                let here = at.id == own.id && role.is_some_and(|role| role.permits(right)) && !is_of_instance;
                let case = format!("{deed:?} by {rank:?}, {role:?}, in their own school: {}", at.id == own.id);
                if deed == Deed::TakeRole {
                    done(&w, &Authority::operator(), Deed::GiveRole, at, "").await.unwrap();
                }
                let found = done(&w, &who, deed, at, &format!("new {allowed}")).await;
                if everywhere || here {
                    assert!(found.is_ok(), "{case}: {found:?}");
                    allowed += 1;
                } else {
                    let kind = matches!(found, Err(ServiceError::NotFound(_) | ServiceError::Forbidden(_)));
                    assert!(kind, "{case}: {found:?}");
                    refused += 1;
                }
            }
        }
        let who = w.authority(actor, Right::Moderate).await;
        let (page, resolved) = (PageRequest::newest(100), ReportFilter { resolved: true, ..ReportFilter::default() });
        let accounts = w.service.accounts().moderated(&who, &AccountFilter::default(), page).await.unwrap().items;
        let reports = w.service.reports().details(&who, resolved, page).await.unwrap().items;
        for at in &schools {
            let reached = who.reach().includes(at.id);
            assert_eq!(accounts.iter().any(|one| one.account.id == at.pat.id), reached, "{rank:?}, {role:?}");
            assert_eq!(reports.iter().any(|one| one.report.id == at.report), reached, "{rank:?}, {role:?}");
        }
        let private = reports.iter().any(|one| one.account.user.is_some());
        assert_eq!(private, *who.reach() == Reach::Everywhere, "who told belongs to another school");
    }
    assert!(allowed > 100 && refused > 150, "{allowed} allowed, {refused} refused");
}

/// Words of what the log says that `by` did.
async fn logged(w: &World, by: AccountId) -> Vec<String> {
    let log = w.service.moderation_log();
    let found = log.following(LogEntryId(0), &LogFilter::default(), 10_000).await.unwrap();
    found.into_iter().filter(|entry| entry.account_id == Some(by)).map(|entry| entry.kind).collect()
}

#[tokio::test]
async fn every_deed_is_logged_and_what_is_only_looked_at_or_refused_is_not() {
    let w = world().await;
    let teller = w.local("teller").await;
    let at = school(&w, "ash", teller.id).await;
    let warden = person(&w, "warden", UserRole::Admin, at.id).await.id;
    let outsider = w.local("outsider").await.id;
    for (deed, right, _) in DEEDS {
        if deed == Deed::TakeRole {
            done(&w, &Authority::operator(), Deed::GiveRole, &at, "").await.unwrap();
        }
        let is_silent = matches!(deed, Deed::ListMembers | Deed::See | Deed::SeeReport);
        let before = logged(&w, warden).await.len();
        let name = format!("new {deed:?}");
        done(&w, &w.authority(outsider, right).await, deed, &at, &name).await.unwrap_err();
        done(&w, &w.authority(warden, right).await, deed, &at, &name).await.unwrap();
        let after = logged(&w, warden).await;
        assert_eq!(after.len() == before, is_silent, "{deed:?}: {after:?}");
        assert!(logged(&w, outsider).await.is_empty(), "{deed:?}");
    }
    let found = w.service.moderation_log().verify().await.unwrap();
    assert_eq!((found.fault, found.signed), (None, 0));
}

#[tokio::test]
async fn two_admins_who_take_each_others_role_leave_one() {
    let w = world().await;
    let operator = Authority::operator();
    let organisations = w.service.organisations();
    let id = organisations.create(&w.cx(), &operator, "Oak", Some("oak-2")).await.unwrap().id;
    let (amy, ben) = (person(&w, "amy", UserRole::Member, id).await, person(&w, "ben", UserRole::Member, id).await);
    for account in [amy.id, ben.id] {
        organisations.set_role(&w.cx(), &operator, id, account, Role::Admin).await.unwrap();
    }
    let (as_amy, as_ben) = (w.authority(amy.id, Right::Administer).await, w.authority(ben.id, Right::Administer).await);
    let (first, second) =
        tokio::join!(organisations.take_role(&as_amy, id, ben.id), organisations.take_role(&as_ben, id, amy.id));
    assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
    let left = organisations.members(&operator, id, PageRequest::newest(5)).await.unwrap().items;
    assert_eq!(left.iter().map(|member| member.role).collect::<Vec<_>>(), [Role::Admin]);
    // one who cannot act counts for nothing
    let other = if left[0].account.id == amy.id { ben.id } else { amy.id };
    organisations.set_role(&w.cx(), &operator, id, other, Role::Admin).await.unwrap();
    w.service.accounts().suspend(&w.cx(), other).await.unwrap();
    let refused = organisations.take_role(&operator, id, left[0].account.id).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden(_))), "{refused:?}");
}

#[tokio::test]
async fn an_account_elsewhere_and_the_instances_own_have_no_role() {
    let w = world().await;
    let operator = Authority::operator();
    let id = w.local("amy").await.organisation.unwrap();
    let zoe = w.remote("zoe", "elm.test").await;
    let own = w.service.accounts().ensure_instance_account(&w.cx()).await.unwrap();
    for account in [zoe.id, own.id, w.cx().id()] {
        let given = w.service.organisations().set_role(&w.cx(), &operator, id, account, Role::Admin).await;
        assert!(matches!(given, Err(ServiceError::NotFound(_))), "{given:?}");
        let moved = w.service.organisations().move_to(&w.cx(), &operator, account, id).await;
        assert!(matches!(moved, Err(ServiceError::NotFound(_))), "{moved:?}");
    }
}

#[tokio::test]
async fn a_right_that_was_taken_in_between_does_nothing_any_more() {
    let w = world().await;
    let teller = w.local("teller").await;
    let at = school(&w, "ash", teller.id).await;
    let (organisations, operator) = (w.service.organisations(), Authority::operator());
    for (deed, right, is_of_instance) in DEEDS {
        if matches!(deed, Deed::ListMembers | Deed::See | Deed::SeeReport) {
            continue;
        }
        let rank = if is_of_instance { UserRole::Admin } else { UserRole::Member };
        let actor = person(&w, &format!("actor_{deed:?}"), rank, at.id).await.id;
        organisations.set_role(&w.cx(), &operator, at.id, actor, Role::Admin).await.unwrap();
        if deed == Deed::TakeRole {
            done(&w, &operator, Deed::GiveRole, &at, "").await.unwrap();
        }
        let who = w.authority(actor, right).await;
        w.service.accounts().set_role(actor, UserRole::Member).await.unwrap();
        let deputy = person(&w, &format!("deputy_{deed:?}"), UserRole::Member, at.id).await.id;
        organisations.set_role(&w.cx(), &operator, at.id, deputy, Role::Admin).await.unwrap();
        organisations.take_role(&operator, at.id, actor).await.unwrap();
        let late = done(&w, &who, deed, &at, "Too late").await;
        assert!(matches!(late, Err(ServiceError::Forbidden(_))), "{deed:?}: {late:?}");
        // nor does one whose account is switched off
        let who = w.authority(deputy, right).await;
        let spare = person(&w, &format!("spare_{deed:?}"), UserRole::Member, at.id).await.id;
        organisations.set_role(&w.cx(), &operator, at.id, spare, Role::Admin).await.unwrap();
        w.service.accounts().suspend(&w.cx(), deputy).await.unwrap();
        let late = done(&w, &who, deed, &at, "Too late").await;
        assert!(matches!(late, Err(ServiceError::Forbidden(_))), "{deed:?}: {late:?}");
    }
}

#[tokio::test]
async fn two_admins_who_are_suspended_at_once_leave_one() {
    let w = world().await;
    let (operator, organisations, accounts) = (Authority::operator(), w.service.organisations(), w.service.accounts());
    let id = organisations.create(&w.cx(), &operator, "Oak", Some("oak-3")).await.unwrap().id;
    let (amy, ben) =
        (person(&w, "amy", UserRole::Member, id).await.id, person(&w, "ben", UserRole::Member, id).await.id);
    for account in [amy, ben] {
        organisations.set_role(&w.cx(), &operator, id, account, Role::Admin).await.unwrap();
    }
    let (cx, other) = (w.cx(), w.cx());
    let (first, second) = tokio::join!(accounts.suspend(&cx, amy), accounts.delete(&other, ben));
    assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
}

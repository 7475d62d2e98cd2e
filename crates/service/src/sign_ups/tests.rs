//! Who is turned away, and who is not.

use std::net::IpAddr;
use std::time::Duration;

use staffroom_domain::PageRequest;

use super::{IpSeverity, IpWishes};
use crate::ServiceError;
use crate::auth::Authority;
use crate::testing::world;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn wishes(network: &str, severity: IpSeverity) -> IpWishes {
    IpWishes { network: network.to_owned(), severity, comment: String::new(), expires_at: None }
}

#[tokio::test]
async fn the_hardest_rule_about_an_address_counts_while_it_holds() {
    let w = world().await;
    let (sign_ups, asker) = (w.service.sign_ups(), address("198.51.100.1"));
    let waits = IpSeverity::SignUpRequiresApproval;
    sign_ups.block_network(&w.cx(), &Authority::operator(), asker, wishes("203.0.113.0/24", waits)).await.unwrap();
    let mut short = wishes("203.0.113.7", IpSeverity::NoAccess);
    short.expires_at = Some(w.cx().now().plus(Duration::from_secs(60)));
    let made = sign_ups.block_network(&w.cx(), &Authority::operator(), asker, short).await.unwrap();
    assert_eq!(made.network.to_string(), "203.0.113.7/32");
    assert!(!sign_ups.answers(address("203.0.113.7")) && !sign_ups.answers(address("::ffff:203.0.113.7")));
    assert!(sign_ups.answers(address("203.0.113.8")) && sign_ups.answers(asker));
    assert!(sign_ups.check(&w.cx(), "amy@oak.test", address("203.0.113.8")).await.unwrap(), "looked at first");
    assert!(!sign_ups.check(&w.cx(), "amy@oak.test", asker).await.unwrap());
    let refused = sign_ups.check(&w.cx(), "amy@oak.test", address("203.0.113.7")).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden(_))), "{refused:?}");
    w.clock.advance(Duration::from_secs(61));
    assert!(sign_ups.answers(address("203.0.113.7")), "over");
    assert!(sign_ups.network(&w.cx(), made.id).await.is_err());
    assert_eq!(sign_ups.networks(&w.cx(), PageRequest::newest(10)).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn rules_about_addresses_that_make_no_sense_are_refused() {
    let w = world().await;
    let (sign_ups, asker) = (w.service.sign_ups(), address("::ffff:198.51.100.1"));
    for (network, severity) in [
        ("", IpSeverity::SignUpBlock),
        ("oak.test", IpSeverity::SignUpBlock),
        ("203.0.113.7/24", IpSeverity::SignUpBlock),
        ("198.51.100.0/24", IpSeverity::NoAccess),
        ("0.0.0.0/0", IpSeverity::NoAccess),
        ("::ffff:198.51.100.0/120", IpSeverity::NoAccess),
        ("192.0.0.0/7", IpSeverity::NoAccess),
        ("202.0.0.0/7", IpSeverity::NoAccess),
        ("2a00::/15", IpSeverity::NoAccess),
        ("::/0", IpSeverity::NoAccess),
        ("127.0.0.1", IpSeverity::NoAccess),
        ("127.0.0.0/8", IpSeverity::NoAccess),
        ("::1", IpSeverity::NoAccess),
        ("::ffff:127.0.0.1", IpSeverity::NoAccess),
    ] {
        let refused = sign_ups.block_network(&w.cx(), &Authority::operator(), asker, wishes(network, severity)).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "ip", .. })), "{network}: {refused:?}");
    }
    let rule = sign_ups
        .block_network(&w.cx(), &Authority::operator(), asker, wishes("0.0.0.0/0", IpSeverity::SignUpBlock))
        .await
        .unwrap();
    let twice = sign_ups
        .block_network(&w.cx(), &Authority::operator(), asker, wishes("0.0.0.0/0", IpSeverity::SignUpBlock))
        .await;
    assert!(matches!(twice, Err(ServiceError::Invalid { field: "ip", .. })));
    let harder = sign_ups
        .change_network(&w.cx(), &Authority::operator(), asker, rule.id, wishes("0.0.0.0/0", IpSeverity::NoAccess))
        .await;
    assert!(harder.is_err() && sign_ups.answers(asker), "nobody shuts themselves out");
    let past = IpWishes { expires_at: Some(w.cx().now()), ..wishes("203.0.113.0/24", IpSeverity::SignUpBlock) };
    assert!(sign_ups.block_network(&w.cx(), &Authority::operator(), asker, past).await.is_err());
    sign_ups.unblock_network(&w.cx(), &Authority::operator(), rule.id).await.unwrap();
    assert!(matches!(
        sign_ups.unblock_network(&w.cx(), &Authority::operator(), rule.id).await,
        Err(ServiceError::NotFound(_))
    ));
}

#[tokio::test]
async fn ipv4_written_inside_ipv6_is_turned_away_too_and_let_in_by_its_addresses() {
    let w = world().await;
    let (sign_ups, asker) = (w.service.sign_ups(), address("198.51.100.1"));
    let none = IpSeverity::NoAccess;
    let made = sign_ups
        .block_network(&w.cx(), &Authority::operator(), asker, wishes("::ffff:203.0.113.0/120", none))
        .await
        .unwrap();
    assert_eq!(made.network.to_string(), "203.0.113.0/24");
    assert!(!sign_ups.answers(address("203.0.113.9")) && !sign_ups.answers(address("::ffff:203.0.113.9")));
    assert!(sign_ups.answers(address("203.0.114.9")));
    let again = sign_ups.block_network(&w.cx(), &Authority::operator(), asker, wishes("203.0.113.0/24", none)).await;
    assert!(matches!(again, Err(ServiceError::Invalid { field: "ip", .. })), "the same addresses");
    for (other, is_network) in [("203.0.113.0/25", true), ("203.0.113.7", true), ("oak.test", false)] {
        let refused = sign_ups.unblock_addresses(&w.cx(), &Authority::operator(), other).await;
        assert!(matches!(refused, Err(ServiceError::NotFound(_))) == is_network && refused.is_err(), "{refused:?}");
    }
    assert_eq!(
        sign_ups.unblock_addresses(&w.cx(), &Authority::operator(), " 203.0.113.0/24 ").await.unwrap(),
        made.network
    );
    assert!(sign_ups.answers(address("203.0.113.9")) && sign_ups.all_networks(&w.cx()).await.unwrap().is_empty());
}

#[tokio::test]
async fn no_name_below_a_blocked_domain_is_too_deep_and_no_spelling_too_odd() {
    let w = world().await;
    let (sign_ups, client) = (w.service.sign_ups(), address("203.0.113.7"));
    sign_ups.block_email_domain(&w.cx(), &Authority::operator(), "mail.example", false).await.unwrap();
    sign_ups.block_email_domain(&w.cx(), &Authority::operator(), "bücher.example", false).await.unwrap();
    sign_ups.block_email(&w.cx(), &Authority::operator(), "ben@Straße.example").await.unwrap();
    let below = |labels: usize| format!("amy@{}mail.example", "a.".repeat(labels));
    let (deep, deepest) = (below(40), below(119));
    for email in [deep.as_str(), &deepest, "amy@xn--bcher-kva.example", "amy@BÜCHER.example", "amy@post.bücher.example"]
    {
        let refused = sign_ups.check(&w.cx(), email, client).await;
        let Err(ServiceError::Invalid { field: "email", why }) = refused else { panic!("{email}: {refused:?}") };
        assert!(why.contains("not allowed"), "{email}: {why}");
        assert!(sign_ups.check_change(email).await.is_err(), "{email}");
    }
    for email in ["ben@xn--strae-oqa.example", "b.en+x@straße.example"] {
        assert!(sign_ups.check(&w.cx(), email, client).await.is_err(), "{email}");
    }
    // no name at all: no rule could be about it
    for email in ["amy@[10.0.0.1]", "amy@[ipv6:fd00::1]", "amy@10.0.0.1", "amy@school", "amy@mail.example:25"] {
        let refused = sign_ups.check(&w.cx(), email, client).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "email", .. })), "{email}: {refused:?}");
        assert!(sign_ups.check_change(email).await.is_err(), "{email}");
        assert!(sign_ups.block_email(&w.cx(), &Authority::operator(), email).await.is_err(), "{email}");
    }
    for email in [format!("amy@{}fine.example", "a.".repeat(40)), "amy@käse.example".to_owned()] {
        assert!(!sign_ups.check(&w.cx(), &email, client).await.unwrap(), "{email}");
    }
}

#[tokio::test]
async fn an_e_mail_domain_is_blocked_with_all_below_it_and_who_tried_is_counted() {
    let w = world().await;
    let (sign_ups, client) = (w.service.sign_ups(), address("203.0.113.7"));
    let block =
        sign_ups.block_email_domain(&w.cx(), &Authority::operator(), "Mail.Example.", false).await.unwrap().block;
    let asked =
        sign_ups.block_email_domain(&w.cx(), &Authority::operator(), "vip.mail.example", true).await.unwrap().block;
    assert_eq!(block.domain, "mail.example");
    for bad in ["MAIL.example", "mail", "10.0.0.1", ""] {
        assert!(sign_ups.block_email_domain(&w.cx(), &Authority::operator(), bad, false).await.is_err(), "{bad}");
    }
    for (email, from) in [
        ("amy@mail.example", client),
        ("amy@a.b.mail.example", address("::ffff:203.0.113.7")),
        ("ben@mail.example", address("2001:db8::1")),
        ("ben@mail.example", address("2001:db8::2:3")),
    ] {
        let refused = sign_ups.check(&w.cx(), email, from).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "email", .. })), "{email}: {refused:?}");
    }
    assert!(sign_ups.check(&w.cx(), "amy@vip.mail.example", client).await.unwrap(), "the longest name decides");
    assert!(!sign_ups.check(&w.cx(), "amy@notmail.example", client).await.unwrap());
    assert!(!sign_ups.check(&w.cx(), "mail.example@oak.test", client).await.unwrap());
    let tries = sign_ups.email_domain(&w.cx(), block.id).await.unwrap().tries;
    assert_eq!((tries.len(), tries[0].clients, tries[0].tries, tries[1].tries), (7, 2, 4, 0));
    w.clock.advance(Duration::from_hours(24));
    let tries = sign_ups.email_domain(&w.cx(), block.id).await.unwrap().tries;
    assert_eq!((tries[0].tries, tries[1].tries), (0, 4), "the day before");
    w.clock.advance(Duration::from_hours(24 * 8));
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert!(sign_ups.email_domain(&w.cx(), block.id).await.unwrap().tries.iter().all(|day| day.tries == 0));
    assert!(sign_ups.email_domain(&w.cx(), asked.id).await.unwrap().tries.iter().all(|day| day.tries == 0));
    sign_ups.unblock_email_domain(&Authority::operator(), block.id).await.unwrap();
    assert!(!sign_ups.check(&w.cx(), "amy@mail.example", client).await.unwrap());
    assert!(sign_ups.unblock_email_domain(&Authority::operator(), block.id).await.is_err());
}

#[tokio::test]
async fn an_address_of_mail_is_blocked_in_every_spelling() {
    let w = world().await;
    let (sign_ups, client) = (w.service.sign_ups(), address("203.0.113.7"));
    let block = sign_ups.block_email(&w.cx(), &Authority::operator(), "Some.One+a@mail.example").await.unwrap();
    // printf someone@mail.example | sha256sum
    assert_eq!(block.hash, "3f9141808556c5c6dcaa072085074372740409fb189852267767c7cd0af81301");
    assert_eq!(sign_ups.email_hash_of("someone@mail.example").await.unwrap(), Some(block.clone()));
    assert_eq!(sign_ups.email_hash_of("another@mail.example").await.unwrap(), None);
    for email in ["someone@mail.example", "s.o.meone+b@mail.example"] {
        assert!(sign_ups.check(&w.cx(), email, client).await.is_err(), "{email}");
        assert!(sign_ups.check_change(email).await.is_err(), "{email}");
    }
    assert!(!sign_ups.check(&w.cx(), "another@mail.example", client).await.unwrap());
    assert!(
        sign_ups.block_email_hash(&w.cx(), &Authority::operator(), &block.hash.to_uppercase()).await.is_err(),
        "there already"
    );
    for bad in ["", "someone", &block.hash.replace('3', ""), &block.hash.replace('3', "g")] {
        assert!(sign_ups.block_email_hash(&w.cx(), &Authority::operator(), bad).await.is_err(), "{bad}");
    }
    sign_ups.unblock_email(&Authority::operator(), block.id).await.unwrap();
    assert!(!sign_ups.check(&w.cx(), "someone@mail.example", client).await.unwrap());
    sign_ups.block_email_hash(&w.cx(), &Authority::operator(), &block.hash).await.unwrap();
    assert!(sign_ups.check(&w.cx(), "someone@mail.example", client).await.is_err());
}

#[tokio::test]
async fn no_name_below_a_blocked_domain_is_too_deep_for_its_rule() {
    let w = world().await;
    let (sign_ups, client) = (w.service.sign_ups(), address("203.0.113.7"));
    sign_ups.block_email_domain(&w.cx(), &Authority::operator(), "mail.example", false).await.unwrap();
    for labels in [1, 40, 119] {
        let below = |domain: &str| format!("amy@{}{domain}", "a.".repeat(labels));
        let refused = sign_ups.check(&w.cx(), &below("mail.example"), client).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "email", .. })), "{labels}: {refused:?}");
        assert!(sign_ups.check_change(&below("mail.example")).await.is_err(), "{labels}");
        assert!(!sign_ups.check(&w.cx(), &below("fine.example"), client).await.unwrap(), "{labels}");
    }
}

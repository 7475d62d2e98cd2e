//! Who is turned away, and who is not.

use std::net::IpAddr;
use std::time::Duration;

use staffroom_domain::PageRequest;

use super::{IpSeverity, IpWishes};
use crate::ServiceError;
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
    sign_ups.block_network(&w.cx(), asker, wishes("203.0.113.0/24", waits)).await.unwrap();
    let mut short = wishes("203.0.113.7", IpSeverity::NoAccess);
    short.expires_at = Some(w.cx().now().plus(Duration::from_secs(60)));
    let made = sign_ups.block_network(&w.cx(), asker, short).await.unwrap();
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
    ] {
        let refused = sign_ups.block_network(&w.cx(), asker, wishes(network, severity)).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "ip", .. })), "{network}: {refused:?}");
    }
    let rule = sign_ups.block_network(&w.cx(), asker, wishes("0.0.0.0/0", IpSeverity::SignUpBlock)).await.unwrap();
    let twice = sign_ups.block_network(&w.cx(), asker, wishes("0.0.0.0/0", IpSeverity::SignUpBlock)).await;
    assert!(matches!(twice, Err(ServiceError::Invalid { field: "ip", .. })));
    let harder = sign_ups.change_network(&w.cx(), asker, rule.id, wishes("0.0.0.0/0", IpSeverity::NoAccess)).await;
    assert!(harder.is_err() && sign_ups.answers(asker), "nobody shuts themselves out");
    let past = IpWishes { expires_at: Some(w.cx().now()), ..wishes("203.0.113.0/24", IpSeverity::SignUpBlock) };
    assert!(sign_ups.block_network(&w.cx(), asker, past).await.is_err());
    sign_ups.unblock_network(&w.cx(), rule.id).await.unwrap();
    assert!(matches!(sign_ups.unblock_network(&w.cx(), rule.id).await, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn an_e_mail_domain_is_blocked_with_all_below_it_and_who_tried_is_counted() {
    let w = world().await;
    let (sign_ups, client) = (w.service.sign_ups(), address("203.0.113.7"));
    let block = sign_ups.block_email_domain(&w.cx(), "Mail.Example.", false).await.unwrap().block;
    let asked = sign_ups.block_email_domain(&w.cx(), "vip.mail.example", true).await.unwrap().block;
    assert_eq!(block.domain, "mail.example");
    for bad in ["MAIL.example", "mail", "10.0.0.1", ""] {
        assert!(sign_ups.block_email_domain(&w.cx(), bad, false).await.is_err(), "{bad}");
    }
    for (email, from) in
        [("amy@mail.example", client), ("amy@a.b.mail.example", client), ("ben@mail.example", address("::1"))]
    {
        let refused = sign_ups.check(&w.cx(), email, from).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "email", .. })), "{email}: {refused:?}");
    }
    assert!(sign_ups.check(&w.cx(), "amy@vip.mail.example", client).await.unwrap(), "the longest name decides");
    assert!(!sign_ups.check(&w.cx(), "amy@notmail.example", client).await.unwrap());
    assert!(!sign_ups.check(&w.cx(), "mail.example@oak.test", client).await.unwrap());
    let tries = sign_ups.email_domain(&w.cx(), block.id).await.unwrap().tries;
    assert_eq!((tries.len(), tries[0].clients, tries[0].tries, tries[1].tries), (7, 2, 3, 0));
    w.clock.advance(Duration::from_hours(24));
    let tries = sign_ups.email_domain(&w.cx(), block.id).await.unwrap().tries;
    assert_eq!((tries[0].tries, tries[1].tries), (0, 3), "the day before");
    w.clock.advance(Duration::from_hours(24 * 8));
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert!(sign_ups.email_domain(&w.cx(), block.id).await.unwrap().tries.iter().all(|day| day.tries == 0));
    assert!(sign_ups.email_domain(&w.cx(), asked.id).await.unwrap().tries.iter().all(|day| day.tries == 0));
    sign_ups.unblock_email_domain(block.id).await.unwrap();
    assert!(!sign_ups.check(&w.cx(), "amy@mail.example", client).await.unwrap());
    assert!(sign_ups.unblock_email_domain(block.id).await.is_err());
}

#[tokio::test]
async fn an_address_of_mail_is_blocked_in_every_spelling() {
    let w = world().await;
    let (sign_ups, client) = (w.service.sign_ups(), address("203.0.113.7"));
    let block = sign_ups.block_email(&w.cx(), "Some.One+a@mail.example").await.unwrap();
    // printf someone@mail.example | sha256sum
    assert_eq!(block.hash, "3f9141808556c5c6dcaa072085074372740409fb189852267767c7cd0af81301");
    assert_eq!(sign_ups.email_hash_of("someone@mail.example").await.unwrap(), Some(block.clone()));
    assert_eq!(sign_ups.email_hash_of("another@mail.example").await.unwrap(), None);
    for email in ["someone@mail.example", "s.o.meone+b@mail.example"] {
        assert!(sign_ups.check(&w.cx(), email, client).await.is_err(), "{email}");
        assert!(sign_ups.check_change(email).await.is_err(), "{email}");
    }
    assert!(!sign_ups.check(&w.cx(), "another@mail.example", client).await.unwrap());
    assert!(sign_ups.block_email_hash(&w.cx(), &block.hash.to_uppercase()).await.is_err(), "there already");
    for bad in ["", "someone", &block.hash.replace('3', ""), &block.hash.replace('3', "g")] {
        assert!(sign_ups.block_email_hash(&w.cx(), bad).await.is_err(), "{bad}");
    }
    sign_ups.unblock_email(block.id).await.unwrap();
    assert!(!sign_ups.check(&w.cx(), "someone@mail.example", client).await.unwrap());
    sign_ups.block_email_hash(&w.cx(), &block.hash).await.unwrap();
    assert!(sign_ups.check(&w.cx(), "someone@mail.example", client).await.is_err());
}

#[tokio::test]
async fn no_name_below_a_blocked_domain_is_too_deep_for_its_rule() {
    let w = world().await;
    let (sign_ups, client) = (w.service.sign_ups(), address("203.0.113.7"));
    sign_ups.block_email_domain(&w.cx(), "mail.example", false).await.unwrap();
    for labels in [1, 40, 119] {
        let below = |domain: &str| format!("amy@{}{domain}", "a.".repeat(labels));
        let refused = sign_ups.check(&w.cx(), &below("mail.example"), client).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "email", .. })), "{labels}: {refused:?}");
        assert!(sign_ups.check_change(&below("mail.example")).await.is_err(), "{labels}");
        assert!(!sign_ups.check(&w.cx(), &below("fine.example"), client).await.unwrap(), "{labels}");
    }
}

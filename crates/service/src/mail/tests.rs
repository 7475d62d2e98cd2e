//! Letters, without a mail server: who gets them, how often, and what their links are good for.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use staffroom_domain::Timestamp;

use super::Matter;
use crate::ports::{Letter, Mailer};
use crate::testing::{World, world};
use crate::{Result, ServiceError};

const PASSWORD: &str = "correct horse battery";
const OTHER: &str = "quite another password";

/// Somebody's address.
fn client(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, n))
}

/// A mail server that takes everything, unless it is busy.
#[derive(Default)]
struct Server {
    busy: Mutex<bool>,
    taken: Mutex<Vec<Letter>>,
}

#[async_trait]
impl Mailer for Server {
    async fn send(&self, letter: Letter) -> Result<()> {
        if *self.busy.lock().unwrap() {
            return Err(ServiceError::Remote("busy".to_owned()));
        }
        self.taken.lock().unwrap().push(letter);
        Ok(())
    }
}

async fn ground() -> (World, Arc<Server>) {
    let w = world().await;
    let server = Arc::new(Server::default());
    w.service.set_mailer(server.clone());
    w.local("amy").await;
    (w, server)
}

/// Runs jobs until none is due.
async fn run(w: &World) {
    while w.service.jobs().run_due(&w.cx(), 100).await.unwrap() > 0 {}
}

/// The token in the last letter.
fn token(server: &Server) -> String {
    let taken = server.taken.lock().unwrap();
    let text = &taken.last().unwrap().text;
    text.split_once("token=").unwrap().1.lines().next().unwrap().to_owned()
}

async fn can_sign_in(w: &World, password: &str) -> bool {
    w.service.auth().sign_in(&w.cx(), "amy", password, "b", client(1)).await.is_ok()
}

#[tokio::test]
async fn a_link_to_choose_a_password_counts_once_and_for_an_hour() {
    let (w, server) = ground().await;
    let auth = w.service.auth();
    auth.ask_reset(&w.cx(), " @AMY ", client(1)).await.unwrap();
    run(&w).await;
    assert_eq!(server.taken.lock().unwrap()[0].to, "amy@oak.test");
    let old = token(&server);
    w.clock.advance(Duration::from_mins(61));
    assert!(!auth.may_reset(&w.cx(), &old).await.unwrap());
    assert!(matches!(auth.reset_password(&w.cx(), &old, OTHER).await, Err(ServiceError::NotFound(_))));

    auth.ask_reset(&w.cx(), "amy@oak.test", client(1)).await.unwrap();
    run(&w).await;
    let first = token(&server);
    auth.ask_reset(&w.cx(), "amy", client(1)).await.unwrap();
    run(&w).await;
    let second = token(&server);
    assert!(matches!(auth.reset_password(&w.cx(), &first, "short").await, Err(ServiceError::Invalid { .. })));
    assert!(auth.may_reset(&w.cx(), &first).await.unwrap(), "a bad password does not use it up");
    auth.reset_password(&w.cx(), &first, OTHER).await.unwrap();
    for used in [&first, &second] {
        assert!(matches!(auth.reset_password(&w.cx(), used, PASSWORD).await, Err(ServiceError::NotFound(_))));
    }
    assert!(matches!(auth.confirm(&w.cx(), &second).await, Err(ServiceError::NotFound(_))));
    assert!(!can_sign_in(&w, PASSWORD).await && can_sign_in(&w, OTHER).await);
    run(&w).await;
    let subjects: Vec<String> = server.taken.lock().unwrap().iter().map(|l| l.subject.clone()).collect();
    assert!(subjects.iter().any(|s| s == "Your password for Oak was changed"), "{subjects:?}");
}

#[tokio::test]
async fn nobody_is_flooded_and_nobody_learns_who_is_here() {
    let (w, server) = ground().await;
    let auth = w.service.auth();
    for _ in 0..6 {
        auth.ask_reset(&w.cx(), "amy", client(1)).await.unwrap();
        run(&w).await;
    }
    assert_eq!(server.taken.lock().unwrap().len(), 3);
    for unknown in ["nobody", "nobody@oak.test", "", &"x".repeat(1000)] {
        auth.ask_reset(&w.cx(), unknown, client(2)).await.unwrap();
    }
    run(&w).await;
    assert_eq!(server.taken.lock().unwrap().len(), 3);
    for _ in 0..4 {
        drop(auth.ask_reset(&w.cx(), "nobody", client(1)).await);
    }
    assert!(matches!(auth.ask_reset(&w.cx(), "amy", client(1)).await, Err(ServiceError::RateLimited { .. })));
    w.clock.advance(Duration::from_mins(61));
    auth.ask_reset(&w.cx(), "amy", client(3)).await.unwrap();
    run(&w).await;
    assert_eq!(server.taken.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn a_letter_waits_for_a_busy_mail_server_and_goes_when_it_is_sent() {
    let (w, server) = ground().await;
    *server.busy.lock().unwrap() = true;
    w.service.auth().ask_reset(&w.cx(), "amy", client(1)).await.unwrap();
    run(&w).await;
    assert!(server.taken.lock().unwrap().is_empty());
    *server.busy.lock().unwrap() = false;
    w.clock.advance(Duration::from_mins(1));
    run(&w).await;
    assert_eq!(server.taken.lock().unwrap().len(), 1);
    w.clock.advance(Duration::from_hours(25));
    assert!(w.service.jobs().sweep(&w.cx()).await.unwrap() >= 2, "the letter and its link");
}

#[tokio::test]
async fn a_new_browser_is_told_of_and_a_known_one_is_not() {
    let (w, server) = ground().await;
    for (browser, letters) in [("Fire\r\nBcc: x", 1), ("Fire\r\nBcc: x", 1), ("Other", 2)] {
        w.service.auth().sign_in(&w.cx(), "amy", PASSWORD, browser, client(1)).await.unwrap();
        run(&w).await;
        assert_eq!(server.taken.lock().unwrap().len(), letters, "{browser}");
    }
    assert!(w.service.auth().sign_in(&w.cx(), "amy", OTHER, "Third", client(1)).await.is_err());
    run(&w).await;
    let taken = server.taken.lock().unwrap();
    assert_eq!(taken.len(), 2);
    assert!(taken[0].text.contains("2026-11-21 19:00 UTC") && !taken[0].text.contains("\nBcc"), "{}", taken[0].text);
}

#[tokio::test]
async fn sec_120_no_name_becomes_a_header() {
    let w = world().await;
    let mut settings = w.service.settings().clone();
    settings.title = "Oak\r\nBcc: all@oak.test\r\n\r\nBuy".to_owned();
    let (subject, _) = Matter::SignIn { browser: "x", at: Timestamp(0) }.words(&settings, "amy");
    assert!(!subject.contains(['\r', '\n']), "{subject}");
}

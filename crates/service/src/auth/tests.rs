//! Stories of signing in and of apps, each with what must not happen.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use staffroom_domain::Account;
use staffroom_domain::scope::Scopes;

use super::{App, Authority, AuthorizeQuery, ClientCredentials, Grant, NewApp, OAuthError};
use crate::accounts::Registration;
use crate::testing::{World, world, world_where};
use crate::{Registrations, ServiceError};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PASSWORD: &str = "correct horse battery";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "icecubesapp://";

impl World {
    async fn app(&self) -> (App, String) {
        let new = NewApp {
            name: "Ice".to_owned(),
            website: None,
            redirect_uris: vec!["urn:ietf:wg:oauth:2.0:oob".to_owned(), REDIRECT.to_owned()],
            scopes: Scopes::parse("read write"),
        };
        self.service.auth().register_app(&self.cx(), new).await.unwrap()
    }

    async fn code(&self, app: &App, who: &Account, challenge: Option<&str>) -> String {
        let query = AuthorizeQuery {
            code_challenge: challenge.map(str::to_owned),
            code_challenge_method: challenge.map(|_| "S256".to_owned()),
            ..query(app)
        };
        let id = self.service.auth().begin_authorization(&self.cx(), query).await.unwrap();
        self.service.auth().approve(&self.cx(), &id, who.id).await.unwrap().1
    }

    async fn exchange(
        &self,
        app: &App,
        secret: Option<&str>,
        code: &str,
        verifier: Option<&str>,
    ) -> Result<String, OAuthError> {
        let client = ClientCredentials { client_id: app.client_id.clone(), client_secret: secret.map(str::to_owned) };
        let grant = Grant::AuthorizationCode {
            code: code.to_owned(),
            redirect_uri: REDIRECT.to_owned(),
            code_verifier: verifier.map(str::to_owned),
        };
        Ok(self.service.auth().token(&self.cx(), client, grant).await?.token)
    }

    async fn sign_in(&self, login: &str, password: &str) -> crate::Result<String> {
        self.service.auth().sign_in(&self.cx(), login, password, "test", HERE).await
    }
}

fn query(app: &App) -> AuthorizeQuery {
    AuthorizeQuery {
        response_type: "code".to_owned(),
        client_id: app.client_id.clone(),
        redirect_uri: REDIRECT.to_owned(),
        scope: "read".to_owned(),
        state: Some("None".to_owned()),
        ..AuthorizeQuery::default()
    }
}

#[tokio::test]
async fn a_person_signs_in_by_handle_or_address_and_out_again() {
    let w = world().await;
    let amy = w.local("amy").await;
    let auth = w.service.auth();
    for login in ["amy", "@AMY", " amy@oak.test "] {
        let secret = w.sign_in(login, PASSWORD).await.unwrap();
        let session = auth.session(&w.cx(), &secret).await.unwrap().unwrap();
        assert_eq!(session.account.id, amy.id);
        assert!(session.csrf != secret && !session.csrf.is_empty());
        auth.sign_out(&w.cx(), &secret).await.unwrap();
        assert!(auth.session(&w.cx(), &secret).await.unwrap().is_none());
    }
    let secret = w.sign_in("amy", PASSWORD).await.unwrap();
    w.clock.advance(Duration::from_hours(31 * 24));
    assert!(auth.session(&w.cx(), &secret).await.unwrap().is_none(), "a session ends after 30 days");
    assert!(auth.session(&w.cx(), "made up").await.unwrap().is_none());
}

#[tokio::test]
async fn wrong_passwords_look_like_unknown_people_and_soon_have_to_wait() {
    let w = world().await;
    w.local("amy").await;
    let wrong = w.sign_in("amy", "wrong password").await.unwrap_err().to_string();
    assert_eq!(w.sign_in("nobody", "wrong password").await.unwrap_err().to_string(), wrong);
    for _ in 0..9 {
        assert!(matches!(w.sign_in("amy", "x").await, Err(ServiceError::Unauthorized(_))));
    }
    assert!(matches!(w.sign_in("amy", PASSWORD).await, Err(ServiceError::RateLimited { .. })));
    w.clock.advance(Duration::from_mins(15));
    assert!(w.sign_in("amy", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn attempts_count_by_person_whatever_they_are_called() {
    let w = world().await;
    let new = crate::accounts::NewLocalAccount {
        username: "bea".to_owned(),
        email: "bea@elsewhere.test".to_owned(),
        password: PASSWORD.to_owned(),
        role: staffroom_domain::account::UserRole::Member,
        organisation: None,
    };
    w.service.accounts().create_local(&w.cx(), new).await.unwrap();
    w.local("amy").await;
    for _ in 0..2 {
        for login in ["bea", "@BEA", "bea@oak.test", "Bea@Elsewhere.test", " bea "] {
            assert!(matches!(w.sign_in(login, "x").await, Err(ServiceError::Unauthorized(_))), "{login}");
        }
    }
    for login in ["bea", "bea@oak.test", "bea@elsewhere.test"] {
        let Err(ServiceError::RateLimited { retry_after_secs }) = w.sign_in(login, PASSWORD).await else {
            panic!("{login} is let in")
        };
        assert!((1..=901).contains(&retry_after_secs), "{retry_after_secs}");
    }
    assert!(w.sign_in("amy", PASSWORD).await.is_ok(), "others are not held up");
}

#[tokio::test]
async fn a_new_password_or_a_suspension_ends_everything() {
    let w = world().await;
    let amy = w.local("amy").await;
    let auth = w.service.auth();
    let session = w.sign_in("amy", PASSWORD).await.unwrap();
    let token = auth.issue_personal_token(&w.cx(), amy.id, Scopes::parse("read")).await.unwrap().token;
    assert!(auth.bearer(&token).await.unwrap().is_some());
    w.service.accounts().set_password(&w.cx(), amy.id, "another password").await.unwrap();
    assert!(auth.session(&w.cx(), &session).await.unwrap().is_none());
    assert!(auth.bearer(&token).await.unwrap().is_none());
    assert!(w.sign_in("amy", PASSWORD).await.is_err());

    let session = w.sign_in("amy", "another password").await.unwrap();
    let token = auth.issue_personal_token(&w.cx(), amy.id, Scopes::parse("read")).await.unwrap().token;
    w.service.accounts().suspend(&w.cx(), amy.id).await.unwrap();
    assert!(auth.session(&w.cx(), &session).await.unwrap().is_none());
    assert!(auth.bearer(&token).await.unwrap().is_none());
    assert!(matches!(w.sign_in("amy", "another password").await, Err(ServiceError::Forbidden(_))));
    assert!(auth.issue_personal_token(&w.cx(), amy.id, Scopes::parse("read")).await.is_err());
}

#[tokio::test]
async fn an_app_gets_a_token_that_it_can_give_back() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (app, secret) = w.app().await;
    let auth = w.service.auth();
    let id = auth.begin_authorization(&w.cx(), query(&app)).await.unwrap();
    let waiting = auth.authorization(&w.cx(), &id).await.unwrap().unwrap();
    assert_eq!((waiting.state.as_deref(), waiting.redirect_uri.as_str()), (Some("None"), REDIRECT));
    let (_, code) = auth.approve(&w.cx(), &id, amy.id).await.unwrap();
    assert!(auth.approve(&w.cx(), &id, amy.id).await.is_err(), "a request is answered once");
    let token = w.exchange(&app, Some(&secret), &code, None).await.unwrap();
    let bearer = auth.bearer(&token).await.unwrap().unwrap();
    assert_eq!(bearer.person.unwrap().0.id, amy.id);
    assert_eq!(bearer.app.unwrap().client_id, app.client_id);
    assert_eq!(bearer.scopes.to_string(), "read");

    let (other, other_secret) = w.app().await;
    let stranger = ClientCredentials { client_id: other.client_id, client_secret: Some(other_secret) };
    auth.revoke(&w.cx(), stranger, &token).await.unwrap();
    assert!(auth.bearer(&token).await.unwrap().is_some(), "only its own client ends a token");
    let own = ClientCredentials { client_id: app.client_id.clone(), client_secret: Some("wrong".to_owned()) };
    assert!(matches!(auth.revoke(&w.cx(), own, &token).await, Err(OAuthError::InvalidClient)));
    let own = ClientCredentials { client_id: app.client_id, client_secret: Some(secret) };
    auth.revoke(&w.cx(), own.clone(), &token).await.unwrap();
    auth.revoke(&w.cx(), own, "never given out").await.unwrap();
    assert!(auth.bearer(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn a_code_used_twice_ends_the_token_it_gave() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (app, secret) = w.app().await;
    let code = w.code(&app, &amy, None).await;
    let token = w.exchange(&app, Some(&secret), &code, None).await.unwrap();
    assert!(matches!(w.exchange(&app, Some(&secret), &code, None).await, Err(OAuthError::InvalidGrant)));
    assert!(w.service.auth().bearer(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn a_code_needs_its_client_its_verifier_and_its_time() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (app, secret) = w.app().await;
    let (other, other_secret) = w.app().await;
    let code = w.code(&app, &amy, Some(CHALLENGE)).await;
    let grant = |e: Result<String, OAuthError>| matches!(e, Err(OAuthError::InvalidGrant));
    assert!(grant(w.exchange(&other, Some(&other_secret), &code, Some(VERIFIER)).await));
    assert!(grant(w.exchange(&app, Some(&secret), &code, None).await));
    assert!(grant(w.exchange(&app, Some(&secret), &code, Some("wrong")).await));
    let client = w.exchange(&app, Some("wrong"), &code, Some(VERIFIER)).await;
    assert!(matches!(client, Err(OAuthError::InvalidClient)));
    assert!(w.exchange(&app, None, &code, Some(VERIFIER)).await.is_ok(), "a public client shows the verifier");

    let plain = w.code(&app, &amy, None).await;
    assert!(matches!(w.exchange(&app, None, &plain, None).await, Err(OAuthError::InvalidClient)));
    assert!(grant(w.exchange(&app, Some(&secret), &plain, Some(VERIFIER)).await), "the challenge was taken out");
    w.clock.advance(Duration::from_secs(601));
    assert!(grant(w.exchange(&app, Some(&secret), &plain, None).await));
}

#[tokio::test]
async fn what_was_not_registered_cannot_be_asked_for() {
    let w = world().await;
    let (app, secret) = w.app().await;
    let auth = w.service.auth();
    let with = |change: fn(&mut AuthorizeQuery)| {
        let mut query = query(&app);
        change(&mut query);
        query
    };
    for bad in [
        with(|q| q.redirect_uri.push('/')),
        with(|q| q.redirect_uri.clear()),
        with(|q| q.response_type = "token".to_owned()),
        with(|q| q.scope = "follow".to_owned()),
        with(|q| q.scope = "read bogus".to_owned()),
        with(|q| q.client_id = "unknown".to_owned()),
        with(|q| q.code_challenge = Some(CHALLENGE.to_owned())),
        with(|q| {
            q.code_challenge = Some(CHALLENGE.to_owned());
            q.code_challenge_method = Some("plain".to_owned());
        }),
    ] {
        assert!(auth.begin_authorization(&w.cx(), bad.clone()).await.is_err(), "{bad:?}");
    }
    let client = ClientCredentials { client_id: app.client_id.clone(), client_secret: Some(secret) };
    let more = Grant::ClientCredentials { scopes: Scopes::parse("admin:read") };
    assert!(matches!(auth.token(&w.cx(), client.clone(), more).await, Err(OAuthError::InvalidScope)));
    let own = Grant::ClientCredentials { scopes: Scopes::default() };
    let token = auth.token(&w.cx(), client.clone(), own.clone()).await.unwrap();
    let bearer = auth.bearer(&token.token).await.unwrap().unwrap();
    assert!(bearer.person.is_none() && bearer.scopes.to_string() == "read");
    let public = ClientCredentials { client_secret: None, ..client };
    assert!(matches!(auth.token(&w.cx(), public, own).await, Err(OAuthError::InvalidClient)));
}

#[tokio::test]
async fn a_request_ends_when_denied_or_after_ten_minutes() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (app, _) = w.app().await;
    let auth = w.service.auth();
    let denied = auth.begin_authorization(&w.cx(), query(&app)).await.unwrap();
    assert!(auth.deny(&w.cx(), &denied).await.unwrap().is_some());
    assert!(auth.approve(&w.cx(), &denied, amy.id).await.is_err());
    let late = auth.begin_authorization(&w.cx(), query(&app)).await.unwrap();
    w.clock.advance(Duration::from_secs(601));
    assert!(auth.authorization(&w.cx(), &late).await.unwrap().is_none());
    assert!(auth.approve(&w.cx(), &late, amy.id).await.is_err());
}

#[tokio::test]
async fn many_change_their_address_at_once_and_none_waits_for_another() {
    let w = world_where(Registrations { open: true, approval: false, confirmation: true }).await;
    w.service.sign_ups().block_email_domain(&w.cx(), &Authority::operator(), "mail.example", false).await.unwrap();
    let app = w.app().await.0;
    let mut people = Vec::new();
    for n in 1..=12_u8 {
        let asked = Registration {
            username: format!("amy{n}"),
            email: format!("amy{n}@fine.example"),
            password: PASSWORD.to_owned(),
            agreement: true,
            locale: String::new(),
            app: (app.id, Scopes::parse("read")),
            client: IpAddr::V4(Ipv4Addr::new(192, 0, 2, n)),
        };
        people.push(w.service.accounts().register(&w.cx(), asked).await.unwrap().0);
    }
    // More at once than there are connections.
    let mut tasks = tokio::task::JoinSet::new();
    for person in &people {
        let (service, id, email) = (w.service.clone(), person.id, format!("{}@other.example", person.username));
        tasks.spawn(async move { service.auth().send_confirmation(&service.cx(), id, Some(&email)).await });
    }
    for done in tasks.join_all().await {
        done.unwrap();
    }
    let email = async |id| w.service.storage().read().users().by_account(id).await.unwrap().unwrap().email;
    let amy = people[0].id;
    assert_eq!(email(amy).await, "amy1@other.example");
    for bad in ["amy1@mail.example", "amy1@[10.0.0.1]", "amy1", "amy2@other.example"] {
        let refused = w.service.auth().send_confirmation(&w.cx(), amy, Some(bad)).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "email", .. })), "{bad}: {refused:?}");
    }
    assert_eq!(email(amy).await, "amy1@other.example");
    // a rule that came later does not keep one from one's own address
    w.service.sign_ups().block_email_domain(&w.cx(), &Authority::operator(), "other.example", false).await.unwrap();
    w.service.auth().send_confirmation(&w.cx(), amy, Some("Amy1@other.example")).await.unwrap();
}

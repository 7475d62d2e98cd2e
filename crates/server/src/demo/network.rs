//! Starts and stops the three servers.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use staffroom_domain::Tag;
use staffroom_domain::account::{ProfileUpdate, UserRole};
use staffroom_domain::clock::SystemClock;
use staffroom_domain::scope::Scopes;
use staffroom_federation::http::{AddressPolicy, OutboundClient};
use staffroom_service::accounts::NewLocalAccount;
use staffroom_service::exchange::PeerWishes;
use url::Url;

use super::cast::{PASSWORD, SCHOOLS, School};
use super::client::Person;
use crate::app::{App, Running, VERSION};
use crate::config::{Config, DataDir, List};

/// One school, running.
pub(crate) struct Site {
    pub(crate) title: &'static str,
    pub(crate) url: String,
    pub(crate) people: Vec<Person>,
    running: Running,
}

/// The three schools, running.
pub(crate) struct Network {
    pub(crate) sites: Vec<Site>,
    folder: PathBuf,
}

impl Network {
    /// Starts three servers on `first_port` and the two after it, or on free ports when `None`.
    pub(crate) async fn start(first_port: Option<u16>) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("staffroom-demo-{}", std::process::id()));
        let listeners = (0..3)
            .map(|i| {
                let port = first_port.map_or(0, |first| first.saturating_add(i));
                let listener = TcpListener::bind(("127.0.0.1", port)).with_context(|| format!("port {port}"))?;
                listener.set_nonblocking(true)?;
                Ok(listener)
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        let hosts = listeners
            .iter()
            .map(|l| Ok(format!("localhost:{}", l.local_addr()?.port())))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let mut network = Self { sites: Vec::new(), folder };
        for ((listener, host), school) in listeners.into_iter().zip(&hosts).zip(&SCHOOLS) {
            let site = network.open(listener, host, &hosts, school).await;
            match site {
                Ok(site) => network.sites.push(site),
                Err(e) => {
                    network.stop().await?;
                    return Err(e);
                }
            }
        }
        network.introduce(&hosts).await?;
        Ok(network)
    }

    async fn open(&self, listener: TcpListener, host: &str, hosts: &[String], school: &School) -> anyhow::Result<Site> {
        let mut config = Config { data_dir: DataDir(self.folder.join(host.replace(':', "-"))), ..Config::default() };
        config.server.listen = listener.local_addr()?.to_string();
        config.server.public_url = format!("http://{host}");
        config.metrics.listen = String::new();
        config.server.stop_timeout_secs = 5;
        config.storage.connections = 3;
        config.instance.title = school.title.to_owned();
        config.instance.description = school.description.to_owned();
        config.federation.insecure_loopback_hosts = List(hosts.to_vec());
        config.federation.published_tags = List::of(&["SLTchat"]);
        let app = App::open(config).await?;
        let policy = AddressPolicy::new(&[], hosts, &[])?;
        let http = OutboundClient::new(policy, &format!("Staffroom-demo/{VERSION}"), Arc::new(SystemClock))?;
        let service = app.service();
        let mut people = Vec::new();
        for (handle, name, note) in school.staff {
            let cx = service.cx();
            let role = if people.is_empty() { UserRole::Admin } else { UserRole::Member };
            let new = NewLocalAccount {
                username: (*handle).to_owned(),
                email: format!("{handle}@school.example"),
                password: PASSWORD.to_owned(),
                role,
                organisation: None,
            };
            let account = service.accounts().create_local(&cx, new).await?;
            let profile = ProfileUpdate {
                display_name: Some((*name).to_owned()),
                note: Some((*note).to_owned()),
                ..ProfileUpdate::default()
            };
            service.accounts().update_profile(&cx, account.id, profile).await?;
            let scopes = Scopes::parse("read write follow push");
            let token = service.auth().issue_personal_token(&cx, account.id, scopes).await?.token;
            people.push(Person {
                http: http.clone(),
                base: Url::parse(&format!("http://{host}"))?,
                token,
                handle: format!("@{handle}@{host}"),
            });
        }
        let running = app.start_on(listener).await?;
        Ok(Site { title: school.title, url: format!("http://{host}"), people, running })
    }

    /// Makes every school a peer of the others.
    async fn introduce(&self, hosts: &[String]) -> anyhow::Result<()> {
        let tag = Tag::parse("SLTchat").context("the demo's hashtag")?;
        for site in &self.sites {
            let service = &site.running.service;
            for other in hosts.iter().map(|h| format!("http://{h}")).filter(|url| *url != site.url) {
                let wishes = PeerWishes { tags: vec![tag.clone()], ..PeerWishes::default() };
                service.exchange().add_peer(&service.cx(), &other, wishes).await?;
            }
        }
        Ok(())
    }

    /// Stops all servers and removes their folders.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        for site in &self.sites {
            site.running.stop();
        }
        let mut ended = Ok(());
        for site in self.sites {
            ended = ended.and(site.running.stopped().await);
        }
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder).with_context(|| self.folder.display().to_string())?;
        }
        ended
    }
}

//! `staffroom admin webhook …`.

use anyhow::Context as _;
use clap::Subcommand;
use staffroom_domain::ids::WebhookId;
use staffroom_domain::webhook::{Webhook, WebhookEvent};
use staffroom_service::Service;
use staffroom_service::auth::Authority;

use crate::commands::say;

/// `staffroom admin webhook …`.
#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// Tell an address of what happens from now on. The secret it is signed with is printed on the last line, and never
    /// again.
    Add {
        /// Where: an https:// address.
        url: String,
        /// Of what, separated by commas: account.created, account.approved, account.updated, report.created,
        /// report.updated, status.created, status.updated.
        #[arg(long, value_delimiter = ',', required = true)]
        events: Vec<String>,
    },
    /// List them.
    List,
    /// Tell one again that was switched off.
    Enable {
        /// Its id, as listed.
        id: String,
    },
    /// Tell one nothing until it is switched on.
    Disable {
        /// Its id, as listed.
        id: String,
    },
    /// Tell one nothing any more.
    Remove {
        /// Its id, as listed.
        id: String,
    },
    /// Sign with another secret, which is printed.
    RotateSecret {
        /// Its id, as listed.
        id: String,
    },
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: WebhookCommand) -> anyhow::Result<()> {
    let (cx, hooks, who) = (service.cx(), service.webhooks(), Authority::operator());
    match command {
        WebhookCommand::Add { url, events } => {
            let event = |word: &String| {
                WebhookEvent::parse(word.trim()).with_context(|| format!("--events: {word:?} is unknown"))
            };
            let events = events.iter().map(event).collect::<anyhow::Result<Vec<WebhookEvent>>>()?;
            let (hook, secret) = hooks.add(&cx, &who, &url, events).await?;
            say(&line(&hook));
            say(&secret);
        }
        WebhookCommand::List => {
            for hook in hooks.list(&who).await? {
                say(&line(&hook));
            }
        }
        WebhookCommand::Enable { id } => hooks.enable(&cx, &who, known(&id)?, true).await?,
        WebhookCommand::Disable { id } => hooks.enable(&cx, &who, known(&id)?, false).await?,
        WebhookCommand::Remove { id } => hooks.remove(&who, known(&id)?).await?,
        WebhookCommand::RotateSecret { id } => say(&hooks.rotate_secret(&cx, &who, known(&id)?).await?),
    }
    Ok(())
}

fn known(id: &str) -> anyhow::Result<WebhookId> {
    WebhookId::parse(id).with_context(|| format!("{id:?} is no id"))
}

fn line(hook: &Webhook) -> String {
    let events: Vec<&str> = hook.events.iter().map(|event| event.as_str()).collect();
    format!("{}\t{}\t{}\t{}", hook.id, if hook.is_enabled { "on" } else { "off" }, events.join(","), hook.url)
}

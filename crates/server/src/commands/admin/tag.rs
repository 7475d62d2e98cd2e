//! `staffroom admin tag …`.

use anyhow::Context as _;
use clap::Subcommand;
use staffroom_domain::Tag;
use staffroom_domain::ids::{ChatHourId, StatusId};
use staffroom_service::Service;
use staffroom_service::exchange::ChatTime;

use crate::commands::say;

/// `staffroom admin tag …`.
#[derive(Debug, Subcommand)]
pub(crate) enum TagCommand {
    /// Hours of chats on our hashtags, in which limits on how often statuses are shared do not count.
    #[command(subcommand)]
    Chat(ChatCommand),
    /// Let a hashtag of ours follow somebody elsewhere, so that what they write with it reaches us.
    Join {
        /// The published hashtag.
        tag: String,
        /// The account, `name@host`.
        account: String,
    },
    /// End that.
    Leave {
        /// The published hashtag.
        tag: String,
        /// The account, `name@host`.
        account: String,
    },
    /// Take a status out of the exchange without deleting it.
    Unannounce {
        /// Its address or network id.
        url: String,
    },
}

/// `staffroom admin tag chat …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ChatCommand {
    /// Add hours.
    Add {
        /// The published hashtag.
        tag: String,
        /// Every week, such as `Sun 20:00-21:00 Europe/London`, or once:
        /// `2026-11-22T20:00:00Z/2026-11-22T21:00:00Z`.
        hours: String,
    },
    /// List all.
    List,
    /// Remove hours.
    Remove {
        /// Their number, as listed.
        id: String,
    },
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: TagCommand) -> anyhow::Result<()> {
    let (cx, exchange) = (service.cx(), service.exchange());
    match command {
        TagCommand::Chat(ChatCommand::Add { tag, hours }) => {
            let tag = hashtag(&tag)?;
            let hours = ChatTime::parse(&hours).map_err(|why| anyhow::anyhow!("{hours:?} {why}"))?;
            let id = exchange.add_chat_hours(&cx, &tag, &hours).await?;
            say(&format!("{id}\t#{}\t{hours}", tag.display()));
        }
        TagCommand::Chat(ChatCommand::List) => {
            for (id, tag, hours) in exchange.chat_hours().await? {
                say(&format!("{id}\t#{}\t{hours}", tag.display()));
            }
        }
        TagCommand::Chat(ChatCommand::Remove { id }) => {
            let id = ChatHourId::parse(&id).with_context(|| format!("{id:?} is no number of hours"))?;
            exchange.remove_chat_hours(id).await?;
            say("removed");
        }
        TagCommand::Join { tag, account } => {
            exchange.join_by_name(&cx, &hashtag(&tag)?, &account, true).await?;
            say("followed; the running server tells them");
        }
        TagCommand::Leave { tag, account } => {
            exchange.join_by_name(&cx, &hashtag(&tag)?, &account, false).await?;
            say("no longer followed; the running server tells them");
        }
        TagCommand::Unannounce { url } => {
            let number = url.rsplit('/').next().and_then(StatusId::parse);
            let number = number.filter(|_| service.settings().identity.is_local_uri(&url));
            let status = number.with_context(|| format!("{url:?} is no status of ours"))?;
            exchange.unannounce(&cx, status).await?;
            say("no longer announced; the running server tells everybody it reached");
        }
    }
    Ok(())
}

/// A hashtag as typed.
fn hashtag(text: &str) -> anyhow::Result<Tag> {
    Tag::parse(text).with_context(|| format!("{text:?} is not a hashtag"))
}

//! `staffroom admin announcement …`.

use anyhow::Context as _;
use clap::Subcommand;
use staffroom_domain::Timestamp;
use staffroom_domain::announcement::Announcement;
use staffroom_domain::ids::AnnouncementId;
use staffroom_service::Service;
use staffroom_service::announcements::NewAnnouncement;

use crate::commands::{one_line, say};

/// Announcements listed at most.
const LISTED: u64 = 100;

/// `staffroom admin announcement …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AnnouncementCommand {
    /// Make an announcement; its number is printed.
    Create {
        /// What is announced. Hashtags and links become such.
        text: String,
        /// When what it tells of begins: `2026-12-01T09:00:00Z`.
        #[arg(long, value_name = "TIME")]
        starts_at: Option<String>,
        /// When that ends; from then on it is not shown.
        #[arg(long, value_name = "TIME")]
        ends_at: Option<String>,
        /// Of the two times only the days count.
        #[arg(long)]
        all_day: bool,
        /// Keep it as a draft.
        #[arg(long)]
        draft: bool,
    },
    /// Show a draft to everybody here.
    Publish {
        /// Its number, as listed.
        id: String,
    },
    /// End an announcement now.
    End {
        /// Its number, as listed.
        id: String,
    },
    /// List announcements, newest first.
    List,
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: AnnouncementCommand) -> anyhow::Result<()> {
    let (announcements, cx) = (service.announcements(), service.cx());
    match command {
        AnnouncementCommand::Create { text, starts_at, ends_at, all_day, draft } => {
            let (starts_at, ends_at) = (time("--starts-at", starts_at)?, time("--ends-at", ends_at)?);
            let new = NewAnnouncement { text, starts_at, ends_at, all_day, publish: !draft };
            say(&announcements.create(&cx, new).await?.id.to_string());
        }
        AnnouncementCommand::Publish { id } => {
            announcements.publish(&cx, number(&id)?).await?;
            say("published");
        }
        AnnouncementCommand::End { id } => {
            announcements.end(&cx, number(&id)?).await?;
            say("ended");
        }
        AnnouncementCommand::List => {
            for announcement in announcements.all(LISTED).await? {
                say(&line(&announcement, cx.now()));
            }
        }
    }
    Ok(())
}

fn line(announcement: &Announcement, now: Timestamp) -> String {
    let state = match announcement.published_at {
        _ if announcement.ends_at.is_some_and(|end| end <= now) => "over",
        Some(_) => "shown",
        None => "draft",
    };
    let text = one_line(&announcement.text);
    format!("{}\t{state}\t{text}", announcement.id)
}

fn number(id: &str) -> anyhow::Result<AnnouncementId> {
    AnnouncementId::parse(id).with_context(|| format!("{id:?} is not the number of an announcement"))
}

fn time(option: &str, text: Option<String>) -> anyhow::Result<Option<Timestamp>> {
    let parse = |text: String| Timestamp::parse(&text).with_context(|| format!("{option}: {text:?} is not a time"));
    text.map(parse).transpose()
}

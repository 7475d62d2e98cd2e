//! `staffroom admin domain …`.

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use staffroom_service::Service;
use staffroom_service::auth::Authority;
use staffroom_service::domains::{DomainBlock, Fate, Listed, NewBlock, Severity};

use crate::commands::{one_line, say};

/// Suspensions listed.
const SEVERANCES: u64 = 20;

/// `staffroom admin domain …`.
#[derive(Debug, Subcommand)]
pub(crate) enum DomainCommand {
    /// Suspend a domain and everything below it: nothing comes, nothing goes, follows end.
    Block {
        /// The domain, such as `spam.example`.
        domain: String,
        /// How hard.
        #[arg(long, value_enum, default_value = "suspend")]
        severity: SeverityArg,
        #[command(flatten)]
        more: More,
    },
    /// Silence a domain: its people are seen and heard only by those who follow them.
    Limit {
        /// The domain.
        domain: String,
        #[command(flatten)]
        more: More,
    },
    /// Speak with a domain by name (needed where `federation.mode` is `closed`).
    Allow {
        /// The domain.
        domain: String,
    },
    /// Print all limits as a CSV list in Mastodon's form.
    Export,
    /// Take limits over from such a list. It only ever asks for more than what holds.
    Import {
        /// The list.
        #[arg(value_name = "FILE")]
        file: String,
        /// Only say what it would do, and how many follows would be lost.
        #[arg(long)]
        preview: bool,
    },
    /// List limits, allowed domains and what ended by suspensions.
    List,
    /// Take limit and allowance of a domain back; follows that ended do not come back.
    Remove {
        /// The domain.
        domain: String,
    },
}

/// What else is turned away.
#[derive(Debug, Args)]
pub(crate) struct More {
    /// Show no pictures from there.
    #[arg(long)]
    reject_media: bool,
    /// Read no reports from there.
    #[arg(long)]
    reject_reports: bool,
    /// Why, for the operators.
    #[arg(long, default_value = "")]
    comment: String,
}

/// How hard a domain is limited.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SeverityArg {
    /// Only what else is turned away.
    Noop,
    /// Seen and heard only by followers.
    Silence,
    /// Nothing comes, nothing goes.
    Suspend,
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: DomainCommand) -> anyhow::Result<()> {
    let cx = service.cx();
    let (domains, operator) = (service.domains(), Authority::operator());
    match command {
        DomainCommand::Block { domain, severity, more } => {
            let severity = match severity {
                SeverityArg::Noop => Severity::Noop,
                SeverityArg::Silence => Severity::Silence,
                SeverityArg::Suspend => Severity::Suspend,
            };
            say(&line(&domains.block(&cx, &operator, &domain, wanted(severity, more)).await?));
        }
        DomainCommand::Limit { domain, more } => {
            say(&line(&domains.block(&cx, &operator, &domain, wanted(Severity::Silence, more)).await?));
        }
        DomainCommand::Allow { domain } => say(&format!("{}\tallowed", domains.allow(&cx, &operator, &domain).await?)),
        DomainCommand::Remove { domain } => {
            say(&format!("{}\tno rule any more", domains.remove(&operator, &domain).await?));
        }
        DomainCommand::Export => say(domains.export(&operator).await?.trim_end()),
        DomainCommand::Import { file, preview } => {
            let text = std::fs::read_to_string(&file).with_context(|| file.clone())?;
            let listed = if preview {
                domains.preview_list(&operator, &text).await?
            } else {
                domains.take_over(&cx, &operator, &text).await?.listed
            };
            for one in &listed {
                say(&listed_line(one));
            }
            if !listed.is_empty() && listed.iter().all(|one| matches!(one.fate, Fate::Refused(_))) {
                bail!("{file}: every row is refused");
            }
        }
        DomainCommand::List => {
            let (blocks, allows) = domains.list().await?;
            for block in &blocks {
                say(&line(block));
            }
            for domain in &allows {
                say(&format!("{domain}\tallowed"));
            }
            for severance in domains.severances(SEVERANCES).await? {
                say(&format!("{}\t{} follows ended", severance.name, severance.follows));
            }
        }
    }
    Ok(())
}

fn listed_line(listed: &Listed) -> String {
    let severity = listed.wanted.as_ref().map_or("", |wanted| wanted.severity.as_str());
    let domain = one_line(&listed.domain);
    match &listed.fate {
        Fate::Refused(why) => format!("{domain}\trefused\t{}", one_line(why)),
        fate => {
            let merged = listed.merged().map(|merged| format!("\t{merged}")).unwrap_or_default();
            format!("{domain}\t{}\t{severity}\t{} follows end{merged}", fate.as_str(), listed.follows)
        }
    }
}

fn wanted(severity: Severity, more: More) -> NewBlock {
    let More { reject_media, reject_reports, comment } = more;
    NewBlock { reject_media, reject_reports, comment, ..NewBlock::new(severity) }
}

fn line(block: &DomainBlock) -> String {
    let media = if block.reject_media { "\treject_media" } else { "" };
    let reports = if block.reject_reports { "\treject_reports" } else { "" };
    let comment = if block.comment.is_empty() { String::new() } else { format!("\t{}", one_line(&block.comment)) };
    format!("{}\t{}{media}{reports}{comment}", block.domain, block.severity.as_str())
}

//! `staffroom admin organisation …`.

use clap::{Subcommand, ValueEnum};
use staffroom_domain::PageRequest;
use staffroom_domain::organisation::{Organisation, Role};
use staffroom_service::Service;
use staffroom_service::auth::Authority;

use super::local;
use crate::commands::{one_line, say};

/// Entries read at a time.
const PAGE: u64 = 200;

/// `staffroom admin organisation …`.
#[derive(Debug, Subcommand)]
pub(crate) enum OrganisationCommand {
    /// Make a school, trust or cluster; its short name is printed. Whoever makes an account by themselves comes to the
    /// first one there is.
    Create {
        /// Name.
        name: String,
        /// Short name; made of the name unless given.
        #[arg(long)]
        slug: Option<String>,
    },
    /// Give one another name.
    Rename {
        /// Its short name.
        slug: String,
        /// Name.
        name: String,
        /// Another short name, too.
        #[arg(long, value_name = "SLUG")]
        to_slug: Option<String>,
    },
    /// List all, the newest first: short name, name.
    List,
    /// Who has which role there.
    #[command(subcommand)]
    Member(MemberCommand),
}

/// `staffroom admin organisation member …`.
#[derive(Debug, Subcommand)]
pub(crate) enum MemberCommand {
    /// List who has a role, the newest accounts first: handle, role, and whether their account belongs there.
    List {
        /// Short name of the organisation.
        slug: String,
    },
    /// Give somebody a role, or another one.
    Set {
        /// Short name of the organisation.
        slug: String,
        /// Handle.
        handle: String,
        /// What they may do there.
        #[arg(value_enum)]
        role: RoleArg,
    },
    /// Take somebody's role.
    Remove {
        /// Short name of the organisation.
        slug: String,
        /// Handle.
        handle: String,
    },
    /// Make somebody's account one of this school instead of its former one: its moderators decide about it. People who
    /// made theirs by themselves come from the first organisation.
    Move {
        /// Short name of the organisation.
        slug: String,
        /// Handle.
        handle: String,
    },
}

/// What somebody may do in an organisation.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleArg {
    /// Reads.
    Member,
    /// Writes.
    Contributor,
    /// Decides about reports and accounts.
    Moderator,
    /// Decides about roles, too.
    Admin,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Member => Self::Member,
            RoleArg::Contributor => Self::Contributor,
            RoleArg::Moderator => Self::Moderator,
            RoleArg::Admin => Self::Admin,
        }
    }
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: OrganisationCommand) -> anyhow::Result<()> {
    let (organisations, operator) = (service.organisations(), Authority::operator());
    match command {
        OrganisationCommand::Create { name, slug } => {
            let made = organisations.create(&service.cx(), &operator, &name, slug.as_deref()).await?;
            say(&made.slug);
        }
        OrganisationCommand::Rename { slug, name, to_slug } => {
            let known = by_slug(service, &slug).await?;
            let renamed = organisations.rename(&operator, known.id, Some(&name), to_slug.as_deref()).await?;
            say(&line(&renamed));
        }
        OrganisationCommand::List => {
            let mut page = PageRequest::newest(PAGE);
            loop {
                let found = organisations.list(&operator, page).await?;
                found.items.iter().for_each(|view| say(&line(&view.organisation)));
                let Some(next) = found.next else { break };
                page.max_id = Some(next);
            }
        }
        OrganisationCommand::Member(command) => member(service, command).await?,
    }
    Ok(())
}

async fn member(service: &Service, command: MemberCommand) -> anyhow::Result<()> {
    let (organisations, operator) = (service.organisations(), Authority::operator());
    match command {
        MemberCommand::List { slug } => members(service, &by_slug(service, &slug).await?).await?,
        MemberCommand::Set { slug, handle, role } => {
            let (id, account) = (by_slug(service, &slug).await?.id, local(service, &handle).await?.id);
            let member = organisations.set_role(&service.cx(), &operator, id, account, role.into()).await?;
            say(&format!("{}\t{}", member.account.username, member.role.as_str()));
        }
        MemberCommand::Remove { slug, handle } => {
            let (id, account) = (by_slug(service, &slug).await?.id, local(service, &handle).await?.id);
            organisations.take_role(&operator, id, account).await?;
            say("removed");
        }
        MemberCommand::Move { slug, handle } => {
            let (id, account) = (by_slug(service, &slug).await?.id, local(service, &handle).await?.id);
            let member = organisations.move_to(&service.cx(), &operator, account, id).await?;
            say(&format!("{}\t{}", member.account.username, member.role.as_str()));
        }
    }
    Ok(())
}

async fn members(service: &Service, organisation: &Organisation) -> anyhow::Result<()> {
    let mut page = PageRequest::newest(PAGE);
    loop {
        let found = service.organisations().members(&Authority::operator(), organisation.id, page).await?;
        for member in &found.items {
            let belongs = if member.account.organisation == Some(organisation.id) { "belongs there" } else { "guest" };
            say(&format!("{}\t{}\t{belongs}", member.account.username, member.role.as_str()));
        }
        let Some(next) = found.next else { return Ok(()) };
        page.max_id = Some(next);
    }
}

/// The organisation with this short name.
pub(super) async fn by_slug(service: &Service, slug: &str) -> anyhow::Result<Organisation> {
    let found = service.organisations().by_slug(&Authority::operator(), slug).await;
    found.map_err(|error| anyhow::anyhow!("{slug:?}: {error}"))
}

fn line(organisation: &Organisation) -> String {
    format!("{}\t{}", organisation.slug, one_line(&organisation.name))
}

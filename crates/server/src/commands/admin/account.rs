//! `staffroom admin account …`.

use std::io::BufRead as _;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use staffroom_domain::PageRequest;
use staffroom_domain::account::{AccountKind, UserRole};
use staffroom_domain::moderation::Measure;
use staffroom_service::Service;
use staffroom_service::accounts::NewLocalAccount;
use staffroom_service::auth::Authority;

use super::{known, local, organisation};
use crate::commands::say;

/// Most changes of keys listed.
const KEY_CHANGES: u64 = 100;

/// `staffroom admin account …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account, confirmed and approved.
    Create {
        /// Handle without host.
        #[arg(long, value_name = "NAME")]
        handle: String,
        /// E-mail address.
        #[arg(long, value_name = "MAIL")]
        email: String,
        /// Rights on the instance.
        #[arg(long, value_enum, default_value = "member")]
        role: RoleArg,
        /// Short name of the school it belongs to; the instance's first unless given.
        #[arg(long, value_name = "SLUG")]
        organisation: Option<String>,
        /// Read the password from the first line of standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// List accounts: handle, e-mail address, role, state.
    List,
    /// Set a new password; all sessions and tokens end.
    SetPassword {
        /// Handle.
        handle: String,
        /// Read the password from the first line of standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Say what an account stands for.
    SetKind {
        /// Handle.
        handle: String,
        /// What it stands for.
        #[arg(value_enum)]
        kind: KindArg,
    },
    /// Give other rights on the instance; what somebody may do in their school is `admin organisation member set`.
    SetRole {
        /// Handle.
        handle: String,
        /// Rights on the instance.
        #[arg(value_enum)]
        role: RoleArg,
    },
    /// Hide an account and sign it out everywhere; one from elsewhere follows nobody here any more. A school's moderators
    /// cannot end it, even if they had suspended it before.
    Suspend {
        /// Handle, with the domain for one from elsewhere.
        handle: String,
    },
    /// List accounts elsewhere that came back with other keys after their server was down: handle, network id, when.
    KeyChanges,
    /// End a measure against an account, a suspension for one, whoever took it and whatever rights the person has by
    /// now.
    Lift {
        /// Handle, with the domain for one from elsewhere.
        handle: String,
        /// What ends.
        #[arg(value_enum)]
        measure: MeasureArg,
    },
    /// Delete an account and everything it wrote; peers are told. The name stays taken.
    Delete {
        /// Handle.
        handle: String,
        /// Do it without asking.
        #[arg(long, required = true)]
        yes: bool,
    },
}

/// What an account stands for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KindArg {
    /// A person.
    Person,
    /// An automated account.
    Bot,
    /// A school, trust or cluster speaking as itself.
    Organization,
}

/// A measure that can end.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum MeasureArg {
    /// Heard by followers alone.
    Silence,
    /// All media behind a warning.
    Sensitive,
    /// No sign-in.
    Disable,
    /// Hidden and signed out.
    Suspend,
}

impl From<MeasureArg> for Measure {
    fn from(measure: MeasureArg) -> Self {
        match measure {
            MeasureArg::Silence => Self::Silence,
            MeasureArg::Sensitive => Self::Sensitive,
            MeasureArg::Disable => Self::Disable,
            MeasureArg::Suspend => Self::Suspend,
        }
    }
}

/// Rights on the instance.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleArg {
    /// Ordinary use.
    Member,
    /// May act on reports and holds.
    Moderator,
    /// May do everything.
    Admin,
}

impl From<RoleArg> for UserRole {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Member => Self::Member,
            RoleArg::Moderator => Self::Moderator,
            RoleArg::Admin => Self::Admin,
        }
    }
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: AccountCommand) -> anyhow::Result<()> {
    let cx = service.cx();
    let accounts = service.accounts();
    match command {
        AccountCommand::Create { handle, email, role, organisation, password_stdin: _ } => {
            let organisation = match organisation {
                Some(slug) => Some(organisation::by_slug(service, &slug).await?.id),
                None => None,
            };
            let (role, password) = (role.into(), read_password()?);
            let new = NewLocalAccount { username: handle, email, password, role, organisation };
            let account = accounts.create_local(&cx, new).await?;
            say(&format!("@{}@{}", account.username, service.settings().identity.account_domain));
        }
        AccountCommand::List => list(service).await?,
        AccountCommand::SetPassword { handle, password_stdin: _ } => {
            let account = local(service, &handle).await?;
            accounts.set_password(&cx, account.id, &read_password()?).await?;
            say("password set; all sessions and tokens ended");
        }
        AccountCommand::SetKind { handle, kind } => {
            let kind = match kind {
                KindArg::Person => AccountKind::Person,
                KindArg::Bot => AccountKind::Service,
                KindArg::Organization => AccountKind::Organization,
            };
            accounts.set_kind(&cx, local(service, &handle).await?.id, kind).await?;
            say("kind set");
        }
        AccountCommand::SetRole { handle, role } => {
            accounts.set_role(local(service, &handle).await?.id, role.into()).await?;
            say("role set");
        }
        AccountCommand::Suspend { handle } => {
            accounts.suspend(&cx, known(service, &handle).await?.id).await?;
            say("suspended");
        }
        AccountCommand::KeyChanges => {
            for change in accounts.key_changes(KEY_CHANGES).await? {
                say(&format!("{}\t{}\t{}", change.acct, change.uri, change.at.to_rfc3339()));
            }
        }
        AccountCommand::Lift { handle, measure } => {
            let id = known(service, &handle).await?.id;
            accounts.lift(&cx, &Authority::operator(), id, measure.into()).await?;
            say("ended");
        }
        AccountCommand::Delete { handle, yes: _ } => {
            accounts.delete(&cx, local(service, &handle).await?.id).await?;
            say("deleted; the running server tells other servers");
        }
    }
    Ok(())
}

async fn list(service: &Service) -> anyhow::Result<()> {
    let mut page = PageRequest::newest(200);
    loop {
        let found = service.accounts().list_local(page).await?;
        for (account, user) in &found.items {
            let state = match (account.suspended_at, user.disabled_at, user.confirmed_at, user.approved_at) {
                (Some(_), ..) => "suspended",
                (_, Some(_), ..) => "disabled",
                (.., None, _) => "unconfirmed",
                (.., None) => "pending",
                _ => "active",
            };
            say(&format!("{}\t{}\t{}\t{state}", account.username, user.email, user.role.as_str()));
        }
        let Some(next) = found.next else { return Ok(()) };
        page.max_id = Some(next);
    }
}

fn read_password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("standard input")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    anyhow::ensure!(!password.is_empty(), "standard input: a password is needed on the first line");
    Ok(password)
}

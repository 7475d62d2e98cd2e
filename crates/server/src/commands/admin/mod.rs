//! `staffroom admin …`: the same use cases as everywhere, on the database of a server that may be running.

mod account;
mod address;
mod announcement;
mod delivery;
mod domain;
mod emoji;
mod organisation;
mod peer;
mod relay;
mod report;
mod search;
mod tag;
mod webhook;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;
use staffroom_domain::Account;
use staffroom_domain::scope::Scopes;
use staffroom_service::Service;

use crate::app::App;
use crate::commands::{complain, say};
use crate::config::Config;

/// `staffroom admin …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Accounts of people.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// What everybody here is told.
    #[command(subcommand)]
    Announcement(announcement::AnnouncementCommand),
    /// Schools, trusts and clusters on this instance, and roles in them.
    #[command(subcommand)]
    Organisation(organisation::OrganisationCommand),
    /// Access tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Instances we exchange hashtags with.
    #[command(subcommand)]
    Peer(peer::PeerCommand),
    /// Our published hashtags.
    #[command(subcommand)]
    Tag(tag::TagCommand),
    /// Relays we listen to.
    #[command(subcommand)]
    Relay(relay::RelayCommand),
    /// Domains blocked, limited or allowed.
    #[command(subcommand)]
    Domain(domain::DomainCommand),
    /// Internet addresses that may not make accounts, or ask for nothing.
    #[command(subcommand)]
    Address(address::AddressCommand),
    /// Custom emoji.
    #[command(subcommand)]
    Emoji(emoji::EmojiCommand),
    /// What waits for other servers, and what they refused.
    #[command(subcommand)]
    Delivery(delivery::DeliveryCommand),
    /// Reports about accounts.
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// The index that finds statuses by their words.
    #[command(subcommand)]
    Search(search::SearchCommand),
    /// Addresses that are told of what happens here.
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
}

/// `staffroom admin token …`.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token for a person; it is printed on the last line, and never again.
    Create {
        /// Handle of the account.
        #[arg(long, value_name = "NAME")]
        account: String,
        /// Scopes, separated by spaces.
        #[arg(long, default_value = "read write follow push")]
        scopes: String,
    },
}

/// Runs one of them.
pub(crate) async fn run(config: Config, command: AdminCommand) -> anyhow::Result<ExitCode> {
    let database = config.database_url();
    let file = database.strip_prefix("sqlite:").map(Path::new).filter(|file| !file.exists());
    let app = App::open(config).await?;
    if let Some(file) = file {
        complain(&format!("note: there was no database; {} is new and empty", file.display()));
    }
    let done = match command {
        AdminCommand::Account(command) => account::run(app.service(), command).await,
        AdminCommand::Announcement(command) => announcement::run(app.service(), command).await,
        AdminCommand::Organisation(command) => organisation::run(app.service(), command).await,
        AdminCommand::Token(command) => token(app.service(), command).await,
        AdminCommand::Peer(command) => peer::run(app.service(), command).await,
        AdminCommand::Tag(command) => tag::run(app.service(), command).await,
        AdminCommand::Relay(command) => relay::run(app.service(), command).await,
        AdminCommand::Domain(command) => domain::run(app.service(), command).await,
        AdminCommand::Address(command) => address::run(app.service(), command).await,
        AdminCommand::Emoji(command) => emoji::run(app.service(), command).await,
        AdminCommand::Delivery(command) => delivery::run(app.service(), command).await,
        AdminCommand::Report(command) => report::run(app.service(), command).await,
        AdminCommand::Search(command) => search::run(app.service(), command).await,
        AdminCommand::Webhook(command) => webhook::run(app.service(), command).await,
    };
    app.close().await?;
    done.map(|()| ExitCode::SUCCESS)
}

async fn token(service: &Service, command: TokenCommand) -> anyhow::Result<()> {
    let TokenCommand::Create { account, scopes } = command;
    let unknown = Scopes::unknown_in(&scopes);
    anyhow::ensure!(unknown.is_empty(), "--scopes: unknown: {}", unknown.join(" "));
    let account = local(service, &account).await?;
    let issued = service.auth().issue_personal_token(&service.cx(), account.id, Scopes::parse(&scopes)).await?;
    say(&issued.token);
    Ok(())
}

/// The account with this handle, from here or elsewhere.
pub(super) async fn known(service: &Service, handle: &str) -> anyhow::Result<Account> {
    let found = service.accounts().by_handle_of_any(handle).await?.filter(|account| account.deleted_at.is_none());
    found.with_context(|| format!("no account {handle:?} is known here"))
}

/// The local account with this handle.
pub(super) async fn local(service: &Service, handle: &str) -> anyhow::Result<Account> {
    let found = service.accounts().by_handle_of_any(handle).await?;
    let is_person = |a: &Account| a.is_local() && a.tag.is_none() && a.deleted_at.is_none();
    found.filter(is_person).with_context(|| format!("no local account {handle:?}"))
}

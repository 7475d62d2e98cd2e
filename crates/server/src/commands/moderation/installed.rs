//! `staffroom moderation pack import` and `list`: the same use cases as everywhere, on the database of a server that may
//! be running.

use anyhow::Context as _;
use clap::Args;
use staffroom_domain::PageRequest;
use staffroom_service::Service;
use staffroom_service::auth::Authority;
use staffroom_service::moderation::rules::NewPack;

use crate::app::App;
use crate::cli::ConfigArgs;
use crate::commands::{one_line, say};
use crate::telemetry;

/// Packs listed.
const LISTED: u64 = 200;

/// `staffroom moderation pack import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The pack: a file, or an address.
    #[arg(value_name = "FILE or URL")]
    source: String,
    /// A file with its seal, where that does not stand in the pack.
    #[arg(long, value_name = "FILE")]
    seal: Option<String>,
    /// For one organisation instead of the instance, by its short name.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Try its rules out at once, beside those in force.
    #[arg(long)]
    shadow: bool,
    /// Only say what it would change, or why it would be refused.
    #[arg(long)]
    preview: bool,
}

/// Takes a pack in.
pub(super) async fn import(config: &ConfigArgs, args: ImportArgs) -> anyhow::Result<()> {
    let app = open(config).await?;
    let done = take_in(app.service(), &args).await;
    app.close().await?;
    done
}

/// Lists what is installed.
pub(super) async fn list(config: &ConfigArgs) -> anyhow::Result<()> {
    let app = open(config).await?;
    let found = app.service().moderation().rules().packs(&Authority::operator(), PageRequest::newest(LISTED)).await;
    app.close().await?;
    for pack in found?.items {
        let owner = pack.organisation.map_or_else(|| "instance".to_owned(), |id| id.to_string());
        let publisher = pack.publisher.as_deref().unwrap_or("unsigned");
        let line = [pack.name.as_str(), &pack.version.to_string(), &owner, publisher, &pack.source, &pack.digest]
            .map(one_line);
        say(&line.join("\t"));
    }
    Ok(())
}

async fn open(config: &ConfigArgs) -> anyhow::Result<App> {
    let mut config = config.load()?;
    config.log.filter = "warn".to_owned();
    telemetry::init(&config.log);
    Box::pin(App::open(config)).await
}

async fn take_in(service: &Service, args: &ImportArgs) -> anyhow::Result<()> {
    let read = |file: &String| std::fs::read_to_string(file).with_context(|| file.clone());
    let rules = service.moderation().rules();
    let is_url = args.source.starts_with("https://") || args.source.starts_with("http://");
    let (document, source) = if is_url {
        (rules.fetch_pack(&args.source).await?, args.source.clone())
    } else {
        (read(&args.source)?, format!("import:{}", args.source))
    };
    let operator = Authority::operator();
    let organisation = match &args.organisation {
        Some(slug) => Some(service.organisations().by_slug(&operator, slug).await?.id),
        None => None,
    };
    let seal = args.seal.as_ref().map(read).transpose()?;
    let new = NewPack { organisation, document, seal, source, in_shadow: args.shadow };
    let found = rules.preview(&operator, &new).await?;
    // Nothing is said to be done before it is.
    let installed = if args.preview { None } else { Some(rules.import(&service.cx(), &operator, new).await?) };
    let publisher = match (&found.publisher, found.is_known) {
        (None, _) => "unsigned".to_owned(),
        (Some(name), true) => format!("signed by {name}"),
        (Some(name), false) => format!("signed by {name}, whose key was never seen before"),
    };
    say(&format!("{}\tversion {}\t{}", found.name, found.version, one_line(&publisher)));
    for change in &found.changes {
        say(&format!("{}\t{}", change.as_str(), one_line(change.rule())));
    }
    for remark in &found.remarks {
        say(&format!("note\t{}", one_line(remark)));
    }
    if let Some(pack) = installed {
        say(&format!("installed\t{}\t{}", pack.id, pack.digest));
    }
    Ok(())
}

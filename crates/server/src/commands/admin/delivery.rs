//! `staffroom admin delivery …`.

use clap::Subcommand;
use staffroom_domain::Timestamp;
use staffroom_service::Service;
use staffroom_service::auth::Authority;
use staffroom_service::deliveries::HostStatus;

use crate::commands::say;

/// Entries of a list.
const LISTED: u64 = 200;

/// `staffroom admin delivery …`.
#[derive(Debug, Subcommand)]
pub(crate) enum DeliveryCommand {
    /// List hosts: state, deliveries waiting (interactive, ordinary, bulk), age of the oldest in seconds, last error.
    Hosts {
        /// Names after this one, for the next page of two hundred.
        #[arg(long, default_value = "")]
        after: String,
    },
    /// List what was refused or given up: activity, status of the answer, reason.
    Refused,
    /// List received activities that were given up: activity, attempts, reason.
    DeadLetters,
    /// Stop sending to a host; what is for it waits.
    Pause {
        /// Its name, with port where one is written.
        host: String,
    },
    /// Send to a host again and forget its failures.
    Resume {
        /// Its name.
        host: String,
    },
    /// Forget the failures of a host and try it now, unless it is paused.
    Reset {
        /// Its name.
        host: String,
    },
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: DeliveryCommand) -> anyhow::Result<()> {
    let now = service.cx().now();
    let (deliveries, operator) = (service.deliveries(), Authority::operator());
    match command {
        DeliveryCommand::Hosts { after } => {
            for host in deliveries.hosts(&after, None, LISTED).await? {
                say(&line(&host, now));
            }
        }
        DeliveryCommand::Refused => {
            for (uri, dead) in deliveries.dead(LISTED).await? {
                let status = dead.status.map_or("-".to_owned(), |status| status.to_string());
                say(&format!("{uri}\t{status}\t{}", dead.answer));
            }
        }
        DeliveryCommand::DeadLetters => {
            for dead in service.inbox().dead(LISTED).await? {
                say(&format!("{}\t{}\t{}", dead.uri, dead.attempts, dead.error));
            }
        }
        DeliveryCommand::Pause { host } => say(&line(&deliveries.pause(&operator, &host).await?, now)),
        DeliveryCommand::Resume { host } => say(&line(&deliveries.resume(&operator, &host).await?, now)),
        DeliveryCommand::Reset { host } => say(&line(&deliveries.reset(&operator, &host).await?, now)),
    }
    Ok(())
}

fn line(host: &HostStatus, now: Timestamp) -> String {
    let [interactive, ordinary, bulk] = host.waiting;
    let lag = host.oldest_at.map_or(0, |at| now.as_secs().saturating_sub(at.as_secs()).max(0));
    let error = host.last_error.as_deref().unwrap_or("-");
    format!("{}\t{}\t{interactive} {ordinary} {bulk}\t{lag}\t{error}", host.host, host.state.as_str())
}

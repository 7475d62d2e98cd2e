//! Background loops of one node: jobs and sweeps. Deliveries and the inbox have workers of their own in the federation
//! crate.

use std::time::Duration;

use staffroom_service::Service;
use staffroom_service::streaming::Board;
use staffroom_storage::Storage;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Looked at even if nobody rings: another process may have queued something.
const POLL: Duration = Duration::from_secs(1);
/// One step of catching up; what is fetched in a step is counted by this.
const CATCH_UP: Duration = Duration::from_secs(1);
const RULES: Duration = Duration::from_secs(2);
/// After a failure of the database.
const AGAIN: Duration = Duration::from_secs(5);
const ANNOUNCEMENTS: Duration = Duration::from_secs(2);
const SWEEP: Duration = Duration::from_secs(600);
/// Loops over jobs: one whose batch waits for a slow server holds up no other.
const JOB_LOOPS: usize = 4;
const BATCH: u64 = 10;

/// Starts the loops; they end when `cancel` does, after the work in hand.
pub(crate) fn spawn(service: &Service, tracker: &TaskTracker, cancel: &CancellationToken) {
    for _ in 0..JOB_LOOPS {
        tracker.spawn(jobs(service.clone(), cancel.clone()));
    }
    tracker.spawn(sweeps(service.clone(), cancel.clone()));
    tracker.spawn(conversions(service.clone(), cancel.clone()));
    tracker.spawn(exchange(service.clone(), cancel.clone()));
    tracker.spawn(announcements(service.clone(), cancel.clone()));
    tracker.spawn(rules(service.clone(), cancel.clone()));
}

async fn jobs(service: Service, cancel: CancellationToken) {
    let bell = std::sync::Arc::clone(&service.signals().jobs);
    while !cancel.is_cancelled() {
        match service.jobs().run_due(&service.cx(), BATCH).await {
            Ok(n) if n > 0 => continue,
            Ok(_) => {}
            Err(e) => tracing::error!(error = %e, "jobs could not be run"),
        }
        tokio::select! {
            () = bell.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            () = cancel.cancelled() => {}
        }
    }
}

/// One video or sound after the other. When it is to end in the middle of one, that is left to whoever is there next.
async fn conversions(service: Service, cancel: CancellationToken) {
    let bell = std::sync::Arc::clone(&service.signals().media);
    while service.media().takes_recordings() && !cancel.is_cancelled() {
        match service.media().convert_next(&service.cx(), cancel.cancelled()).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(e) => tracing::error!(error = %e, "an attachment could not be converted, it will be tried again"),
        }
        tokio::select! {
            () = bell.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            () = cancel.cancelled() => {}
        }
    }
}

/// Catching up with peers: all of them after a start, then each by its own occasions.
async fn exchange(service: Service, cancel: CancellationToken) {
    if let Err(e) = service.exchange().catch_up_with_all(&service.cx()).await {
        tracing::error!(error = %e, "peers are not caught up with at once");
    }
    while !cancel.is_cancelled() {
        if let Err(e) = service.exchange().catch_up(&service.cx()).await {
            tracing::error!(error = %e, "peers could not be caught up with");
        }
        tokio::select! {
            () = tokio::time::sleep(CATCH_UP) => {}
            () = cancel.cancelled() => {}
        }
    }
}

/// The command line and other nodes change the rules too. What moderation rules were seen to do is written down.
async fn rules(service: Service, cancel: CancellationToken) {
    while !cancel.is_cancelled() {
        let (cx, moderation) = (service.cx(), service.moderation().rules());
        if let Err(e) = moderation.reload(&cx).await {
            tracing::error!(error = %e, "the moderation rules could not be read, the former ones stay");
        }
        if let Err(e) = moderation.write_figures(&cx).await {
            tracing::error!(error = %e, "what was counted of moderation rules is lost");
        }
        if let Err(e) = service.domains().reload().await {
            tracing::error!(error = %e, "the rules about domains could not be read, the former ones stay");
        }
        if let Err(e) = service.sign_ups().reload(&service.cx()).await {
            tracing::error!(error = %e, "the rules about addresses could not be read, the former ones stay");
        }
        tokio::select! {
            () = tokio::time::sleep(RULES) => {}
            () = cancel.cancelled() => {}
        }
    }
    if let Err(e) = service.moderation().rules().write_figures(&service.cx()).await {
        tracing::error!(error = %e, "what was counted of moderation rules is lost");
    }
}

/// News of this node to the others and back, where there may be others.
pub(crate) async fn share_news(storage: Storage, node: u8, cancel: CancellationToken) {
    let mut exchange = storage.news_exchange(node);
    loop {
        tokio::select! {
            ended = exchange.share() => match ended {
                Ok(()) => return,
                Err(e) => tracing::error!(error = %e, "nothing is heard of other nodes for a while"),
            },
            () = cancel.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = cancel.cancelled() => return,
        }
    }
}

/// The command line and other nodes announce too. At the end all streams end.
async fn announcements(service: Service, cancel: CancellationToken) {
    let mut board = Board::default();
    while !cancel.is_cancelled() {
        if let Err(e) = service.streaming().look_at(&mut board, &service.cx()).await {
            tracing::error!(error = %e, "announcements could not be looked at");
        }
        tokio::select! {
            () = tokio::time::sleep(ANNOUNCEMENTS) => {}
            () = cancel.cancelled() => {}
        }
    }
    service.streaming().stop();
}

async fn sweeps(service: Service, cancel: CancellationToken) {
    while !cancel.is_cancelled() {
        if let Err(e) = service.jobs().sweep(&service.cx()).await {
            tracing::error!(error = %e, "sweep failed");
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            () = cancel.cancelled() => {}
        }
    }
}

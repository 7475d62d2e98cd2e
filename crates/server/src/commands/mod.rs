//! What each command does.

pub(crate) mod admin;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod moderation;
pub(crate) mod serve;

use std::io::Write as _;

/// Writes a line to standard output. A reader that went away is no error: the work is done.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Writes a line to standard error.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// What people wrote: on one line of the terminal, without what moves its cursor or turns the text around.
pub(crate) fn one_line(text: &str) -> String {
    let is_unruly = |c: char| {
        c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    text.chars().map(|c| if is_unruly(c) { ' ' } else { c }).collect()
}

/// Resolves at Ctrl-C or, on Unix, at a polite request to end.
pub(crate) async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let Ok(mut terminate) = terminate else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

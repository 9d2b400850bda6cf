//! When the system asks a program to end.

use std::future::Future;
use std::io;

/// Waits for Ctrl-C, or for SIGTERM where there is such a thing.
///
/// It listens from the call on, not from when it is first awaited: a signal in between is heard.
/// Before the call a signal ends the program, as it should while there is nothing to drain yet.
///
/// # Errors
/// [`io::Error`] if the system does not let us listen.
///
/// # Panics
/// Outside a Tokio runtime whose I/O is enabled.
///
/// # Examples
/// ```no_run
/// # async fn example(service: trunkline::RunningService) -> Result<(), Box<dyn std::error::Error>> {
/// trunkline::shutdown_signal().await?;
/// let report = service.drain().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "it waits when it is awaited"]
pub fn shutdown_signal() -> impl Future<Output = io::Result<()>> + Send + 'static {
    let listening = listen();
    async move {
        #[cfg(unix)]
        {
            let (mut interrupt, mut terminate) = listening?;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        #[cfg(windows)]
        listening?.recv().await;
        Ok(())
    }
}

#[cfg(unix)]
fn listen() -> io::Result<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)> {
    use tokio::signal::unix::{SignalKind, signal};
    Ok((
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    ))
}

#[cfg(windows)]
fn listen() -> io::Result<tokio::signal::windows::CtrlC> {
    tokio::signal::windows::ctrl_c()
}

//! When the system asks a program to end.

use std::io;

/// Waits for Ctrl-C, or for SIGTERM where there is such a thing.
///
/// # Errors
/// [`io::Error`] if the system does not let us listen.
///
/// # Examples
/// ```no_run
/// # async fn example(service: trunkline::RunningService) -> Result<(), Box<dyn std::error::Error>> {
/// trunkline::shutdown_signal().await?;
/// let report = service.drain().await?;
/// # Ok(())
/// # }
/// ```
pub async fn shutdown_signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

//! The `trunkline` program: the everyday tool of Trunkline, and how the system is tried from
//! outside.
//!
//! Names, exit codes and JSON shapes are a promise to scripts: they are added to, never changed.

mod bus;
mod cli;
mod commands;
mod dialects;
mod failure;
mod feed;
mod filter;
mod host;
mod input;
mod interrupt;
mod letters;
mod output;
mod session;
mod settings;
mod shown;
mod tenants;
mod watch;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::{Builder, Runtime};

use cli::Cli;
use failure::{Exit, Failure};
use session::Session;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version come this way too, and leave with 0.
        Err(usage) => {
            // Whoever asked for help may have stopped reading it.
            let _ = usage.print();
            return Exit::from_clap(&usage).into();
        }
    };
    match start(cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.report();
            failure.exit().into()
        }
    }
}

/// Reads the settings, runs the command, and leaves nothing in the output's buffer.
fn start(cli: Cli) -> Result<Exit, Failure> {
    let runtime = runtime(cli.command.workers())
        .map_err(|error| Failure::running("the runtime cannot be started").caused_by(error))?;
    let session = {
        let _inside = runtime.enter();
        Session::open(&cli)?
    };
    let outcome = runtime.block_on(cli.command.run(&session));
    // A thread that waits for standard input would hold us for ever.
    runtime.shutdown_background();
    let flushed = session.output.flush();
    let exit = outcome?;
    flushed?;
    Ok(exit)
}

fn runtime(workers: usize) -> io::Result<Runtime> {
    match workers {
        1 => Builder::new_current_thread().enable_all().build(),
        several => Builder::new_multi_thread()
            .worker_threads(several)
            .enable_all()
            .build(),
    }
}

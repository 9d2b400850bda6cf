//! The service as a program of its own.

use std::process::ExitCode;

use mini_pbx_common::{connect, finish, program};
use mini_pbx_plugind::{Plugins, service};

#[tokio::main]
async fn main() -> ExitCode {
    program(async |config| {
        let bus = connect(&config, "plugind").await?;
        let running = service(bus.clone()).build()?.start().await?;
        let plugins = Plugins::of(&running, &config.plugins).await?;
        let finished = finish(running).await;
        plugins.close().await;
        finished?;
        Ok(bus.close().await?)
    })
    .await
}

//! The service as a program of its own.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    mini_pbx_common::run("confd", mini_pbx_confd::service).await
}

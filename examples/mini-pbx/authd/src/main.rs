//! The service as a program of its own.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    mini_pbx_common::run("authd", mini_pbx_authd::service).await
}

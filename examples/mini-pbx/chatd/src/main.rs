//! The service as a program of its own.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    mini_pbx_common::run("chatd", mini_pbx_chatd::service).await
}

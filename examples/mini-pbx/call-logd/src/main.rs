//! The service as a program of its own.

use std::process::ExitCode;

use mini_pbx_call_logd::Logs;

#[tokio::main]
async fn main() -> ExitCode {
    mini_pbx_common::run(|bus| mini_pbx_call_logd::service(bus, Logs::default())).await
}

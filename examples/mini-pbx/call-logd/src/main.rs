//! The service as a program of its own.

use std::process::ExitCode;

use mini_pbx_call_logd::{Logs, service};

#[tokio::main]
async fn main() -> ExitCode {
    mini_pbx_common::run("call-logd", |bus, store| service(bus, Logs::new(store))).await
}

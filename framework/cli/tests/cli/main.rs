//! The program as outsiders use it: commands, exit codes, and what goes where.

#![expect(clippy::unwrap_used, reason = "helpers of tests may, as tests may")]

mod acl;
mod amqp;
mod bench;
mod bridge;
mod catalog;
mod cloudevents;
mod config;
mod dead_letters;
mod demo;
mod hosting;
mod kazoo;
mod lines;
mod new;
mod plugins;
mod publish;
mod record;
mod run;
mod support;
mod topology;
mod usage;
mod watch;

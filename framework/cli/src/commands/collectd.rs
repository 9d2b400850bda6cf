//! `trunkline collectd encode`.

use clap::{Args, Subcommand};

use super::each_line::each_line;
use crate::failure::{Exit, Failure};
use crate::session::Session;

/// Statistics as wazo-calld sends them to collectd.
#[derive(Debug, Subcommand)]
pub(crate) enum Collectd {
    Encode(Encode),
}

/// Turns descriptions of statistics into the messages that carry them, without a broker.
///
/// Reads standard input, a JSON object a line: `service_uuid`, and either `inputs`, an object with
/// `plugin`, `plugin_instance`, `type`, `type_instance`, `values`, `interval` and `time`, or the
/// `name` of a built-in statistic with its `args`. Prints {"headers", "routing_key",
/// "content_type", "body"}, or {"error": {"line", "field", "reason"}} for a line that is refused;
/// the exit code is 4 if any was.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    echo '{\"name\":\"collectd_call_started\",\"args\":{\"application\":\"queue\"},\"service_uuid\":\"6b1f6f0e\"}' | trunkline collectd encode --stdin")]
pub(crate) struct Encode {
    /// Reads standard input, which is what happens anyway
    #[arg(long)]
    stdin: bool,
}

impl Collectd {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Self::Encode(_) = self;
        each_line(session, |line| {
            Ok(trunkline::wazo::encode_collectd_line(line)?)
        })
        .await
    }
}

//! `trunkline bridge`.

mod far;

use std::time::Duration;

use clap::Args;
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde::Serialize;
use tokio::time::{sleep, timeout};
use trunkline::{
    Binding, Envelope, Incoming, KeyPattern, PublishOptions, SubscribeOptions, Subscription,
    TransportError,
};

use crate::bus;
use crate::failure::{Exit, Failure, chain};
use crate::session::Session;
use crate::settings::{masked_url, parse_duration};
use far::{Far, Fate};

/// Longest wait for what is under way when the bridge ends.
const LAST: Duration = Duration::from_secs(10);

/// Carries events from one broker to another, of whatever make.
///
/// An event is acked on one side once the broker on the other side has it: what is under way when
/// anything breaks comes again, and nothing is lost. Key, headers, id and body stay as they are. An
/// event is not carried to a place it has been to, as its header `trunkline-via` tells, so that
/// bridges in a circle, or one each way, do not carry it for ever.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    trunkline bridge 'amqp://hub/?exchange=wazo-headers' 'mqtt://edge?client_id=hub' --key 'calls.#'\n  \
    trunkline bridge 'mqtt://edge?client_id=bridge-1' amqp://hub/ --key 'sensors.#' --group to-hub")]
pub(crate) struct Bridge {
    /// Where events come from, a transport's URL
    from: String,

    /// Where they are carried to
    to: String,

    /// Events whose routing key matches: `*` is one word, `#` any number
    #[arg(long = "key", value_name = "PATTERN", required = true)]
    keys: Vec<KeyPattern>,

    /// Takes events as a member of this durable group, so that none is missed while no bridge runs
    #[arg(long, value_name = "NAME")]
    group: Option<String>,

    /// What FROM is called in `trunkline-via`. Default its URL without user and parameters
    #[arg(long, value_name = "NAME")]
    from_name: Option<String>,

    /// What TO is called there
    #[arg(long, value_name = "NAME")]
    to_name: Option<String>,

    /// Ends after so many events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    /// Ends after this time, such as 500ms, 30s or 2m
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration)]
    time: Option<Duration>,
}

/// What became of the events that came.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Carried {
    /// Those the other broker has.
    carried: u64,
    /// Those that had been there before.
    turned_back: u64,
    /// Those the other side refused.
    refused: u64,
    /// Times that events may have been missed.
    gaps: u64,
}

impl Bridge {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let (from_name, to_name) = self.names()?;
        let settings = &session.settings;
        let from = bus::transport(&self.from, "argument `FROM`").await?;
        let to = bus::transport(&self.to, "argument `TO`").await?;
        let bindings = self.keys.iter().cloned().map(Binding::from);
        let options = match &self.group {
            Some(group) => SubscribeOptions::group(group, bindings),
            None => SubscribeOptions::live(bindings),
        };
        let mut subscription = from
            .subscribe(options.with_prefetch(settings.prefetch))
            .await?;
        let can_retain = to.capabilities().retain;
        let far = Far {
            publish: |envelope: Envelope, retained: bool| {
                let options = PublishOptions::new()
                    .with_timeout(settings.publish_timeout)
                    .with_retain(retained && can_retain);
                let to = &to;
                async move { to.publish(envelope, options).await.map(drop) }
            },
            from_name,
            to_name,
        };
        let mut told = Carried::default();
        let window = usize::from(settings.prefetch.get());
        let exit = self
            .carry(session, &mut subscription, &far, window, &mut told)
            .await;
        if let Err(error) = subscription.close().await {
            tracing::debug!(%error, "the subscription had ended");
        }
        // Both ends are to be closed, whatever the first says.
        let (from_closed, to_closed) = (from.close().await, to.close().await);
        session.output.json(&told)?;
        session.output.text(format!(
            "carried {} events; {} turned back, {} refused, {} gaps",
            told.carried, told.turned_back, told.refused, told.gaps
        ))?;
        from_closed?;
        to_closed?;
        exit
    }

    /// What the two places are called.
    fn names(&self) -> Result<(String, String), Failure> {
        let name = |given: &Option<String>, url| given.clone().unwrap_or_else(|| place(url));
        let names = (
            name(&self.from_name, &self.from),
            name(&self.to_name, &self.to),
        );
        if names.0 == names.1 {
            return Err(Failure::usage(
                "arguments `FROM` and `TO`",
                format!("both are `{}`", names.0),
                "give two places, or tell them apart with --from-name and --to-name",
            ));
        }
        Ok(names)
    }

    async fn carry<P, F>(
        &self,
        session: &Session,
        subscription: &mut Subscription,
        far: &Far<P>,
        window: usize,
        told: &mut Carried,
    ) -> Result<Exit, Failure>
    where
        P: Fn(Envelope, bool) -> F,
        F: Future<Output = Result<(), TransportError>>,
    {
        let time_is_up = async {
            match self.time {
                Some(time) => sleep(time).await,
                None => std::future::pending().await,
            }
        };
        // Made once, not for every event.
        let asked_to_end = session.interrupt.asked();
        tokio::pin!(time_is_up, asked_to_end);
        let mut under_way = FuturesUnordered::new();
        let mut taken = 0;
        let exit = loop {
            let all = self.count.is_some_and(|count| taken >= count);
            if all && under_way.is_empty() {
                return Ok(Exit::Done);
            }
            tokio::select! {
                biased;
                () = &mut asked_to_end => break Ok(Exit::Done),
                () = &mut time_is_up => break Ok(Exit::Done),
                Some(fate) = under_way.next() => told.count(&fate),
                incoming = subscription.next(), if !all && under_way.len() < window => match incoming {
                    Some(Incoming::Delivery(delivery)) => {
                        taken += 1;
                        under_way.push(far.carry_one(delivery));
                    }
                    Some(Incoming::Gap(gap)) => {
                        told.gaps += 1;
                        tracing::warn!(reason = gap.reason, missed = gap.missed, "events were missed");
                    }
                    Some(_) => {}
                    None => break match subscription.end() {
                        Some(Err(error)) => Err(Failure::running(chain(error))),
                        _ => Ok(Exit::Done),
                    },
                },
            }
        };
        let rest = async {
            while let Some(fate) = under_way.next().await {
                told.count(&fate);
            }
        };
        if timeout(LAST, rest).await.is_err() {
            session
                .output
                .note("what was still under way goes back, to be carried again");
        }
        exit
    }
}

/// A URL without user and parameters.
fn place(url: &str) -> String {
    let bare = url.split('?').next().unwrap_or(url);
    let (scheme, rest) = bare.split_once("://").unwrap_or(("", bare));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    masked_url(&match scheme {
        "" => host.to_owned(),
        scheme => format!("{scheme}://{}", host.trim_end_matches('/')),
    })
}

impl Carried {
    fn count(&mut self, fate: &Fate) {
        match fate {
            Fate::Carried => self.carried += 1,
            Fate::TurnedBack => self.turned_back += 1,
            Fate::Refused => self.refused += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_no_user_and_no_parameters() {
        for (url, name) in [
            (
                "mqtt://me:secret@edge:1883/?client_id=x",
                "mqtt://edge:1883",
            ),
            ("amqp://hub/vhost", "amqp://hub/vhost"),
            ("memory:lab", "memory:lab"),
        ] {
            assert_eq!(place(url), name);
        }
    }
}

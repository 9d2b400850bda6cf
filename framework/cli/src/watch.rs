//! Taking events from a bus until there were enough, for `listen` and `record`.

use std::future::poll_fn;
use std::path::PathBuf;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use clap::Args;
use trunkline::{Bus, Envelope, Incoming, Overflow, SubscribeOptions, Subscription};

use crate::failure::{Exit, Failure, chain};
use crate::feed::{Fed, Feed, Line};
use crate::filter::Filter;
use crate::input::Source;
use crate::output::say;
use crate::session::Session;
use crate::settings::parse_duration;

/// What is watched, and until when.
#[derive(Debug, Clone, Args)]
pub(crate) struct Watch {
    #[command(flatten)]
    filter: Filter,

    /// Shares the work with the other members of this group; what is unread outlives them
    #[arg(help_heading = "How", long, value_name = "NAME")]
    group: Option<String>,

    /// Ends after so many events
    #[arg(help_heading = "How", long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    /// Ends after this time, such as 500ms, 30s or 2m
    #[arg(help_heading = "How", long = "for", value_name = "DURATION", value_parser = parse_duration)]
    time: Option<Duration>,

    /// On `memory:`, publishes the events of FILE first (`-` is standard input) and ends with them
    #[arg(help_heading = "How", long, value_name = "FILE")]
    input: Option<PathBuf>,
}

/// One event that was wanted.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    /// The bus it came by.
    pub(crate) bus: &'a Bus,
    /// The event.
    pub(crate) envelope: &'a Envelope,
    /// When it came.
    pub(crate) at: SystemTime,
}

impl Watch {
    /// Takes events, shows those wanted, and settles all of them, until there were enough, time
    /// is up, the input is through, or the program is asked to end.
    pub(crate) async fn run(
        &self,
        session: &Session,
        mut show: impl FnMut(&Seen<'_>) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        let interrupt = &session.interrupt;
        let bus = session.connect().await?;
        let feed = self.feed(session)?;
        let mut subscription = bus.subscribe(self.options(session, &bus)?).await?;
        let watched = tokio::select! {
            biased;
            () = interrupt.asked() => Ok(Exit::Interrupted),
            () = session.output.gone() => Ok(Exit::Done),
            watched = self.take(&bus, &mut subscription, feed, &mut show) => watched,
        };
        if let Err(error) = subscription.close().await {
            tracing::debug!(%error, "the subscription had ended");
        }
        bus.close().await?;
        watched
    }

    fn feed(&self, session: &Session) -> Result<Option<Feed>, Failure> {
        let settings = &session.settings;
        let in_memory = session.in_memory();
        match &self.input {
            Some(_) if !in_memory => Err(Failure::usage(
                "option `--input`",
                "feeds `memory:` alone",
                "publish with `trunkline replay` beside this command",
            )),
            Some(path) => {
                let source = Source::open("option `--input`", path, settings.dialect)?;
                Ok(Some(Feed::all(source, settings.publish_timeout)))
            }
            None if in_memory => {
                session.output.note(
                    "memory: is this process alone, so nothing will come; \
                     give --input FILE, or the --transport URL of a broker",
                );
                Ok(None)
            }
            None => Ok(None),
        }
    }

    fn options(&self, session: &Session, bus: &Bus) -> Result<SubscribeOptions, Failure> {
        let bindings = self
            .filter
            .bindings(bus.dialect(), bus.transport().capabilities())?;
        let options = match &self.group {
            Some(group) => SubscribeOptions::group(group, bindings),
            None => SubscribeOptions::live(bindings),
        };
        let options = options.with_prefetch(session.settings.prefetch);
        // What is fed waits for us; what others publish must not.
        Ok(match self.input {
            Some(_) => options.with_overflow(Overflow::Wait),
            None => options,
        })
    }

    async fn take(
        &self,
        bus: &Bus,
        subscription: &mut Subscription,
        feed: Option<Feed>,
        show: &mut impl FnMut(&Seen<'_>) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        let name = feed.as_ref().map(|feed| feed.source.name().to_owned());
        let feeding = async {
            let mut fed = Fed::default();
            match feed {
                Some(feed) => feed.run(bus, &mut fed, tell_refusal).await.map(|()| fed),
                None => std::future::pending().await,
            }
        };
        let time_is_up = async {
            match self.time {
                Some(time) => tokio::time::sleep(time).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(feeding, time_is_up);
        let (mut fed, mut shown) = (None::<Fed>, 0);
        while self.count != Some(shown) {
            let incoming = if fed.is_some() {
                match there_now(subscription).await {
                    Some(incoming) => incoming,
                    None => break,
                }
            } else {
                tokio::select! {
                    incoming = subscription.next() => incoming,
                    done = &mut feeding => {
                        fed = Some(done?);
                        continue;
                    }
                    () = &mut time_is_up => break,
                }
            };
            let incoming = incoming.map_or_else(|| ended(subscription), Ok)?;
            shown += u64::from(self.one(bus, incoming, show).await?);
        }
        match (fed, name) {
            (Some(fed), Some(name)) => fed.check(&name).map(|()| Exit::Done),
            _ => Ok(Exit::Done),
        }
    }

    /// Shows an event if it is wanted, and settles it; tells whether it was shown.
    async fn one(
        &self,
        bus: &Bus,
        incoming: Incoming,
        show: &mut impl FnMut(&Seen<'_>) -> Result<(), Failure>,
    ) -> Result<bool, Failure> {
        let delivery = match incoming {
            Incoming::Delivery(delivery) => delivery,
            Incoming::Gap(gap) => {
                let missed = gap
                    .missed
                    .map_or("some".to_owned(), |missed| missed.to_string());
                say(&format!("missed {missed} events: {}", gap.reason));
                return Ok(false);
            }
            _ => return Ok(false),
        };
        let wanted = self.filter.wants(bus.dialect(), delivery.envelope());
        if wanted {
            let seen = Seen {
                bus,
                envelope: delivery.envelope(),
                at: SystemTime::now(),
            };
            if let Err(failure) = show(&seen) {
                // It was not seen: of a group, another member may have it.
                delivery.hand_back();
                return Err(failure);
            }
        }
        if let Err(error) = delivery.ack().await {
            tracing::warn!(error = chain(&error), "an event may come again");
        }
        Ok(wanted)
    }
}

fn tell_refusal(line: &Line<'_>) -> Result<(), Failure> {
    if let Line::Refused(refusal) = line {
        say(&format!("refused: {refusal}"));
    }
    Ok(())
}

/// What a broker in memory holds, once all was published: nothing comes later, and what has
/// expired does not come at all.
async fn there_now(subscription: &mut Subscription) -> Option<Option<Incoming>> {
    poll_fn(|cx| {
        Poll::Ready(match subscription.poll_next(cx) {
            Poll::Ready(incoming) => Some(incoming),
            Poll::Pending => None,
        })
    })
    .await
}

/// The supply ended though nobody asked.
fn ended<T>(subscription: &Subscription) -> Result<T, Failure> {
    Err(match subscription.end() {
        Some(Err(error)) => Failure::of_transport(error),
        _ => Failure::running("the broker has ended the subscription"),
    })
}

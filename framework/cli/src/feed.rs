//! Publishing a recording, at its pace or another.

use std::str::FromStr;
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, sleep_until};
use trunkline::{
    Bus, Envelope, EventId, NamePattern, PublishOptions, Receipt, Routing, TransportError,
    TransportErrorKind,
};

use crate::failure::{Failure, Refusal, chain};
use crate::input::{Recorded, Source};
use crate::session::Session;
use crate::tenants::TenantMap;

/// How fast a recording is played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Speed {
    /// So many times as fast as it was recorded.
    Times(f64),
    /// As fast as it goes.
    Max,
}

impl FromStr for Speed {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match (text, text.parse::<f64>()) {
            ("max", _) => Ok(Self::Max),
            (_, Ok(times)) if times.is_finite() && times > 0.0 => Ok(Self::Times(times)),
            _ => Err("write a number above 0, such as `0.5` or `10`, or `max`"),
        }
    }
}

impl Speed {
    /// When an event is due that was recorded so long after the beginning.
    fn due(self, begun: Instant, offset: Duration) -> Option<Instant> {
        let Self::Times(times) = self else {
            return None;
        };
        let wait = Duration::try_from_secs_f64(offset.as_secs_f64() / times);
        let wait = wait.unwrap_or(CENTURY).min(CENTURY);
        Some(begun + wait)
    }
}

/// As good as never, and within what clocks can add.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);

/// A recording about to be published.
#[derive(Debug)]
pub(crate) struct Feed {
    /// Where it comes from.
    pub(crate) source: Source,
    /// How fast it is played.
    pub(crate) speed: Speed,
    /// Names of the events that are wanted; none is all.
    pub(crate) only: Vec<NamePattern>,
    /// Tenants to be told of as others.
    pub(crate) tenants: TenantMap,
    /// Longest wait for the broker's word on each event.
    pub(crate) timeout: Duration,
    /// Whether what becomes of each event is waited for: then each has an id, and none expires.
    pub(crate) waited_for: bool,
}

/// What became of a recording.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Fed {
    /// Events the broker took.
    pub(crate) published: u64,
    /// Those of them that reached somebody.
    pub(crate) routed: u64,
    /// Those that reached nobody.
    pub(crate) unroutable: u64,
    /// Events left out, because others alone were wanted.
    pub(crate) left_out: u64,
    /// Lines refused.
    pub(crate) refused: u64,
}

impl Fed {
    /// Fails if lines were refused.
    pub(crate) fn check(&self, name: &str) -> Result<(), Failure> {
        match self.refused {
            0 => Ok(()),
            refused => Err(Failure::lines_refused(name, refused)),
        }
    }

    /// Says why nobody was there, where that is no wonder.
    pub(crate) fn hint(&self, session: &Session) {
        if self.unroutable > 0 && session.in_memory() {
            session.output.note(NOBODY);
        }
    }
}

/// Why a publish on `memory:` reaches nobody, and what to do.
pub(crate) const NOBODY: &str = "memory: is this process alone, so nobody was there to take it; \
    give the --transport URL of a broker, or see `trunkline run --input FILE` and `trunkline demo`";

/// What became of one line.
#[derive(Debug)]
pub(crate) enum Line<'a> {
    /// It was published.
    Published(&'a Envelope, &'a Receipt),
    /// It was refused.
    Refused(&'a Refusal),
    /// It was left out, because others alone are wanted.
    LeftOut,
}

impl Feed {
    /// Feeds all of a source, as fast as it goes.
    pub(crate) fn all(source: Source, timeout: Duration) -> Self {
        Self {
            source,
            speed: Speed::Max,
            only: Vec::new(),
            tenants: TenantMap::default(),
            timeout,
            waited_for: false,
        }
    }

    /// Gives each event an id and all the time it needs, so that what becomes of it can be waited
    /// for.
    pub(crate) fn waited_for(mut self) -> Self {
        self.waited_for = true;
        self
    }

    /// Publishes what is wanted and tells of each line; what became of all is in `fed` at any time.
    ///
    /// Refused lines do not end it. Dropping the future ends it between two events.
    pub(crate) async fn run(
        mut self,
        bus: &Bus,
        fed: &mut Fed,
        mut tell: impl FnMut(&Line<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut fate = |line: &Line<'_>| {
            fed.count(line);
            tell(line)
        };
        let mut begun = None;
        while let Some(event) = self.source.next().await? {
            let event = match event.and_then(|event| self.mapped(event)) {
                Ok(event) if self.wants(bus, &event.envelope) => event,
                Ok(_) => {
                    fate(&Line::LeftOut)?;
                    continue;
                }
                Err(refusal) => {
                    fate(&Line::Refused(&refusal))?;
                    continue;
                }
            };
            let begun = *begun.get_or_insert_with(Instant::now);
            if let Some(due) = self.speed.due(begun, event.offset) {
                sleep_until(due).await;
            }
            match publish(bus, &event, self.timeout).await? {
                Ok(receipt) => fate(&Line::Published(&event.envelope, &receipt))?,
                Err(refusal) => fate(&Line::Refused(&refusal))?,
            }
        }
        Ok(())
    }

    fn mapped(&self, event: Recorded) -> Result<Recorded, Refusal> {
        let Recorded {
            line,
            offset,
            envelope,
        } = event;
        let envelope = self
            .tenants
            .apply(envelope)
            .map_err(|fault| Refusal::at(line, fault))?;
        let envelope = match self.waited_for {
            true => patient(envelope),
            false => envelope,
        };
        Ok(Recorded {
            line,
            offset,
            envelope,
        })
    }

    fn wants(&self, bus: &Bus, envelope: &Envelope) -> bool {
        let name = || bus.dialect().event_name(envelope);
        self.only.is_empty()
            || name().is_some_and(|name| self.only.iter().any(|only| only.matches(&name)))
    }
}

impl Fed {
    /// Counts a line's fate.
    fn count(&mut self, line: &Line<'_>) {
        match line {
            Line::LeftOut => self.left_out += 1,
            Line::Refused(_) => self.refused += 1,
            Line::Published(_, receipt) => {
                self.published += 1;
                match receipt.routing {
                    Routing::Routed => self.routed += 1,
                    Routing::Unroutable => self.unroutable += 1,
                    _ => {}
                }
            }
        }
    }
}

/// The event with an id, and without a time by which it expires: nobody would hear of its end.
pub(crate) fn patient(mut envelope: Envelope) -> Envelope {
    let properties = envelope.properties_mut();
    properties.set_expiration(None);
    if properties.id().is_none() {
        properties.set_id(Some(EventId::generate()));
    }
    envelope
}

/// Publishes an event; what is wrong with the event itself refuses its line, no more.
pub(crate) async fn publish(
    bus: &Bus,
    event: &Recorded,
    timeout: Duration,
) -> Result<Result<Receipt, Refusal>, Failure> {
    let options = PublishOptions::new().with_timeout(timeout);
    let published = bus
        .publisher()
        .publish_envelope(event.envelope.clone(), options)
        .await;
    match published {
        Ok(receipt) => Ok(Ok(receipt)),
        Err(error) if error.kind() == TransportErrorKind::Refused => Ok(Err(Refusal {
            line: event.line,
            field: field_of(&error).to_owned(),
            reason: chain(&error),
        })),
        Err(error) => Err(error.into()),
    }
}

/// The part of an event that a transport refused.
pub(crate) fn field_of(error: &TransportError) -> &'static str {
    match error {
        TransportError::Key { .. } => "routing_key",
        TransportError::Header { .. } | TransportError::ReservedHeader { .. } => "headers",
        TransportError::PayloadTooLarge { .. } => "payload",
        _ => "line",
    }
}

/// The broker's answer to a publish, in a word.
pub(crate) fn answer(receipt: &Receipt) -> &'static str {
    match receipt.routing {
        Routing::Routed => "routed",
        Routing::Unroutable => "unroutable",
        _ => "accepted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_numbers_above_zero_or_max() {
        assert_eq!("max".parse(), Ok(Speed::Max));
        assert_eq!("0.5".parse(), Ok(Speed::Times(0.5)));
        for bad in ["", "0", "-1", "NaN", "inf", "fast"] {
            assert!(bad.parse::<Speed>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_due_beyond_all_clocks_is_due_in_a_century() {
        let begun = Instant::now();
        let late = Some(begun + CENTURY);
        assert_eq!(
            Speed::Times(1e-300).due(begun, Duration::from_secs(1)),
            late
        );
        assert_eq!(Speed::Times(1.0).due(begun, Duration::MAX), late);
        assert_eq!(Speed::Max.due(begun, Duration::MAX), None);
    }
}

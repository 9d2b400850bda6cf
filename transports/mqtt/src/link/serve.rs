//! One connection, from its welcome to its end.

use std::collections::VecDeque;
use std::io;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::select;
use tokio::sync::oneshot;
use tokio::time::{Duration, Instant, sleep_until, timeout};
use trunkline_core::{Routing, TransportError};

use super::dial::{Dialled, GOODBYE, Stream};
use super::driver::{Driver, is_closing};
use super::flight::{Flight, MAX_FILTERS, Sent};
use super::packets::{Codec, Goodbye, Incoming, Welcome};
use super::{AckNow, Arrival, Command, Filter, LinkState, Outage, Pending};
use crate::NAME;

/// Bytes that wait to be written before no more are made.
const MAX_OUT: usize = 256 << 10;

/// How long after an outage a publish that reaches nobody is tried again: longer than others take
/// to come back.
const GRACE: Duration = Duration::from_secs(3);

/// The pause between two such tries.
const PAUSE: Duration = Duration::from_millis(50);

/// How a connection ended.
pub(super) enum End {
    /// We are done.
    Closing,
    /// It broke, and why.
    Lost(String),
    /// Another one would end the same way.
    Fatal(TransportError),
}

/// One connection.
pub(super) struct Serve<'a> {
    driver: &'a mut Driver,
    reader: ReadHalf<Box<dyn Stream>>,
    writer: WriteHalf<Box<dyn Stream>>,
    codec: Codec,
    read: BytesMut,
    out: BytesMut,
    /// Written, and perhaps not gone: TLS keeps what does not fit.
    unflushed: bool,
    flight: Flight,
    window: usize,
    /// Packets that restore subscriptions and are not answered yet.
    restoring: usize,
    keep_alive: Duration,
    heard: Instant,
    written: Instant,
    /// Since when a ping is unanswered.
    pinged: Option<Instant>,
    /// Who waits for each answer to a ping.
    pings: VecDeque<Option<oneshot::Sender<()>>>,
    /// Until when a publish that reaches nobody is tried again: subscribers may have lost their
    /// links with ours, and some brokers lose shared subscriptions when they restart.
    grace: Option<Instant>,
    /// When publishing goes on, if it pauses.
    pause: Option<Instant>,
    endpoint: String,
}

impl<'a> Serve<'a> {
    pub(super) fn new(driver: &'a mut Driver, dialled: Dialled, outage: Option<Outage>) -> Self {
        let (reader, writer) = split(dialled.stream);
        let Welcome {
            receive_max,
            keep_alive,
            ..
        } = dialled.welcome;
        let codec = Codec {
            version: driver.config.version,
            max_incoming: driver.config.max_packet,
        };
        let asked = driver.config.keep_alive;
        let keep_alive = keep_alive.map_or(asked, |secs| Duration::from_secs(secs.into()));
        if let Some(outage) = outage {
            // Before anything is read: word of the gap comes before what comes after it.
            driver.inlet.restored(outage);
        }
        let now = Instant::now();
        let mut serve = Self {
            driver,
            reader,
            writer,
            codec,
            read: dialled.read,
            out: BytesMut::with_capacity(8 << 10),
            unflushed: false,
            flight: Flight::default(),
            window: usize::from(receive_max.max(1)),
            restoring: 0,
            keep_alive: keep_alive.max(Duration::from_secs(1)),
            heard: now,
            written: now,
            pinged: None,
            pings: VecDeque::new(),
            grace: outage.map(|_| now + GRACE),
            pause: None,
            endpoint: dialled.endpoint,
        };
        // A session that is there may lack them: mosquitto 2.0.11 forgets shared subscriptions when
        // it restarts, and keeps what waits in them.
        serve.restore();
        serve
    }

    /// Asks again for what was granted before.
    fn restore(&mut self) {
        let granted: Vec<Filter> = self.driver.granted.iter().cloned().collect();
        for some in granted.chunks(MAX_FILTERS).rev() {
            self.restoring += 1;
            let again = Sent::Subscribe(some.to_vec(), None);
            self.driver.asks.push_front(again);
        }
    }

    pub(super) async fn run(mut self) -> End {
        let end = self.serve().await;
        let back = self.flight.take_back();
        self.driver.take_back(back);
        end
    }

    async fn serve(&mut self) -> End {
        let mut closing = self.driver.shared.closing.subscribe();
        let mut batch = Vec::new();
        let beat = self.keep_alive / 8;
        let mut next_beat = Instant::now() + beat;
        self.announce();
        // Something may have come right behind the welcome.
        if let Err(end) = self.parse() {
            return end;
        }
        loop {
            if is_closing(&closing) {
                return self.goodbye().await;
            }
            self.fill();
            let full = self.driver.inlet.is_full();
            self.read.reserve(16 << 10);
            let done = select! {
                read = self.reader.read_buf(&mut self.read), if !full => self.has_read(read),
                wrote = write(&mut self.writer, &self.out), if self.unflushed || !self.out.is_empty() => {
                    self.has_written(wrote)
                }
                count = self.driver.commands.recv_many(&mut batch, 256), if self.out.len() < MAX_OUT => {
                    if count == 0 {
                        return self.goodbye().await;
                    }
                    batch.drain(..).for_each(|command| self.take(command));
                    Ok(())
                }
                () = sleep_until(self.pause.unwrap_or(next_beat)), if self.pause.is_some() => {
                    self.pause = None;
                    Ok(())
                }
                () = sleep_until(next_beat) => {
                    next_beat = Instant::now() + beat;
                    self.show_life(full)
                }
                () = self.driver.shared.unblocked.notified(), if full => Ok(()),
                _ = closing.changed() => Ok(()),
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// Says that the link is up, once its subscriptions are restored.
    fn announce(&mut self) {
        if self.restoring == 0 {
            self.driver.shared.state.send_if_modified(|state| {
                let changed = *state != LinkState::Up;
                *state = LinkState::Up;
                changed
            });
            self.driver.inlet.up();
        }
    }

    fn has_read(&mut self, read: io::Result<usize>) -> Result<(), End> {
        match read {
            Ok(0) => Err(End::Lost("the broker closed the connection".into())),
            Ok(_) => {
                self.heard = Instant::now();
                self.parse()
            }
            Err(error) => Err(broken(&error)),
        }
    }

    fn has_written(&mut self, wrote: io::Result<usize>) -> Result<(), End> {
        match wrote {
            Ok(count) => {
                self.written = Instant::now();
                self.unflushed = count > 0 && self.driver.config.tls.is_some();
                self.out.advance(count);
                Ok(())
            }
            Err(error) => Err(broken(&error)),
        }
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Ack { pkid, generation } if generation == self.driver.generation => {
                self.codec.puback(pkid, &mut self.out);
            }
            Command::Sync(answer) => self.ping(Some(answer)),
            other => self.driver.take(other),
        }
    }

    /// Writes what may be written now.
    fn fill(&mut self) {
        while self.out.len() < MAX_OUT {
            let Some(ask) = self.driver.asks.pop_front() else {
                break;
            };
            let Some(id) = self.flight.take_id() else {
                self.driver.asks.push_front(ask);
                break;
            };
            match &ask {
                Sent::Subscribe(filters, _) => self.codec.subscribe(id, filters, &mut self.out),
                Sent::Unsubscribe(filters, _) => self.codec.unsubscribe(id, filters, &mut self.out),
                Sent::Publish(_) | Sent::Released(..) => {}
            }
            self.flight.begin(id, ask);
        }
        let now = Instant::now();
        if self.grace.is_some_and(|until| now < until) && self.driver.inlet.holds_publishing() {
            self.pause.get_or_insert(now + PAUSE);
        }
        if self.pause.is_some_and(|until| until > now) {
            return;
        }
        while self.out.len() < MAX_OUT && self.flight.publishes() < self.window {
            let Some(mut pending) = self.driver.pending.pop_front() else {
                break;
            };
            if pending.answer.is_closed() {
                continue;
            }
            if !pending.packet.is_answered() {
                self.out.extend_from_slice(pending.packet.bytes());
                let _ = pending.answer.send(Ok(Routing::Unknown));
                continue;
            }
            let Some(id) = self.flight.take_id() else {
                self.driver.pending.push_front(pending);
                break;
            };
            pending.packet.set_id(id);
            self.out.extend_from_slice(pending.packet.bytes());
            self.flight.begin(id, Sent::Publish(pending));
        }
    }

    /// Handles every packet that is there as a whole.
    fn parse(&mut self) -> Result<(), End> {
        loop {
            match self.codec.read(&mut self.read) {
                Ok(Some(packet)) => self.handle(packet)?,
                Ok(None) => return Ok(()),
                Err(malformed) => return Err(End::Lost(malformed.to_string())),
            }
        }
    }

    fn handle(&mut self, packet: Incoming) -> Result<(), End> {
        match packet {
            Incoming::Publish { message, pkid, dup } => {
                let arrival = Arrival {
                    message,
                    pkid,
                    dup,
                    generation: self.driver.generation,
                };
                if self.driver.inlet.incoming(arrival) == AckNow::Yes && pkid != 0 {
                    self.codec.puback(pkid, &mut self.out);
                }
            }
            Incoming::Taken {
                pkid,
                released: true,
                outcome: Ok(routing),
            } => {
                if self.flight.release(pkid, routing) {
                    self.codec.pubrel(pkid, &mut self.out);
                }
            }
            Incoming::Taken { pkid, outcome, .. } => {
                if let Some(Sent::Publish(pending)) = self.flight.end(pkid) {
                    if outcome == Ok(Routing::Unroutable) && self.tries_again(&pending) {
                        self.pause = Some(Instant::now() + PAUSE);
                        self.driver.pending.push_front(pending);
                        return Ok(());
                    }
                    let key = &pending.routing_key;
                    let outcome = outcome.map_err(|reason| self.refused(key, reason));
                    let _ = pending.answer.send(outcome);
                }
            }
            Incoming::PubComp(pkid) => {
                if let Some(Sent::Released(pending, routing)) = self.flight.end(pkid) {
                    let _ = pending.answer.send(Ok(routing));
                }
            }
            Incoming::SubAck(pkid, codes) => self.granted(pkid, codes)?,
            Incoming::UnsubAck(pkid) => {
                if let Some(Sent::Unsubscribe(filters, answer)) = self.flight.end(pkid) {
                    for filter in &filters {
                        self.driver.granted.remove(filter);
                    }
                    let _ = answer.send(Ok(()));
                }
            }
            Incoming::PingResp => {
                if let Some(Some(waiting)) = self.pings.pop_front() {
                    // Who waits may have gone.
                    let _ = waiting.send(());
                }
                self.pinged = (!self.pings.is_empty()).then(Instant::now);
            }
            Incoming::Disconnect(goodbye) => return Err(self.thrown_out(goodbye)),
            Incoming::Welcome(_) => return Err(End::Lost("a second CONNACK came".into())),
        }
        Ok(())
    }

    fn tries_again(&self, pending: &Pending) -> bool {
        let grace = self.grace.is_some_and(|until| Instant::now() < until);
        grace && pending.seeks_subscribers && !pending.answer.is_closed()
    }

    fn ping(&mut self, answer: Option<oneshot::Sender<()>>) {
        self.codec.ping(&mut self.out);
        self.pings.push_back(answer);
        self.pinged.get_or_insert_with(Instant::now);
    }

    fn refused(&self, key: &str, reason: String) -> TransportError {
        if reason.contains("NotAuthorized") {
            return TransportError::Denied {
                transport: NAME,
                endpoint: self.endpoint.clone(),
                check: "the broker's access list: it takes no such publish from us",
                source: format!("`{key}`: {reason}").into(),
            };
        }
        TransportError::Broker {
            transport: NAME,
            what: format!("the broker does not take `{key}`: {reason}"),
            source: None,
        }
    }

    /// A SUBSCRIBE was answered; a filter that was refused makes it a failure.
    fn granted(&mut self, pkid: u16, codes: Vec<Result<(), String>>) -> Result<(), End> {
        let Some(Sent::Subscribe(filters, answer)) = self.flight.end(pkid) else {
            return Ok(());
        };
        let refused = filters.iter().zip(&codes).find_map(|(filter, code)| {
            let reason = code.as_ref().err()?;
            Some((filter.path.clone(), reason.clone()))
        });
        let missing = codes.len() < filters.len();
        let outcome = match refused {
            Some((filter, reason)) => Err(self.no_filter(&filter, reason)),
            None if missing => Err(self.no_filter("", "too few reason codes".into())),
            None => Ok(()),
        };
        if outcome.is_ok() {
            self.driver.granted.extend(filters);
        }
        match answer {
            Some(answer) => drop(answer.send(outcome)),
            None => {
                outcome.map_err(End::Fatal)?;
                self.restoring -= 1;
                self.announce();
            }
        }
        Ok(())
    }

    fn no_filter(&self, filter: &str, reason: String) -> TransportError {
        TransportError::Denied {
            transport: NAME,
            endpoint: self.endpoint.clone(),
            check: "the broker's access list, and that it has wildcard and shared subscriptions",
            source: format!("the filter `{filter}` was refused: {reason}").into(),
        }
    }

    fn thrown_out(&self, goodbye: Goodbye) -> End {
        if goodbye.taken_over {
            return End::Fatal(TransportError::Broker {
                transport: NAME,
                what: format!(
                    "another client took over the session `{}`; give each instance a \
                     `client_id` of its own",
                    self.driver.plan.client_id
                ),
                source: None,
            });
        }
        End::Lost(format!(
            "the broker ended the connection: {}",
            goodbye.reason
        ))
    }

    /// Sends a ping where nothing else shows that the link lives; notices when it does not.
    fn show_life(&mut self, full: bool) -> Result<(), End> {
        let now = Instant::now();
        match self.pinged {
            // We do not listen, so silence says nothing.
            Some(_) if full => self.pinged = Some(now),
            Some(pinged) => {
                let silence = now - pinged.max(self.heard);
                if silence >= self.keep_alive * 3 / 4 {
                    return Err(End::Lost("the broker shows no sign of life".into()));
                }
            }
            None => {
                let idle = now - self.heard.min(self.written);
                if idle >= self.keep_alive / 2 {
                    self.ping(None);
                }
            }
        }
        Ok(())
    }

    /// Sends the acks that are on their way, and says goodbye.
    async fn goodbye(&mut self) -> End {
        while let Ok(command) = self.driver.commands.try_recv() {
            self.take(command);
        }
        let will = self.driver.plan.will.is_some();
        let said = self.codec.disconnect(will, &mut self.out);
        let farewell = async {
            self.writer.write_all(&self.out).await?;
            self.writer.flush().await?;
            if !said {
                self.writer.shutdown().await?;
            }
            // The broker has done all we asked once it closes its end.
            self.reader.read_buf(&mut self.read).await
        };
        let mut heard = timeout(GOODBYE, farewell).await;
        // What still comes is noted as sent and seen by nobody.
        while let Ok(Ok(1..)) = heard
            && self.parse().is_ok()
        {
            heard = timeout(GOODBYE, self.reader.read_buf(&mut self.read)).await;
        }
        End::Closing
    }
}

/// Writes some of what there is; with nothing there, sees to it that all is gone. Dropped, it has
/// done neither.
async fn write(writer: &mut WriteHalf<Box<dyn Stream>>, out: &[u8]) -> io::Result<usize> {
    match out.is_empty() {
        true => writer.flush().await.map(|()| 0),
        false => writer.write(out).await,
    }
}

fn broken(error: &io::Error) -> End {
    End::Lost(format!("the connection broke: {error}"))
}

//! One connection, from its welcome to its end.

mod answers;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::select;
use tokio::sync::oneshot;
use tokio::time::{Duration, Instant, MissedTickBehavior, interval, sleep_until, timeout};
use trunkline_core::{Routing, TransportError};

use super::dial::{Dialled, GOODBYE, Stream};
use super::driver::Driver;
use super::flight::{Flight, MAX_FILTERS, Sent};
use super::packets::{Codec, Welcome};
use super::{Command, Filter, LinkState, Outage};
use crate::group::AGAIN;

/// Bytes that wait to be written before no more are made.
const MAX_OUT: usize = 256 << 10;

/// Commands taken before the link is looked at again.
const MAX_TURN: usize = 512;

/// How long after an outage a publish that reaches nobody is tried again: longer than others take
/// to come back.
const GRACE: Duration = Duration::from_secs(3);

/// The longest time between two looks at the clock.
const LONGEST_BEAT: Duration = Duration::from_secs(1);

/// The pause between two such tries.
const PAUSE: Duration = Duration::from_millis(50);

/// How a connection ended.
pub(super) enum End {
    /// We are done.
    Closing,
    /// The broker closed it without a word.
    Closed,
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
        if outage.is_some_and(|outage| outage.resumed) {
            serve.probe();
        }
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

    /// Asks, before the subscriptions are made again, whether the session had them. There is no other
    /// way to learn that it had not, and that events have passed it by. The one that is asked about
    /// is gone for a moment: that of replays, because who replays is told, and tries again.
    fn probe(&mut self) {
        let replays = |filter: &&Filter| filter.path.contains(AGAIN);
        if let Some(filter) = self.driver.granted.iter().find(replays) {
            self.driver.asks.push_front(Sent::Probe(filter.clone()));
        }
    }

    pub(super) async fn run(mut self) -> End {
        let end = self.serve().await;
        let back = self.flight.take_back();
        self.driver.take_back(back);
        end
    }

    async fn serve(&mut self) -> End {
        let shared = Arc::clone(&self.driver.shared);
        let mut closing = shared.closing.subscribe();
        // Made once, not at every turn: a turn is often one event.
        let closed = async { drop(closing.wait_for(|closing| *closing).await) };
        let mut beats = interval((self.keep_alive / 8).min(LONGEST_BEAT));
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(closed);
        self.announce();
        // Something may have come right behind the welcome.
        if let Err(end) = self.parse() {
            return end;
        }
        loop {
            self.take_what_is_there();
            self.fill();
            let full = self.driver.inlet.is_full();
            self.read.reserve(16 << 10);
            let done = select! {
                read = self.reader.read_buf(&mut self.read), if !full => self.has_read(read),
                wrote = write(&mut self.writer, &self.out), if self.unflushed || !self.out.is_empty() => {
                    self.has_written(wrote)
                }
                command = self.driver.commands.recv(), if self.out.len() < MAX_OUT => match command {
                    Some(command) => {
                        self.take(command);
                        Ok(())
                    }
                    None => return self.goodbye().await,
                },
                () = after(self.pause), if self.pause.is_some() => {
                    self.pause = None;
                    Ok(())
                }
                _ = beats.tick() => {
                    self.driver.inlet.beat();
                    self.show_life(full)
                }
                () = shared.unblocked.notified(), if full => Ok(()),
                () = &mut closed => return self.goodbye().await,
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
            Ok(0) => Err(End::Closed),
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

    /// Takes the commands that are there already, so that one write carries what they ask for: each
    /// costs the broker's side a wake-up, too.
    fn take_what_is_there(&mut self) {
        for _ in 0..MAX_TURN {
            if self.out.len() >= MAX_OUT {
                return;
            }
            match self.driver.commands.try_recv() {
                Ok(command) => self.take(command),
                Err(_) => return,
            }
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
                Sent::Probe(filter) => {
                    let filters = std::slice::from_ref(filter);
                    self.codec.unsubscribe(id, filters, &mut self.out);
                }
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
            if pending.is_given_up() {
                continue;
            }
            let numbers = &mut self.driver.numbers;
            if !pending.packet.is_answered() {
                pending.packet.set_number(|topic| numbers.next(topic));
                self.out.extend_from_slice(pending.packet.bytes());
                pending.end(Ok(Routing::Unknown));
                continue;
            }
            let Some(id) = self.flight.take_id() else {
                self.driver.pending.push_front(pending);
                break;
            };
            pending.packet.set_id(id);
            // Here, and not where it was made: numbers are to go out in their order.
            pending.packet.set_number(|topic| numbers.next(topic));
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

    fn ping(&mut self, answer: Option<oneshot::Sender<()>>) {
        self.codec.ping(&mut self.out);
        self.pings.push_back(answer);
        self.pinged.get_or_insert_with(Instant::now);
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

    /// Sends the acks that are on their way and what no answer is awaited of, and says goodbye.
    async fn goodbye(&mut self) -> End {
        while let Ok(command) = self.driver.commands.try_recv() {
            self.take(command);
        }
        for pending in &mut self.driver.pending {
            if pending.answer.is_none() {
                let numbers = &mut self.driver.numbers;
                pending.packet.set_number(|topic| numbers.next(topic));
                self.out.extend_from_slice(pending.packet.bytes());
            }
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

/// Waits until a time; without one, for ever.
async fn after(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
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

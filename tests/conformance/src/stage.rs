//! Where one case runs: a broker, names of its own, numbered events.

use std::collections::BTreeSet;
use std::num::NonZeroU16;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::sync::Mutex;
use trunkline_core::{Binding, Envelope, KeyPattern, RoutingKey, TransportError};

use crate::broker::{Broker, Fault, Isolation, Leftovers, NotOffered};
use crate::client::{Client, within};
use crate::ledger::{Ledger, Mark, Tally};
use crate::scale::Scale;

/// How time passes for a broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// As on the wall.
    Real,
    /// As Tokio's paused clock says: a wait costs nothing.
    Virtual,
}

/// The publisher number of events that serve as sentinels.
const SENTINELS: u32 = u32::MAX;

/// Where one case runs. Names, keys and events made by it belong to no other case.
#[allow(missing_debug_implementations, reason = "a broker need not be `Debug`")]
pub struct Stage {
    broker: Arc<dyn Broker>,
    tag: String,
    prefixed: bool,
    scale: Scale,
    clock: Clock,
    ledger: Arc<Ledger>,
    run: u32,
    authors: AtomicU32,
    main: Author,
    sentinels: Author,
    clients: Mutex<Vec<Client>>,
    groups: Mutex<BTreeSet<String>>,
}

impl Stage {
    /// Sets the stage for a case.
    pub fn new(broker: Arc<dyn Broker>, case: &str, scale: Scale, clock: Clock) -> Self {
        let run = fastrand::u32(..);
        let prefixed = broker.isolation() == Isolation::Shared || scale.copies() > 1;
        Self {
            broker,
            tag: format!("{}-{run:08x}", case.to_lowercase()),
            prefixed,
            scale,
            clock,
            ledger: Arc::default(),
            run,
            authors: AtomicU32::new(1),
            main: Author::new(run, 0),
            sentinels: Author::new(run, SENTINELS),
            clients: Mutex::default(),
            groups: Mutex::default(),
        }
    }

    /// The broker.
    pub fn broker(&self) -> &dyn Broker {
        &*self.broker
    }

    /// How much to do.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// How time passes.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Longest time anything that ought to happen takes.
    pub fn patience(&self) -> Duration {
        self.broker.patience()
    }

    /// Lets time pass, where the promise itself is about time.
    pub async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Connects a client, which must succeed. The same name later is the same client come back.
    ///
    /// # Panics
    /// When it does not connect in time.
    pub async fn client(&self, name: &str) -> Client {
        match self.try_client(name).await {
            Ok(client) => client,
            Err(error) => panic!("client `{name}` could not connect: {error:?}"),
        }
    }

    /// Connects a client.
    ///
    /// # Errors
    /// What the transport says.
    ///
    /// # Panics
    /// When it says nothing in time.
    pub async fn try_client(&self, name: &str) -> Result<Client, TransportError> {
        let name = format!("{}-{name}", self.tag);
        let what = format!("the connection of `{name}`");
        let transport = within(self.patience(), what, self.broker.client(&name)).await?;
        let client = Client::new(name, transport, Arc::clone(&self.ledger), self.patience());
        self.clients.lock().push(client.clone());
        Ok(client)
    }

    /// Lets go of a client without closing it: the last reference ends here.
    pub fn drop_client(&self, client: Client) {
        self.clients
            .lock()
            .retain(|other| other.name() != client.name());
        drop(client);
    }

    /// The name of a group of this case.
    pub fn group(&self, name: &str) -> String {
        let name = format!("{}-{name}", self.tag);
        self.groups.lock().insert(name.clone());
        name
    }

    /// Text that belongs to this case alone, where others may be on the broker.
    pub fn own(&self, text: &str) -> String {
        if self.prefixed {
            format!("{text}-{}", self.tag)
        } else {
            text.to_owned()
        }
    }

    fn prefixed(&self, key: &str) -> String {
        if self.prefixed {
            format!("{}.{key}", self.tag)
        } else {
            key.to_owned()
        }
    }

    /// A routing key of this case.
    ///
    /// # Panics
    /// When the text cannot be one.
    pub fn key(&self, text: &str) -> RoutingKey {
        RoutingKey::new(self.prefixed(text)).expect("the cases write canonical keys")
    }

    /// A pattern of keys of this case.
    ///
    /// # Panics
    /// When the text cannot be one.
    pub fn pattern(&self, text: &str) -> KeyPattern {
        KeyPattern::new(self.prefixed(text)).expect("the cases write well-formed patterns")
    }

    /// A binding to the keys of this case that match a pattern.
    pub fn on(&self, pattern: &str) -> Binding {
        Binding::from(self.pattern(pattern))
    }

    /// A publisher whose events are numbered on their own.
    pub fn author(&self) -> Author {
        Author::new(self.run, self.authors.fetch_add(1, Ordering::Relaxed))
    }

    /// The next event of the case's own publisher.
    pub fn event(&self, key: &str) -> Envelope {
        self.main.event(&self.key(key))
    }

    /// An event that marks a place in the stream and is not counted.
    pub fn sentinel(&self, key: &str) -> Envelope {
        self.sentinels.event(&self.key(key))
    }

    /// What was published, and what the broker said of it; sentinels too.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Holds what one reader received against everything the case has published, sentinels aside.
    pub fn tally(&self, received: &[Mark]) -> Tally {
        let counted = |mark: &Mark| mark.publisher != SENTINELS;
        let received: Vec<_> = received.iter().copied().filter(counted).collect();
        let mut tally = self.ledger.tally(&received);
        tally.lost.retain(counted);
        tally
    }

    /// Makes something go wrong, or right again.
    ///
    /// # Errors
    /// [`NotOffered`] where the broker cannot be made to.
    pub async fn inflict(&self, fault: Fault<'_>) -> Result<(), NotOffered> {
        let what = format!("{fault:?}");
        within(self.patience(), what, self.broker.inflict(fault)).await
    }

    /// Breaks a client's link; returns once the client has noticed.
    ///
    /// # Errors
    /// [`NotOffered`] where links cannot be broken.
    ///
    /// # Panics
    /// When the client does not notice in time.
    pub async fn cut(&self, client: &Client) -> Result<(), NotOffered> {
        let fault = Fault::Cut {
            client: client.name(),
        };
        self.seen_by(client, fault).await
    }

    /// Makes something go wrong that a client's health must tell; returns once it does.
    ///
    /// # Errors
    /// [`NotOffered`] where the broker cannot be made to.
    ///
    /// # Panics
    /// When the client does not notice in time.
    pub async fn seen_by(&self, client: &Client, fault: Fault<'_>) -> Result<(), NotOffered> {
        let mut health = client.transport().health();
        health.mark_unchanged();
        self.inflict(fault).await?;
        // Down and up again may be quicker than anybody looks: any change is word of it.
        let what = format!("{} noticing {fault:?}", client.name());
        let noticed = within(self.broker.notices_within(), what, health.changed()).await;
        assert!(noticed.is_ok(), "{} gave its health up", client.name());
        Ok(())
    }

    /// Ends a client's process without a word. The case keeps no hold of the client.
    ///
    /// # Errors
    /// [`NotOffered`] where clients cannot be killed.
    pub async fn kill(&self, client: Client) -> Result<(), NotOffered> {
        let killed = self
            .inflict(Fault::Kill {
                client: client.name(),
            })
            .await;
        self.drop_client(client);
        killed
    }

    /// What the broker still holds for this case.
    ///
    /// # Errors
    /// [`NotOffered`] where the broker cannot be asked.
    pub async fn leftovers(&self) -> Result<Leftovers, NotOffered> {
        self.broker.leftovers(&self.tag).await
    }

    pub(crate) fn take_clients(&self) -> Vec<Client> {
        std::mem::take(&mut *self.clients.lock())
    }

    pub(crate) fn take_groups(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.groups.lock())
    }
}

/// A publisher whose events are numbered on their own.
#[derive(Debug)]
pub struct Author {
    run: u32,
    publisher: u32,
    next: AtomicU32,
}

impl Author {
    fn new(run: u32, publisher: u32) -> Self {
        Self {
            run,
            publisher,
            next: AtomicU32::new(1),
        }
    }

    /// The next event of this publisher.
    pub fn event(&self, key: &RoutingKey) -> Envelope {
        let sequence = self.next.fetch_add(1, Ordering::Relaxed);
        let mark = Mark {
            run: self.run,
            publisher: self.publisher,
            sequence,
        };
        Envelope::new(key.clone(), mark.body())
    }
}

/// A prefetch; zero counts as one.
pub fn prefetch(most: u16) -> NonZeroU16 {
    NonZeroU16::new(most).unwrap_or(NonZeroU16::MIN)
}

//! Making a subscription on a link, and making it again.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lapin::options::{BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Consumer};
use trunkline_core::{Gap, TransportError};

use super::Member;
use crate::consume::digest::digest;
use crate::consume::session::Session;
use crate::error::{broker, is_gone};
use crate::link::Up;
use crate::topology;

/// How often a queue may go between declaring and consuming it.
const TRIES: usize = 10;

/// The wait before a subscription is made again whose queue somebody took away.
const PAUSE: Duration = Duration::from_millis(200);

impl Member {
    /// Makes the subscription on a link, unless it is there already.
    pub(crate) async fn make(self: &Arc<Self>, up: &Arc<Up>) -> Result<(), TransportError> {
        let _alone = self.making.lock().await;
        let current = self.state().session.clone();
        let there = current.is_some_and(|session| session.is_alive() && session.epoch == up.epoch);
        if there || self.state().ended {
            return Ok(());
        }
        let session = self.open_patiently(up).await?;
        if let Err(session) = self.install(session) {
            session.conclude().await;
        }
        Ok(())
    }

    /// Puts a new session in place, unless the supply has ended.
    fn install(&self, session: Arc<Session>) -> Result<(), Arc<Session>> {
        let mut state = self.state();
        if state.ended {
            return Err(session);
        }
        state.session = Some(session);
        if let Some(since) = state.lost.take()
            && self.spec.group.is_none()
        {
            state.gap = Some(Gap::new("link lost").with_since(since));
        }
        self.disturb(state);
        Ok(())
    }

    /// Opens a session. A queue that goes with its last consumer may go between our declaring and
    /// consuming it, when another leaves just then.
    async fn open_patiently(
        self: &Arc<Self>,
        up: &Arc<Up>,
    ) -> Result<Arc<Session>, TransportError> {
        for _ in 0..TRIES {
            match self.open(up).await {
                Err(error) if is_gone(&error) => tokio::time::sleep(PAUSE / 10).await,
                opened => return opened,
            }
        }
        self.open(up).await
    }

    async fn open(self: &Arc<Self>, up: &Arc<Up>) -> Result<Arc<Session>, TransportError> {
        let agreement = match &self.spec.group {
            Some(group) => Some(self.agree(up, group).await?),
            None => None,
        };
        let channel = topology::channel(up).await?;
        let plan = self.wishes().plan.clone();
        topology::declare_queue(&channel, &self.spec, &plan).await?;
        channel
            .basic_qos(self.prefetch, BasicQosOptions::default())
            .await
            .map_err(|error| broker("the prefetch cannot be set", error))?;
        let consumer = consume(&channel, self.spec.name.as_str()).await?;
        let member = Arc::downgrade(self);
        let tell_gap = move |gap| {
            if let Some(member) = member.upgrade() {
                member.tell_gap(gap);
            }
        };
        Ok(Session::new(
            Arc::clone(&self.client),
            Arc::clone(&self.spec),
            up.epoch,
            (channel, agreement),
            self.prefetch,
            consumer,
            Box::new(tell_gap),
        ))
    }

    /// Takes part in the agreement of the group, as long as the channel lives.
    async fn agree(
        &self,
        up: &Arc<Up>,
        group: &str,
    ) -> Result<(Channel, Consumer), TransportError> {
        let channel = topology::channel(up).await?;
        let digest = digest(&self.wishes().bindings);
        topology::agree(&channel, group, digest).await?;
        // Nothing ever comes; who takes part is who consumes.
        let consumer = consume(&channel, &topology::marker(group)).await?;
        Ok((channel, consumer))
    }

    /// The broker has ended the consumer: its queue was deleted, or its channel closed.
    pub(in crate::consume) fn consumer_gone(self: &Arc<Self>, session: &Arc<Session>) {
        session.die();
        let mut state = self.state();
        let ours = |current: &Arc<Session>| Arc::ptr_eq(current, session);
        if state.ended || !state.session.as_ref().is_some_and(ours) {
            return;
        }
        state.session = None;
        state.lost.get_or_insert_with(SystemTime::now);
        drop(state);
        let member = Arc::clone(self);
        tokio::spawn(async move { member.make_again().await });
    }

    async fn make_again(self: Arc<Self>) {
        tokio::time::sleep(PAUSE).await;
        let Ok(up) = self.client.consume_link().await else {
            return;
        };
        if let Err(error) = self.make(&up).await {
            self.not_made(&up, error);
        }
    }

    /// Decides what becomes of a subscription that could not be made on a link: it waits for the
    /// next link, or for its queue, or has ended.
    pub(crate) fn not_made(self: &Arc<Self>, up: &Arc<Up>, error: TransportError) {
        if !up.connection().status().connected() {
            return;
        }
        let queue = self.spec.name.as_str();
        // Declared a moment ago: it is on a node of the cluster that is away, and comes back.
        if is_gone(&error) {
            tracing::warn!(queue, %error, "a subscription waits for its queue");
            self.client.tell_queue(queue, Err(&error));
            tokio::spawn(Arc::clone(self).wait_for_the_queue(Arc::clone(up)));
            return;
        }
        tracing::warn!(queue, %error, "a subscription has ended");
        self.fail(error);
    }

    async fn wait_for_the_queue(self: Arc<Self>, up: Arc<Up>) {
        let made = loop {
            tokio::time::sleep(5 * PAUSE).await;
            if !up.connection().status().connected() || self.state().ended {
                break Ok(());
            }
            match self.make(&up).await {
                Err(error) if is_gone(&error) => {}
                made => break made,
            }
        };
        self.client.tell_queue(self.spec.name.as_str(), Ok(()));
        if let Err(error) = made {
            self.not_made(&up, error);
        }
    }
}

async fn consume(channel: &Channel, queue: &str) -> Result<Consumer, TransportError> {
    let options = BasicConsumeOptions::default();
    let consumer = channel.basic_consume(queue.into(), "".into(), options, FieldTable::default());
    consumer
        .await
        .map_err(|error| broker(format!("`{queue}` cannot be consumed"), error))
}

//! What is measured.

use std::hint::black_box;
use std::num::NonZeroU16;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;
use trunkline::{
    Binding, Bus, Context, Envelope, EventId, PublishOptions, Service, SubscribeOptions,
    Subscription,
};

use super::Bench;
use super::floor::floor;
use super::sample::{self, Sample, name};
use crate::failure::{Failure, chain};

/// The stages, in the order they are measured and told.
pub(super) const STAGES: [&str; 5] = ["floor", "publish", "consume", "dispatch", "whole way"];

/// The time each stage took, round by round.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) stages: [Vec<Duration>; STAGES.len()],
}

/// Measures every stage in every round, after one round that is not told.
pub(super) async fn measure(
    bus: Bus,
    plan: Bench,
    prefetch: NonZeroU16,
) -> Result<Measured, Failure> {
    if !bus.transport().capabilities().durable_subscription {
        return Err(Failure::usage(
            "--transport",
            "events have to wait for a group that is away, and here none do",
            "give a transport with durable groups; for MQTT add `client_id=NAME` to the URL",
        ));
    }
    let lab = Lab {
        envelopes: sample::envelopes(&bus, &plan)?,
        group: format!("trunkline-bench-{}", EventId::generate()),
        bus,
        plan,
        prefetch,
    };
    let mut measured = Measured::default();
    for round in 0..=lab.plan.rounds {
        let [publish, consume] = lab.publish_then_consume().await?;
        let times = [
            floor(&lab.envelopes, &lab.plan).await?,
            publish,
            consume,
            lab.dispatch().await?,
            lab.whole_way().await?,
        ];
        if round > 0 {
            let kept = measured.stages.iter_mut().zip(times);
            kept.for_each(|(stage, time)| stage.push(time));
        }
    }
    Ok(measured)
}

struct Lab {
    bus: Bus,
    envelopes: Vec<Envelope>,
    group: String,
    plan: Bench,
    prefetch: NonZeroU16,
}

impl Lab {
    async fn subscribe(&self) -> Result<Subscription, Failure> {
        let wanted = Binding::builder().key("bench.sample.*").build();
        let wanted = wanted.map_err(|error| Failure::running(chain(&error)))?;
        let options = SubscribeOptions::group(&self.group, [wanted])
            .with_prefetch(self.prefetch)
            .with_max_unread(self.plan.count);
        Ok(self.bus.subscribe(options).await?)
    }

    /// Publishes all events, from as many tasks as asked for; `paced`, so that few are under way
    /// at a time.
    async fn publish(&self, paced: Option<&Arc<Done>>) -> Result<(), Failure> {
        let publishers = self.plan.publishers;
        let tasks = (0..publishers).map(|first| {
            let (bus, envelopes) = (self.bus.clone(), self.envelopes.clone());
            let paced = paced.cloned();
            let numbers = (first..self.plan.count).step_by(publishers);
            tokio::spawn(async move {
                let publisher = bus.publisher();
                for number in numbers {
                    let envelope = envelopes[number % envelopes.len()].clone();
                    publisher
                        .publish_envelope(envelope, PublishOptions::new())
                        .await?;
                    if let Some(done) = &paced {
                        done.keep_pace().await;
                    }
                }
                Ok::<_, Failure>(())
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.map_err(super::ended_early)??;
        }
        Ok(())
    }

    async fn publish_then_consume(&self) -> Result<[Duration; 2], Failure> {
        let mut subscription = self.subscribe().await?;
        let begun = Instant::now();
        self.publish(None).await?;
        let published = begun.elapsed();
        let begun = Instant::now();
        for _ in 0..self.plan.count {
            let next = timeout(SILENCE, subscription.recv()).await;
            let Some(delivery) = next.map_err(|_| silent())? else {
                return Err(Failure::running(
                    "the subscription ended before its events came",
                ));
            };
            black_box(delivery.envelope());
            delivery
                .ack()
                .await
                .map_err(|error| Failure::running(chain(&error)))?;
        }
        let consumed = begun.elapsed();
        subscription.close().await?;
        self.bus.transport().remove_group(&self.group).await?;
        Ok([published, consumed])
    }

    /// All events wait; a service is started and handles them.
    async fn dispatch(&self) -> Result<Duration, Failure> {
        // The group is there before its service, so that the events wait for it.
        self.subscribe().await?.close().await?;
        self.publish(None).await?;
        let done = Done::new(self.plan.count);
        let begun = Instant::now();
        let service = self.service(&done)?.start().await?;
        done.wait().await?;
        let taken = begun.elapsed();
        self.end(service).await?;
        Ok(taken)
    }

    /// Events are published while a service handles them.
    async fn whole_way(&self) -> Result<Duration, Failure> {
        let done = Done::new(self.plan.count);
        let service = self.service(&done)?.start().await?;
        let begun = Instant::now();
        self.publish(Some(&done)).await?;
        done.wait().await?;
        let taken = begun.elapsed();
        self.end(service).await?;
        Ok(taken)
    }

    fn service(&self, done: &Arc<Done>) -> Result<Service, Failure> {
        let mut builder = Service::builder("bench", self.bus.clone())
            .group(&self.group)
            .prefetch(self.prefetch.get());
        let first = if self.plan.typed {
            let done = Arc::clone(done);
            builder = builder.on(move |sample: Sample| {
                black_box((sample.number, &sample.filler));
                done.one_more();
                async {}
            });
            1
        } else {
            0
        };
        for handler in first..self.plan.handlers {
            let done = Arc::clone(done);
            builder = builder.on_name(&name(handler), move |context: Context| {
                black_box(context.envelope());
                done.one_more();
                async {}
            });
        }
        Ok(builder.build()?)
    }

    async fn end(&self, service: trunkline::RunningService) -> Result<(), Failure> {
        let drained = service.drain().await;
        drained.map_err(|error| Failure::running(chain(&error)))?;
        self.bus.transport().remove_group(&self.group).await?;
        Ok(())
    }
}

/// Most events published and not yet handled, where a pace is kept.
const UNDER_WAY: usize = 1024;

/// Counts what is handled, and tells when all is.
struct Done {
    count: usize,
    published: AtomicUsize,
    handled: AtomicUsize,
    told: Notify,
}

impl Done {
    fn new(count: usize) -> Arc<Self> {
        Arc::new(Self {
            count,
            published: AtomicUsize::new(0),
            handled: AtomicUsize::new(0),
            told: Notify::new(),
        })
    }

    fn one_more(&self) {
        if self.handled.fetch_add(1, Ordering::AcqRel) + 1 == self.count {
            self.told.notify_one();
        }
    }

    /// Lets handlers run while too much is under way.
    async fn keep_pace(&self) {
        let published = self.published.fetch_add(1, Ordering::Relaxed) + 1;
        while published.saturating_sub(self.handled.load(Ordering::Relaxed)) > UNDER_WAY {
            tokio::task::yield_now().await;
        }
    }

    async fn wait(&self) -> Result<(), Failure> {
        loop {
            let before = self.handled.load(Ordering::Acquire);
            if before >= self.count {
                return Ok(());
            }
            let told = timeout(SILENCE, self.told.notified()).await;
            if told.is_err() && self.handled.load(Ordering::Acquire) == before {
                return Err(silent());
            }
        }
    }
}

/// Longest time nothing comes before the rest is taken for lost.
const SILENCE: Duration = Duration::from_secs(30);

fn silent() -> Failure {
    Failure::running(format!(
        "nothing came for {SILENCE:?}, though more was published: the broker holds it back or has \
         dropped it; look at its limits of queued messages, or give a smaller --count"
    ))
}

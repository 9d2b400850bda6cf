//! The course of the demo.

use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at, sleep_until, timeout};
use trunkline::{Bus, EventId, PublishOptions, TenantEvent};

use super::CallLogd;
use super::events::{Misbehave, UserCreated};
use super::plugins::{Act, Plugged};
use super::stage::Stage;
use super::views::TENANTS;
use super::watcher::Happening;
use crate::failure::Failure;
use crate::host::Account;
use crate::input::Recorded;
use crate::letters;
use crate::output::Tone;

/// Plays the recording and shows what happens.
pub(super) struct Play<'a> {
    bus: Bus,
    account: &'a Account,
    showing: mpsc::Receiver<Happening>,
    stage: &'a mut Stage,
    began: Instant,
    length: Duration,
    replayed: u64,
}

/// Where in the recording the dead letters are looked at: after the three calls nobody answered.
const LOOK_AFTER: Duration = Duration::from_secs(24);

impl<'a> Play<'a> {
    pub(super) fn new(
        bus: Bus,
        account: &'a Account,
        showing: mpsc::Receiver<Happening>,
        stage: &'a mut Stage,
        seconds: u64,
    ) -> Self {
        Self {
            bus,
            account,
            showing,
            stage,
            began: Instant::now(),
            length: Duration::from_secs(seconds),
            replayed: 0,
        }
    }

    /// Dead letters replayed so far.
    pub(super) fn replayed(&self) -> u64 {
        self.replayed
    }

    /// Plays the recording once, or as often as there is time for, and looks at the dead letters
    /// in between.
    pub(super) async fn all(
        &mut self,
        recording: &[Recorded],
        logd: &mut CallLogd,
        mut plugged: Option<&mut Plugged>,
    ) -> Result<(), Failure> {
        let recorded = recording
            .last()
            .map_or(Duration::ZERO, |event| event.offset);
        let times = (self.length.as_secs_f64() / recorded.as_secs_f64())
            .round()
            .max(1.0);
        // A tenth to read a dead letter in, as much for what is still on its way at the end.
        let pause = (self.length / 10).min(Duration::from_secs(4));
        let playing = self.length.saturating_sub(2 * pause);
        let pace = playing.as_secs_f64() / (times * recorded.as_secs_f64()).max(1.0);
        let mut begun = Instant::now();
        let mut looked = false;
        for time in 0..times as u64 {
            for event in recording {
                if !looked && event.offset >= LOOK_AFTER {
                    looked = true;
                    let before = Instant::now();
                    self.settle().await?;
                    self.dead_letters(logd, pause).await?;
                    begun += before.elapsed();
                }
                while let Some((plugged, act)) = plugged
                    .as_deref_mut()
                    .and_then(|plugged| plugged.due(event.offset).map(|act| (plugged, act)))
                {
                    self.act(plugged, act).await?;
                }
                self.watch_until(begun + event.offset.mul_f64(pace)).await?;
                let mut envelope = event.envelope.clone();
                if time > 0 {
                    // The same again is another event.
                    envelope = envelope.with_id(EventId::generate());
                }
                let publisher = self.bus.publisher();
                publisher
                    .publish_envelope(envelope, PublishOptions::new())
                    .await?;
            }
            begun += recorded.mul_f64(pace);
        }
        while plugged.as_deref().is_some_and(Plugged::is_swapping) {
            self.watch_until(Instant::now() + Duration::from_millis(20))
                .await?;
        }
        self.settle().await?;
        // What the views have yet to show is on its way already.
        while let Ok(Some(happening)) =
            timeout(Duration::from_millis(100), self.showing.recv()).await
        {
            self.stage.show(&happening)?;
        }
        Ok(())
    }

    /// Shows what happens until a time.
    async fn watch_until(&mut self, until: Instant) -> Result<(), Failure> {
        let mut tick = interval_at(Instant::now(), Duration::from_millis(200));
        loop {
            tokio::select! {
                biased;
                happening = self.showing.recv() => match happening {
                    Some(happening) => self.stage.show(&happening)?,
                    None => return Ok(()),
                },
                () = sleep_until(until) => return Ok(()),
                _ = tick.tick() => self.progress(),
            }
        }
    }

    /// Shows what happens until all that was published is done with.
    async fn settle(&mut self) -> Result<(), Failure> {
        let settled = self.account.all_settled();
        tokio::pin!(settled);
        loop {
            tokio::select! {
                biased;
                happening = self.showing.recv() => match happening {
                    Some(happening) => self.stage.show(&happening)?,
                    None => return Ok(()),
                },
                () = &mut settled => return Ok(()),
            }
        }
    }

    /// Does something to the plugins.
    async fn act(&mut self, plugged: &mut Plugged, act: Act) -> Result<(), Failure> {
        let publisher = self.bus.publisher();
        match act {
            Act::Greet => {
                let user = UserCreated {
                    uuid: EventId::generate().to_string(),
                    firstname: "Ada".to_owned(),
                    lastname: "Lovelace".to_owned(),
                    email: "ada@example.com".to_owned(),
                };
                publisher.publish(&user.for_tenant(TENANTS[0].uuid)).await?;
            }
            Act::Panic => {
                self.operator("the plugin `misbehaving` is told to panic")?;
                let order = Misbehave {
                    how: "panic_once".to_owned(),
                };
                publisher.publish(&order).await?;
            }
            Act::Swap => {
                self.operator("a newer build of the plugin `call-stats` is put over its file")?;
                plugged.swap();
            }
        }
        Ok(())
    }

    /// Shows the dead letters, mends their service, and replays them.
    async fn dead_letters(&mut self, logd: &mut CallLogd, pause: Duration) -> Result<(), Failure> {
        let letters = self.bus.transport().dead_letters("call-logd").await?;
        let there = letters::all(&letters).await?;
        let Some((first, others)) = there.split_first() else {
            return Ok(());
        };
        self.stage.dead_letter(first, others.len())?;
        self.watch_until(Instant::now() + pause).await?;
        logd.upgrade().await?;
        self.stage.step("mended", json!({"service": "call-logd"}))?;
        self.operator(
            "a call nobody answers has no `answer_time`, and `call-logd` took it for text",
        )?;
        self.operator("mended: its handler was exchanged for a better one, while it runs")?;
        for letter in &there {
            self.replayed += u64::from(letters.replay(&letter.id).await?);
        }
        self.stage.step(
            "replayed",
            json!({"service": "call-logd", "count": there.len()}),
        )?;
        self.operator(&format!("{} dead letters replayed", there.len()))
    }

    fn operator(&mut self, text: &str) -> Result<(), Failure> {
        let line = self.stage.toned(Tone::Good, &format!("operator: {text}"));
        self.stage.line(line)
    }

    fn progress(&mut self) {
        let (passed, length) = (self.began.elapsed(), self.length);
        let (published, _) = self.account.publications();
        let mut sum = crate::host::Counts::default();
        self.account
            .services()
            .iter()
            .for_each(|(_, counts)| sum.add(counts));
        let text = format!(
            "{:.0} s of {} s   published {published}  handled {}  retried {}  dead-lettered {}",
            passed.as_secs_f64(),
            length.as_secs(),
            sum.handled,
            sum.retried,
            sum.dead_lettered
        );
        self.stage
            .progress(passed.as_secs_f64() / length.as_secs_f64(), &text);
    }
}

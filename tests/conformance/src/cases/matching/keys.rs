//! K1, K2, K5, K6: patterns and keys.

use std::collections::HashMap;

use trunkline_core::{
    KeyPattern, PatternShape, PublishOptions, RoutingKey, SubscribeOptions, TransportError,
    TransportErrorKind,
};

use crate::Inbox;
use crate::case::{Outcome, Verdict};
use crate::client::{assert_kind, assert_unsupported};
use crate::ledger::Mark;
use crate::stage::{Clock, Stage};
use crate::tables::{KEYS, KeyVerdict, shape};

/// K1. Each row of the table of keys comes out as the table says.
///
/// # Panics
/// When the promise is broken.
pub async fn patterns_match_by_the_truth_table(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let claimed = client.capabilities().pattern;
    for row in KEYS {
        let options =
            SubscribeOptions::live([stage.on(row.pattern), stage.on("the.last.one.of-all")]);
        // A prefix makes a lone wildcard part of a pattern, never another shape.
        if shape(row.pattern) > claimed {
            assert_unsupported("the pattern's shape", client.try_subscribe(options).await);
            continue;
        }
        let mut inbox = client.subscribe(options).await;
        let (last, mut wanted) = (stage.sentinel("the.last.one.of-all"), Vec::new());
        if row.verdict == KeyVerdict::KeyRefused {
            let key = RoutingKey::verbatim(row.key).expect("the table's keys can be held");
            let event = stage.author().event(&key);
            let outcome = client.try_publish(&event, PublishOptions::new()).await;
            assert_kind(row.key, outcome, TransportErrorKind::Refused);
        } else {
            let event = stage.event(row.key);
            client.publish(&event).await;
            wanted.extend(Mark::of(&event).filter(|_| row.verdict == KeyVerdict::Match));
        }
        client.publish(&last).await;
        // The widest pattern of all has the sentinel too, and is satisfied with it once.
        assert_eq!(inbox.acked_until(&last).await, wanted, "{row:?}");
        inbox.close().await;
    }
    Ok(Verdict::Kept)
}

/// K2. For random patterns and keys the broker delivers exactly what the reference matcher says.
///
/// # Panics
/// When the promise is broken.
pub async fn random_patterns_match_as_the_reference_does(stage: &Stage) -> Outcome {
    let (rounds, patterns, keys) = match stage.clock() {
        Clock::Virtual => (100, 20, 50),
        Clock::Real => (stage.scale().of(2, 10), 10, 25),
    };
    let seed = fastrand::u64(..);
    let mut random = Random {
        rng: fastrand::Rng::with_seed(seed),
    };
    let client = stage.client("client").await;
    let claimed = client.capabilities().pattern;
    for _ in 0..rounds {
        let mut readers = Vec::new();
        for _ in 0..patterns {
            let pattern = random.pattern(claimed);
            let bindings = [stage.on(&pattern), stage.on("last-of-the-round")];
            let options = SubscribeOptions::live(bindings).with_max_unread(2 * keys);
            readers.push((stage.pattern(&pattern), client.subscribe(options).await));
        }
        let mut published = HashMap::new();
        for _ in 0..keys {
            let event = stage.event(&random.key());
            client.publish(&event).await;
            published.insert(Mark::of(&event), event.routing_key().clone());
        }
        let last = stage.sentinel("last-of-the-round");
        client.publish(&last).await;
        for (pattern, mut inbox) in readers {
            agrees(&pattern, &mut inbox, &published, &last, seed).await;
            inbox.close().await;
        }
    }
    Ok(Verdict::Kept)
}

async fn agrees(
    pattern: &KeyPattern,
    inbox: &mut Inbox,
    published: &HashMap<Option<Mark>, RoutingKey>,
    last: &trunkline_core::Envelope,
    seed: u64,
) {
    let mut received: Vec<_> = inbox.acked_until(last).await;
    received.sort_unstable();
    let matching =
        |(mark, key): (&Option<Mark>, &RoutingKey)| mark.filter(|_| pattern.matches(key.as_str()));
    let mut wanted: Vec<_> = published.iter().filter_map(matching).collect();
    wanted.sort_unstable();
    let keys = |marks: &[Mark]| -> Vec<_> {
        marks
            .iter()
            .map(|mark| published.get(&Some(*mark)).cloned())
            .collect()
    };
    let (got, wanted) = (keys(&received), keys(&wanted));
    assert_eq!(
        got, wanted,
        "seed {seed}: `{pattern}` has the left, ought to have the right"
    );
}

/// Words few enough that patterns and keys often meet.
struct Random {
    rng: fastrand::Rng,
}

impl Random {
    const WORDS: [&str; 5] = ["a", "b", "aa", "é☎", "a-b"];

    fn word(&mut self) -> &'static str {
        self.rng.choice(Self::WORDS).unwrap_or("a")
    }

    fn key(&mut self) -> String {
        let words = self.rng.usize(1..=5);
        (0..words)
            .map(|_| self.word())
            .collect::<Vec<_>>()
            .join(".")
    }

    fn pattern(&mut self, widest: PatternShape) -> String {
        loop {
            let words = self.rng.usize(1..=5);
            let word = |random: &mut Self| match random.rng.u8(0..10) {
                0..3 => "*",
                3..5 => "#",
                _ => random.word(),
            };
            let pattern = (0..words).map(|_| word(self)).collect::<Vec<_>>().join(".");
            if shape(&pattern) <= widest {
                return pattern;
            }
        }
    }
}

/// K5. A `#` in the middle of a pattern stands for zero or more words there.
///
/// # Panics
/// When the promise is broken.
pub async fn rest_in_the_middle_matches(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let options = SubscribeOptions::live([stage.on("a.#.z")]);
    if client.capabilities().pattern < PatternShape::MultiAnywhere {
        assert_unsupported("`#` in the middle", client.try_subscribe(options).await);
        return Ok(Verdict::Refused);
    }
    let mut inbox = client.subscribe(options).await;
    let [zero, one, two, never] = ["a.z", "a.b.z", "a.b.c.z", "a.b"].map(|key| stage.event(key));
    for event in [&never, &zero, &one, &never, &two] {
        client.publish(event).await;
    }
    for event in [&zero, &one, &two] {
        inbox.expect_acked(event).await;
    }
    Ok(Verdict::Kept)
}

/// K6. Upper and lower case are different words, and so are two spellings of one accented letter.
///
/// # Panics
/// When the promise is broken.
pub async fn case_and_normal_forms_are_told_apart(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    for (wanted, others) in [("a.b", ["A.b", "a.B"]), ("a.\u{e9}", ["a.e\u{301}", "a.e"])] {
        let mut inbox = client
            .subscribe(SubscribeOptions::live([stage.on(wanted)]))
            .await;
        for other in others {
            client.publish(&stage.event(other)).await;
        }
        let event = stage.event(wanted);
        client.publish(&event).await;
        inbox.expect_acked(&event).await;
        inbox.close().await;
    }
    Ok(Verdict::Kept)
}

/// Takes a key that no transport may put on the wire, as another part of a program might hand it
/// over.
pub(super) fn refused_key(outcome: Result<impl Sized, TransportError>, key: &str) {
    let error = assert_kind(
        &format!("the key {key:?}"),
        outcome,
        TransportErrorKind::Refused,
    );
    let is_typed = matches!(&error, TransportError::Key { key: told, .. } if told == key);
    assert!(is_typed, "the key {key:?} was refused as {error:?}");
}

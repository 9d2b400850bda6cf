//! Which deliveries of a channel are settled, and what to tell the broker of it.

use std::collections::VecDeque;
use std::time::SystemTime;

use trunkline_core::Envelope;

/// A delivery in hand.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) envelope: Envelope,
    /// The attempt this is.
    pub(super) attempt: u32,
    pub(super) first_attempt_at: Option<SystemTime>,
}

#[derive(Debug)]
enum State {
    /// Handed out.
    Held(Held),
    /// A copy of it is being published; nobody else may settle it.
    Claimed,
    /// Done, and the broker does not know yet.
    Done,
    /// To be given back, and the broker does not know yet.
    Back,
    /// The broker knows.
    Told,
}

/// The deliveries of one channel by their tags, which count from 1 (AMQP 0-9-1 §4.8).
#[derive(Debug, Default)]
pub(super) struct Acks {
    /// From the oldest whose end the broker does not know.
    states: VecDeque<State>,
    /// Tags before `states`.
    before: u64,
    /// Deliveries in hand, or claimed.
    in_hand: usize,
    /// Ended, and not told.
    untold: usize,
}

/// What the broker is to be told, in this order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Give these back, one by one.
    pub(super) back: Vec<u64>,
    /// This is done, and everything before it is, or was told: itself it was not told, or the
    /// broker would close the channel over an unknown tag.
    pub(super) up_to: Option<u64>,
    /// These are done, though not all before them are.
    pub(super) single: Vec<u64>,
}

impl Acks {
    /// A delivery was handed out.
    pub(super) fn hand_out(&mut self, tag: u64, held: Held) {
        self.set(tag, State::Held(held));
        self.in_hand += 1;
    }

    /// A delivery came that nobody is to see: it is done, or goes back.
    pub(super) fn unseen(&mut self, tag: u64, back: bool) {
        self.set(tag, if back { State::Back } else { State::Done });
        self.untold += 1;
    }

    fn set(&mut self, tag: u64, state: State) {
        let at = self.index(tag);
        // Tags come in order; one that was left out is nobody's to settle.
        while self.states.len() < at {
            self.states.push_back(State::Claimed);
        }
        debug_assert_eq!(self.states.len(), at, "tags count up");
        self.states.push_back(state);
    }

    fn index(&self, tag: u64) -> usize {
        usize::try_from(tag.saturating_sub(self.before + 1)).unwrap_or(usize::MAX)
    }

    fn held(&mut self, tag: u64) -> Option<&mut State> {
        if tag <= self.before {
            return None;
        }
        let at = self.index(tag);
        self.states
            .get_mut(at)
            .filter(|state| matches!(state, State::Held(_)))
    }

    /// Ends a delivery in hand; false if it is not in hand.
    pub(super) fn done(&mut self, tag: u64) -> bool {
        let Some(state) = self.held(tag) else {
            return false;
        };
        *state = State::Done;
        self.in_hand -= 1;
        self.untold += 1;
        true
    }

    /// Gives a delivery in hand back.
    pub(super) fn give_back(&mut self, tag: u64) -> Option<Held> {
        let held = self.claim(tag)?;
        self.release(tag, false);
        Some(held)
    }

    /// Takes a delivery in hand, for a copy of it to be made.
    pub(super) fn claim(&mut self, tag: u64) -> Option<Held> {
        match std::mem::replace(self.held(tag)?, State::Claimed) {
            State::Held(held) => Some(held),
            _ => None,
        }
    }

    /// Ends a claim: the delivery is done, or goes back.
    pub(super) fn release(&mut self, tag: u64, done: bool) {
        let at = self.index(tag);
        if let Some(state @ State::Claimed) = self.states.get_mut(at) {
            *state = if done { State::Done } else { State::Back };
            self.in_hand -= 1;
            self.untold += 1;
        }
    }

    /// Deliveries in hand.
    pub(super) fn in_hand(&self) -> usize {
        self.in_hand
    }

    /// Deliveries that ended, and the broker does not know.
    pub(super) fn untold(&self) -> usize {
        self.untold
    }

    /// Takes everything in hand: the link is lost, and the broker gives it to whoever is there.
    pub(super) fn take_all(&mut self) -> Vec<Held> {
        let states = std::mem::take(&mut self.states);
        self.in_hand = 0;
        self.untold = 0;
        let held = |state| match state {
            State::Held(held) => Some(held),
            _ => None,
        };
        states.into_iter().filter_map(held).collect()
    }

    /// What the broker is to be told now.
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word::default();
        if self.untold == 0 {
            return word;
        }
        self.untold = 0;
        // What goes back is told first, or an ack of all up to a later one would cover it.
        while let Some(state) = self.states.front() {
            match state {
                State::Held(_) | State::Claimed => break,
                State::Done => word.up_to = Some(self.before + 1),
                State::Back => word.back.push(self.before + 1),
                State::Told => {}
            }
            self.states.pop_front();
            self.before += 1;
        }
        for (tag, state) in (self.before + 1..).zip(&mut self.states) {
            match state {
                State::Done => word.single.push(tag),
                State::Back => word.back.push(tag),
                State::Held(_) | State::Claimed | State::Told => continue,
            }
            *state = State::Told;
        }
        // Last first, so that each goes in front of the one before.
        word.back.reverse();
        word
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use trunkline_core::RoutingKey;

    use super::*;

    fn held() -> Held {
        Held {
            envelope: Envelope::new(RoutingKey::new("a").unwrap(), "x"),
            attempt: 1,
            first_attempt_at: None,
        }
    }

    fn with(count: u64) -> Acks {
        let mut acks = Acks::default();
        (1..=count).for_each(|tag| acks.hand_out(tag, held()));
        acks
    }

    #[test]
    fn what_is_done_in_front_is_told_at_once() {
        let mut acks = with(5);
        assert!(acks.done(1) && acks.done(2) && acks.done(4));
        assert!(!acks.done(2), "a second ack never reaches the broker");
        let word = acks.word();
        assert_eq!((word.up_to, word.single), (Some(2), vec![4]));
        assert!(acks.done(3));
        assert_eq!(acks.word().up_to, Some(3));
        assert_eq!(acks.word(), Word::default());
    }

    #[test]
    fn an_ack_of_all_names_a_tag_the_broker_does_not_know_as_done() {
        let mut acks = with(3);
        acks.done(2);
        assert_eq!(acks.word().single, [2]);
        acks.done(1);
        assert_eq!(acks.word().up_to, Some(1), "2 was told by itself");
    }

    #[test]
    fn what_goes_back_is_told_before_what_covers_it() {
        let mut acks = with(3);
        assert!(acks.give_back(2).is_some());
        acks.done(1);
        acks.done(3);
        let word = acks.word();
        assert_eq!((word.back, word.up_to), (vec![2], Some(3)));
    }

    #[test]
    fn a_claim_keeps_others_off_until_it_is_released() {
        let mut acks = with(2);
        assert!(acks.claim(1).is_some());
        assert!(!acks.done(1) && acks.claim(1).is_none());
        acks.done(2);
        assert_eq!(acks.word().single, [2]);
        acks.release(1, true);
        assert_eq!(acks.word().up_to, Some(1));
        assert_eq!(acks.in_hand(), 0);
    }

    proptest! {
        /// However deliveries end, each is told once, in its way, and none that is in hand is told.
        #[test]
        fn no_word_covers_what_is_not_done(steps in prop::collection::vec((1_u64..40, 0..4), 0..200)) {
            let mut acks = Acks::default();
            let mut came = 0;
            // 0: in hand, 1: done, 2: back; as the broker ought to see it in the end.
            let mut wanted = vec![0];
            let mut broker = vec![0];
            for (tag, action) in steps {
                match action {
                    0 => {
                        came += 1;
                        acks.hand_out(came, held());
                        wanted.push(0);
                        broker.push(0);
                    }
                    1 if acks.done(tag) => wanted[tag as usize] = 1,
                    2 if acks.give_back(tag).is_some() => wanted[tag as usize] = 2,
                    3 => {
                        let word = acks.word();
                        for tag in word.back {
                            prop_assert_eq!(broker[tag as usize], 0);
                            broker[tag as usize] = 2;
                        }
                        if let Some(up_to) = word.up_to {
                            prop_assert_eq!(broker[up_to as usize], 0, "an unknown tag");
                            for state in &mut broker[1..=up_to as usize] {
                                if *state == 0 {
                                    *state = 1;
                                }
                            }
                        }
                        for tag in word.single {
                            prop_assert_eq!(broker[tag as usize], 0);
                            broker[tag as usize] = 1;
                        }
                        prop_assert_eq!(&broker, &wanted);
                    }
                    _ => {}
                }
            }
        }
    }
}

//! Who takes from a queue, and whose turn it is.

use std::task::Waker;

/// A queue's own number for one of its members.
pub(crate) type MemberId = u64;

struct Member {
    id: MemberId,
    prefetch: usize,
    in_flight: usize,
    /// Set while the member waits to be woken.
    waker: Option<Waker>,
}

/// Who takes from a queue.
#[derive(Default)]
pub(super) struct Members {
    all: Vec<Member>,
    next_id: MemberId,
    /// How many have a waker set: with none, nobody need be looked for.
    waiting: usize,
    /// Where the search for somebody to wake begins, so that turns go round.
    turn: usize,
    /// Only the first member takes; the others stand by.
    pub(super) exclusive: bool,
}

impl Members {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Lets somebody in, unless nobody may: the number is then no member's.
    pub(super) fn join(&mut self, prefetch: usize, may: bool) -> MemberId {
        self.next_id += 1;
        let id = self.next_id;
        if may {
            self.all.push(Member {
                id,
                prefetch,
                in_flight: 0,
                waker: None,
            });
        }
        id
    }

    /// Takes a member out; gives its waker, to be told of the end.
    pub(super) fn leave(&mut self, id: MemberId) -> Option<Waker> {
        let at = self.position(id)?;
        let waker = self.all.remove(at).waker;
        self.waiting -= usize::from(waker.is_some());
        waker
    }

    /// Where a member is, until one leaves; `None` if it is no member any more.
    pub(super) fn position(&self, id: MemberId) -> Option<usize> {
        self.all.iter().position(|member| member.id == id)
    }

    /// Takes everybody out; gives their wakers.
    pub(super) fn dismiss(&mut self) -> Vec<Waker> {
        self.waiting = 0;
        let all = std::mem::take(&mut self.all);
        all.into_iter().filter_map(|member| member.waker).collect()
    }

    /// Puts a member behind all others, so that another is the active one.
    pub(super) fn stand_back(&mut self, id: MemberId) {
        if let Some(at) = self.all.iter().position(|member| member.id == id) {
            self.all[at..].rotate_left(1);
        }
    }

    fn get_mut(&mut self, id: MemberId) -> Option<&mut Member> {
        self.all.iter_mut().find(|member| member.id == id)
    }

    /// How many deliveries the member at this place may take now.
    pub(super) fn room(&self, at: usize, ready: usize) -> usize {
        if self.exclusive && at > 0 {
            return 0;
        }
        let member = &self.all[at];
        let room = member.prefetch.saturating_sub(member.in_flight);
        if self.exclusive || self.all.len() == 1 {
            return room;
        }
        // Where several take, nobody takes more than its share at once.
        room.min(ready.div_ceil(self.all.len()))
    }

    pub(super) fn took(&mut self, at: usize, count: usize) {
        self.all[at].in_flight += count;
    }

    pub(super) fn ended(&mut self, id: MemberId) {
        if let Some(member) = self.get_mut(id) {
            member.in_flight = member.in_flight.saturating_sub(1);
        }
    }

    pub(super) fn forget_in_flight(&mut self) {
        self.all.iter_mut().for_each(|member| member.in_flight = 0);
    }

    pub(super) fn wait(&mut self, at: usize, waker: &Waker) {
        match &mut self.all[at].waker {
            Some(known) => known.clone_from(waker),
            none => {
                *none = Some(waker.clone());
                self.waiting += 1;
            }
        }
    }

    /// The next member that waits and has room, for its turn.
    pub(super) fn next_to_wake(&mut self) -> Option<Waker> {
        if self.waiting == 0 {
            return None;
        }
        let count = if self.exclusive {
            self.all.len().min(1)
        } else {
            self.all.len()
        };
        for step in 0..count {
            let at = (self.turn + step) % count;
            let member = &mut self.all[at];
            if member.in_flight < member.prefetch
                && let Some(waker) = member.waker.take()
            {
                self.waiting -= 1;
                self.turn = at + 1;
                return Some(waker);
            }
        }
        None
    }

    /// Everyone that waits.
    pub(super) fn all_wakers(&mut self) -> Vec<Waker> {
        self.waiting = 0;
        self.all
            .iter_mut()
            .filter_map(|member| member.waker.take())
            .collect()
    }
}

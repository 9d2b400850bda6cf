use std::cmp::Reverse;

use super::condition::is_equals;
use super::hashes::Kind;
use super::hooks::Hooks;
use super::{Binding, HeaderCondition, TestMode};
use crate::headers::packed::RawEntry;
use crate::keys::{KeyPattern, NamePattern};

/// Where a binding could hang.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot {
    Bucket(Kind, u64),
    Head(u64, usize),
    /// Which of the keys of the binding it is.
    Pattern(usize),
    Loose,
}

/// From how many bindings on a place is crowded, and the next best condition is tried.
const CROWDED: usize = 16;

impl Hooks {
    /// The first place in order of preference that is not crowded, or else the least crowded.
    pub(super) fn choose(&self, binding: &Binding) -> Vec<Spot> {
        if binding.is_key_alone() {
            return self.key_spots(binding.keys());
        }
        let mut strong = self.strong_spots(binding);
        let crowd = |spots: &Vec<Spot>| spots.iter().map(|&spot| self.crowd(spot, binding)).max();
        let free = strong.iter().position(|spots| crowd(spots) < Some(CROWDED));
        let least = || (0..strong.len()).min_by_key(|&at| crowd(&strong[at]));
        match free.or_else(least) {
            Some(at) => strong.swap_remove(at),
            None => self.weak_spots(binding),
        }
    }

    fn crowd(&self, spot: Spot, binding: &Binding) -> usize {
        match spot {
            Spot::Bucket(_, hash) | Spot::Head(hash, _) => self.buckets.count(hash),
            Spot::Pattern(key) => self.trie.crowd(binding.keys()[key].as_str()),
            Spot::Loose => self.loose.as_slice().len(),
        }
    }

    /// Conditions that few events meet, the most selective first.
    fn strong_spots(&self, binding: &Binding) -> Vec<Vec<Spot>> {
        let mut strong = Vec::new();
        let keys = binding.keys();
        if !keys.is_empty() && keys.iter().all(KeyPattern::is_exact) {
            strong.push(self.key_spots(keys));
        }
        let name = binding.name().filter(|name| name.is_exact());
        let name = name.map(|name| self.hashes.of(Kind::Name, name.as_str().as_bytes()));
        if let Some(headers) = binding.headers() {
            let mut equals: Vec<_> = headers.raw().filter(is_equals).collect();
            // Long ones first: identifiers are longer than flags and states.
            equals.sort_by_key(|test| Reverse(test.whole.len()));
            let spots = equals.iter().map(|&test| self.header_spot(test, name));
            match headers.mode() {
                TestMode::All => strong.extend(spots.map(|spot| vec![spot])),
                TestMode::Any if headers.raw().all(|test| is_equals(&test)) => {
                    strong.push(spots.collect());
                }
                TestMode::Any => {}
            }
        }
        strong.extend(name.map(|hash| vec![Spot::Bucket(Kind::Name, hash)]));
        let has_word = |key: &KeyPattern| {
            key.segments()
                .any(|segment| segment != "*" && segment != "#")
        };
        if !keys.is_empty() && keys.iter().all(has_word) {
            strong.push(self.key_spots(keys));
        }
        strong
    }

    /// A condition that many events may meet, where there is no better one.
    fn weak_spots(&self, binding: &Binding) -> Vec<Spot> {
        let head = binding
            .name()
            .map(NamePattern::head)
            .filter(|head| !head.is_empty());
        match (binding.headers(), head, binding.keys()) {
            (Some(headers), ..) => self.presence_spots(headers),
            (None, Some(head), _) => {
                vec![Spot::Head(
                    self.hashes.of(Kind::Head, head.as_bytes()),
                    head.len(),
                )]
            }
            (None, None, []) => vec![Spot::Loose],
            (None, None, keys) => self.key_spots(keys),
        }
    }

    fn presence_spots(&self, headers: &HeaderCondition) -> Vec<Spot> {
        let needed = if headers.mode() == TestMode::All {
            1
        } else {
            usize::MAX
        };
        let spot = |test: RawEntry<'_>| {
            if is_equals(&test) {
                self.header_spot(test, None)
            } else {
                Spot::Bucket(Kind::Present, self.hashes.of(Kind::Present, test.name))
            }
        };
        headers.raw().take(needed).map(spot).collect()
    }

    fn header_spot(&self, test: RawEntry<'_>, name: Option<u64>) -> Spot {
        let header = self.hashes.header(&test);
        match name {
            Some(name) => Spot::Bucket(Kind::NameAndHeader, self.hashes.mix(name, header)),
            None => Spot::Bucket(Kind::Header, header),
        }
    }

    fn key_spots(&self, keys: &[KeyPattern]) -> Vec<Spot> {
        let spot = |(number, key): (usize, &KeyPattern)| {
            if key.is_exact() {
                Spot::Bucket(
                    Kind::Key,
                    self.hashes.of(Kind::Key, key.as_str().as_bytes()),
                )
            } else {
                Spot::Pattern(number)
            }
        };
        keys.iter().enumerate().map(spot).collect()
    }
}

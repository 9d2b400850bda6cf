use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use super::buckets::{Buckets, Slots};
use super::condition::is_equals;
use super::trie::{Active, KeyTrie};
use super::{Binding, HeaderCondition, Subject, TestMode};
use crate::headers::packed::{self, RawEntry, float_as_int};
use crate::keys::{KeyPattern, NamePattern};

/// One place where a binding hangs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hook {
    Bucket(Kind, u64),
    /// The beginning of a glob of names, and its length.
    Head(u64, usize),
    Pattern(u32),
    Loose,
}

impl Hook {
    /// Tells whether the routing key leads here.
    pub(super) fn is_of_key(&self) -> bool {
        matches!(self, Self::Bucket(Kind::Key, _) | Self::Pattern(_))
    }
}

/// What the hash of a bucket was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole routing key.
    Key,
    /// A header with its value, and the name of the event.
    NameAndHeader,
    /// A header with its value.
    Header,
    /// The name of a header.
    Present,
    /// The name of an event.
    Name,
}

/// Where a binding could hang.
#[derive(Debug, Clone, Copy)]
enum Spot<'a> {
    Bucket(Kind, u64),
    Head(u64, usize),
    Pattern(&'a str),
    Loose,
}

/// All bindings, each hung under its most selective condition.
///
/// What is found here *may* match: a hook stands for one condition out of several, and by its hash only.
#[derive(Debug)]
pub(super) struct Hooks {
    hasher: RandomState,
    buckets: Buckets,
    /// How many hang in the buckets of each [`Kind`], so that no hash is made for nothing.
    counts: [usize; 5],
    /// The lengths of the heads of globs, with how many have each.
    heads: BTreeMap<usize, usize>,
    trie: KeyTrie,
    patterns: usize,
    loose: Slots,
}

impl Hooks {
    /// From how many bindings on a place is crowded, and the next best condition is tried.
    const CROWDED: usize = 16;

    pub(super) fn new() -> Self {
        let hasher = RandomState::default();
        Self {
            buckets: Buckets::default(),
            counts: [0; 5],
            heads: BTreeMap::new(),
            trie: KeyTrie::new(hasher.clone()),
            hasher,
            patterns: 0,
            loose: Slots::None,
        }
    }

    /// Hangs a binding up; where it hangs is needed to take it down.
    pub(super) fn hang(&mut self, binding: &Binding, slot: u32) -> Box<[Hook]> {
        let spots = self.choose(binding);
        spots
            .into_iter()
            .map(|spot| self.hang_at(spot, slot))
            .collect()
    }

    fn hang_at(&mut self, spot: Spot<'_>, slot: u32) -> Hook {
        match spot {
            Spot::Bucket(kind, hash) => {
                self.buckets.push(hash, slot);
                self.counts[kind as usize] += 1;
                Hook::Bucket(kind, hash)
            }
            Spot::Head(hash, length) => {
                self.buckets.push(hash, slot);
                *self.heads.entry(length).or_default() += 1;
                Hook::Head(hash, length)
            }
            Spot::Pattern(pattern) => {
                self.patterns += 1;
                Hook::Pattern(self.trie.insert(pattern, slot))
            }
            Spot::Loose => {
                self.loose.push(slot);
                Hook::Loose
            }
        }
    }

    pub(super) fn take_down(&mut self, hook: Hook, slot: u32) {
        match hook {
            Hook::Bucket(kind, hash) => {
                self.buckets.remove(hash, slot);
                self.counts[kind as usize] -= 1;
            }
            Hook::Head(hash, length) => {
                self.buckets.remove(hash, slot);
                if let Some(count) = self.heads.get_mut(&length) {
                    *count -= 1;
                }
                self.heads.retain(|_, count| *count > 0);
            }
            Hook::Pattern(node) => {
                self.trie.remove(node, slot);
                self.patterns -= 1;
            }
            Hook::Loose => self.loose.remove(slot),
        }
    }

    /// The first place in order of preference that is not crowded, or else the least crowded.
    fn choose<'b>(&self, binding: &'b Binding) -> Vec<Spot<'b>> {
        if binding.is_key_alone() {
            return self.key_spots(binding.keys());
        }
        let mut strong = self.strong_spots(binding);
        let crowd = |spots: &Vec<Spot<'_>>| spots.iter().map(|&spot| self.crowd(spot)).max();
        let free = strong
            .iter()
            .position(|spots| crowd(spots) < Some(Self::CROWDED));
        let least = || (0..strong.len()).min_by_key(|&at| crowd(&strong[at]));
        match free.or_else(least) {
            Some(at) => strong.swap_remove(at),
            None => self.weak_spots(binding),
        }
    }

    fn crowd(&self, spot: Spot<'_>) -> usize {
        match spot {
            Spot::Bucket(_, hash) | Spot::Head(hash, _) => self.buckets.get(hash).len(),
            Spot::Pattern(pattern) => self.trie.crowd(pattern),
            Spot::Loose => self.loose.as_slice().len(),
        }
    }

    /// Conditions that few events meet, the most selective first.
    fn strong_spots<'b>(&self, binding: &'b Binding) -> Vec<Vec<Spot<'b>>> {
        let mut strong = Vec::new();
        let keys = binding.keys();
        if !keys.is_empty() && keys.iter().all(KeyPattern::is_exact) {
            strong.push(self.key_spots(keys));
        }
        let name = binding.name().filter(|name| name.is_exact());
        let name = name.map(|name| self.hash(Kind::Name, name.as_str().as_bytes()));
        if let Some(headers) = binding.headers() {
            let mut equals: Vec<_> = headers.raw().filter(is_equals).collect();
            // Long ones first: identifiers are longer than flags and states.
            equals.sort_by_key(|test| std::cmp::Reverse(test.whole.len()));
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
    fn weak_spots<'b>(&self, binding: &'b Binding) -> Vec<Spot<'b>> {
        let head = binding
            .name()
            .map(NamePattern::head)
            .filter(|head| !head.is_empty());
        match (binding.headers(), head, binding.keys()) {
            (Some(headers), ..) => self.presence_spots(headers),
            (None, Some(head), _) => {
                vec![Spot::Head(
                    self.hash(Kind::Name, head.as_bytes()),
                    head.len(),
                )]
            }
            (None, None, []) => vec![Spot::Loose],
            (None, None, keys) => self.key_spots(keys),
        }
    }

    fn presence_spots(&self, headers: &HeaderCondition) -> Vec<Spot<'static>> {
        let needed = if headers.mode() == TestMode::All {
            1
        } else {
            usize::MAX
        };
        let spot = |test: RawEntry<'_>| {
            if is_equals(&test) {
                self.header_spot(test, None)
            } else {
                Spot::Bucket(Kind::Present, self.hash(Kind::Present, test.name))
            }
        };
        headers.raw().take(needed).map(spot).collect()
    }

    fn header_spot(&self, test: RawEntry<'_>, name: Option<u64>) -> Spot<'static> {
        let header = self.hash_header(test);
        match name {
            Some(name) => Spot::Bucket(Kind::NameAndHeader, self.mix(name, header)),
            None => Spot::Bucket(Kind::Header, header),
        }
    }

    fn key_spots<'b>(&self, keys: &'b [KeyPattern]) -> Vec<Spot<'b>> {
        let spot = |key: &'b KeyPattern| {
            if key.is_exact() {
                Spot::Bucket(Kind::Key, self.hash(Kind::Key, key.as_str().as_bytes()))
            } else {
                Spot::Pattern(key.as_str())
            }
        };
        keys.iter().map(spot).collect()
    }

    pub(super) fn count(&self, kind: Kind) -> usize {
        self.counts[kind as usize]
    }

    /// Finds what hangs under the key.
    pub(super) fn by_key(&self, key: &str, active: &mut Active, found: &mut Vec<u32>) {
        if self.count(Kind::Key) > 0 {
            found.extend_from_slice(self.buckets.get(self.hash(Kind::Key, key.as_bytes())));
        }
        if self.patterns > 0 {
            self.trie.walk(key, active, found);
        }
    }

    /// Finds what hangs under anything else.
    pub(super) fn by_name_and_headers(&self, subject: &Subject<'_>, found: &mut Vec<u32>) {
        let named = self.count(Kind::NameAndHeader) > 0;
        let headers = self.count(Kind::Header) > 0;
        let presence = self.count(Kind::Present) > 0;
        let name = subject
            .name
            .map(|name| (name, self.hash(Kind::Name, name.as_bytes())));
        if let Some((name, hash)) = name {
            if self.count(Kind::Name) > 0 {
                found.extend_from_slice(self.buckets.get(hash));
            }
            for head in self
                .heads
                .keys()
                .map_while(|&length| name.as_bytes().get(..length))
            {
                found.extend_from_slice(self.buckets.get(self.hash(Kind::Name, head)));
            }
        }
        if named || headers || presence {
            for entry in subject.headers.raw() {
                let header = self.hash_header(entry);
                if named && let Some((_, name)) = name {
                    found.extend_from_slice(self.buckets.get(self.mix(name, header)));
                }
                if headers {
                    found.extend_from_slice(self.buckets.get(header));
                }
                if presence {
                    let hash = self.hash(Kind::Present, entry.name);
                    found.extend_from_slice(self.buckets.get(hash));
                }
            }
        }
        found.extend_from_slice(self.loose.as_slice());
    }

    /// Hashes a header with its value such that equal values, as matching sees them, have equal hashes.
    fn hash_header(&self, entry: RawEntry<'_>) -> u64 {
        let value = entry.value;
        let number = match value.tag() {
            packed::INT => value.int() as u64,
            packed::FLOAT => {
                let float = value.float();
                float_as_int(float).map_or(float.to_bits(), |int| int as u64)
            }
            // Tables are equal in any order; the name alone must do.
            packed::LIST | packed::TABLE => u64::from(value.tag()),
            _ => return self.hash(Kind::Header, entry.whole),
        };
        let name = self.hash(Kind::Header, entry.name);
        self.mix(name, number)
    }

    fn hash(&self, kind: Kind, bytes: &[u8]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(bytes);
        // Keeps a name and a key that are the same text apart.
        hasher.finish() ^ (kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn mix(&self, one: u64, other: u64) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write_u64(one);
        hasher.write_u64(other);
        hasher.finish()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let counted: usize = self.counts.iter().chain(self.heads.values()).sum();
        let held = self.buckets.len() + self.trie.len() + self.loose.as_slice().len();
        counted + held + self.patterns
    }
}

use std::collections::BTreeMap;

use super::buckets::{Buckets, Slots};
use super::candidate::Candidate;
use super::hashes::{Hashes, Kind};
use super::spots::Spot;
use super::trie::{Active, KeyTrie};
use super::{Binding, Subject};
use crate::headers::Headers;

/// One place where a binding hangs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hook {
    Bucket(Kind, u64),
    /// The beginning of a glob of names, and its length.
    Head(u64, usize),
    Pattern {
        node: u32,
        /// Which of the keys of the binding it is.
        key: usize,
    },
    Loose,
}

impl Hook {
    /// Tells whether the routing key leads here.
    pub(super) fn is_of_key(&self) -> bool {
        matches!(self, Self::Bucket(Kind::Key, _) | Self::Pattern { .. })
    }
}

/// All bindings, each hung under its most selective condition.
///
/// What is found here *may* match: a hook stands for one condition out of several, and by its hash
/// only.
#[derive(Debug)]
pub(super) struct Hooks {
    pub(super) hashes: Hashes,
    pub(super) buckets: Buckets,
    /// How many hang in the buckets of each [`Kind`], so that no hash is made for nothing.
    counts: [usize; 6],
    /// The lengths of the heads of globs, with how many have each.
    heads: BTreeMap<usize, usize>,
    pub(super) trie: KeyTrie,
    patterns: usize,
    pub(super) loose: Slots,
}

impl Hooks {
    pub(super) fn new() -> Self {
        Self {
            buckets: Buckets::default(),
            counts: [0; 6],
            heads: BTreeMap::new(),
            trie: KeyTrie::default(),
            hashes: Hashes::default(),
            patterns: 0,
            loose: Slots::None,
        }
    }

    /// Hangs a binding up; where it hangs is needed to take it down.
    pub(super) fn hang(&mut self, binding: &Binding, slot: u32) -> Box<[Hook]> {
        let spots = self.choose(binding);
        let candidate = Candidate::new(slot);
        // The tree finds what matches for certain, and so the key alone settles it.
        let by_pattern = if binding.is_key_alone() {
            candidate.sure()
        } else {
            candidate
        };
        let hang = |spot| match spot {
            Spot::Bucket(kind, hash) => {
                self.buckets.push(hash, candidate);
                self.counts[kind as usize] += 1;
                Hook::Bucket(kind, hash)
            }
            Spot::Head(hash, length) => {
                self.buckets.push(hash, candidate);
                *self.heads.entry(length).or_default() += 1;
                Hook::Head(hash, length)
            }
            Spot::Pattern(key) => {
                let pattern = binding.keys()[key].as_str();
                self.patterns += 1;
                Hook::Pattern {
                    node: self.trie.insert(pattern, by_pattern),
                    key,
                }
            }
            Spot::Loose => {
                self.loose.push(candidate);
                Hook::Loose
            }
        };
        spots.into_iter().map(hang).collect()
    }

    /// Takes a binding down from one of the hooks that [`hang`](Self::hang) told.
    pub(super) fn take_down(&mut self, hook: Hook, binding: &Binding, slot: u32) {
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
            Hook::Pattern { node, key } => {
                self.trie.remove(binding.keys()[key].as_str(), node, slot);
                self.patterns -= 1;
            }
            Hook::Loose => self.loose.remove(slot),
        }
    }

    fn count(&self, kind: Kind) -> usize {
        self.counts[kind as usize]
    }

    /// Finds what hangs under the key.
    pub(super) fn by_key(&self, key: &str, active: &mut Active, found: &mut Vec<Candidate>) {
        if self.count(Kind::Key) > 0 {
            self.buckets
                .find(self.hashes.of(Kind::Key, key.as_bytes()), found);
        }
        if self.patterns > 0 {
            self.trie.walk(key, active, found);
        }
    }

    /// Tells whether anything hangs under a header.
    pub(super) fn look_at_headers(&self) -> bool {
        let kinds = [Kind::NameAndHeader, Kind::Header, Kind::Present];
        kinds.into_iter().any(|kind| self.count(kind) > 0)
    }

    /// Finds what hangs under the name, or under nothing.
    pub(super) fn by_name(&self, name: &str, found: &mut Vec<Candidate>) {
        if self.count(Kind::Name) > 0 {
            self.buckets
                .find(self.hashes.of(Kind::Name, name.as_bytes()), found);
        }
        let heads = self.heads.keys();
        for head in heads.map_while(|&length| name.as_bytes().get(..length)) {
            self.buckets.find(self.hashes.of(Kind::Head, head), found);
        }
        self.loose.append_to(found);
    }

    /// Finds what hangs under anything but the key.
    pub(super) fn by_name_and_headers(&self, subject: &Subject<'_>, found: &mut Vec<Candidate>) {
        match subject.name {
            Some(name) => self.by_name(name, found),
            None => self.loose.append_to(found),
        }
        if self.look_at_headers() {
            let name = subject
                .name
                .map(|name| self.hashes.of(Kind::Name, name.as_bytes()));
            self.by_headers(name, subject.headers, found);
        }
    }

    fn by_headers(&self, name: Option<u64>, headers: &Headers, found: &mut Vec<Candidate>) {
        let named = name.filter(|_| self.count(Kind::NameAndHeader) > 0);
        let alone = self.count(Kind::Header) > 0;
        let presence = self.count(Kind::Present) > 0;
        for entry in headers.raw() {
            let header = self.hashes.header(&entry);
            if let Some(name) = named {
                self.buckets.find(self.hashes.mix(name, header), found);
            }
            if alone {
                self.buckets.find(header, found);
            }
            if presence {
                let hash = self.hashes.of(Kind::Present, entry.name);
                self.buckets.find(hash, found);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let counted: usize = self.counts.iter().chain(self.heads.values()).sum();
        let held = self.buckets.len() + self.trie.len() + self.loose.as_slice().len();
        counted + held + self.patterns
    }
}

use std::hash::{BuildHasher, Hasher};
use std::mem;

use foldhash::fast::RandomState;
use hashbrown::{HashSet, HashTable};

use super::buckets::Slots;
use crate::keys::words;

const ROOT: u32 = 0;
/// No child: the root is nobody's.
const NONE: u32 = 0;

/// Key patterns as a tree of words.
///
/// A word is known by its hash alone, which keeps text out of the tree; whoever asks must check what is found. All children by
/// word lie in one table, so that a node costs the same whether it has one child or a thousand.
#[derive(Debug)]
pub(super) struct KeyTrie {
    nodes: Vec<Node>,
    free: Vec<u32>,
    children: HashTable<Child>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Node {
    parent: u32,
    label: Label,
    /// How many children by word there are.
    literals: u32,
    /// The child behind `*`.
    star: u32,
    /// The child behind `#`. It stays where it is for any word.
    rest: u32,
    /// The patterns that end here.
    ends: Slots,
}

/// What leads from the parent here.
#[derive(Debug, Default, Clone, Copy)]
enum Label {
    #[default]
    Star,
    Rest,
    Word(u64),
}

#[derive(Debug)]
struct Child {
    parent: u32,
    node: u32,
    word: u64,
}

impl Child {
    fn hash(&self) -> u64 {
        place(self.parent, self.word)
    }
}

/// Where the child of `parent` by `word` is filed.
fn place(parent: u32, word: u64) -> u64 {
    // The word is a good hash already; the parent has only to move it.
    word ^ u64::from(parent).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The nodes that a key has led to, as working memory of [`KeyTrie::walk`].
#[derive(Debug, Default)]
pub(super) struct Active {
    now: Vec<u32>,
    next: Vec<u32>,
    /// Nodes behind `#`: once reached they stay.
    rests: Vec<u32>,
    /// The same, once they are many.
    many: HashSet<u32, RandomState>,
}

impl Active {
    /// From how many on a set tells faster than a look at each.
    const MANY: usize = 16;

    pub(super) fn capacity(&self) -> usize {
        let lists = self
            .now
            .capacity()
            .max(self.next.capacity())
            .max(self.rests.capacity());
        lists.max(self.many.capacity())
    }

    /// Adds a node behind `#`; tells whether it is new.
    fn add_rest(&mut self, node: u32) -> bool {
        if self.rests.len() < Self::MANY {
            if self.rests.contains(&node) {
                return false;
            }
        } else {
            if self.rests.len() == Self::MANY {
                self.many.extend(&self.rests);
            }
            if !self.many.insert(node) {
                return false;
            }
        }
        self.rests.push(node);
        true
    }
}

impl KeyTrie {
    pub(super) fn new(hasher: RandomState) -> Self {
        let children = HashTable::new();
        Self {
            nodes: vec![Node::default()],
            free: Vec::new(),
            children,
            hasher,
        }
    }

    /// Files `slot` under `pattern`, and tells where.
    pub(super) fn insert(&mut self, pattern: &str, slot: u32) -> u32 {
        let end = words(pattern).fold(ROOT, |node, word| self.child_or_new(node, word));
        self.nodes[end as usize].ends.push(slot);
        end
    }

    /// Tells how many are filed under `pattern`.
    pub(super) fn crowd(&self, pattern: &str) -> usize {
        let end = words(pattern).try_fold(ROOT, |node, word| self.child(node, self.label(word)));
        end.map_or(0, |node| self.nodes[node as usize].ends.as_slice().len())
    }

    /// Removes `slot` from the node that [`insert`](Self::insert) told, and whatever then leads nowhere.
    pub(super) fn remove(&mut self, end: u32, slot: u32) {
        self.nodes[end as usize].ends.remove(slot);
        let mut at = end;
        while at != ROOT {
            let node = &self.nodes[at as usize];
            let leads_on = node.literals > 0 || node.star != NONE || node.rest != NONE;
            if leads_on || !node.ends.as_slice().is_empty() {
                break;
            }
            let (parent, label) = (node.parent, node.label);
            match label {
                Label::Star => self.nodes[parent as usize].star = NONE,
                Label::Rest => self.nodes[parent as usize].rest = NONE,
                Label::Word(word) => {
                    let is_it = |child: &Child| child.node == at;
                    if let Ok(child) = self.children.find_entry(place(parent, word), is_it) {
                        child.remove();
                    }
                    self.nodes[parent as usize].literals -= 1;
                }
            }
            self.free.push(at);
            at = parent;
        }
        self.shrink();
    }

    fn shrink(&mut self) {
        let (len, capacity) = (self.children.len(), self.children.capacity());
        if len * 8 < capacity {
            self.children.shrink_to(len * 2, Child::hash);
        }
        if self.free.len() + 1 == self.nodes.len() {
            self.nodes.truncate(1);
            self.nodes.shrink_to_fit();
            self.free = Vec::new();
        }
    }

    /// Finds the slots of all patterns that match `key`, and maybe some that do not.
    ///
    /// All ways through the tree are followed at once, word by word, and no node is followed twice: the time is at most the
    /// number of words times the number of nodes, whatever the patterns.
    pub(super) fn walk(&self, key: &str, active: &mut Active, found: &mut Vec<u32>) {
        active.now.clear();
        active.rests.clear();
        active.many.clear();
        active.now.push(ROOT);
        self.open(ROOT, active);
        for word in words(key) {
            let word = self.word(word);
            let mut next = mem::take(&mut active.next);
            next.clear();
            for &at in active.now.iter().chain(&active.rests) {
                let node = &self.nodes[at as usize];
                if node.literals > 0 {
                    next.extend(self.child(at, Label::Word(word)));
                }
                if node.star != NONE {
                    next.push(node.star);
                }
            }
            for &at in &next {
                self.open(at, active);
            }
            active.next = mem::replace(&mut active.now, next);
            if active.now.is_empty() && active.rests.is_empty() {
                return;
            }
        }
        for &at in active.now.iter().chain(&active.rests) {
            found.extend_from_slice(self.nodes[at as usize].ends.as_slice());
        }
    }

    /// Goes through `#` without a word, as often as it leads somewhere new.
    fn open(&self, at: u32, active: &mut Active) {
        let mut rest = self.nodes[at as usize].rest;
        while rest != NONE && active.add_rest(rest) {
            rest = self.nodes[rest as usize].rest;
        }
    }

    fn word(&self, word: &str) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(word.as_bytes());
        hasher.finish()
    }

    fn label(&self, word: &str) -> Label {
        match word {
            "*" => Label::Star,
            "#" => Label::Rest,
            word => Label::Word(self.word(word)),
        }
    }

    fn child(&self, parent: u32, label: Label) -> Option<u32> {
        let node = match label {
            Label::Star => self.nodes[parent as usize].star,
            Label::Rest => self.nodes[parent as usize].rest,
            Label::Word(word) => {
                let is_it = |child: &Child| child.parent == parent && child.word == word;
                self.children
                    .find(place(parent, word), is_it)
                    .map_or(NONE, |child| child.node)
            }
        };
        (node != NONE).then_some(node)
    }

    fn child_or_new(&mut self, parent: u32, word: &str) -> u32 {
        let label = self.label(word);
        if let Some(node) = self.child(parent, label) {
            return node;
        }
        let new = Node {
            parent,
            label,
            ..Node::default()
        };
        let node = match self.free.pop() {
            Some(node) => {
                self.nodes[node as usize] = new;
                node
            }
            None => {
                self.nodes.push(new);
                self.nodes.len() as u32 - 1
            }
        };
        match label {
            Label::Star => self.nodes[parent as usize].star = node,
            Label::Rest => self.nodes[parent as usize].rest = node,
            Label::Word(word) => {
                let child = Child { parent, node, word };
                self.children
                    .insert_unique(child.hash(), child, Child::hash);
                self.nodes[parent as usize].literals += 1;
            }
        }
        node
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.nodes.len() - self.free.len() - 1 + self.children.len()
    }
}

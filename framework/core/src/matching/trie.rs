use std::mem;

use foldhash::fast::RandomState;
use hashbrown::{HashSet, HashTable};

use super::buckets::Slots;
use super::candidate::Candidate;
use super::words::Words;
use crate::keys::words;

const ROOT: u32 = 0;
/// No child: the root is nobody's.
const NONE: u32 = 0;

/// Key patterns as a tree of words; what it finds matches for certain.
///
/// All children by word lie in one table, so that a node costs the same whether it has one child or
/// a thousand.
#[derive(Debug)]
pub(super) struct KeyTrie {
    nodes: Vec<Node>,
    free: Vec<u32>,
    children: HashTable<Child>,
    words: Words,
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
    Word(u32),
}

#[derive(Debug)]
struct Child {
    parent: u32,
    word: u32,
    node: u32,
}

impl Child {
    fn hash(&self) -> u64 {
        place(self.parent, self.word)
    }
}

/// Where the child of `parent` by `word` is filed. Both are small numbers of our own making: there
/// is nothing to attack.
fn place(parent: u32, word: u32) -> u64 {
    let both = u128::from(u64::from(parent) << 32 | u64::from(word));
    let product = both * 0x9e37_79b9_7f4a_7c15;
    product as u64 ^ (product >> 64) as u64
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

    fn clear(&mut self) {
        self.now.clear();
        self.rests.clear();
        self.many.clear();
    }

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
        let is_new = if self.rests.len() < Self::MANY {
            !self.rests.contains(&node)
        } else {
            if self.many.is_empty() {
                self.many.extend(&self.rests);
            }
            self.many.insert(node)
        };
        if is_new {
            self.rests.push(node);
        }
        is_new
    }
}

impl Default for KeyTrie {
    fn default() -> Self {
        let (children, words) = (HashTable::new(), Words::default());
        Self {
            nodes: vec![Node::default()],
            free: Vec::new(),
            children,
            words,
        }
    }
}

impl KeyTrie {
    /// Files a candidate under `pattern`, and tells where.
    pub(super) fn insert(&mut self, pattern: &str, candidate: Candidate) -> u32 {
        let end = words(pattern).fold(ROOT, |node, word| self.child_or_new(node, word));
        self.nodes[end as usize].ends.push(candidate);
        end
    }

    /// Tells how many are filed under `pattern`.
    pub(super) fn crowd(&self, pattern: &str) -> usize {
        let end = words(pattern).try_fold(ROOT, |node, word| self.child(node, self.label(word)?));
        end.map_or(0, |node| self.nodes[node as usize].ends.as_slice().len())
    }

    /// Removes a slot from the node that [`insert`](Self::insert) told for `pattern`, and whatever
    /// then leads nowhere.
    pub(super) fn remove(&mut self, pattern: &str, end: u32, slot: u32) {
        self.nodes[end as usize].ends.remove(slot);
        let mut words = pattern.rsplit('.');
        let mut at = end;
        while at != ROOT {
            let node = &self.nodes[at as usize];
            let leads_on = node.literals > 0 || node.star != NONE || node.rest != NONE;
            if leads_on || !node.ends.as_slice().is_empty() {
                break;
            }
            let (parent, word) = (node.parent, words.next());
            self.unlink(at, word.unwrap_or_default());
            at = parent;
        }
        if self.free.len() + 1 == self.nodes.len() {
            *self = Self::default();
        }
    }

    fn unlink(&mut self, at: u32, text: &str) {
        let Node { parent, label, .. } = self.nodes[at as usize];
        let above = &mut self.nodes[parent as usize];
        match label {
            Label::Star => above.star = NONE,
            Label::Rest => above.rest = NONE,
            Label::Word(word) => {
                above.literals -= 1;
                self.words.give_back(text);
                let is_it = |child: &Child| child.node == at;
                if let Ok(child) = self.children.find_entry(place(parent, word), is_it) {
                    child.remove();
                }
                let (len, capacity) = (self.children.len(), self.children.capacity());
                if len * 8 < capacity {
                    self.children.shrink_to(len * 2, Child::hash);
                }
            }
        }
        self.free.push(at);
    }

    /// Finds the candidates of all patterns that match `key`.
    ///
    /// All ways through the tree are followed at once, word by word, and no node is followed twice:
    /// the time is at most the number of words times the number of nodes, whatever the patterns.
    pub(super) fn walk(&self, key: &str, active: &mut Active, found: &mut Vec<Candidate>) {
        active.clear();
        active.now.push(ROOT);
        self.open(ROOT, active);
        for word in words(key) {
            let word = self.words.get(word);
            let mut next = mem::take(&mut active.next);
            next.clear();
            for &at in active.now.iter().chain(&active.rests) {
                let node = &self.nodes[at as usize];
                if let Some(word) = word
                    && node.literals > 0
                {
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
            self.nodes[at as usize].ends.append_to(found);
        }
    }

    /// Goes through `#` without a word, as often as it leads somewhere new.
    fn open(&self, at: u32, active: &mut Active) {
        let mut rest = self.nodes[at as usize].rest;
        while rest != NONE && active.add_rest(rest) {
            rest = self.nodes[rest as usize].rest;
        }
    }

    /// The label of a word in a pattern, unless the word is in no pattern.
    fn label(&self, word: &str) -> Option<Label> {
        match word {
            "*" => Some(Label::Star),
            "#" => Some(Label::Rest),
            word => self.words.get(word).map(Label::Word),
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

    fn child_or_new(&mut self, parent: u32, text: &str) -> u32 {
        if let Some(node) = self.label(text).and_then(|label| self.child(parent, label)) {
            return node;
        }
        let node = self.free.pop().unwrap_or(self.nodes.len() as u32);
        let above = &mut self.nodes[parent as usize];
        let label = match text {
            "*" => {
                above.star = node;
                Label::Star
            }
            "#" => {
                above.rest = node;
                Label::Rest
            }
            text => {
                above.literals += 1;
                let word = self.words.take(text);
                let child = Child { parent, word, node };
                self.children
                    .insert_unique(child.hash(), child, Child::hash);
                Label::Word(word)
            }
        };
        let new = Node {
            parent,
            label,
            ..Node::default()
        };
        match self.nodes.get_mut(node as usize) {
            Some(place) => *place = new,
            None => self.nodes.push(new),
        }
        node
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.nodes.len() + self.free.len() + self.children.len() + self.words.len()
    }
}

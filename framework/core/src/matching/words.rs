use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Numbers for words, so that a tree of words compares numbers. A word is forgotten with its last
/// use.
#[derive(Debug, Default)]
pub(super) struct Words {
    table: HashTable<Word>,
    hasher: RandomState,
    last: u32,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Word {
    text: Text,
    number: u32,
    uses: u32,
}

/// The text of a word; a short one lies in the table itself, one step nearer.
#[derive(Debug)]
enum Text {
    Short(u8, [u8; Text::SHORT]),
    Long(Box<str>),
}

impl Text {
    const SHORT: usize = 22;

    fn new(text: &str) -> Self {
        let mut short = [0; Self::SHORT];
        match short.get_mut(..text.len()) {
            Some(place) => {
                place.copy_from_slice(text.as_bytes());
                Self::Short(text.len() as u8, short)
            }
            None => Self::Long(text.into()),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Short(length, short) => &short[..usize::from(*length)],
            Self::Long(long) => long.as_bytes(),
        }
    }
}

impl Words {
    /// The number of a word that is in use.
    pub(super) fn get(&self, text: &str) -> Option<u32> {
        let hash = hash(&self.hasher, text.as_bytes());
        self.table
            .find(hash, |word| word.text.bytes() == text.as_bytes())
            .map(|word| word.number)
    }

    /// The number of a word, now used once more.
    pub(super) fn take(&mut self, text: &str) -> u32 {
        let Self {
            table,
            hasher,
            last,
            free,
        } = self;
        let entry = table.entry(
            hash(hasher, text.as_bytes()),
            |word| word.text.bytes() == text.as_bytes(),
            |word| hash(hasher, word.text.bytes()),
        );
        let mut entry = entry.or_insert_with(|| {
            let number = free.pop().unwrap_or_else(|| {
                *last += 1;
                *last
            });
            Word {
                text: Text::new(text),
                number,
                uses: 0,
            }
        });
        let word = entry.get_mut();
        word.uses += 1;
        word.number
    }

    /// Ends one use of a word.
    pub(super) fn give_back(&mut self, text: &str) {
        let hash = hash(&self.hasher, text.as_bytes());
        let is_it = |word: &Word| word.text.bytes() == text.as_bytes();
        let Ok(mut entry) = self.table.find_entry(hash, is_it) else {
            return;
        };
        entry.get_mut().uses -= 1;
        if entry.get().uses == 0 {
            let (word, _) = entry.remove();
            self.free.push(word.number);
        }
        if self.table.is_empty() {
            (self.table, self.free, self.last) = (HashTable::new(), Vec::new(), 0);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.table.len() + self.free.len() + self.last as usize
    }
}

fn hash(hasher: &RandomState, bytes: &[u8]) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

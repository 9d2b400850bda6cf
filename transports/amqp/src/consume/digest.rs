//! A number for what a group's members want, the same in every process and every version.

use trunkline_core::{Binding, TestMode};

/// The digest of bindings, whatever their order.
pub(crate) fn digest(bindings: &[Binding]) -> u64 {
    let mut texts: Vec<_> = bindings.iter().map(text).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
        .iter()
        .fold(OFFSET, |hash, text| fnv(fnv(hash, text.as_bytes()), &[0]))
}

/// Everything that decides, in an order of its own.
fn text(binding: &Binding) -> String {
    let name = binding.name().map_or("", |name| name.as_str());
    let mut keys: Vec<_> = binding.keys().iter().map(|key| key.as_str()).collect();
    keys.sort_unstable();
    let (mode, mut tests) = match binding.headers() {
        None => ("", Vec::new()),
        Some(condition) => {
            let mode = match condition.mode() {
                TestMode::All => "all",
                TestMode::Any => "any",
            };
            let test = |(name, value): (&str, _)| format!("{name}={value:?}");
            (mode, condition.tests().map(test).collect())
        }
    };
    tests.sort_unstable();
    format!("{name:?} {keys:?} {mode} {tests:?}")
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, which will be the same when the standard library's hash is not.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(hash, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_count_and_wishes_do() {
        let key = |key: &str| Binding::builder().key(key).build().unwrap();
        let (a, b) = (key("a.1"), key("b.1"));
        assert_eq!(
            digest(&[a.clone(), b.clone()]),
            digest(&[b.clone(), a.clone(), a.clone()])
        );
        assert_ne!(digest(std::slice::from_ref(&a)), digest(&[a.clone(), b]));
        // Written down: members of other versions must come to the same.
        assert_eq!(digest(&[key("calls.#")]), 0x86d9_7bce_66ee_4f1b);
    }
}

//! Free ports, each given to one taker at a time, over all test processes.

use std::net::{Ipv4Addr, TcpListener};

use crate::lock::FileLock;
use crate::scratch;

/// Below the range from which Linux takes the ports of outgoing connections (32768 and up), one of
/// which could sit on a port between our look and its use.
const RANGE: std::ops::Range<u16> = 12_000..32_000;

/// A free port on the loopback address, kept from other tests until dropped.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _lock: FileLock,
}

impl Port {
    /// Takes a free port.
    pub fn free() -> Self {
        let locks = scratch::root().join("ports");
        std::fs::create_dir_all(&locks).expect("target/ can be written");
        for _ in 0..1000 {
            let number = fastrand::u16(RANGE);
            let Some(lock) = FileLock::try_take_alone(&locks.join(number.to_string())) else {
                continue;
            };
            if TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok() {
                return Self {
                    number,
                    _lock: lock,
                };
            }
        }
        panic!("no free port in {RANGE:?} after 1000 tries");
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.number.fmt(f)
    }
}

//! Who lives in the town.

use fastrand::Rng;

const FIRST: [&str; 12] = [
    "Ada", "Bo", "Chidi", "Dilan", "Eun-ji", "Farah", "Goran", "Hana", "Ines", "Jarek", "Kofi",
    "Léa",
];
const LAST: [&str; 8] = [
    "Byrne",
    "Lindqvist",
    "Okafor",
    "Yilmaz",
    "Park",
    "Haddad",
    "Marić",
    "Novák",
];
const TRADES: [&str; 6] = ["Bakery", "Clinic", "Garage", "Law", "Logistics", "School"];

/// A company that has a telephone system.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) users: Vec<User>,
}

/// Somebody who has a telephone.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) uuid: String,
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) extension: String,
}

impl Tenant {
    pub(crate) fn random(rng: &mut Rng, users: usize) -> Self {
        let name = format!("{} {}", pick(rng, &LAST), pick(rng, &TRADES));
        let users = (0..users).map(|number| User::random(rng, number));
        Self {
            name,
            users: users.collect(),
            uuid: uuid(rng),
        }
    }
}

impl User {
    fn random(rng: &mut Rng, number: usize) -> Self {
        Self {
            uuid: uuid(rng),
            id: i64::from(rng.u32(1..1_000_000)),
            name: format!("{} {}", pick(rng, &FIRST), pick(rng, &LAST)),
            // Every tenant has a 1001: numbers alone tell nobody apart.
            extension: (1001 + number).to_string(),
        }
    }
}

fn pick<'a>(rng: &mut Rng, from: &[&'a str]) -> &'a str {
    from[rng.usize(..from.len())]
}

/// A version 4 UUID (RFC 9562 §5.4) of the town's own making, so that the seed decides it.
pub(crate) fn uuid(rng: &mut Rng) -> String {
    let bits = rng.u128(..) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

//! Names in scope that are those of the prelude and of the framework do not disturb the derives.

use serde::{Deserialize, Serialize};

#[allow(dead_code)]
mod decoys {
    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct Result;
    pub struct Event;
    pub struct EventDefinition;
    pub struct Template;
    pub struct Level;
    pub struct Cow;
    pub mod core {}
    pub mod std {}
    pub mod trunkline {}
}

#[allow(unused_imports)]
mod events {
    use super::decoys::*;
    use super::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize, ::trunkline::TenantEvent)]
    #[event(routing_key = "calls.{name}.{definition}", required_acl = "events.{call_id}")]
    pub struct CallCreated {
        pub name: String,
        pub definition: String,
        pub call_id: String,
    }
}

fn main() {}

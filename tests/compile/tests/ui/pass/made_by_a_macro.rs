use serde::{Deserialize, Serialize};
use trunkline::{Event, TenantEvent};

macro_rules! events {
    ($($type:ident $name:literal $key:literal { $($field:ident: $kind:ty),* })*) => {
        $(
            #[derive(Serialize, Deserialize, TenantEvent)]
            #[event(name = $name, service = "confd", routing_key = $key)]
            pub struct $type {
                $(pub $field: $kind,)*
            }
        )*
    };
}

events! {
    LineCreated "line_created" "config.lines.{id}.created" { id: u32, protocol: String }
    LineDeleted "line_deleted" "config.lines.{id}.deleted" { id: u32 }
}

fn main() {
    assert_eq!(LineCreated::NAME, "line_created");
    assert_eq!(LineDeleted::definition().service, "confd");
}

use trunkline::TenantEvent;

#[derive(TenantEvent)]
enum CallChanged {
    Created,
}

fn main() {}

use trunkline::TenantEvent;

#[derive(TenantEvent)]
struct CallCreated(String);

fn main() {}

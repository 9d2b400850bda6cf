use trunkline::TenantEvent;

#[derive(TenantEvent)]
struct CallCreated<'a> {
    call_id: &'a str,
}

fn main() {}

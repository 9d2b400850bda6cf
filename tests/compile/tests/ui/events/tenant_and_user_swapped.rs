use trunkline::{TenantId, UserId};

fn watch(_tenant: &TenantId, _user: &UserId) {}

fn watch_someone(tenant: TenantId, user: UserId) {
    watch(&user, &tenant);
}

fn main() {}

//! Names of headers, which the body repeats (wazo-bus, `wazo_bus/mixins.py`).

pub(crate) const NAME: &str = "name";
pub(crate) const ORIGIN: &str = "origin_uuid";
pub(crate) const TIMESTAMP: &str = "timestamp";
pub(crate) const REQUIRED_ACL: &str = "required_acl";
pub(crate) const REQUIRED_ACCESS: &str = "required_access";
pub(crate) const TENANT: &str = "tenant_uuid";
/// Never a header by itself; a variable of user events.
pub(crate) const USER: &str = "user_uuid";
/// A true boolean for each user an event is for.
pub(crate) const USER_PREFIX: &str = "user_uuid:";
pub(crate) const EVERYONE: &str = "user_uuid:*";
/// The content, in the body alone.
pub(crate) const DATA: &str = "data";

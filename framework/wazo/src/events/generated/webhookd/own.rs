// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;
use crate::events::{Object, UuidText};

event! {
    /// `webhookd_subscription_created`, for a tenant.
    ///
    /// Key `webhookd.subscription.created`, access `events.webhookd.subscription.created`.
    WebhookdSubscriptionCreated: TenantEvent(Tenant) = "webhookd_subscription_created" by "webhookd",
    "webhookd.subscription.created", None, [], [];
    [11, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `url`.
        2 url "url": String,
        /// `events`.
        3 events "events": Vec<String>,
        /// `service`.
        4 service "service": String,
        /// `config`.
        5 config "config": Object,
        /// `metadata`.
        6 metadata "metadata": Object,
        /// `events_user_uuid`.
        7 events_user_uuid "events_user_uuid": String,
        /// `events_wazo_uuid`.
        8 events_wazo_uuid "events_wazo_uuid": String,
        /// `owner_user_uuid`.
        9 owner_user_uuid "owner_user_uuid": String,
        /// `owner_tenant_uuid`.
        10 owner_tenant_uuid "owner_tenant_uuid": String,
    }
}

event! {
    /// `webhookd_subscription_deleted`, for a tenant.
    ///
    /// Key `webhookd.subscription.deleted`, access `events.webhookd.subscription.deleted`.
    WebhookdSubscriptionDeleted: TenantEvent(Tenant) = "webhookd_subscription_deleted" by "webhookd",
    "webhookd.subscription.deleted", None, [], [];
    [11, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `url`.
        2 url "url": String,
        /// `events`.
        3 events "events": Vec<String>,
        /// `service`.
        4 service "service": String,
        /// `config`.
        5 config "config": Object,
        /// `metadata`.
        6 metadata "metadata": Object,
        /// `events_user_uuid`.
        7 events_user_uuid "events_user_uuid": String,
        /// `events_wazo_uuid`.
        8 events_wazo_uuid "events_wazo_uuid": String,
        /// `owner_user_uuid`.
        9 owner_user_uuid "owner_user_uuid": String,
        /// `owner_tenant_uuid`.
        10 owner_tenant_uuid "owner_tenant_uuid": String,
    }
}

event! {
    /// `webhookd_subscription_updated`, for a tenant.
    ///
    /// Key `webhookd.subscription.updated`, access `events.webhookd.subscription.updated`.
    WebhookdSubscriptionUpdated: TenantEvent(Tenant) = "webhookd_subscription_updated" by "webhookd",
    "webhookd.subscription.updated", None, [], [];
    [11, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `url`.
        2 url "url": String,
        /// `events`.
        3 events "events": Vec<String>,
        /// `service`.
        4 service "service": String,
        /// `config`.
        5 config "config": Object,
        /// `metadata`.
        6 metadata "metadata": Object,
        /// `events_user_uuid`.
        7 events_user_uuid "events_user_uuid": String,
        /// `events_wazo_uuid`.
        8 events_wazo_uuid "events_wazo_uuid": String,
        /// `owner_user_uuid`.
        9 owner_user_uuid "owner_user_uuid": String,
        /// `owner_tenant_uuid`.
        10 owner_tenant_uuid "owner_tenant_uuid": String,
    }
}

event! {
    /// `webhookd_user_subscription_created`, for a user.
    ///
    /// Key `webhookd.users.{user_uuid}.subscription.created`, access `events.webhookd.users.{user_uuid}.subscription.created`.
    WebhookdUserSubscriptionCreated: UserEvent(User) = "webhookd_user_subscription_created" by "webhookd",
    "webhookd.users.{user_uuid}.subscription.created", None, [], [];
    [7, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `url`.
        2 url "url": String,
        /// `events`.
        3 events "events": Vec<String>,
        /// `service`.
        4 service "service": String,
        /// `config`.
        5 config "config": Object,
        /// `metadata`.
        6 metadata "metadata": Object,
    }
}

event! {
    /// `webhookd_user_subscription_deleted`, for a user.
    ///
    /// Key `webhookd.users.{user_uuid}.subscription.deleted`, access `events.webhookd.users.{user_uuid}.subscription.deleted`.
    WebhookdUserSubscriptionDeleted: UserEvent(User) = "webhookd_user_subscription_deleted" by "webhookd",
    "webhookd.users.{user_uuid}.subscription.deleted", None, [], [];
    [7, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `url`.
        2 url "url": String,
        /// `events`.
        3 events "events": Vec<String>,
        /// `service`.
        4 service "service": String,
        /// `config`.
        5 config "config": Object,
        /// `metadata`.
        6 metadata "metadata": Object,
    }
}

event! {
    /// `webhookd_user_subscription_updated`, for a user.
    ///
    /// Key `webhookd.users.{user_uuid}.subscription.updated`, access `events.webhookd.users.{user_uuid}.subscription.updated`.
    WebhookdUserSubscriptionUpdated: UserEvent(User) = "webhookd_user_subscription_updated" by "webhookd",
    "webhookd.users.{user_uuid}.subscription.updated", None, [], [];
    [7, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `name`.
        1 name "name": String,
        /// `url`.
        2 url "url": String,
        /// `events`.
        3 events "events": Vec<String>,
        /// `service`.
        4 service "service": String,
        /// `config`.
        5 config "config": Object,
        /// `metadata`.
        6 metadata "metadata": Object,
    }
}

// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `func_key_template_created`, for a tenant.
    ///
    /// Key `config.funckey.template.created`, access `events.config.funckey.template.created`.
    FuncKeyTemplateCreated: TenantEvent(Tenant) = "func_key_template_created" by "confd",
    "config.funckey.template.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `func_key_template_deleted`, for a tenant.
    ///
    /// Key `config.funckey.template.deleted`, access `events.config.funckey.template.deleted`.
    FuncKeyTemplateDeleted: TenantEvent(Tenant) = "func_key_template_deleted" by "confd",
    "config.funckey.template.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `func_key_template_edited`, for a tenant.
    ///
    /// Key `config.funckey.template.edited`, access `events.config.funckey.template.edited`.
    FuncKeyTemplateEdited: TenantEvent(Tenant) = "func_key_template_edited" by "confd",
    "config.funckey.template.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

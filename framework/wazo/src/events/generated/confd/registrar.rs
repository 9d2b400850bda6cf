// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `registrar_created`, for services.
    ///
    /// Key `config.registrar.created`, access `events.config.registrar.created`.
    RegistrarCreated: ServiceEvent(Service) = "registrar_created" by "confd",
    "config.registrar.created", None, [], [];
    [13, 0] {
        /// `id`.
        0 id "id": String,
        /// `deletable`.
        1 deletable "deletable": bool,
        /// `name`.
        2 name "name": String,
        /// `main_host`.
        3 main_host "main_host": String,
        /// `main_port`.
        4 main_port "main_port": i64,
        /// `backup_host`.
        5 backup_host "backup_host": String,
        /// `backup_port`.
        6 backup_port "backup_port": i64,
        /// `proxy_main_host`.
        7 proxy_main_host "proxy_main_host": String,
        /// `proxy_main_port`.
        8 proxy_main_port "proxy_main_port": i64,
        /// `proxy_backup_host`.
        9 proxy_backup_host "proxy_backup_host": String,
        /// `proxy_backup_port`.
        10 proxy_backup_port "proxy_backup_port": i64,
        /// `outbound_proxy_host`.
        11 outbound_proxy_host "outbound_proxy_host": String,
        /// `outbound_proxy_port`.
        12 outbound_proxy_port "outbound_proxy_port": i64,
    }
}

event! {
    /// `registrar_deleted`, for services.
    ///
    /// Key `config.registrar.deleted`, access `events.config.registrar.deleted`.
    RegistrarDeleted: ServiceEvent(Service) = "registrar_deleted" by "confd",
    "config.registrar.deleted", None, [], [];
    [13, 0] {
        /// `id`.
        0 id "id": String,
        /// `deletable`.
        1 deletable "deletable": bool,
        /// `name`.
        2 name "name": String,
        /// `main_host`.
        3 main_host "main_host": String,
        /// `main_port`.
        4 main_port "main_port": i64,
        /// `backup_host`.
        5 backup_host "backup_host": String,
        /// `backup_port`.
        6 backup_port "backup_port": i64,
        /// `proxy_main_host`.
        7 proxy_main_host "proxy_main_host": String,
        /// `proxy_main_port`.
        8 proxy_main_port "proxy_main_port": i64,
        /// `proxy_backup_host`.
        9 proxy_backup_host "proxy_backup_host": String,
        /// `proxy_backup_port`.
        10 proxy_backup_port "proxy_backup_port": i64,
        /// `outbound_proxy_host`.
        11 outbound_proxy_host "outbound_proxy_host": String,
        /// `outbound_proxy_port`.
        12 outbound_proxy_port "outbound_proxy_port": i64,
    }
}

event! {
    /// `registrar_edited`, for services.
    ///
    /// Key `config.registrar.edited`, access `events.config.registrar.edited`.
    RegistrarEdited: ServiceEvent(Service) = "registrar_edited" by "confd",
    "config.registrar.edited", None, [], [];
    [13, 0] {
        /// `id`.
        0 id "id": String,
        /// `deletable`.
        1 deletable "deletable": bool,
        /// `name`.
        2 name "name": String,
        /// `main_host`.
        3 main_host "main_host": String,
        /// `main_port`.
        4 main_port "main_port": i64,
        /// `backup_host`.
        5 backup_host "backup_host": String,
        /// `backup_port`.
        6 backup_port "backup_port": i64,
        /// `proxy_main_host`.
        7 proxy_main_host "proxy_main_host": String,
        /// `proxy_main_port`.
        8 proxy_main_port "proxy_main_port": i64,
        /// `proxy_backup_host`.
        9 proxy_backup_host "proxy_backup_host": String,
        /// `proxy_backup_port`.
        10 proxy_backup_port "proxy_backup_port": i64,
        /// `outbound_proxy_host`.
        11 outbound_proxy_host "outbound_proxy_host": String,
        /// `outbound_proxy_port`.
        12 outbound_proxy_port "outbound_proxy_port": i64,
    }
}

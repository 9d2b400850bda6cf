// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::{event, record};
use crate::events::{Object, TimeText, UuidText};

event! {
    /// `application_call_answered`, for a user.
    ///
    /// Key `applications.{application_uuid}.calls.{call[id]}.answered`, access `events.applications.{application_uuid}.calls.{call[id]}.answered`.
    ApplicationCallAnswered: UserEvent(User) = "application_call_answered" by "calld",
    "applications.{application_uuid}.calls.{call[id]}.answered", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call`.
        1 call "call": CallsCall,
    }
}

event! {
    /// `application_call_deleted`, for a user.
    ///
    /// Key `applications.{application_uuid}.calls.{call[id]}.deleted`, access `events.applications.{application_uuid}.calls.{call[id]}.deleted`.
    ApplicationCallDeleted: UserEvent(User) = "application_call_deleted" by "calld",
    "applications.{application_uuid}.calls.{call[id]}.deleted", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call`.
        1 call "call": CallsCall,
    }
}

event! {
    /// `application_call_dtmf_received`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.calls.{call_id}.dtmf.created`, access `events.applications.{application_uuid}.calls.{call_id}.dtmf.created`.
    ApplicationCallDtmfReceived: TenantEvent(Tenant) = "application_call_dtmf_received" by "calld",
    "applications.{application_uuid}.calls.{call_id}.dtmf.created", None, ["application_uuid"], [];
    [4, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `conversation_id`.
        2 conversation_id "conversation_id": String,
        /// `dtmf`.
        3 dtmf "dtmf": String,
    }
}

event! {
    /// `application_call_entered`, for a user.
    ///
    /// Key `applications.{application_uuid}.calls.created`, access `events.applications.{application_uuid}.calls.created`.
    ApplicationCallEntered: UserEvent(User) = "application_call_entered" by "calld",
    "applications.{application_uuid}.calls.created", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call`.
        1 call "call": CallsCall,
    }
}

event! {
    /// `application_call_initiated`, for a user.
    ///
    /// Key `applications.{application_uuid}.calls.created`, access `events.applications.{application_uuid}.calls.created`.
    ApplicationCallInitiated: UserEvent(User) = "application_call_initiated" by "calld",
    "applications.{application_uuid}.calls.created", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call`.
        1 call "call": CallsCall,
    }
}

event! {
    /// `application_call_updated`, for a user.
    ///
    /// Key `applications.{application_uuid}.calls.{call[id]}.updated`, access `events.applications.{application_uuid}.calls.{call[id]}.updated`.
    ApplicationCallUpdated: UserEvent(User) = "application_call_updated" by "calld",
    "applications.{application_uuid}.calls.{call[id]}.updated", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call`.
        1 call "call": CallsCall,
    }
}

event! {
    /// `application_destination_node_created`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.nodes.created`, access `events.applications.{application_uuid}.nodes.created`.
    ApplicationDestinationNodeCreated: TenantEvent(Tenant) = "application_destination_node_created" by "calld",
    "applications.{application_uuid}.nodes.created", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `node`.
        1 node "node": CallsNode,
    }
}

event! {
    /// `application_node_created`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.nodes.created`, access `events.applications.{application_uuid}.nodes.created`.
    ApplicationNodeCreated: TenantEvent(Tenant) = "application_node_created" by "calld",
    "applications.{application_uuid}.nodes.created", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `node`.
        1 node "node": CallsNode,
    }
}

event! {
    /// `application_node_deleted`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.nodes.{node[uuid]}.deleted`, access `events.applications.{application_uuid}.nodes.{node[uuid]}.deleted`.
    ApplicationNodeDeleted: TenantEvent(Tenant) = "application_node_deleted" by "calld",
    "applications.{application_uuid}.nodes.{node[uuid]}.deleted", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `node`.
        1 node "node": CallsNode,
    }
}

event! {
    /// `application_node_updated`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.nodes.{node[uuid]}.updated`, access `events.applications.{application_uuid}.nodes.{node[uuid]}.updated`.
    ApplicationNodeUpdated: TenantEvent(Tenant) = "application_node_updated" by "calld",
    "applications.{application_uuid}.nodes.{node[uuid]}.updated", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `node`.
        1 node "node": CallsNode,
    }
}

event! {
    /// `application_playback_created`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.playbacks.{playback[uuid]}.created`, access `events.applications.{application_uuid}.playbacks.{playback[uuid]}.created`.
    ApplicationPlaybackCreated: TenantEvent(Tenant) = "application_playback_created" by "calld",
    "applications.{application_uuid}.playbacks.{playback[uuid]}.created", None, ["application_uuid"], [];
    [4, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `conversation_id`.
        2 conversation_id "conversation_id": String,
        /// `playback`.
        3 playback "playback": CallsPlayback,
    }
}

event! {
    /// `application_playback_deleted`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.playbacks.{playback[uuid]}.deleted`, access `events.applications.{application_uuid}.playbacks.{playback[uuid]}.deleted`.
    ApplicationPlaybackDeleted: TenantEvent(Tenant) = "application_playback_deleted" by "calld",
    "applications.{application_uuid}.playbacks.{playback[uuid]}.deleted", None, ["application_uuid"], [];
    [4, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call_id`.
        1 call_id "call_id": String,
        /// `conversation_id`.
        2 conversation_id "conversation_id": String,
        /// `playback`.
        3 playback "playback": CallsPlayback,
    }
}

event! {
    /// `application_progress_started`, for a user.
    ///
    /// Key `applications.{application_uuid}.calls.{call[id]}.progress.started`, access `events.applications.{application_uuid}.calls.{call[id]}.progress.started`.
    ApplicationProgressStarted: UserEvent(User) = "application_progress_started" by "calld",
    "applications.{application_uuid}.calls.{call[id]}.progress.started", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call`.
        1 call "call": CallsCall,
    }
}

event! {
    /// `application_progress_stopped`, for a user.
    ///
    /// Key `applications.{application_uuid}.calls.{call[id]}.progress.stopped`, access `events.applications.{application_uuid}.calls.{call[id]}.progress.stopped`.
    ApplicationProgressStopped: UserEvent(User) = "application_progress_stopped" by "calld",
    "applications.{application_uuid}.calls.{call[id]}.progress.stopped", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call`.
        1 call "call": CallsCall,
    }
}

event! {
    /// `application_snoop_created`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.snoops.{snoop[uuid]}.created`, access `events.applications.{application_uuid}.snoops.{snoop[uuid]}.created`.
    ApplicationSnoopCreated: TenantEvent(Tenant) = "application_snoop_created" by "calld",
    "applications.{application_uuid}.snoops.{snoop[uuid]}.created", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `snoop`.
        1 snoop "snoop": CallsSnoop,
    }
}

event! {
    /// `application_snoop_deleted`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.snoops.{snoop[uuid]}.deleted`, access `events.applications.{application_uuid}.snoops.{snoop[uuid]}.deleted`.
    ApplicationSnoopDeleted: TenantEvent(Tenant) = "application_snoop_deleted" by "calld",
    "applications.{application_uuid}.snoops.{snoop[uuid]}.deleted", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `snoop`.
        1 snoop "snoop": CallsSnoop,
    }
}

event! {
    /// `application_snoop_updated`, for a tenant.
    ///
    /// Key `applications.{application_uuid}.snoops.{snoop[uuid]}.updated`, access `events.applications.{application_uuid}.snoops.{snoop[uuid]}.updated`.
    ApplicationSnoopUpdated: TenantEvent(Tenant) = "application_snoop_updated" by "calld",
    "applications.{application_uuid}.snoops.{snoop[uuid]}.updated", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `snoop`.
        1 snoop "snoop": CallsSnoop,
    }
}

event! {
    /// `application_user_outgoing_call_created`, for a user.
    ///
    /// Key `applications.{application_uuid}.user_outgoing_call.{call[id]}.created`, access `events.applications.{application_uuid}.user_outgoing_call.{call[id]}.created`.
    ApplicationUserOutgoingCallCreated: UserEvent(User) = "application_user_outgoing_call_created" by "calld",
    "applications.{application_uuid}.user_outgoing_call.{call[id]}.created", None, ["application_uuid"], [];
    [2, 0] {
        /// `application_uuid`.
        0 application_uuid "application_uuid": UuidText,
        /// `call`.
        1 call "call": CallsCall,
    }
}

record! {
    /// An object in the content of events.
    CallsCall [16, 0] {
        /// `id`.
        0 id "id": String,
        /// `caller_id_name`.
        1 caller_id_name "caller_id_name": String,
        /// `caller_id_number`.
        2 caller_id_number "caller_id_number": String,
        /// `conversation_id`.
        3 conversation_id "conversation_id": String,
        /// `creation_time`.
        4 creation_time "creation_time": TimeText,
        /// `status`.
        5 status "status": String,
        /// `on_hold`.
        6 on_hold "on_hold": bool,
        /// `is_caller`.
        7 is_caller "is_caller": bool,
        /// `dialed_extension`.
        8 dialed_extension "dialed_extension": String,
        /// `variables`.
        9 variables "variables": Object,
        /// `node_uuid`.
        10 node_uuid "node_uuid": UuidText,
        /// `moh_uuid`.
        11 moh_uuid "moh_uuid": UuidText,
        /// `muted`.
        12 muted "muted": bool,
        /// `snoops`.
        13 snoops "snoops": Object,
        /// `user_uuid`.
        14 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        15 tenant_uuid "tenant_uuid": UuidText,
    }
}

record! {
    /// An object in the content of events.
    CallsNode [2, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `calls`.
        1 calls "calls": Vec<CallsNodeCall>,
    }
}

record! {
    /// An object in the content of events.
    CallsPlayback [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `uri`.
        1 uri "uri": String,
        /// `language`.
        2 language "language": String,
    }
}

record! {
    /// An object in the content of events.
    CallsSnoop [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `snooped_call_id`.
        1 snooped_call_id "snooped_call_id": String,
        /// `snooping_call_id`.
        2 snooping_call_id "snooping_call_id": String,
    }
}

record! {
    /// An object in the content of events.
    CallsNodeCall [1, 0] {
        /// `id`.
        0 id "id": String,
    }
}

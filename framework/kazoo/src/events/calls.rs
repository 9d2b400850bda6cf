//! What happens to the legs of calls.
//!
//! The first nine, without the parting of legs, are those a client of Kazoo's websocket may ask for.

use super::events;
use crate::vocabulary::CALL_ID;

events! { CALLS, Call, "call_event";
    /// `CHANNEL_CREATE`: A leg of a call was created.
    ChannelCreate = "CHANNEL_CREATE", "call.CHANNEL_CREATE.{Call-ID}" {
        /// Whom it asked for, `user@realm`.
        request: text "Request",
        /// Whom it is to, `user@realm`.
        to_address: text "To",
        /// Whom it is from, `user@realm`.
        from_address: text "From",
    }

    /// `CHANNEL_ANSWER`: A leg was answered.
    ChannelAnswer = "CHANNEL_ANSWER", "call.CHANNEL_ANSWER.{Call-ID}" {
        /// Whom it asked for, `user@realm`.
        request: text "Request",
        /// Whom it is to, `user@realm`.
        to_address: text "To",
        /// Whom it is from, `user@realm`.
        from_address: text "From",
    }

    /// `CHANNEL_BRIDGE`: Two legs were joined; the other one is `Other-Leg-Call-ID`.
    ChannelBridge = "CHANNEL_BRIDGE", "call.CHANNEL_BRIDGE.{Call-ID}" {
        /// The leg it was joined with.
        bridged_with: text "Bridge-B-Unique-ID",
    }

    /// `CHANNEL_UNBRIDGE`: Two legs were parted.
    ChannelUnbridge = "CHANNEL_UNBRIDGE", "call.CHANNEL_UNBRIDGE.{Call-ID}" {
        /// The leg it was joined with.
        bridged_with: text "Bridge-B-Unique-ID",
        /// What the switch says of it.
        response: text "Application-Response",
        /// What the leg did last.
        disposition: text "Disposition",
    }

    /// `CHANNEL_HOLD`: A leg was held.
    ChannelHold = "CHANNEL_HOLD", "call.CHANNEL_HOLD.{Call-ID}" {
    }

    /// `CHANNEL_UNHOLD`: A leg was taken back.
    ChannelUnhold = "CHANNEL_UNHOLD", "call.CHANNEL_UNHOLD.{Call-ID}" {
    }

    /// `CHANNEL_DESTROY`: A leg ended. Not sent when its cause is `WRONG_CALL_STATE`.
    ChannelDestroy = "CHANNEL_DESTROY", "call.CHANNEL_DESTROY.{Call-ID}" {
        /// Why, such as `NORMAL_CLEARING`.
        hangup_cause: text "Hangup-Cause",
        /// The SIP status, `sip:NNN`.
        hangup_code: text "Hangup-Code",
        /// What the leg did last.
        disposition: text "Disposition",
        /// From creation to end.
        duration: seconds "Duration-Seconds",
        /// How long it rang.
        ringing: seconds "Ringing-Seconds",
        /// From answer to end.
        billed: seconds "Billing-Seconds",
        /// Recordings made of it.
        recordings: list "Media-Recordings",
        /// Whom it was to, `user@realm`.
        to_address: text "To",
        /// Whom it was from, `user@realm`.
        from_address: text "From",
    }

    /// `PARK_PARKED`: A call was put in a parking slot.
    ParkParked = "PARK_PARKED", "call.PARK_PARKED.{Call-ID}" {
        /// The slot.
        slot: text "Parking-Slot",
    }

    /// `PARK_RETRIEVED`: A call was taken out of its parking slot.
    ParkRetrieved = "PARK_RETRIEVED", "call.PARK_RETRIEVED.{Call-ID}" {
        /// The slot.
        slot: text "Parking-Slot",
    }

    /// `PARK_ABANDONED`: A parked caller hung up.
    ParkAbandoned = "PARK_ABANDONED", "call.PARK_ABANDONED.{Call-ID}" {
        /// The slot.
        slot: text "Parking-Slot",
    }

    /// `CHANNEL_EXECUTE_COMPLETE`: A step of the dialplan ended.
    ChannelExecuteComplete = "CHANNEL_EXECUTE_COMPLETE", "call.CHANNEL_EXECUTE_COMPLETE.{Call-ID}" {
        /// The step.
        application: text "Application-Name",
        /// What came of it.
        response: text "Application-Response",
        /// What the leg did last.
        disposition: text "Disposition",
        /// Why the leg ended, if it did.
        hangup_cause: text "Hangup-Cause",
    }

    /// `CHANNEL_PROGRESS`: A leg rings.
    ChannelProgress = "CHANNEL_PROGRESS", "call.CHANNEL_PROGRESS.{Call-ID}" {
    }

    /// `CHANNEL_PROGRESS_MEDIA`: A leg has early media.
    ChannelProgressMedia = "CHANNEL_PROGRESS_MEDIA", "call.CHANNEL_PROGRESS_MEDIA.{Call-ID}" {
    }

    /// `CHANNEL_REPLACED`: A leg took another's place.
    ChannelReplaced = "CHANNEL_REPLACED", "call.CHANNEL_REPLACED.{Call-ID}" {
        /// The leg that did.
        replaced_by: text "Replaced-By",
        /// Of a loopback: the leg that went.
        resigning: text "Resigning-UUID",
        /// Of a loopback: that leg's other end.
        resigning_peer: text "Resigning-Peer-UUID",
    }

    /// `CHANNEL_INTERCEPTED`: A leg was intercepted.
    ChannelIntercepted = "CHANNEL_INTERCEPTED", "call.CHANNEL_INTERCEPTED.{Call-ID}" {
        /// The leg that did.
        intercepted_by: text "Intercepted-By",
    }

    /// `CHANNEL_TRANSFEROR`: A leg transferred its call.
    ChannelTransferor = "CHANNEL_TRANSFEROR", "call.CHANNEL_TRANSFEROR.{Call-ID}" {
        /// The call it went to.
        target: text "Target-Call-ID",
    }

    /// `CHANNEL_TRANSFEREE`: A leg was transferred.
    ChannelTransferee = "CHANNEL_TRANSFEREE", "call.CHANNEL_TRANSFEREE.{Call-ID}" {
        /// The call it went to.
        target: text "Target-Call-ID",
    }

    /// `CHANNEL_DIRECT`: The loopback legs of a call were taken out.
    ChannelDirect = "CHANNEL_DIRECT", "call.CHANNEL_DIRECT.{Call-ID}" {
    }

    /// `CHANNEL_CONNECTED`: The controller has the switch of a leg again.
    ChannelConnected = "CHANNEL_CONNECTED", "call.CHANNEL_CONNECTED.{Call-ID}" {
    }

    /// `CHANNEL_DISCONNECTED`: The controller lost the switch of a leg.
    ChannelDisconnected = "CHANNEL_DISCONNECTED", "call.CHANNEL_DISCONNECTED.{Call-ID}" {
    }

    /// `CHANNEL_METAFLOW`: A metaflow ran on a leg.
    ChannelMetaflow = "CHANNEL_METAFLOW", "call.CHANNEL_METAFLOW.{Call-ID}" {
    }

    /// `CHANNEL_SYNC`: A leg was synchronised.
    ChannelSync = "CHANNEL_SYNC", "call.CHANNEL_SYNC.{Call-ID}" {
    }

    /// `CALL_SECURE`: A leg became encrypted.
    CallSecure = "CALL_SECURE", "call.CALL_SECURE.{Call-ID}" {
    }

    /// `CHANNEL_FAX_STATUS`: A fax on a leg got on.
    ChannelFaxStatus = "CHANNEL_FAX_STATUS", "call.CHANNEL_FAX_STATUS.{Call-ID}" {
        /// How far it is.
        fax: object "Application-Data",
        /// What is known of it.
        info: object "Fax-Info",
    }

    /// `RECORD_START`: A recording began.
    RecordStart = "RECORD_START", "call.RECORD_START.{Call-ID}" {
        /// The file.
        file: text "Application-Response",
    }

    /// `RECORD_STOP`: A recording ended.
    RecordStop = "RECORD_STOP", "call.RECORD_STOP.{Call-ID}" {
        /// The file.
        file: text "Application-Response",
    }

    /// `DTMF`: A key was pressed; not sent inside conferences.
    Dtmf = "DTMF", "call.DTMF.{Call-ID}" {
        /// The key.
        digit: text "DTMF-Digit",
        /// How long, in the switch's samples.
        duration: number "DTMF-Duration",
    }

    /// `DETECTED_TONE`: A tone was heard.
    DetectedTone = "DETECTED_TONE", "call.DETECTED_TONE.{Call-ID}" {
        /// The tone.
        tone: text "Detected-Tone",
    }

    /// `kazoo::noop`: A mark in the switch's queue of work.
    KazooNoop = "kazoo::noop", "call.kazoo::noop.{Call-ID}" {
    }

    /// `kazoo::masquerade`: A leg acts for another.
    KazooMasquerade = "kazoo::masquerade", "call.kazoo::masquerade.{Call-ID}" {
    }
}

/// Lets an event of a leg begin with the leg.
macro_rules! of_leg {
    ($($event:ident)*) => {$(
        impl $event {
            /// An event of the leg with this `Call-ID`.
            pub fn new(call_id: impl Into<String>) -> Self {
                let mut fields = super::Fields::default();
                fields.set(CALL_ID, call_id.into());
                Self(fields)
            }
        }
    )*};
}

of_leg! {
    ChannelCreate ChannelAnswer ChannelBridge ChannelUnbridge ChannelHold ChannelUnhold
    ChannelDestroy ParkParked ParkRetrieved ParkAbandoned ChannelExecuteComplete ChannelProgress
    ChannelProgressMedia ChannelReplaced ChannelIntercepted ChannelTransferor ChannelTransferee
    ChannelDirect ChannelConnected ChannelDisconnected ChannelMetaflow ChannelSync CallSecure
    ChannelFaxStatus RecordStart RecordStop Dtmf DetectedTone KazooNoop KazooMasquerade
}

//! What happens in conferences, to faxes, documents and presence.

use super::events;

events! { CONFERENCE, Conference, "conference";
    /// `event`: Something happened in a conference; what, is its `Event`.
    ConferenceEvent = "event", "conference.event.{Event}.{Account-ID}.{Conference-ID}" {
        /// What: `add-member`, `conference-destroy`, `mute-member`, ….
        event: text "Event",
        /// The conference.
        conference_id: text "Conference-ID",
        /// The conference's present instance.
        instance_id: text "Instance-ID",
        /// Whom it is about.
        participant_id: number "Participant-ID",
    }
}

events! { FAX, Fax, "fax";
    /// `status`: A fax got on.
    FaxStatus = "status", "fax.status.{Account-ID}.{Job-ID}" {
        /// The fax.
        job_id: text "Job-ID",
        /// `start`, `prepare`, `send`, `receive`, `end` or `error`.
        fax_state: text "Fax-State",
        /// `incoming` or `outgoing`.
        fax_direction: text "Direction",
        /// The box it is of.
        faxbox_id: text "FaxBox-ID",
        /// The page it is at.
        page: number "Page",
    }
}

events! { CONFIGURATION, Configuration, "configuration";
    /// `doc_created`: A document was created.
    DocCreated = "doc_created", "doc_created.{Database}.{Type}.{ID}" {
        /// The document.
        id: text "ID",
        /// The database it is in.
        database: text "Database",
        /// The document's type.
        kind: text "Type",
        /// The document's revision.
        revision: text "Rev",
        /// Its public fields.
        document: object "Doc",
    }

    /// `doc_edited`: A document was edited.
    DocEdited = "doc_edited", "doc_edited.{Database}.{Type}.{ID}" {
        /// The document.
        id: text "ID",
        /// The database it is in.
        database: text "Database",
        /// The document's type.
        kind: text "Type",
        /// The document's revision.
        revision: text "Rev",
        /// Its public fields.
        document: object "Doc",
    }

    /// `doc_deleted`: A document was deleted.
    DocDeleted = "doc_deleted", "doc_deleted.{Database}.{Type}.{ID}" {
        /// The document.
        id: text "ID",
        /// The database it is in.
        database: text "Database",
        /// The document's type.
        kind: text "Type",
        /// The document's revision.
        revision: text "Rev",
        /// Its public fields.
        document: object "Doc",
    }

    /// `db_created`: A database was created.
    DbCreated = "db_created", "db_created.{Database}.database.{ID}" {
        /// The database.
        id: text "ID",
        /// The database it is in.
        database: text "Database",
    }

    /// `db_edited`: A database was edited.
    DbEdited = "db_edited", "db_edited.{Database}.database.{ID}" {
        /// The database.
        id: text "ID",
        /// The database it is in.
        database: text "Database",
    }

    /// `db_deleted`: A database was deleted.
    DbDeleted = "db_deleted", "db_deleted.{Database}.database.{ID}" {
        /// The database.
        id: text "ID",
        /// The database it is in.
        database: text "Database",
    }
}

events! { PRESENCE, Presence, "presence";
    /// `dialog_update`: A dialog of a device changed. The realm says whose it is.
    DialogUpdate = "dialog_update", "dialog.{To}.{Call-ID}" {
        /// `user@realm`.
        to_address: text "To",
        /// `user@realm`.
        from_address: text "From",
        /// `early`, `confirmed` or `terminated`.
        state: text "State",
    }

    /// `update`: Someone's presence changed. The realm says whose it is.
    PresenceUpdate = "update", "update.{Presence-ID}" {
        /// `user@realm`.
        presence_id: text "Presence-ID",
        /// `early`, `confirmed`, `terminated`, `offline`, `online` or `trying`.
        state: text "State",
    }

    /// `mwi_update`: The number of waiting messages changed. The realm says whose it is.
    MwiUpdate = "mwi_update", "mwi_updates.{To}" {
        /// `user@realm`.
        to_address: text "To",
        /// Messages not yet heard.
        new_messages: number "Messages-New",
        /// Messages heard and kept.
        saved_messages: number "Messages-Saved",
    }
}

"""What the code does not say of its own names, for the tables in docs/.

A name that the code has and a mapping lacks, or the other way round, is an error.
"""

from abs_contracts.catalogue import Sender, Sight

SEEN_BY = {
    Sight.ATTACHED: "the parties attached to the incident",
    Sight.SAFETY: "the parties attached to the incident; to be shown before all else",
    Sight.CHOSEN: "the attached parties that its writer chose",
    Sight.UNIT: "the unit's party, and the attached parties of the incident it serves",
    Sight.ROOM: "every party of the room",
    Sight.STUB: "parties that are not attached; made for the feed, never in the log",
    Sight.CORE: "nobody: it stays inside the core",
}

SENT_BY = {
    Sender.PARTY: "a party's desk or block",
    Sender.OPERATOR: "the operator",
    Sender.CORE: "the core itself, from what it observes",
}

ATTRIBUTES = {
    "specversion": "always `1.0`",
    "id": "made by the sender for a command; derived from the command for an event",
    "source": "where it was made, for example `/rooms/dh/core`",
    "type": "`abs.<name>.v<major>`",
    "subject": "the id of the incident, unit or party that it is about",
    "time": "when it occurred",
    "recordedtime": "when the core wrote it; set by the core",
    "correlationid": "the story it belongs to, handed on from message to message",
    "causationid": "the id of the message that caused it; in an event, the command",
    "traceparent": "W3C trace context, handed on",
    "authtype": "`user`, `service_account` or `system`",
    "authid": "the actor; required in a command",
    "party": "the party of the actor; in an event set by the core",
    "role": "the role that the actor acts in; required in a command",
    "mustunderstand": "pointers into `data` that a reader may not ignore, set by `seal`",
    "datacontenttype": "`application/json`, may be left out",
    "data": "the payload, as its contract says",
}

TRAFFIC = {
    "commands": ("the party's desk or block", "the core, one subscription a party", "command"),
    "queries": ("the party's desk or block", "the core", "`StoryQuery`"),
    "hello": ("the party's block", "the core", "`Hello`"),
    "beats": ("the party's block", "every core process", "`Beat`"),
    "questions": ("the party's desk", "the party's block", "`Question`"),
    "desk": ("the party's desk", "the party's block", "`DeskRequest`"),
    "drain": ("who runs the block", "that generation of the block", "nothing"),
    "stage": ("who runs the block", "that generation of the block", "nothing"),
    "operator": ("who runs the room", "the core", "command, `StoryQuery` or nothing"),
    "feed": ("the core alone", "the party's block, by its consumer", "event"),
    "journal": ("the party's block alone", "the party's block", "page of the journal"),
    "dead_letters": ("the party's block alone", "who maintains the block", "dead letter"),
}

ANSWERS = {
    "commands": "`Accepted`, `Rejected` or `Unknown`",
    "queries": "`Story`, `Rejected` or `Unknown`",
    "hello": "`Welcome`, `Rejected` or `Unknown`",
    "questions": "`Answer` or `Rejected`",
    "desk": "`Taken` or `Rejected`",
    "drain": "`{}`, once it is done",
    "stage": "`Staged`, once it has read along",
    "operator": "a reply, `Story` or `RoomStatus`; or `Rejected` or `Unknown`",
}

SETTINGS = {
    "room": "the room's id, of code list rooms",
    "data": "folder for the server's store, logs, tokens and `run.json`",
    "port": "the broker's port on 127.0.0.1; 0 takes a free one",
    "cores": "core processes side by side",
    "max_file_store": "limit of the broker's store in bytes; 0 for none",
    "parties": "the parties of the room, by id; the default is one of each discipline, "
    "with its block where that is installed",
}

PARTY_SETTINGS = {
    "discipline": "police, fire, ambulance, kmar or partner",
    "name": "what a person calls the party",
    "block": "the installed block of the party; leave it out for none",
    "options": "the block's own options, text to text",
    "called_for": "the classes that call it, each as `[mc1, mc2, mc3]` with all under it; "
    "the default is that of its discipline (`abs_core/callouts.toml`)",
    "added_classes": "the classes that its region adds to the national table",
}

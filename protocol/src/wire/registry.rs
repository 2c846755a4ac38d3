//! Every number and label that goes over a wire or into a signature. A removed number stays as reserved.

/// libp2p protocol name of the relay protocol (frames of `wire::relay`).
pub const RELAY_PROTOCOL: &str = "/chappe/relay/1";

/// libp2p protocol name of the blob protocol (frames of `blob::wire`).
pub const BLOB_PROTOCOL: &str = "/chappe/blob/1";

/// Kinds of frames of the blob protocol.
pub mod blob {
    #![allow(missing_docs, reason = "each is documented at the variant of `blob::wire` of its name")]
    pub const OFFER: u8 = 1;
    pub const PUT: u8 = 2;
    pub const SYNC: u8 = 3;
    pub const GET: u8 = 4;
    pub const RENEW: u8 = 5;
    pub const DROP: u8 = 6;
    pub const HAVE: u8 = 129;
    pub const DATA: u8 = 130;
    pub const DONE: u8 = 131;
    pub const REFUSED: u8 = 255;
}

/// Kinds of frames a client sends to a relay.
pub mod request {
    #![allow(missing_docs, reason = "each is documented at the variant of `relay::Request` of its name")]
    pub const OPEN: u16 = 1;
    pub const APPEND: u16 = 2;
    pub const APPEND_PAID: u16 = 3;
    pub const READ: u16 = 4;
    pub const SUBSCRIBE: u16 = 5;
    pub const UNSUBSCRIBE: u16 = 6;
    pub const ACK: u16 = 7;
    pub const SET_TOKENS: u16 = 8;
    pub const SIGNAL: u16 = 9;
    pub const PREPARE: u16 = 16;
    pub const ACCEPT: u16 = 17;
    pub const LEARN: u16 = 18;
    pub const PUT_KEY_PACKAGES: u16 = 32;
    pub const TAKE_KEY_PACKAGE: u16 = 33;
    pub const PUT_RECORD: u16 = 48;
    pub const GET_RECORD: u16 = 49;
}

/// Kinds of frames a relay sends to a client.
pub mod reply {
    #![allow(missing_docs, reason = "each is documented at the variant of `relay::Reply` of its name")]
    pub const OPENED: u16 = 1;
    pub const APPENDED: u16 = 2;
    pub const ENTRIES: u16 = 4;
    pub const SUBSCRIBED: u16 = 5;
    pub const DONE: u16 = 7;
    pub const PROMISED: u16 = 16;
    pub const ACCEPTED: u16 = 17;
    pub const LEARNED: u16 = 18;
    pub const OUTBID: u16 = 19;
    pub const KEY_PACKAGES_LEFT: u16 = 32;
    pub const KEY_PACKAGE: u16 = 33;
    pub const RECORD: u16 = 49;
    pub const REFUSED: u16 = 255;
    /// Unasked: entries of a subscribed log (request number 0).
    pub const PUSH: u16 = 256;
    /// Unasked: a signal in a subscribed log (request number 0).
    pub const SIGNAL: u16 = 257;
}

/// Kinds of operations' bodies. Unknown kinds are kept and forwarded. Numbers from 0x8000 are *state* kinds: their
/// operations stand outside a device's hash-linked log, and only the latest of a device counts.
pub mod kind {
    /// A text message.
    pub const TEXT: u16 = 1;
    /// The contact request was accepted, with the accepter's profile.
    pub const HELLO: u16 = 2;
    /// Another wording of an own text.
    pub const EDIT: u16 = 3;
    /// Messages taken back for everybody.
    pub const DELETE: u16 = 4;
    /// What a person feels about a message.
    pub const REACTION: u16 = 5;
    /// A message pinned or taken down.
    pub const PIN: u16 = 6;
    /// A poll or quiz.
    pub const POLL: u16 = 7;
    /// A vote in a poll.
    pub const VOTE: u16 = 8;
    /// The end of a poll.
    pub const CLOSE: u16 = 9;
    /// A contact card.
    pub const CARD: u16 = 10;
    /// A place, perhaps live.
    pub const LOCATION: u16 = 11;
    /// The next point of a live location, or its end.
    pub const LIVE: u16 = 12;
    /// How long messages live from now on.
    pub const LIFETIME: u16 = 13;
    /// A message that can be seen once was seen.
    pub const VIEWED: u16 = 14;
    /// A file.
    pub const FILE: u16 = 15;
    /// A voice message or video was heard.
    pub const HEARD: u16 = 16;
    /// A part of the way into another chat. (Numbers 48 to 63 are about membership.)
    pub const WELCOME: u16 = 48;
    /// We leave.
    pub const LEAVE: u16 = 49;
    /// Delivered and read up to here, a sender device.
    pub const RECEIPT: u16 = 0x8001;
    /// The next control block is decided.
    pub const MOVED: u16 = 0x8002;
    /// Somebody is writing; only ever a signal.
    pub const TYPING: u16 = 0x8003;
    /// Somebody is there, or has gone; only ever a signal.
    pub const PRESENCE: u16 = 0x8004;
    /// Which control block is decided, with its receipt.
    pub const DECIDED: u16 = 0x8005;
    /// Somebody wants a file that no relay has any more; only ever a signal.
    pub const WANTED: u16 = 0x8006;
    /// A device whose chain lost at a fork asks to be let in again.
    pub const STRAY: u16 = 0x8007;
    /// A part of the way in for such a device.
    pub const RECALL: u16 = 0x8008;
    /// The first state kind.
    pub const FIRST_STATE: u16 = 0x8000;
}

/// Kinds of chats.
pub mod chat {
    /// Two people.
    pub const PRIVATE: u16 = 1;
    /// One user's devices: saved messages, and what the devices tell each other.
    pub const OWN: u16 = 2;
    /// Many people.
    pub const GROUP: u16 = 3;
    /// Admins post, the others read.
    pub const CHANNEL: u16 = 4;
}

/// Kinds of intents of control blocks. Unknown kinds are kept.
pub mod intent {
    #![allow(missing_docs, reason = "each is documented at the variant of `control::Intent` of its name")]
    pub const KEY_UPDATE: u16 = 1;
    pub const ADD_DEVICES: u16 = 2;
    pub const REMOVE_DEVICES: u16 = 3;
    pub const SET_HOME_RELAYS: u16 = 4;
    pub const DEPART: u16 = 5;
    pub const SET_INFO: u16 = 6;
    pub const SET_ROLE: u16 = 7;
    pub const SET_POLICY: u16 = 8;
    pub const SET_LINK: u16 = 9;
    pub const REVOKE_LINK: u16 = 10;
    pub const TRANSFER: u16 = 11;
    // 12 was a pinned message.
    pub const SET_TOPIC: u16 = 13;
    pub const ADD_BY_LINK: u16 = 14;
    pub const REMOVE_TOPIC: u16 = 15;
    pub const READMIT: u16 = 16;
}

/// What a paired old and new device say to each other while one is linked.
pub mod link {
    #![allow(missing_docs, reason = "each is documented at the variant of `handover::Said` of its name")]
    pub const OFFER: u8 = 1;
    pub const PART: u8 = 2;
    pub const STORED: u8 = 3;
    pub const REFUSED: u8 = 4;
}

/// Scopes of own settings. Unknown ones are kept and handed on to other own devices.
pub mod setting {
    #![allow(missing_docs, reason = "each is documented at the variant of `settings::Key` of its name")]
    pub const DEVICE_NAME: u8 = 1;
    pub const PINNED: u8 = 2;
    pub const ARCHIVED: u8 = 3;
    pub const MUTED: u8 = 4;
    pub const MARKED_UNREAD: u8 = 5;
    pub const DRAFT: u8 = 6;
    pub const FOLDER: u8 = 7;
    pub const BLOCKED: u8 = 8;
    pub const VERIFIED: u8 = 9;
    pub const PROFILE: u8 = 10;
    pub const HIDDEN: u8 = 11;
    pub const HISTORY: u8 = 12;
    pub const HANDED: u8 = 13;
    pub const LAST_SEEN: u8 = 14;
    pub const STICKERS: u8 = 15;
    pub const FAVOURITES: u8 = 16;
    pub const DELETED: u8 = 17;
}

/// Kinds of signed records.
pub mod record {
    /// What a user's devices say about themselves, sealed: `identity::account_record`.
    pub const ACCOUNT: u8 = 1;
    /// A page of a user's backup, sealed: `identity::backup`.
    pub const BACKUP: u8 = 4;
    /// Where a user's mail goes.
    pub const MAILBOX: u8 = 2;
    /// A relay's addresses and policy.
    pub const RELAY: u8 = 3;
}

/// Contexts of signatures: what is signed always starts with one of these and a zero byte, so that no signature
/// can be used for another purpose.
pub mod context {
    /// An operation.
    pub const OP: &[u8] = b"chappe op 1\0";
    /// A device certificate or removal in a device log.
    pub const DEVICE_LOG: &[u8] = b"chappe device log 1\0";
    /// A relay's promise in a register.
    pub const PROMISE: &[u8] = b"chappe register promise 1\0";
    /// A relay's acceptance in a register.
    pub const ACCEPT: &[u8] = b"chappe register accept 1\0";
    /// A chat's first control block.
    pub const GENESIS: &[u8] = b"chappe genesis 1\0";
    /// A device's word that its user leaves a chat.
    pub const DEPARTURE: &[u8] = b"chappe departure 1\0";
    /// A device's word that it comes in again behind a fork.
    pub const READMISSION: &[u8] = b"chappe readmission 1\0";
    /// Any later control block.
    pub const CONTROL_BLOCK: &[u8] = b"chappe control block 1\0";
    /// A signed record.
    pub const RECORD: &[u8] = b"chappe record 1\0";
    /// A contact request.
    pub const CONTACT_REQUEST: &[u8] = b"chappe contact request 1\0";
    /// What a device says about itself in its user's account record.
    pub const DEVICE_CARD: &[u8] = b"chappe device card 1\0";
    /// What somebody leaves at an invite link's entrance.
    pub const ENTRANCE: &[u8] = b"chappe entrance 1\0";
    /// A letter to a device that has no chat with the sender yet.
    pub const LETTER: &[u8] = b"chappe letter 1\0";
    /// What a new device says about itself while it is linked.
    pub const LINK_OFFER: &[u8] = b"chappe link offer 1\0";
}

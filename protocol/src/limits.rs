//! Every bound of Chappe, with its arithmetic. Nothing a peer, file or program says may cause more than this.

/// Bytes of one frame on a link. A frame carries at most one envelope or one page of a log (64 envelopes of 3 KiB).
pub const FRAME_MAX: usize = 256 * 1024;

/// Bytes of one sealed envelope: an operation of [`OP_MAX`] plus header, nonce and tag.
pub const ENVELOPE_MAX: usize = 128 * 1024;

/// Bytes of one operation: a text of 4096 UTF-16 units is at most 12 KiB of UTF-8; the rest is for larger kinds.
pub const OP_MAX: usize = 96 * 1024;

/// Unseen messages of a chat that name our user and are counted; of more the newest.
pub const MENTIONS_MAX: usize = 1_000;

/// Operations of an archive that one command takes in: as many as a page that a relay gives, and so one commit.
pub const ARCHIVED_AT_ONCE: usize = 256;

/// People of a chat that comes from another messenger: with us they are the devices that an archived chat may name.
pub const IMPORTED_PEOPLE_MAX: usize = 2 * CHAT_DEVICES_MAX - 1;

/// Their bytes: a commit of this size takes some milliseconds.
pub const ARCHIVED_BYTES_AT_ONCE: usize = 2 * 1024 * 1024;

/// Changes of a chat's rules that an archive keeps: those of the newest blocks. Older operations go by the oldest.
pub const ARCHIVE_RULES_MAX: usize = 256;

/// Bytes of a segment of an archive: it is cut at 4 MiB, and what comes last is a chat or an operation.
pub const SEGMENT_MAX: usize = 9 * 1024 * 1024;

/// Segments of a history. At 64 KiB, the least that one has unless it is the last, 3.2 GB of text.
pub const SEGMENTS_MAX: usize = 50_000;

/// Bytes of a chat in an archive, beside its messages: a state of 1,000 devices takes 80 KB, rules a few KB each.
pub const CHAT_ARCHIVE_MAX: usize = 4 * 1024 * 1024;

/// UTF-16 units of one text message, as in Telegram.
pub const TEXT_UNITS_MAX: usize = 4096;

/// Entities of one text, as in Telegram: with a link of 2,048 bytes each they are 200 KiB, so [`OP_MAX`] comes first.
pub const ENTITIES_MAX: usize = 100;

/// Bytes of the URL of one entity.
pub const ENTITY_URL_MAX: usize = 2048;

/// Bytes of the name of a programming language.
pub const LANGUAGE_MAX: usize = 32;

/// UTF-16 units of a quoted part of a message, as in Telegram.
pub const QUOTE_UNITS_MAX: usize = 1024;

/// Longest lifetime of a message: 366 days; what lives longer is not meant to be destroyed.
pub const TTL_MAX_S: u32 = 366 * 24 * 3600;

/// Messages that one deletion names: 64 x 34 bytes are 2.2 KiB, so that a deletion writes less than 4 KiB. Clearing
/// 10,000 messages takes 157 of them.
pub const DELETE_TARGETS_MAX: usize = 64;

/// Wordings of one message that are kept beside the first; of more the newest: 64 x 12 KiB are 768 KiB at worst.
pub const EDITS_KEPT: usize = 64;

/// Reactions of one person to one message.
pub const REACTIONS_MAX: usize = 3;

/// Bytes of one reaction: the longest pictographs (families, flags of countries within countries) have 28.
pub const REACTION_BYTES_MAX: usize = 40;

/// Different reactions to one message that are read for showing it; each is a row of about 100 bytes.
pub const REACTION_KINDS_SHOWN: usize = 64;

/// UTF-16 units of a poll's question, as in Telegram.
pub const QUESTION_UNITS_MAX: usize = 300;

/// Options of one poll, as in Telegram.
pub const POLL_OPTIONS_MAX: usize = 12;

/// UTF-16 units of one option, as in Telegram.
pub const OPTION_UNITS_MAX: usize = 100;

/// UTF-16 units of a quiz's explanation, as in Telegram.
pub const EXPLANATION_UNITS_MAX: usize = 200;

/// Votes of one person in one poll, the first included: each is a row of about 350 bytes, so 5.5 KiB a person.
pub const VOTE_CHANGES_MAX: u8 = 16;

/// Phones, and e-mail addresses, of one card.
pub const CARD_LIST_MAX: usize = 8;

/// UTF-16 units of one line of a card, and of a venue.
pub const CARD_FIELD_MAX: usize = 256;

/// UTF-16 units of a card's note.
pub const CARD_NOTE_UNITS_MAX: usize = 1024;

/// Bytes of a vCard that is imported; photos are skipped, and may be large.
pub const VCARD_MAX: usize = 64 * 1024;

/// Shortest and longest time of a live location in seconds, as in Telegram.
pub const LIVE_MIN_S: u32 = 60;
/// See [`LIVE_MIN_S`].
pub const LIVE_MAX_S: u32 = 24 * 3600;

/// Changes of one device that wait for the message they name, a chat; of more the newest. 256 x 400 bytes are 100 KiB
/// a device; the largest, wordings of 12 KiB, make 3 MiB.
pub const WAITING_PER_DEVICE: usize = 256;

/// What is kept of who came, went and changed a chat, for people.
pub const EVENTS_KEPT: usize = 200;

/// People whom one such event names.
pub const EVENT_USERS_SHOWN: usize = 16;

/// Messages that one command clears; for everybody that is 313 deletions of 2.2 KiB, 0.7 MiB in one commit.
pub const CLEAR_MAX: usize = 20_000;

/// Messages that one command forwards, times chats.
pub const FORWARDS_MAX: usize = 100;

/// People listed with their reactions or votes.
pub const PEOPLE_SHOWN: usize = 1000;

/// Pinned messages listed.
pub const PINS_SHOWN: usize = 100;

/// Bytes of one chunk of a file before it is sealed. One is in memory per transfer and direction.
pub const CHUNK_BYTES: usize = 1024 * 1024;

/// Bytes of one file: 64 GiB, whose list of chunk hashes is 2 MiB. A relay may allow less and says so.
pub const FILE_MAX: u64 = 64 * 1024 * 1024 * 1024;

/// Bytes of a file's name, as of most file systems.
pub const FILE_NAME_MAX: usize = 255;

/// Bytes of a media type (RFC 6838 allows 127 and 127).
pub const MEDIA_TYPE_MAX: usize = 255;

/// Bytes of the small picture that stands in a message until the file is there. With it a message is below 4 KiB.
pub const PREVIEW_MAX: usize = 2 * 1024;

/// Parts of a voice message's waveform, one byte each.
pub const PEAKS_MAX: usize = 64;

/// Milliseconds that a sound or video says it plays: two days.
pub const PLAY_MS_MAX: u32 = 2 * 24 * 3600 * 1000;

/// Bytes of the title or performer that a sound says of itself.
pub const TAG_MAX: usize = 256;

/// Stickers of one pack, as in Telegram.
pub const PACK_STICKERS_MAX: usize = 120;

/// Bytes of one sticker, as in Telegram: 512 pixels as PNG.
pub const STICKER_BYTES_MAX: usize = 512 * 1024;

/// Bytes of a pack: 120 stickers of 33 KB, a usual WEBP. With 32 bytes before it one stored value ([`VALUE_MAX`]).
pub const PACK_BYTES_MAX: usize = VALUE_MAX - 1024;

/// UTF-8 bytes of a pack's title.
pub const STICKER_TITLE_MAX: usize = 128;

/// Packs of one user: 100 x 4 MiB are 400 MiB on a disk at worst.
pub const PACKS_MAX: usize = 100;

/// Bytes of the link to a pack as an own setting: four relays with three addresses of 256 bytes are 4.5 KB in base64.
pub const PACK_LINK_MAX: usize = 6 * 1024;

/// Favourite stickers: 200 x 69 bytes are 14 KB, which one setting holds.
pub const FAVOURITES_MAX: usize = 200;

/// Pixels of a picture's side, as it claims of itself.
pub const PICTURE_SIDE_MAX: u32 = 100_000;

/// Relays that a message names as holding its file.
pub const FILE_RELAYS_MAX: usize = 4;

/// Machines of its author that a message names as giving its file away themselves.
pub const FILE_SOURCES_MAX: usize = 2;

/// Addresses of each of these and of the relays.
pub const FILE_ADDRS_MAX: usize = 3;

/// Bytes of one frame of the blob protocol: a sealed chunk and its head.
pub const BLOB_FRAME_MAX: usize = CHUNK_BYTES + 256;

/// Bytes of a sealed blob: [`FILE_MAX`] with a tag a chunk and the sealed list.
pub const BLOB_MAX: u64 = FILE_MAX + FILE_MAX / CHUNK_BYTES as u64 * (16 + 32) + 16;

/// Bytes of one contact request (protocol.md, section 4).
pub const CONTACT_REQUEST_MAX: usize = 4 * 1024;

/// Contact requests that wait for an answer; more are refused, so 32 x 4 KiB = 128 KiB.
pub const CONTACT_REQUESTS_PENDING: usize = 32;

/// Dependencies named by one operation.
pub const DEPS_MAX: usize = 8;

/// Nesting of CBOR in a body.
pub const CBOR_DEPTH_MAX: usize = 8;

/// UTF-8 bytes of a display name.
pub const NAME_MAX: usize = 128;

/// Devices of one user, removed ones included in the log.
pub const DEVICES_MAX: usize = 10;

/// Entries of one device log: ten living devices, replaced over years.
pub const DEVICE_LOG_MAX: usize = 256;

/// Characters of a username.
pub const USERNAME_MAX: usize = 32;

/// UTF-8 bytes of the lines that a person says about themselves.
pub const BIO_MAX: usize = 512;

/// UTF-8 bytes of an emoji status: the longest joined sequences have some 35.
pub const EMOJI_MAX: usize = 48;

/// Bytes of one device's card in an account record: 8 relays of 8 addresses of 256 bytes are 16.5 KiB; names and keys.
pub const DEVICE_CARD_MAX: usize = 18 * 1024;

/// Home relays of one chat.
pub const HOME_RELAYS_MAX: usize = 4;

/// Relays of one chat that are home no more and are still dialled, because an epoch that is open lives there: two whole homes.
/// An admin who changes the home with every block gets no node to dial more; what waits elsewhere is sealed again.
pub const FORMER_RELAYS_MAX: usize = 8;

/// Relays a user names in an invite or mailbox record.
pub const RELAYS_MAX: usize = 8;

/// Text of one multiaddress.
pub const ADDR_MAX: usize = 256;

/// Addresses of one relay.
pub const ADDRS_MAX: usize = 8;

/// How far ahead of the receiver's clock an operation's time may stand: 5 minutes (protocol.md, section 1).
pub const CLOCK_AHEAD_MAX_MS: u64 = 5 * 60 * 1000;

/// How long an operation stays in the outbox: 30 days.
pub const OUTBOX_AGE_MAX_MS: u64 = 30 * 24 * 3600 * 1000;

/// Operations of one device that wait for a missing predecessor, a chat.
pub const PARKED_MAX: usize = 4096;

/// How long a gap in a device's log is waited for: what fills it is in its author's outbox or at relays that are away, and
/// both are tried again at every contact; a day is longer than a machine is repaired or asleep, and short enough for
/// people who read what follows.
pub const GAP_WAIT_MS: u64 = 24 * 3600 * 1000;

/// Operations of one device that nothing proves yet, a chat: its own signature is wrong and no later one links to it.
/// An honest device makes none. 64 x [`OP_MAX`] are 6 MiB on disk at worst.
pub const UNPROVEN_MAX: usize = 64;

/// Message keys kept for operations that were overtaken, an epoch and device.
pub const SKIPPED_KEYS_MAX: u64 = 4096;

/// Operations on their way to one relay without an answer, a chat. With 600-byte envelopes this is 600 KiB.
pub const IN_FLIGHT_MAX: usize = 1024;

/// Envelopes queued for one log at a relay: 5,000 or 30 MB (protocol.md, section 4) for an inbox; rooms get more,
/// because two people offline for a week still write.
pub const LOG_ENTRIES_MAX: u64 = 200_000;

/// Bytes of one log's entries.
pub const LOG_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Bytes of one signal: an operation of 300 bytes with nonce and tag, and room for others.
pub const SIGNAL_MAX: usize = 1024;

/// Entries of an inbox (contact requests).
pub const INBOX_ENTRIES_MAX: u64 = 256;

/// Logs one connection may create in an hour.
pub const LOGS_CREATED_PER_HOUR: u32 = 600;

/// Log subscriptions of one connection.
pub const SUBSCRIPTIONS_MAX: usize = 4096;

/// Entries of one page of `read` or push burst without credit.
pub const PAGE_ENTRIES_MAX: usize = 256;

/// Bytes of one page of `read`.
pub const PAGE_BYTES_MAX: usize = 192 * 1024;

/// Entries and bytes pushed to a subscriber beyond what it acknowledged; then the relay stops pushing and the subscriber
/// reads. Acknowledgements come every 128 entries, so one that keeps up never gets there; 8,192 links that do not keep up
/// hold 32 GiB on paper, which is why the bound on all queues (`Config::max_queued`) stands behind it.
pub const PUSH_AHEAD_ENTRIES: u64 = 2048;
/// See [`PUSH_AHEAD_ENTRIES`].
pub const PUSH_AHEAD_BYTES: u64 = 4 * 1024 * 1024;

/// Readers whose acknowledgements a relay counts, a log; the one furthest behind makes room for a new one. Rooms of
/// few devices name their readers, rooms of many keep entries until they expire.
pub const LOG_READERS_MAX: usize = 64;

/// How long a relay keeps an entry nobody acknowledged: 30 days.
pub const RETENTION_MS: u64 = 30 * 24 * 3600 * 1000;

/// Bytes of one control block (a cold MLS commit of 1,000 leaves is 83 KB).
pub const BLOCK_MAX: usize = 112 * 1024;

/// Bytes of the MLS commit in a control block: the cold commit of 1,000 leaves (83 KB) with room for a welcome list.
pub const COMMIT_MAX: usize = 92 * 1024;

/// Devices that one control block adds or removes: 128 x 72 bytes are 9 KiB.
pub const INTENT_DEVICES_MAX: usize = 128;

/// Bytes of a control block's intent; with [`COMMIT_MAX`], the other fields and the padding this fits [`BLOCK_MAX`].
pub const INTENT_MAX: usize = 9 * 1024 + 2;

/// Forks of a control chain whose proof is kept, a chat; of more the latest. Two blocks of [`BLOCK_MAX`] each make 3.6 MiB
/// at worst; without lying relays there is none.
pub const FORKS_MAX: usize = 16;

/// Blocks between a fork and the return of who strayed: a renewal an hour for ten days. Their hashes take 8 KiB.
pub const FORK_DEPTH_MAX: usize = 256;

/// Devices that one control block lets in again: 32 x 96 bytes in the intent, and 32 key packages in the commit.
pub const READMITTED_MAX: usize = 32;

/// How far a relay's word may push the round of a ballot, an attempt: a relay that says "promised to round 2^64 - 1"
/// would otherwise leave no round to anyone; so it takes 2^32 attempts, which is longer than a chat lives.
pub const ROUND_JUMP_MAX: u64 = 1 << 32;

/// Bytes of one key package (suite 0x0003 with a basic credential is about 400).
pub const KEY_PACKAGE_MAX: usize = 4 * 1024;

/// Bytes of the credential in an MLS leaf (a device certificate is about 200).
pub const CREDENTIAL_MAX: usize = 1024;

/// Devices of one chat of tier 1 (protocol.md, section 3).
pub const CHAT_DEVICES_MAX: usize = 1000;

/// UTF-8 bytes of a chat's title: 128 characters of any script.
pub const TITLE_MAX: usize = 512;

/// UTF-8 bytes of a chat's description: 255 UTF-16 units, as in Telegram, of at most 3 bytes each, and some more.
pub const ABOUT_MAX: usize = 1024;

/// Users with a role of their own (admins, restricted, banned) a chat: 1,000 of 41 bytes are 40 KiB of state.
pub const ROLES_MAX: usize = 1000;

/// Topics of one chat. A message list with more tabs than this is nothing that people find their way in.
pub const TOPICS_MAX: usize = 100;

/// UTF-8 bytes of a topic's title.
pub const TOPIC_TITLE_MAX: usize = 128;

/// UTF-8 bytes of a topic's emoji.
pub const TOPIC_ICON_MAX: usize = 32;

/// Unseen messages of a group with topics that are known one by one; of more the newest.
pub const TOPIC_UNSEEN_MAX: usize = 10_000;

/// Invite links of one chat that are not revoked.
pub const LINKS_MAX: usize = 64;

/// People whose names are known, contacts included: 20 chats of 1,000, with 200 bytes each 4 MB.
pub const MET_MAX: usize = 20_000;

/// Requests to join by one link that a device keeps in memory, as many as an entrance holds: 256 x 4 KiB are 1 MiB.
pub const JOIN_REQUESTS_PENDING: usize = INBOX_ENTRIES_MAX as usize;

/// Own requests to join that wait for an answer; each has a log at own relays.
pub const JOINS_MAX: usize = 32;

/// The longest slow mode, in seconds: a day.
pub const SLOW_MODE_MAX: u32 = 24 * 3600;

/// Bytes of a chat's state in a welcome: 1,000 devices of 72 bytes, 1,000 roles of 45, home relays with 8 addresses
/// of 260 bytes each, links and texts are below 140 KiB.
pub const CHAT_STATE_MAX: usize = 160 * 1024;

/// Bytes of a whole welcome parcel: genesis, block, state and the MLS welcome.
pub const PARCEL_MAX: usize = WELCOME_MAX + CHAT_STATE_MAX + BLOCK_MAX + 4096;

/// Bytes of one part of a welcome parcel: with its operation's other fields it stays below [`OP_MAX`].
pub const PARCEL_PART_MAX: usize = 80 * 1024;

/// Members' devices up to which receipts are sent in a chat. Each device sends at most one receipt in `n` x 5 ms, so
/// a chat has 200 receipts a second at most, which cost each member about 0.2 ms of CPU each: 4 % of a core. A receipt
/// of 50 marks is 2.3 KB. In larger chats "sent" is the last tick.
pub const RECEIPT_DEVICES_MAX: usize = 50;

/// Own intents that wait to be decided, a chat.
pub const WISHES_MAX: usize = 1024;

/// Bytes of one MLS welcome with its tree: 530 a device with a certificate of 200 (measured), so 0.5 MB for 1,000
/// fresh leaves; their parents and larger certificates have the rest. Above about 240 devices it does not fit one
/// envelope.
pub const WELCOME_MAX: usize = 1024 * 1024;

/// Key packages of one device at one relay.
pub const KEY_PACKAGES_MAX: usize = 100;

/// Bytes of one signed record (protocol.md, section 4, names 1 KiB for the DHT; a device log may be larger).
pub const RECORD_MAX: usize = 64 * 1024;

/// How long an account record counts: whoever lost every device has two years to come back.
pub const ACCOUNT_RECORD_LIFE_MS: u64 = 2 * 365 * 24 * 3600 * 1000;

/// Pages of a backup; with [`RECORD_MAX`] each 512 KiB, which is some 1,500 contacts.
pub const BACKUP_PAGES_MAX: u8 = 8;

/// Account records of contacts asked for at once; each is at most [`RECORD_MAX`], so 1 MiB arrives.
pub const RECORDS_ASKED_AT_ONCE: usize = 16;

/// Messages of one side while a device is linked; with 64 KiB each, a handover of 64 MiB.
pub const RENDEZVOUS_MESSAGES_MAX: u32 = 1024;

/// Contacts that a new device is told of: with 8 KiB each (device log, mailbox) this is 40 MiB.
pub const HANDOVER_CONTACTS_MAX: usize = 5_000;

/// Bytes of a whole handover: the contacts, the settings (10,000 of a few hundred bytes), and room.
pub const HANDOVER_MAX: usize = 48 * 1024 * 1024;

/// Own settings: six a chat for some 1,500 chats, and the rest.
pub const SETTINGS_MAX: usize = 10_000;

/// Bytes of a setting's value; the largest is a folder of [`FOLDER_CHATS_MAX`] chats with 34 bytes each.
pub const SETTING_VALUE_MAX: usize = 16 * 1024;

/// UTF-8 bytes of a draft: a text of 4096 UTF-16 units.
pub const DRAFT_MAX: usize = 12 * 1024;

/// Folders of chats.
pub const FOLDERS_MAX: usize = 64;

/// Chats of one folder.
pub const FOLDER_CHATS_MAX: usize = 400;

/// Bytes of a parcel in one letter: with certificate, signature and padding it stays below Noise's 65,535.
pub const LETTER_PART_MAX: usize = 48 * 1024;

/// How long a code for linking a device works, and how long a person may take: 10 minutes.
pub const LINK_CODE_LIFE_MS: u64 = 10 * 60 * 1000;

/// Tokens of one inbox.
pub const TOKENS_MAX: usize = 256;

/// Bytes of a partition name in a store.
pub const PARTITION_MAX: usize = 256;

/// Bytes of a sort name in a store.
pub const SORT_MAX: usize = 128;

/// Bytes of one stored value.
pub const VALUE_MAX: usize = 4 * 1024 * 1024;

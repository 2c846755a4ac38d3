# What the command line says (node/src/cli).
cli-no-node = there is no node in { $dir }; make one with: chappe --data { $dir } init --name NAME --relay ADDRESS
cli-not-running = the node is not running; start it in another terminal with: chappe --data { $dir } run
cli-cannot-read = cannot read { $path }
cli-cannot-write = cannot write { $path }
cli-no-answer = the node did not answer: { $why }
cli-other-answers = something else than this node answers at { $address } ({ $status })
cli-asked = Asked; it is decided by the chat's home relays. See: chappe { $command } { $chat }
cli-type-words = Type your 24 words, with spaces between, and press Enter (nobody should look over your shoulder):
cli-no-words = no words were given; type them, or give them on stdin
cli-yes-no = { $question } [y/N]
cli-yes = y yes
cli-fits-several = "{ $wanted }" fits several; say which by its id:
cli-none-such = { $what ->
    [chat] no chat is called "{ $wanted }" or has an id that begins so (4 characters at least); see them with: chappe chats
    [contact] no contact request is called "{ $wanted }" or has an id that begins so (4 characters at least); see them with: chappe contact list
    [device] no device is called "{ $wanted }" or has an id that begins so (4 characters at least); see them with: chappe device list
   *[other] no recent message has an id that begins with "{ $wanted }" (4 characters at least); see them with: chappe history CHAT
}
cli-chats-none = No chats yet. Invite somebody with: chappe invite
cli-chat-new = { $count } new
cli-mark-pinned = pinned
cli-mark-archived = archived
cli-mark-muted = muted
cli-mark-marked = marked
cli-mark-draft = draft
cli-online = online
cli-last-seen-at = last seen { $time }
cli-chat-not-accepted = not accepted yet; messages wait
cli-missing-waiting = waiting for { $count } of device { $device } of { $user }: no relay has them here yet; what follows is shown when they come, or at { $until }
cli-missing-lost = { $count } of device { $device } of { $user } never came and are not shown
cli-history-none = Nothing was said yet. Begin with: chappe send { $chat } TEXT
cli-mentions-none = Nobody named you in what you have not seen yet.
cli-sent = to { $chat }: { $ticks }. See how far it is: chappe message show { $id }
cli-quote-differs = the message does not say that; quote it word for word
cli-ticks-queued = queued
cli-ticks-sent = sent
cli-ticks-delivered = delivered
cli-ticks-read = read
cli-ticks-received = received
cli-me = me
cli-them = them
cli-reply-to = to { $id } "{ $text }"
cli-reply-differs = to { $id } "{ $text }", which it does not say
cli-forwarded-verified = forwarded from { $name }, verified
cli-forwarded-unverified = forwarded from { $name }, unverified
cli-edited = edited
cli-message-pinned = pinned
cli-heard = heard
cli-not-heard = not heard yet
cli-seen-by = seen by { $count }
cli-until = until { $time }
cli-card = card
cli-card-known = you call this key { $name }
cli-sticker = sticker { $emoji }: { $get }
cli-sticker-of = sticker { $emoji } of { $title }: { $get }
cli-voice-message = voice message, { $length }, { $size }: { $get }
cli-file = file { $name }, { $size }: { $get }
cli-once-unseen = can be seen once; not seen yet
cli-once = can be seen once: { $view }
cli-once-gone = was seen, and is gone
cli-deleted = deleted
cli-poll = { $kind ->
    [quiz] quiz
   *[poll] poll
}, { $state ->
    [closed] closed
   *[open] open
}, { $count } voted
cli-right-answer = right
cli-place = place
cli-live-until = live until { $time }
cli-was-live = was live
cli-bytes = { $count } bytes
cli-size = { $whole }.{ $tenth } { $unit }
cli-span-rule = a span of time is a number and s, m, h or d, such as 30s or 7d
cli-duration-rule = give a number with m, h or d behind it, such as 7d, or forever
cli-is-there = { $path } is there already; name another, or add --force
cli-is-there-out = { $path } is there already; name another with --out, or add --force
cli-folder-is-there = { $path } is there already; name another folder
cli-no-text-name = the name is no text
cli-broke-off = the node broke off; see its log, and try again
cli-backup-written = { $path }, { $size }. Check it with: chappe backup verify; bring it back with: chappe restore --file
cli-backup-comparing = comparing: part { $done } of { $all }
cli-backup-verified = { $messages ->
    [one] One message
   *[other] { $messages } messages
} and { $files ->
    [one] one file
   *[other] { $files } files
} ({ $size }), as of { $time } UTC, all as they were written.
cli-tried-again = { $problem }; it is tried again (see: chappe backup status)
cli-schedule-ended = the schedule was ended meanwhile
cli-backup-going = { $stage ->
    [writing] writing
    [checking] comparing
    [restoring] fetching a history
   *[handing] leaving a history for a new device
}: { $done } parts
cli-backup-going-of = { $stage ->
    [writing] writing
    [checking] comparing
    [restoring] fetching a history
   *[handing] leaving a history for a new device
}: part { $done } of { $all }
cli-backup-restored = From a backup: { $count } messages and changes came back.
cli-backup-schedule = Every { $span } a file goes to { $folder }, of which { $keep } stay; the last one { $time } UTC.
cli-backup-schedule-new = Every { $span } a file goes to { $folder }, of which { $keep } stay; none yet.
cli-problem = Problem: { $problem }
cli-backup-off = No backup is kept at relays. Turn it on with: chappe backup on
cli-backup-empty = A backup is kept; nothing is written yet.
cli-backup-state = { $messages } messages, { $size }, as of { $time } UTC; the last run brought { $brought }.
cli-backup-nowhere = No relay has all of it.
cli-backup-at = All of it is at: { $relays }
cli-backup-compared = Compared { $time } UTC: { $good } copies are as they were written, { $bad } were not (and are written again), of { $unknown } nothing is known.
cli-bug-report-written = Written. It holds kinds, sizes and times of the last inputs; no text, name, key or address.
cli-no-card = that message is no contact card
cli-clock-wrong = this machine's clock stands before 1970
cli-cleared = Cleared.
cli-deleted-count = { $count } deleted.
cli-contacts-none = No contacts yet. Make a link for somebody with: chappe invite
cli-declined = Declined { $name }.
cli-blocked = { $name } is blocked.
cli-unblocked = { $name } is not blocked any more.
cli-safety-compared = compared already; { $name } must see the same number
cli-safety-open = not compared yet; { $name } must see the same number
cli-contact-state = { $state ->
    [requested] asked, waits for their answer
    [pending] asks to talk; answer with: chappe contact accept|decline
    [accepted] contact
   *[declined] declined
}
cli-is-blocked = blocked
cli-contact-forked = WARNING: two lists of their devices contradict each other; compare safety numbers
cli-wrote = wrote: { $text }
cli-contact-problem = problem: { $problem }
cli-device-renamed = { $device } is called { $name } now.
cli-device-removed = { $device } speaks for you no more. Your contacts hear of it.
cli-words-right = These are your words.
cli-device-link-how = On the new device: chappe --data DIR link CODE, with the text above or, beside --relay ADDRESS, with { $code }.
    Waiting for it (ten minutes; stop with Ctrl-C) ...
cli-device-offered = "{ $name }" ({ $device }) wants to be one of your devices.
cli-device-offered-new = A new device ({ $device }) wants to be one of your devices.
cli-device-compare = This device shows { $number }. Go on ONLY if the new one shows the same number.
cli-device-linked = { $device } is one of your devices now.
cli-device-not-linked = the device was not linked: { $problem }
cli-this-removed = THIS DEVICE WAS REMOVED by another one of yours: it speaks for you no more.
cli-own-forked = WARNING: two lists of your devices contradict each other; somebody else may have your words.
cli-device-since = since { $time } UTC
cli-device-this = this one
cli-link-unknown = No relay knows of this link yet; it works as soon as one does (see: chappe group link list).
cli-links-none = No links. Make one with: chappe group link create
cli-asked-homes = Asked; it is decided by the chat's home relays.
cli-nobody-asks = Nobody asks to be let in.
cli-asks-not = "{ $wanted }" does not ask, or several are called so; see: chappe group request list { $chat }
cli-let-in = Asked; { $name } is in when the chat's home relays have decided.
cli-join-asked = { $kind ->
    [channel] Asked. When you are let in, the channel "{ $title }" is in your list (see: chappe chats).
   *[group] Asked. When you are let in, the group "{ $title }" is in your list (see: chappe chats).
}
cli-taken-back = Taken back.
cli-joins-none = Nothing is asked. Come into a group with: chappe join LINK
cli-id-unclear = "{ $wanted }" is the beginning of no id here, or of several; give at least 4 characters of one
cli-terms = For { $uses ->
    [0] anybody who has it
    [1] one person
   *[other] { $uses } people
}, { $until ->
    [ever] for ever
   *[other] until { $until } UTC
}.
cli-terms-approval = Somebody has to say yes (chappe group request).
cli-invite-secret = Send it to nobody else: whoever has it can ask to talk to you.
cli-link-used = { $count } have come
cli-link-used-of = { $count } have come of { $most }
cli-link-nowhere = no relay knows of it yet
cli-join-unreached = no relay of the chat is reached yet
cli-join-waits = waits for an answer
cli-reworded = { $id } has another wording now.
cli-exported = { $messages } messages of { $chats } chats, with { $files } files ({ $size }), are in { $path }.
cli-export-missing = { $count } files could not be had; their messages say so.
cli-export-going = { $title }: { $messages } messages, { $files } files
cli-no-file = { $path } is no file; put a folder into an archive first
cli-not-sent = { $name } was not sent: { $problem }
cli-file-sent = { $name } to { $chat }: sent
cli-file-leaving = { $name } is on its way; see: chappe file list
cli-file-broken = the file did not come whole: { $why }. Try again later
cli-no-bytes = no bytes came
cli-message-no-file = that message is no file
cli-transfer-none = there is no such transfer; see: chappe file list
cli-transfer-several = several transfers begin so; give more of the id
cli-transfer-way = { $way ->
    [out] to { $chat }
   *[in] from { $chat }
}
cli-transfer-state = { $state ->
    [active] on its way
    [paused] paused
    [done] done
    [failed] failed
   *[removing] being removed
}
cli-amount = { $done } of { $size }
cli-rate = { $rate }/s, { $seconds } s left
cli-following = Following; stop with Ctrl-C.
cli-follow-broke = the stream of events broke; start again with: chappe follow
cli-node-stopped = the node stopped; start it again with: chappe run
cli-contact-changed = { $name } changed; see: chappe contact list
cli-asking-changed = those who ask to be let into { $chat } changed; see: chappe group request list
cli-a-chat = a chat
cli-someone = someone
cli-skipped = some messages were skipped because the terminal was too slow; see: chappe history
cli-forwarded-to = forwarded to { $chat }
cli-no-member = "{ $wanted }" is no member, or several are called so; see: chappe group members { $chat }
cli-role = { $role ->
    [owner] owner
    [admin] admin
    [member] member
    [restricted] restricted
   *[banned] banned
}
cli-group-rules = permitted: { $rights }; slow mode: { $seconds } s
cli-group-members = { $count ->
    [one] one member
   *[other] { $count } members
}
cli-home-unclear = "{ $wanted }" begins the id of no home relay, or of several; see: chappe home list { $chat }
cli-relay = relay { $id }
cli-connected = connected
cli-no-link = no link
cli-own = own
cli-import-no-chat = this export has no chat that is called "{ $name }"; see what it has with --dry-run
cli-import-nothing = there is nothing to take: { $chats } chats, none with a message that can be taken
cli-import-who = the export does not say who you are in its groups; say it with --me NAME (one of: { $names })
cli-import-cannot-read = cannot read { $path }; export from Telegram Desktop as "Machine-readable JSON"
cli-import-chat = { $title }: { $messages } messages, { $first } to { $last }
cli-import-chat-files = { $title }: { $messages } messages, { $files } files of { $size }, { $first } to { $last }
cli-import-left = not taken: { $count } { $what }
cli-left-files = files that are not in the export
cli-left-formatting = times formatting
cli-left-reactions = reactions of which the export does not say whose they are
cli-import-would = { $files ->
    [0] { $messages } messages ({ $size }) in { $chats } chats would be taken. Nothing was.
   *[other] { $messages } messages and { $files } files ({ $size }) in { $chats } chats would be taken. Nothing was.
}
cli-imported = { $files ->
    [0] { $messages } messages in { $chats } chats are here now, to be read and searched. Nobody can write in them.
   *[other] { $messages } messages and { $files } files in { $chats } chats are here now, to be read and searched. Nobody can write in them.
}
cli-import-going = { $title }: { $done } of { $messages } messages
cli-not-taken = { $name } (not taken)
cli-file-not-taken = { $path } is not taken
cli-left = { $kind ->
    [service] service lines (who came, called, pinned …)
    [unknown] messages of a kind that does not exist here (games, invoices, stories …)
    [long] messages with a text of more than 4096 characters
   *[broken] messages that cannot be read
}
cli-invite-unknown = No relay knows of this invite yet; it works as soon as the node reaches one (see: chappe status).
cli-no-qr = the link is too long for a QR code
cli-last-seen-roughly = roughly: contacts are told the day, and you see no more of them
cli-last-seen-exactly = exactly: contacts see when you are there, and since when you are not
cli-link-paired = Paired ({ $number }). Confirm at the other device with your 24 words.
cli-link-compare = This device shows { $number }. Does the other one show the same number?
cli-linked = This is a device of { $name } now; it knows { $contacts ->
        [one] one contact
       *[other] { $contacts } contacts
    }.
    Start the node with: chappe --data { $dir } run
cli-chat-is = { $state ->
    [pinned] { $chat } is pinned now.
    [unpinned] { $chat } is not pinned now.
    [archived] { $chat } is archived now.
    [listed] { $chat } is in the list now.
    [marked] { $chat } is marked unread now.
    [unmarked] { $chat } is not marked now.
    [muted] { $chat } is muted now.
    [unmuted] { $chat } is not muted now.
    [drafted] { $chat } is with a draft now.
    [deleted] { $chat } is deleted.
   *[undrafted] { $chat } is without a draft now.
}
cli-no-folder = no folder is called "{ $name }"; see: chappe folder list
cli-folders-none = No folders. Make one with: chappe folder put NAME CHAT...
cli-was-heard = { $id } was heard.
cli-relay-holds = holds it until { $time } UTC
cli-relay-released = need not hold it any more, every device has it
cli-not-yet = not yet: { $why }
cli-device = device { $id }
cli-device-read = has it, and it was read
cli-device-has = has it
cli-init-words = The 24 words below are your identity. Write them down on paper, now: they are not shown again, and whoever has them is you.
cli-start-node = Start the node with: chappe --data { $dir } run
cli-node-runs = The node runs. Open its page (this link works once; get another with: chappe web):
cli-picture-set = Set; others see it when their nodes have fetched it.
cli-picture-set-for = Set for { $chat }; others see it when their nodes have fetched it.
cli-picture-removed = Taken away.
cli-picture-removed-for = Taken away for { $chat }.
cli-pinned-now = { $id } is pinned.
cli-unpinned-now = { $id } is not pinned any more.
cli-hidden = hidden from contacts
cli-receipts-on = Others are told what you have read.
cli-receipts-off = Others are not told what you have read, and you are not told either.
cli-cannot-open = cannot open { $path }
cli-file-no-text = the file is no text
cli-proof-none = there is no proof in this file
cli-proof-incomplete = the proof in this file is not complete
cli-proof-damaged = the proof in this file is damaged
cli-proof = The signatures are right. It proves:
    { "  " }who:   { $user }
    { "  " }when:  { $time } UTC, by their clock
    { "  " }where: chat { $chat }
    { "  " }what:  { $said }
    Compare the id with the one you know; a name proves nothing.
cli-restore-unreadable = the account in this backup file cannot be read; name a relay that you used: --relay ADDRESS
cli-restore-answer = { $answer ->
    [waiting] no answer yet
    [nothing] knows nothing of you
    [found] found you
   *[bad] gave something that does not count: { $why }
}
cli-unpacking = unpacking: { $done } of { $all }
cli-welcome-back = Welcome back, { $name }. This is a new device of yours, one of { $devices }; it knows { $contacts } of your contacts.
cli-restore-backup = A backup of { $messages } messages was found; it is fetched once the node runs (chappe backup status).
cli-restore-chats = Your other devices, or your contacts, let it into your chats again.
cli-kind-rule = a kind is text, poll, card, location, file, media, voice or document
cli-day-rule = a day is written 2026-11-27, a span of time 12h or 7d
cli-search-what = say what to look for: words, or one of --chat, --from, --kind, --link
cli-search-none = Nothing was found.
cli-search-similar = Nothing fits exactly; similar words:
cli-search-more = { $total } in all; go on with --before-cursor { $cursor }
cli-search-incomplete = The index is being made; there may be more in a while.
cli-status = chats: { $chats }   waiting for a recipient: { $outbox }   not on enough relays yet: { $unsent }   received, waiting for a missing part: { $parked }
cli-relays-none = No relays; get the address of one from its operator, or run one: chappe-relay --help
cli-relay-row = { $kind ->
    [own] own
   *[other] of chats
}, { $chats ->
    [one] one chat
   *[other] { $chats } chats
}
cli-removed = Removed.
cli-is-sent = { $id } is sent.
cli-on-its-way = On its way.
cli-not-here-yet = not here yet
cli-pack-none = there is no sticker pack "{ $wanted }"; see: chappe sticker list
cli-pack-several = more than one sticker pack is "{ $wanted }"; use the beginning of its id
cli-sort-rule = a sort of files is photo, video, voice, sound or document
cli-size-rule = a size is a number and k, M or G, such as 10M
cli-freed = { $files } files with { $size } went.
cli-would-free = { $files } files with { $size } would go.
cli-stays = { $why ->
    [sent] { $files } files with { $size } stay: you sent them.
    [only] { $files } files with { $size } stay: no relay has them any more.
    [unreachable] { $files } files with { $size } stay: no relay that may have them answers.
   *[way] { $files } files with { $size } stay: they are on their way.
}
cli-kept-ever = Copies of files are kept for ever.
cli-kept-for = Copies of files are kept for { $span }.
cli-kept-total = Copies of files are kept up to { $total }.
cli-kept-both = Copies of files are kept for { $span }, up to { $total }.
cli-stored-store = messages, keys, settings
cli-stored-index = search index
cli-stored-files = files
cli-stored-unlisted = of chats that are gone
cli-stored-lent = kept for others
cli-stored-other = other
cli-stored-backup = backup at relays
cli-chat-gone = a chat that is gone
cli-stored-messages = { $count ->
    [one] one message { $size }
   *[other] { $count } messages { $size }
}
cli-stored-kind = { $kind ->
    [photo] { $count } pictures { $size }
    [video] { $count } videos { $size }
    [voice] { $count } voice messages { $size }
    [sound] { $count } sounds { $size }
   *[document] { $count } documents { $size }
}
cli-topics-none = No topics yet. Make one with: chappe topic create { $chat } TITLE
cli-topic-several = several topics are called "{ $wanted }"; give the number that stands before it
cli-topic-none = no topic is called "{ $wanted }"; see: chappe topic list { $chat }
cli-topic-general = General
cli-topic-closed = closed
cli-usage = Usage:
cli-commands = Commands
cli-arguments = Arguments
cli-options = Options
cli-default = (default: { $value })
cli-values = (one of: { $values })
cli-usage-no-value = { $arg } needs a value
cli-usage-value = "{ $value }" is no value for { $arg }
cli-usage-value-of = "{ $value }" is no value for { $arg }; it is one of: { $values }
cli-usage-value-why = "{ $value }" is no value for { $arg }: { $why }
cli-usage-unknown = there is no argument { $arg } here
cli-usage-command = there is no command { $command }
cli-usage-conflict = { $arg } does not go together with { $other }
cli-usage-missing = this is missing: { $args }
cli-usage-count = the number of values for { $arg } is wrong
cli-usage-similar = There is: { $word }
cli-usage-more = More with: --help
cli-fork = change { $index } was decided twice (noticed { $time }): relays { $relays } signed both, because they lied or lost what they had stored; { $healed ->
    [yes] this device has the right one
   *[no] this device has still to come over to the right one
}
cli-usage-range = it has to be in { $range }
cli-backup-files = { $count ->
    [one] One file of a chat, { $size }, stays at your relays too.
   *[other] { $count } files of chats, { $size }, stay at your relays too.
}
cli-backup-file-problem = A file is not kept: { $problem }
cli-first = There is no node yet. Make one at this page (the link works once):

# The list of chats, people one decides about, own devices.
shelves = Which chats
shelf-all = All
shelf-archive = Archive
shelf-empty = No chats here.
chat-muted = muted
chat-pinned = pinned
list-pin = Pin
list-unpin = Unpin
list-mute-hour = Mute for an hour
list-mute = Mute
list-unmute = Unmute
list-unread = Mark as unread
list-read = Mark as read
list-archive = Archive
list-unarchive = Take out of the archive
folder-in = Into { $name }
folder-out = Out of { $name }
folders = Folders
folders-what = Folders stand above the chats. A chat can be in several.
folder-new = A new folder
folder-name = Name
folder-remove = Remove the folder
blocked = Blocked
blocked-what = You see no requests and messages of people you blocked. They are not told.
blocked-none = Nobody is blocked.
block = Block
unblock = Unblock
contact-devices = Devices that speak for them: { $devices }
contact-forked = Two lists of their devices contradict each other: somebody may speak in their name. Ask them in person.
safety = Safety number
safety-how = Compare this number with the one that { $name } sees, in person or in a call. If both are equal, nobody stands between you.
safety-verified = You compared it: it was equal.
safety-open = Not compared yet.
safety-equal = It is equal
safety-doubt = I doubt it again
device-this = (this one)
device-name = Name of the device
device-since = Since { $moment }
device-remove = Take off
device-remove-why = Your 24 words, to take this device off
device-removed = This device was taken off by another one: it can say nothing any more.
device-forked = Two lists of your devices contradict each other: somebody else may have your 24 words.
link-title = A new device
link-what = The new device gets your contacts and chats. It begins with: chappe link
link-begin = Show a code
link-qr = The code for a camera
link-code = Or type this:
link-until = It works once, until { $moment }.
link-waiting = Waiting for the new device.
link-offered = A device would like to speak for you.
link-handing-over = Handing over contacts and chats.
link-done = The new device is yours.
link-failed = That did not work.
link-compare = The new device must show the same number. If it does not, stop.
link-look = Is it the device in your hand?
link-words = Your 24 words, to make it yours
link-confirm = It is mine
link-cancel = Stop
words-title = Your 24 words
words-why = Type them to see whether your note is right. They go to your node only, which does not keep them.
words-check = Check
words-right = They are right.
profile-about = About you
profile-emoji = Status in one emoji
profile-username = Username
profile-bio = A few words
profile-hidden = Keep it from contacts: { $field }

backup = Backup
backup-what = Your node keeps the history of your chats at your relays, encrypted. Only your 24 words open it: with them everything comes back on a new device.
backup-words = Your 24 words, to turn it on
backup-on = Turn on
backup-off = Turn off and delete
backup-off-sure = Your relays delete the backup. What is on this node stays.
backup-none = Nothing is written yet.
backup-state = { $messages ->
    [one] One message, { $size }, as of { $moment }
   *[other] { $messages } messages, { $size }, as of { $moment }
}
backup-relays = { $relays ->
    [0] No relay has all of it.
    [one] One relay has all of it.
   *[other] { $relays } relays have all of it.
}
backup-now = Back up now
backup-check = Compare
backup-checked = { $good } copies are as they were written, { $bad } were not and are written again, { $unknown } could not be reached.
backup-writing = Bringing what changed to your relays.
backup-checking = Fetching and comparing what your relays hold.
backup-restoring = A backup is coming back.
backup-handing = A new device of yours gets the history.
backup-restored = { $count } messages and changes came back from a backup.
backup-file = In a file
backup-file-what = Everything in one file, for a disk of your own: history, people and settings. Only your 24 words open it.
backup-file-with = With the files of the chats, as far as this node has them
backup-file-save = Save the file
backup-file-off = Turn the backup on first, or write the file on the command line: chappe backup write.
backup-schedule = The node writes a file by itself; the last one { $moment }.
backup-schedule-none = The node writes a file by itself; there is none yet.

picture-choose = Choose a picture
picture-remove = Remove the picture
picture = Picture

privacy = Privacy
privacy-read = Tell others what you have read
privacy-read-why = If not, you are not told what they have read either.
privacy-seen = Show exactly when you are here
privacy-seen-why = If not, contacts are told the day only, and you see no more of them.
online = online
seen-at = last seen { $moment }
seen-recently = last seen recently
seen-week = last seen within a week
seen-month = last seen within a month
seen-long = last seen a long time ago

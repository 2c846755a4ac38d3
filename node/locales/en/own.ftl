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
chat-delete = Delete the chat
chat-delete-why = { $name } goes from your list on all your devices, with all that was said. It comes back when somebody writes to you there.
chat-delete-leave = You leave { $name }. It goes from your list on all your devices, with all that was said.
chat-delete-down = { $name } is yours: everybody is taken out, and it goes for good. What the others have of it stays with them.
chat-delete-both = Also for { $name }
history-clear = Clear the history
history-clear-why = What was said in { $name } is deleted. The chat stays. Without days, all of it.
history-from = From this day on (may be empty)
history-until = Up to this day (may be empty)
history-for-all = For everybody, as far as you may delete it
history-cleared = The history is cleared.
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
list-mute-night = Mute for 8 hours
list-mute-week = Mute for a week
import = Import from Telegram
import-what = Chats, files, reactions and formatting come as chats that can be read and searched. Nobody can write in them.
import-how = In Telegram Desktop: Settings, Advanced, Export Telegram data (or Export chat history in a chat), format “Machine-readable JSON”. Then choose the folder here.
import-choose = Choose the folder
import-other = Another folder
import-none = There is no result.json in this folder. Export as “Machine-readable JSON”, and choose the folder of the export.
import-reading = Looking at the export…
import-empty = There is no message in it that can be taken.
import-report = What would be taken
import-files = With files
import-sum = { $messages } messages in { $chats } chats, { $size } of files. Nothing was taken yet.
import-take = Take them in
import-who = The export does not say who made it: which of these are you?
import-who-choose = Choose
import-chat = { $messages ->
    [one] One message
   *[other] { $messages } messages
}, { $files ->
    [0] no files
    [one] one file of { $size }
   *[other] { $files } files of { $size }
}
import-span = { $first } to { $last }
import-left = Not taken
import-left-service = { $count } service lines (who came, called, pinned …)
import-left-unknown = { $count } messages of a kind that does not exist here (games, invoices, stories …)
import-left-long = { $count } messages that are too long
import-left-broken = { $count } messages that cannot be read
import-absent = { $count } files that are not in the folder
import-unformatted = The formatting of { $count } messages
import-nameless = { $count } reactions of which the export does not say whose they are
import-taking = Taking in
import-done-so-far = { $messages } of { $of } messages, { $files } files
import-stay = Keep this page open. If it stops, choose the folder again: what is here is not taken twice.
import-stop = Stop
import-done = { $messages ->
    [one] One message
   *[other] { $messages } messages
} and { $files ->
    [0] no files
    [one] one file
   *[other] { $files } files
} are here now.

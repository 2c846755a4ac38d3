# The page. Keys begin with the place where they are shown. `node locales.mjs check` in node/web compares languages.

## Everywhere
loading = Loading…
close = Close
back = Back
save = Save
saved = Saved
add = Add
edit = Edit
delete = Delete
done = Done
copy = Copy
copied = Copied
copy-refused = The browser did not allow copying
accept = Accept
decline = Decline
you = You
menu = Menu
info = Information
devices = Devices
relays = Relays
log-out = Log this browser out

## The node
node-silent = The node does not answer.
node-answered = The node answered { $status }.
node-next-try = Next try in { $seconds } s.
node-trying = Trying…
node-try-now = Try now
relays-none-connected = No relay is connected: what you write waits here.
login-title = Log in to your node
login-how = This browser is not logged in. In a terminal on the machine that runs the node, get a link and open it here:
login-link = Each link works once. It looks like { $example }

## The list
chats = Chats
search = Search
search-label = Search chats and contacts
search-clear = Clear the search
search-nothing = Nothing found.
requests = Contact requests
request-text = would like to talk to you
request-waits = Waits for their answer
draft = Draft:
unread = unread
chat-waits = Waits until they accept
chat-empty = No messages yet
welcome = Welcome to Chappe
welcome-how = This is your own node: your keys and messages are on your machine, and nobody in between can read them. Invite somebody, or open a link that you were given.

## A chat
chat-with = Chat with { $name }
chat-private = private chat
chat-waits-long = waits until they accept; your messages go then
chat-none = No chat chosen
chat-choose = Choose a chat
chat-choose-why = Only you and the others in it can read what is said.
chat-hello = Nothing was said here yet. Say hello!
back-to-chats = Back to the chats
messages = Messages
unread-messages = Unread messages
to-newest = Go to the newest message
mention-next = Go to the next message that names you
mention-you = somebody names you
mention-people = People in this chat
day-today = Today
day-yesterday = Yesterday
date-jump = Go to a day
date-day = Day
date-go = Go
message = Message
message-menu = Message
message-copy = Copy text
message-select = Select
chosen = chosen
selected = { $count ->
    [one] One message chosen
   *[other] { $count } messages chosen
}
send = Send
not-sent = Not sent: { $why }
try-again = Try again
discard = Discard
text-left = { $left ->
    [one] { $left } character left
   *[other] { $left } characters left
}
text-too-long = too long: the most is { $most }

## Where a message is
truth-title = Where is this message?
truth-written = Written { $moment }.
truth-has = has it
truth-has-read = has it, and it was read
truth-not-yet = not yet: { $why }
truth-holds = holds it until { $moment }
truth-released = need not hold it any more: every device has it
truth-signed = Everything here was signed or acknowledged by them; nothing is guessed.

## Emoji
emoji = Emoji
emoji-search = Search emoji
emoji-smileys = Smileys and emotion
emoji-people = People and body
emoji-nature = Animals and nature
emoji-food = Food and drink
emoji-travel = Travel and places
emoji-activities = Activities
emoji-objects = Objects
emoji-symbols = Symbols
emoji-flags = Flags

## Contacts and invites
contacts = Contacts
contacts-search = Search contacts
contacts-none = You know nobody here yet.
contact-add = Add a contact
contact-have-link = I have a link
contact-link = Their invite link
contact-greeting = Say who you are
contact-greeting-why = They see it with your request.
contact-send = Send request
contact-since = Known since { $moment }
contact-id = Their id
invite = Invite somebody
invite-how = Send a link to one person, or let them scan the code. They can then ask to talk to you.
invite-make = Make a link
invite-qr = The link as a QR code
invite-link = Invite link
invite-uses = { $uses ->
    [one] For one person.
   *[other] For { $uses } people.
}
invite-until = Until { $moment }.
invite-no-relay = No relay knows of it yet: it works once the node reaches one.
invite-open = Links that still work
invite-revoke = Take back

## Settings
settings = Settings
profile = Profile
profile-name = Your name
profile-name-why = Everybody you talk to sees it.
profile-id = Your id
notifications = Notifications and sounds
notify-on = Show notifications
notify-preview = With the message's text
notify-how = While this page is open in the browser, also in the background.
notify-refused = The browser does not allow notifications for this page.
notify-new-message = New message
sound = Sound
sound-how = Another one for a single chat: in the chat's information.
sound-none = None
sound-bell = Bell
sound-drop = Drop
sound-knock = Knock
sound-chime = Chime
sound-chat = Sound of this chat
sound-as-others = As for all
language = Language
language-browser = The browser's
relays-what = Relays keep your messages, which they cannot read, until everybody has them. A message is safe once two relays hold it.
relays-none = None yet. Use one by its link.
relay-connected = connected
relay-chats = { $chats ->
    [one] Serves one chat.
   *[other] Serves { $chats } chats.
}
relay-of-chat = Known from a chat.
relay-remove = Stop using
relay-add = Use another relay
queues = Messages on their way
queue-outbox = Waiting for a recipient
queue-unsent = Not on enough relays yet
queue-parked = Received, a part missing
storage = Data and storage
storage-browser = This browser
storage-offline = Keep what was seen for reading without the node
storage-offline-why = It stays in this browser, unencrypted, until you log out or remove it.
storage-used = { $size } KiB in this browser
storage-forget = Remove what was seen
storage-forgotten = Removed
storage-writing = Writing
enter-sends = Enter sends (otherwise Ctrl+Enter)
storage-node = Your node
storage-chats = { $chats ->
    [one] One chat
   *[other] { $chats } chats
}
storage-node-why = Messages and keys lie encrypted in the node's data folder, on your machine.
about = About
about-what = A messenger without a company in the middle: your own node keeps your data, relays pass on what they cannot read.
about-keys = This page holds no keys. It talks to your node only, and fetches nothing from anybody else.
about-audit = Nobody outside has audited Chappe yet: do not bet your safety on it.
about-licence = MIT or Apache-2.0, as you like.
about-api = The node's programming interface
about-install = Install as an app
about-lite = The pages without JavaScript
report = Report a bug
report-how = Copy these facts into your report, and say what you did, what you expected and what happened.
report-private = They hold no message, no name, no id and no address.

## Themes
themes = Themes
themes-appearance = Appearance
themes-system = As the system
themes-light = Light
themes-dark = Dark
themes-text-size = Size of the text
themes-own = Own themes
themes-new = Make a theme
themes-new-name = My theme
themes-share = Copy code
themes-shared = A theme
themes-code = The code of a theme
themes-file = A theme file of Telegram Desktop
themes-bad = That is no theme.
themes-many = { $most } themes are the most. Delete one first.
themes-use = Use this theme
themes-name = Name
themes-base = Stands on
themes-readable = All texts are easy to read.
themes-faults = Hard to read: { $pairs }
themes-repair = Make them readable
colour-ground = Background
colour-chat-ground = Background of a chat
colour-hover = Under the pointer
colour-chosen = Chosen
colour-line = Lines
colour-text = Text
colour-faint = Lesser text
colour-accent = Buttons
colour-on-accent = Text on buttons
colour-link = Links
colour-mine = Own messages
colour-mine-faint = Time on own messages
colour-read = Ticks of what was read
colour-theirs = Others' messages
colour-good = Good
colour-bad = Bad
colour-bad-ground = Behind bad
colour-banner = Banner
colour-banner-text = Text on the banner
colour-pill = Behind days

## Keys
keys-title = Keyboard
keys-search = Search
keys-next-chat = Next chat
keys-previous-chat = Previous chat
keys-info = Information about the chat
keys-settings = Settings
keys-date = Go to a day
keys-write = Write
keys-back = Back, close
keys-list = Move among chats or messages
keys-menu = Menu of the message that has the focus; open a chat
keys-line = New line
keys-sheet = This sheet
keys-bold = Bold
keys-italic = Italic
keys-underline = Underlined
keys-strike = Struck through
keys-code = Code
keys-spoiler = Hidden until asked for
report-trace = What the node was told lately, for playing it again: kinds, sizes and times, no content, no name, no key, no address. It helps most with what came too late or not at all.
report-save = Save the node’s trace
scan = Scan a code
scan-what = A person, a group, a relay, stickers: scan the code, or paste the link. Nothing happens before you say so.
scan-camera = Camera
scan-picture = A picture of the code
scan-how = Hold the code in front of the camera. The picture stays in this browser.
scan-nothing = There is no code in this picture that can be read.
scan-refused = The browser does not give this page the camera.
scan-foreign = This is no code or link of Chappe.
scan-link = Or the link
scan-open = Open
contact-no-code = This code leads to no person and no group.
relay-no-code = This code leads to no relay.
relay-add-how = Who runs it shows its code and link with chappe-relay link.
relay-link = Link of the relay
relay-use = Use it
relay-added = The relay is used from now on
relay-share = Link and code
relay-qr = The relay’s link as a QR code
relay-connected-since = connected since { $moment }
relay-gone-since = no link since { $moment }
relay-never = not reached since the node started
relay-remove-why = { $chats ->
    [0] No chat lives there. You are not reached by way of it any more; your other relays go on.
    [one] One chat lives there and stays there. For everything else it is not used any more.
   *[other] { $chats } chats live there and stay there. For everything else it is not used any more.
}
relay-remove-last = It is the last one: without a relay nobody new reaches you, and what you write waits.
sound-own = Own sounds
sound-own-what = A short recording, { $most } seconds at most. It stays in this browser.
sound-play = Play
sound-bring = Add a sound
sound-short = This is too short to be heard.
sound-long = This is longer than { $most } seconds. Shorten it first.
sound-large = This file is too large for a sound.
sound-many = { $most } own sounds are the most. Delete one first.
sound-bad = The browser cannot play this file.
relay-no-link = no link
welcome-words = Check that I have my 24 words

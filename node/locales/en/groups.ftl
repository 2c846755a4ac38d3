# Groups and channels.
group-members = { $count ->
    [one] { $count } member
   *[other] { $count } members
}
channel-members = { $count ->
    [one] { $count } subscriber
   *[other] { $count } subscribers
}
group-new = New group
channel-new = New channel
group-what = Everybody in it can write.
channel-what = Admins write, everybody else reads.
group-title = Name
group-about = Description
group-make = Create
people-chosen = { $count } chosen
group-settings = Settings of the chat
group-waiting = Changes being decided by the relays: { $count }
group-leaving = You are leaving.
group-away = This chat came back from a backup. You can write here as soon as another device of yours, or somebody in it, lets this device in.
group-imported = This chat comes from another messenger. It can be read and searched; nobody can write here.
group-out = You are not in this chat any more. What was said stays here.
channel-read = Only admins write here.
saved-what = Notes for yourself, on all your devices
group-leave = Leave the group
channel-leave = Leave the channel
leave = Leave
leave-why = You will hear nothing more from { $name }. Somebody in it can add you again.
members-add = Add people
member = Member
member-gone = They are not in this chat any more.
member-remove = Take out
member-ban = Ban
role = Role
role-owner = Owner
role-admin = Admin
role-member = Member
role-restricted = Restricted
role-banned = Banned
rights = Rights
right-change-info = Change name and description
right-delete = Delete others’ messages
right-ban = Restrict, take out and ban
right-invite = Add people
right-pin = Pin messages
right-promote = Make admins
right-post = Write
may-still = May still
members-may = Members may
may-text = Write texts
may-media = Send files and places
may-poll = Make polls
may-react = React
until = Until
until-lifted = until it is lifted
for-hour = for an hour
for-day = for a day
for-week = for a week
for-month = for a month
hand-over = Hand over
hand-over-why = The chat will be { $name }’s. Only they can give it back.
slow-mode = Slow mode
slow-off = off
slow-every = a message every { $seconds } s
lifetime = Messages destroy themselves
lifetime-off = never
lifetime-seconds = { $seconds } s
lifetime-why = For messages that are written from now on, for everybody in the chat.
search-here = Search in this chat
search-in = In { $name }
search-everywhere = Search everywhere
search-similar = Nothing has exactly these words; these are similar.
search-indexing = Older messages are still being indexed.
search-more = More
group-links = Invite links
link-new = A new link
link-make = Make the link
link-uses = For how many
link-any = any number
link-works = Works
link-for-ever = until it is withdrawn
link-approval = Somebody has to say yes
link-approval-short = with approval
link-used = used: { $count }
link-used-of = used: { $count } of { $most }
group-link-qr = The link as a QR code
link-not-yet = No relay knows of it yet.
link-revoke = Withdraw
asking = Would like to come in
joins = Asked to come in
join-since = Asked { $moment }
join-cancel = Take back
join-asked = Asked. The chat appears as soon as you are let in.

## Topics

topics = Topics
topics-all = All
topic-general = General
topic-new = New topic
topic-change = Change the topic
topic-title = Title of the topic
topic-icon = Emoji before the title
topic-close = Closed: only those write who may make topics
topic-closed = Closed
topic-closed-why = This topic is closed: only those write here who may make topics.
topic-remove = Remove the topic
topic-remove-why = “{ $name }” goes from everybody’s list. What was said in it stays, in General.
right-topics = Make topics

homes = Relays of the chat: { $up } of { $all } connected
homes-what = They keep what is said until everybody has it, and decide changes of the chat. They cannot read it.
home-replace = Replace by one of yours
home-spread = Use four relays: yours beside this one
home-deciding = The others decide it…

forks = Decided twice
fork-what = Change { $index } of this chat was decided in two versions (noticed { $moment }). The relays { $relays } signed both: they lied, or lost what they had stored.
fork-healed = This device has the version that everybody keeps.
fork-behind = This device has still to come over to the version that everybody keeps. What you write is kept.

views = Seen by { $count }
event-made = { $who } created this chat
event-added = { $who } added { $names }
event-joined = Came in by an invite link: { $names }
event-removed = { $who } took out { $names }
event-left = { $names } left
event-title = { $who } called this chat “{ $title }”
event-about = { $who } changed the description
event-picture = { $who } changed the picture
event-no-picture = { $who } removed the picture
event-admin = { $who } made { $names } an admin
event-member = { $who } made { $names } a member like others
event-restricted = { $who } restricted { $names }
event-banned = { $who } banned { $names }
event-owner = This chat belongs to { $names } now

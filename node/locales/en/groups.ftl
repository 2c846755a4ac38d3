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

# Files: sent, on their way, shown.
files-send = { $count ->
    [one] Send a file
   *[other] Send { $count } files
}
attach = Attach
files-caption = Caption
files-photos = As photos: smaller, without the camera’s place and time
files-original = Every byte is sent, also where and when the picture was taken if the camera noted it.
files-leaving = Files on their way
file-to-node = to your node
file-active = on its way
file-paused = paused
file-pause = Pause
file-resume = Go on
file-left = { $seconds } s left
file-part = { $done } of { $size }
file-save = Save
file-load = Load ({ $size })
file-broken = It could not be loaded. Try again
file-picture = Picture { $name }
file-is-picture = Picture
file-is = File { $name }
picture-before = The picture before
picture-behind = The next picture
voice-record = Record a voice message
voice-discard = Throw it away
voice-stop = Stop, to listen first
voice-hold = Let go to send; up: goes on by itself; aside: thrown away
voice-is = Voice message, { $length }
player-play = Play
player-pause = Pause
player-rate = Speed: { $rate }
player-place = Place in the voice message
heard-not-yet = Not heard yet
video-length = Length
album = Album of { $count }
shared = Sent here
shared-media = Media
shared-files = Files
shared-links = Links
shared-voice = Voice
shared-none = Nothing of this sort was sent here.
shared-jump = Show in the chat
attach-files = Photos or files

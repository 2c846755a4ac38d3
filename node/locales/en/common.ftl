# Words that the page, the pages without JavaScript and the command line share.
ticks-queued = Waiting: on no relay yet
ticks-sent = Sent
ticks-delivered = Delivered
ticks-read = Read
no-name = No name

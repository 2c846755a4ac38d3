ticks-queued = Wartet: noch auf keinem Relay
ticks-sent = Gesendet
ticks-delivered = Zugestellt
ticks-read = Gelesen
no-name = Kein Name

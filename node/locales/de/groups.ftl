group-members = { $count ->
    [one] { $count } Mitglied
   *[other] { $count } Mitglieder
}
channel-members = { $count ->
    [one] { $count } Abonnent
   *[other] { $count } Abonnenten
}
group-new = Neue Gruppe
channel-new = Neuer Kanal
group-what = Alle darin können schreiben.
channel-what = Admins schreiben, alle anderen lesen.
group-title = Name
group-about = Beschreibung
group-make = Erstellen
people-chosen = { $count } ausgewählt
group-settings = Einstellungen des Chats
group-waiting = Änderungen, über die die Relays entscheiden: { $count }
group-leaving = Du verlässt den Chat.
group-away = Dieser Chat kam aus einer Sicherung zurück. Du kannst hier schreiben, sobald ein anderes Gerät von dir oder jemand darin dieses Gerät einlässt.
group-imported = Dieser Chat kommt aus einem anderen Messenger. Er lässt sich lesen und durchsuchen; schreiben kann hier niemand.
group-out = Du bist nicht mehr in diesem Chat. Was gesagt wurde, bleibt hier.
channel-read = Hier schreiben nur Admins.
saved-what = Notizen für dich, auf allen deinen Geräten
group-leave = Gruppe verlassen
channel-leave = Kanal verlassen
leave = Verlassen
leave-why = Du hörst nichts mehr aus { $name }. Jemand darin kann dich wieder hinzufügen.
members-add = Leute hinzufügen
member = Mitglied
member-gone = Nicht mehr in diesem Chat.
member-remove = Entfernen
member-ban = Sperren
role = Rolle
role-owner = Inhaber
role-admin = Admin
role-member = Mitglied
role-restricted = Eingeschränkt
role-banned = Gesperrt
rights = Rechte
right-change-info = Name und Beschreibung ändern
right-delete = Nachrichten anderer löschen
right-ban = Einschränken, entfernen, sperren
right-invite = Leute hinzufügen
right-pin = Nachrichten anheften
right-promote = Admins ernennen
right-post = Schreiben
may-still = Darf noch
members-may = Mitglieder dürfen
may-text = Texte schreiben
may-media = Dateien und Orte senden
may-poll = Umfragen erstellen
may-react = Reagieren
until = Bis
until-lifted = bis es aufgehoben wird
for-hour = für eine Stunde
for-day = für einen Tag
for-week = für eine Woche
for-month = für einen Monat
hand-over = Übergeben
hand-over-why = Der Chat gehört dann { $name }. Nur diese Person kann ihn zurückgeben.
slow-mode = Langsamer Modus
slow-off = aus
slow-every = eine Nachricht alle { $seconds } s
lifetime = Nachrichten löschen sich selbst
lifetime-off = nie
lifetime-seconds = { $seconds } s
lifetime-why = Für Nachrichten, die ab jetzt geschrieben werden, für alle im Chat.
search-here = In diesem Chat suchen
search-in = In { $name }
search-everywhere = Überall suchen
search-similar = Nichts enthält genau diese Wörter; diese sind ähnlich.
search-indexing = Ältere Nachrichten werden noch erfasst.
search-more = Mehr
group-links = Einladungslinks
link-new = Ein neuer Link
link-make = Link erstellen
link-uses = Für wie viele
link-any = beliebig viele
link-works = Gilt
link-for-ever = bis er widerrufen wird
link-approval = Jemand muss zustimmen
link-approval-short = mit Zustimmung
link-used = benutzt: { $count }
link-used-of = benutzt: { $count } von { $most }
group-link-qr = Der Link als QR-Code
link-not-yet = Noch kein Relay kennt ihn.
link-revoke = Widerrufen
asking = Möchten hinein
joins = Um Einlass gebeten
join-since = Gefragt { $moment }
join-cancel = Zurückziehen
join-asked = Gefragt. Der Chat erscheint, sobald du eingelassen wirst.

## Themen

topics = Themen
topics-all = Alle
topic-general = Allgemein
topic-new = Neues Thema
topic-change = Thema ändern
topic-title = Titel des Themas
topic-icon = Emoji vor dem Titel
topic-close = Geschlossen: nur wer Themen anlegen darf, schreibt
topic-closed = Geschlossen
topic-closed-why = Dieses Thema ist geschlossen: hier schreibt nur, wer Themen anlegen darf.
topic-remove = Thema entfernen
topic-remove-why = „{ $name }“ verschwindet bei allen aus der Liste. Was darin gesagt wurde, bleibt unter „Allgemein“.
right-topics = Themen anlegen

homes = Relays des Chats: { $up } von { $all } verbunden
homes-what = Sie bewahren auf, was gesagt wird, bis alle es haben, und entscheiden über Änderungen des Chats. Lesen können sie ihn nicht.
home-replace = Durch eins von deinen ersetzen
home-spread = Vier Relays nehmen: deine neben diesem
home-deciding = Die anderen entscheiden darüber …

views = Von { $count } gesehen

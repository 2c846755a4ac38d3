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

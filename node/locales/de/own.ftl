shelves = Welche Chats
shelf-all = Alle
shelf-archive = Archiv
shelf-empty = Hier sind keine Chats.
chat-muted = stumm
chat-pinned = angeheftet
list-pin = Anheften
list-unpin = Lösen
list-mute-hour = Eine Stunde stumm
list-mute = Stumm
list-unmute = Nicht mehr stumm
list-unread = Als ungelesen markieren
list-read = Als gelesen markieren
list-archive = Archivieren
list-unarchive = Aus dem Archiv holen
chat-delete = Chat löschen
chat-delete-why = { $name } verschwindet mit allem, was gesagt wurde, von all deinen Geräten. Sobald dir dort jemand schreibt, ist der Chat wieder da.
chat-delete-leave = Du verlässt { $name }. Der Chat verschwindet mit allem, was gesagt wurde, von all deinen Geräten.
chat-delete-down = { $name } gehört dir: Alle werden entfernt, und der Chat ist für immer weg. Was die anderen davon haben, behalten sie.
chat-delete-both = Auch für { $name }
history-clear = Verlauf leeren
history-clear-why = Was in { $name } gesagt wurde, wird gelöscht. Der Chat bleibt. Ohne Tage: alles.
history-from = Von diesem Tag an (darf leer sein)
history-until = Bis zu diesem Tag (darf leer sein)
history-for-all = Für alle, soweit du es löschen darfst
history-cleared = Der Verlauf ist geleert.
folder-in = In { $name }
folder-out = Aus { $name }
folders = Ordner
folders-what = Ordner stehen über den Chats. Ein Chat kann in mehreren sein.
folder-new = Ein neuer Ordner
folder-name = Name
folder-remove = Ordner entfernen
blocked = Blockierte
blocked-what = Von Blockierten siehst du keine Anfragen und Nachrichten. Sie erfahren es nicht.
blocked-none = Niemand ist blockiert.
block = Blockieren
unblock = Nicht mehr blockieren
contact-devices = Geräte, die für die Person sprechen: { $devices }
contact-forked = Zwei Listen ihrer Geräte widersprechen sich: Jemand spricht vielleicht in ihrem Namen. Frage persönlich nach.
safety = Sicherheitsnummer
safety-how = Vergleiche diese Nummer mit der, die { $name } sieht, persönlich oder am Telefon. Sind beide gleich, steht niemand dazwischen.
safety-verified = Du hast sie verglichen: Sie war gleich.
safety-open = Noch nicht verglichen.
safety-equal = Sie ist gleich
safety-doubt = Ich zweifle wieder
device-this = (dieses)
device-name = Name des Geräts
device-since = Seit { $moment }
device-remove = Entfernen
device-remove-why = Deine 24 Wörter, um dieses Gerät zu entfernen
device-removed = Dieses Gerät wurde von einem anderen entfernt: Es kann nichts mehr sagen.
device-forked = Zwei Listen deiner Geräte widersprechen sich: Jemand hat vielleicht deine 24 Wörter.
link-title = Ein neues Gerät
link-what = Das neue Gerät bekommt deine Kontakte und Chats. Es beginnt mit: chappe link
link-begin = Code zeigen
link-qr = Der Code für eine Kamera
link-code = Oder tippe dies:
link-until = Er gilt einmal, bis { $moment }.
link-waiting = Warte auf das neue Gerät.
link-offered = Ein Gerät möchte für dich sprechen.
link-handing-over = Übergebe Kontakte und Chats.
link-done = Das neue Gerät gehört dir.
link-failed = Das ging nicht.
link-compare = Das neue Gerät muss dieselbe Nummer zeigen. Wenn nicht, brich ab.
link-look = Ist es das Gerät in deiner Hand?
link-words = Deine 24 Wörter, damit es deines wird
link-confirm = Es ist meines
link-cancel = Abbrechen
words-title = Deine 24 Wörter
words-why = Tippe sie ein, um zu sehen, ob dein Zettel stimmt. Sie gehen nur an deinen Knoten, der sie nicht behält.
words-check = Prüfen
words-right = Sie stimmen.
profile-about = Über dich
profile-emoji = Status in einem Emoji
profile-username = Benutzername
profile-bio = Ein paar Worte
profile-hidden = Kontakten nicht zeigen: { $field }

backup = Sicherung
backup-what = Dein Knoten bewahrt den Verlauf deiner Chats verschlüsselt bei deinen Relays auf. Nur deine 24 Wörter öffnen ihn: Mit ihnen kommt alles auf einem neuen Gerät zurück.
backup-words = Deine 24 Wörter, um sie einzuschalten
backup-on = Einschalten
backup-off = Ausschalten und löschen
backup-off-sure = Deine Relays löschen die Sicherung. Was auf diesem Knoten ist, bleibt.
backup-none = Noch ist nichts geschrieben.
backup-state = { $messages ->
    [one] Eine Nachricht, { $size }, Stand { $moment }
   *[other] { $messages } Nachrichten, { $size }, Stand { $moment }
}
backup-relays = { $relays ->
    [0] Kein Relay hat alles.
    [one] Ein Relay hat alles.
   *[other] { $relays } Relays haben alles.
}
backup-now = Jetzt sichern
backup-check = Vergleichen
backup-checked = { $good } Kopien sind, wie sie geschrieben wurden, { $bad } waren es nicht und werden neu geschrieben, { $unknown } waren nicht zu erreichen.
backup-writing = Was sich geändert hat, kommt zu deinen Relays.
backup-checking = Was deine Relays haben, wird geholt und verglichen.
backup-restoring = Eine Sicherung kommt zurück.
backup-handing = Ein neues Gerät von dir bekommt den Verlauf.
backup-restored = { $count } Nachrichten und Änderungen kamen aus einer Sicherung zurück.
backup-file = In einer Datei
backup-file-what = Alles in einer Datei, für eine eigene Platte: Verlauf, Personen und Einstellungen. Nur deine 24 Wörter öffnen sie.
backup-file-with = Mit den Dateien der Chats, soweit dieser Knoten sie hat
backup-file-save = Datei speichern
backup-file-off = Schalte zuerst die Sicherung ein, oder schreibe die Datei auf der Befehlszeile: chappe backup write.
backup-schedule = Der Knoten schreibt von selbst eine Datei; die letzte { $moment }.
backup-schedule-none = Der Knoten schreibt von selbst eine Datei; noch gibt es keine.

picture-choose = Bild wählen
picture-remove = Bild entfernen
picture = Bild

privacy = Privatsphäre
privacy-read = Anderen sagen, was du gelesen hast
privacy-read-why = Wenn nicht, erfährst auch du nicht, was sie gelesen haben.
privacy-seen = Genau zeigen, wann du da bist
privacy-seen-why = Wenn nicht, erfahren Kontakte nur den Tag, und du siehst von ihnen nicht mehr.
online = online
seen-at = zuletzt da: { $moment }
seen-recently = vor Kurzem da
seen-week = in der letzten Woche da
seen-month = im letzten Monat da
seen-long = vor langer Zeit da
list-mute-night = 8 Stunden stumm
list-mute-week = Eine Woche stumm
import = Aus Telegram übernehmen
import-what = Chats, Dateien, Reaktionen und Formatierung kommen als Chats, die man lesen und durchsuchen kann. Schreiben kann darin niemand.
import-how = In Telegram Desktop: Einstellungen, Erweitert, Telegram-Daten exportieren (oder im Chat: Chatverlauf exportieren), Format „Maschinenlesbares JSON“. Dann hier den Ordner wählen.
import-choose = Ordner wählen
import-other = Ein anderer Ordner
import-none = In diesem Ordner ist keine result.json. Exportiere als „Maschinenlesbares JSON“ und wähle den Ordner des Exports.
import-reading = Der Export wird angesehen …
import-empty = Es ist keine Nachricht darin, die übernommen werden kann.
import-report = Was übernommen würde
import-files = Mit Dateien
import-sum = { $messages } Nachrichten in { $chats } Chats, { $size } Dateien. Noch wurde nichts übernommen.
import-take = Übernehmen
import-who = Der Export sagt nicht, wer ihn gemacht hat: wer davon bist du?
import-who-choose = Wählen
import-chat = { $messages ->
    [one] Eine Nachricht
   *[other] { $messages } Nachrichten
}, { $files ->
    [0] keine Dateien
    [one] eine Datei, { $size }
   *[other] { $files } Dateien, { $size }
}
import-span = { $first } bis { $last }
import-left = Nicht übernommen
import-left-service = { $count } Dienstzeilen (wer kam, anrief, anheftete …)
import-left-unknown = { $count } Nachrichten einer Art, die es hier nicht gibt (Spiele, Rechnungen, Storys …)
import-left-long = { $count } zu lange Nachrichten
import-left-broken = { $count } Nachrichten, die nicht lesbar sind
import-absent = { $count } Dateien, die nicht im Ordner sind
import-unformatted = Die Formatierung von { $count } Nachrichten
import-nameless = { $count } Reaktionen, von denen der Export nicht sagt, von wem sie sind
import-taking = Wird übernommen
import-done-so-far = { $messages } von { $of } Nachrichten, { $files } Dateien
import-stay = Lass diese Seite offen. Bricht es ab, wähle den Ordner noch einmal: was da ist, kommt nicht doppelt.
import-stop = Anhalten
import-done = { $messages ->
    [one] Eine Nachricht
   *[other] { $messages } Nachrichten
} und { $files ->
    [0] keine Dateien
    [one] eine Datei
   *[other] { $files } Dateien
} sind jetzt da.

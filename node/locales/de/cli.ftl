cli-no-node = In { $dir } ist kein Knoten; lege einen an: chappe --data { $dir } init --name NAME --relay ADRESSE
cli-not-running = Der Knoten läuft nicht; starte ihn in einem anderen Terminal: chappe --data { $dir } run
cli-cannot-read = { $path } lässt sich nicht lesen
cli-cannot-write = { $path } lässt sich nicht schreiben
cli-no-answer = Der Knoten hat nicht geantwortet: { $why }
cli-other-answers = An { $address } antwortet etwas anderes als dieser Knoten ({ $status })
cli-asked = Beantragt; die Heimat-Relays des Chats entscheiden. Siehe: chappe { $command } { $chat }
cli-type-words = Gib deine 24 Wörter ein, mit Leerzeichen dazwischen, und drücke Enter (niemand sollte dir über die Schulter sehen):
cli-no-words = Es wurden keine Wörter eingegeben; tippe sie ein oder gib sie auf der Standardeingabe
cli-yes-no = { $question } [j/N]
cli-yes = j ja y yes
cli-fits-several = „{ $wanted }“ passt auf mehrere; nenne den gemeinten mit seiner Kennung:
cli-none-such = { $what ->
    [chat] Kein Chat heißt „{ $wanted }“ oder hat eine Kennung, die so beginnt (mindestens 4 Zeichen); siehe: chappe chats
    [contact] Keine Kontaktanfrage heißt „{ $wanted }“ oder hat eine Kennung, die so beginnt (mindestens 4 Zeichen); siehe: chappe contact list
    [device] Kein Gerät heißt „{ $wanted }“ oder hat eine Kennung, die so beginnt (mindestens 4 Zeichen); siehe: chappe device list
   *[other] Keine der letzten Nachrichten hat eine Kennung, die mit „{ $wanted }“ beginnt (mindestens 4 Zeichen); siehe: chappe history CHAT
}
cli-chats-none = Noch keine Chats. Lade jemanden ein: chappe invite
cli-chat-new = { $count } neu
cli-mark-pinned = angeheftet
cli-mark-archived = archiviert
cli-mark-muted = stumm
cli-mark-marked = markiert
cli-mark-draft = Entwurf
cli-online = online
cli-last-seen-at = zuletzt online { $time }
cli-chat-not-accepted = noch nicht angenommen; Nachrichten warten
cli-missing-waiting = es fehlen { $count } von Gerät { $device } von { $user }: noch kein Relay hat sie; was folgt, erscheint, wenn sie kommen, oder um { $until }
cli-missing-lost = { $count } von Gerät { $device } von { $user } kamen nie an und werden nicht gezeigt
cli-history-none = Noch wurde nichts geschrieben. Fang an: chappe send { $chat } TEXT
cli-mentions-none = In dem, was du noch nicht gesehen hast, hat dich niemand erwähnt.
cli-sent = an { $chat }: { $ticks }. Wie weit sie ist: chappe message show { $id }
cli-quote-differs = Das steht nicht in der Nachricht; zitiere sie Wort für Wort
cli-ticks-queued = wartet
cli-ticks-sent = gesendet
cli-ticks-delivered = zugestellt
cli-ticks-read = gelesen
cli-ticks-received = empfangen
cli-me = ich
cli-them = die anderen
cli-reply-to = auf { $id } „{ $text }“
cli-reply-differs = auf { $id } „{ $text }“, was dort nicht steht
cli-forwarded-verified = weitergeleitet von { $name }, geprüft
cli-forwarded-unverified = weitergeleitet von { $name }, ungeprüft
cli-edited = bearbeitet
cli-message-pinned = angeheftet
cli-heard = angehört
cli-not-heard = noch nicht angehört
cli-seen-by = gesehen von { $count }
cli-until = bis { $time }
cli-card = Kontakt
cli-card-known = du nennst diesen Schlüssel { $name }
cli-sticker = Sticker { $emoji }: { $get }
cli-sticker-of = Sticker { $emoji } aus { $title }: { $get }
cli-voice-message = Sprachnachricht, { $length }, { $size }: { $get }
cli-file = Datei { $name }, { $size }: { $get }
cli-once-unseen = kann einmal angesehen werden; noch nicht gesehen
cli-once = kann einmal angesehen werden: { $view }
cli-once-gone = wurde gesehen und ist weg
cli-deleted = gelöscht
cli-poll = { $kind ->
    [quiz] Quiz
   *[poll] Umfrage
}, { $state ->
    [closed] beendet
   *[open] offen
}, { $count } abgestimmt
cli-right-answer = richtig
cli-place = Ort
cli-live-until = live bis { $time }
cli-was-live = war live
cli-bytes = { $count } Byte
cli-size = { $whole },{ $tenth } { $unit }
cli-span-rule = Eine Zeitspanne ist eine Zahl und s, m, h oder d, zum Beispiel 30s oder 7d
cli-duration-rule = Gib eine Zahl mit m, h oder d dahinter an, zum Beispiel 7d, oder forever
cli-is-there = { $path } gibt es schon; nenne einen anderen Namen oder füge --force hinzu
cli-is-there-out = { $path } gibt es schon; nenne mit --out einen anderen Namen oder füge --force hinzu
cli-folder-is-there = { $path } gibt es schon; nenne einen anderen Ordner
cli-no-text-name = Der Name ist kein Text
cli-broke-off = Der Knoten hat abgebrochen; sieh in sein Protokoll und versuche es noch einmal
cli-backup-written = { $path }, { $size }. Prüfen: chappe backup verify; zurückholen: chappe restore --file
cli-backup-comparing = Vergleiche: Teil { $done } von { $all }
cli-backup-verified = { $messages ->
    [one] Eine Nachricht
   *[other] { $messages } Nachrichten
} und { $files ->
    [one] eine Datei
   *[other] { $files } Dateien
} ({ $size }), Stand { $time } UTC, alles so, wie es geschrieben wurde.
cli-tried-again = { $problem }; es wird wieder versucht (siehe: chappe backup status)
cli-schedule-ended = Der Zeitplan wurde inzwischen beendet
cli-backup-going = { $stage ->
    [writing] Schreibe
    [checking] Vergleiche
    [restoring] Hole einen Verlauf
   *[handing] Hinterlasse einen Verlauf für ein neues Gerät
}: { $done ->
    [one] ein Teil
   *[other] { $done } Teile
}
cli-backup-going-of = { $stage ->
    [writing] Schreibe
    [checking] Vergleiche
    [restoring] Hole einen Verlauf
   *[handing] Hinterlasse einen Verlauf für ein neues Gerät
}: Teil { $done } von { $all }
cli-backup-restored = Aus einer Sicherung: { $count } Nachrichten und Änderungen kamen zurück.
cli-backup-schedule = Alle { $span } kommt eine Datei nach { $folder }, von denen { $keep } bleiben; die letzte { $time } UTC.
cli-backup-schedule-new = Alle { $span } kommt eine Datei nach { $folder }, von denen { $keep } bleiben; noch keine.
cli-problem = Problem: { $problem }
cli-backup-off = Bei Relays wird keine Sicherung aufbewahrt. Einschalten: chappe backup on
cli-backup-empty = Die Sicherung ist an; noch ist nichts geschrieben.
cli-backup-state = { $messages } Nachrichten, { $size }, Stand { $time } UTC; zuletzt kamen { $brought } dazu.
cli-backup-nowhere = Kein Relay hat alles davon.
cli-backup-at = Alles davon ist bei: { $relays }
cli-backup-compared = Verglichen { $time } UTC: { $good } Kopien sind, wie sie geschrieben wurden, { $bad } waren es nicht (und werden neu geschrieben), von { $unknown } weiß man nichts.
cli-bug-report-written = Geschrieben. Darin stehen Art, Größe und Zeit der letzten Eingaben; kein Text, Name, Schlüssel und keine Adresse.
cli-no-card = Diese Nachricht ist keine Kontaktkarte
cli-clock-wrong = Die Uhr dieses Rechners steht vor 1970
cli-cleared = Gelöscht.
cli-deleted-count = { $count } gelöscht.
cli-contacts-none = Noch keine Kontakte. Erstelle einen Link für jemanden: chappe invite
cli-declined = { $name } abgelehnt.
cli-blocked = { $name } ist blockiert.
cli-unblocked = { $name } ist nicht mehr blockiert.
cli-safety-compared = schon verglichen; { $name } muss dieselbe Nummer sehen
cli-safety-open = noch nicht verglichen; { $name } muss dieselbe Nummer sehen
cli-contact-state = { $state ->
    [requested] angefragt, wartet auf Antwort
    [pending] möchte mit dir reden; antworte mit: chappe contact accept|decline
    [accepted] Kontakt
   *[declined] abgelehnt
}
cli-is-blocked = blockiert
cli-contact-forked = WARNUNG: Zwei Listen ihrer Geräte widersprechen sich; vergleicht die Sicherheitsnummern
cli-wrote = schrieb: { $text }
cli-contact-problem = Problem: { $problem }
cli-device-renamed = { $device } heißt jetzt { $name }.
cli-device-removed = { $device } spricht nicht mehr für dich. Deine Kontakte erfahren es.
cli-words-right = Das sind deine Wörter.
cli-device-link-how = Auf dem neuen Gerät: chappe --data DIR link CODE, mit dem Text oben oder, neben --relay ADRESSE, mit { $code }.
    Warte darauf (zehn Minuten; Abbruch mit Strg-C) ...
cli-device-offered = „{ $name }“ ({ $device }) möchte eines deiner Geräte sein.
cli-device-offered-new = Ein neues Gerät ({ $device }) möchte eines deiner Geräte sein.
cli-device-compare = Dieses Gerät zeigt { $number }. Mach NUR weiter, wenn das neue dieselbe Zahl zeigt.
cli-device-linked = { $device } ist jetzt eines deiner Geräte.
cli-device-not-linked = Das Gerät wurde nicht verbunden: { $problem }
cli-this-removed = DIESES GERÄT WURDE von einem anderen deiner Geräte ENTFERNT: Es spricht nicht mehr für dich.
cli-own-forked = WARNUNG: Zwei Listen deiner Geräte widersprechen sich; vielleicht hat jemand anderes deine Wörter.
cli-device-since = seit { $time } UTC
cli-device-this = dieses
cli-link-unknown = Noch kennt kein Relay diesen Link; er funktioniert, sobald eines ihn kennt (siehe: chappe group link list).
cli-links-none = Keine Links. Erstelle einen: chappe group link create
cli-asked-homes = Beantragt; die Heimat-Relays des Chats entscheiden.
cli-nobody-asks = Niemand möchte herein.
cli-asks-not = „{ $wanted }“ fragt nicht an, oder mehrere heißen so; siehe: chappe group request list { $chat }
cli-let-in = Beantragt; { $name } ist drin, sobald die Heimat-Relays des Chats entschieden haben.
cli-join-asked = { $kind ->
    [channel] Angefragt. Sobald du hereingelassen wirst, steht der Kanal „{ $title }“ in deiner Liste (siehe: chappe chats).
   *[group] Angefragt. Sobald du hereingelassen wirst, steht die Gruppe „{ $title }“ in deiner Liste (siehe: chappe chats).
}
cli-taken-back = Zurückgenommen.
cli-joins-none = Nichts ist angefragt. Einer Gruppe beitreten: chappe join LINK
cli-id-unclear = „{ $wanted }“ ist hier der Anfang keiner Kennung oder mehrerer; gib mindestens 4 Zeichen an
cli-terms = Für { $uses ->
    [0] alle, die ihn haben
    [1] eine Person
   *[other] { $uses } Personen
}, { $until ->
    [ever] für immer
   *[other] bis { $until } UTC
}.
cli-terms-approval = Jemand muss zustimmen (chappe group request).
cli-invite-secret = Schick ihn sonst niemandem: Wer ihn hat, kann dich um ein Gespräch bitten.
cli-link-used = { $count } kamen damit
cli-link-used-of = { $count } von { $most } kamen damit
cli-link-nowhere = noch kennt ihn kein Relay
cli-join-unreached = noch ist kein Relay des Chats erreicht
cli-join-waits = wartet auf eine Antwort
cli-reworded = { $id } hat jetzt einen anderen Wortlaut.
cli-exported = { $messages } Nachrichten aus { $chats } Chats, mit { $files } Dateien ({ $size }), liegen in { $path }.
cli-export-missing = { $count } Dateien waren nicht zu bekommen; ihre Nachrichten sagen es.
cli-export-going = { $title }: { $messages } Nachrichten, { $files } Dateien
cli-no-file = { $path } ist keine Datei; packe einen Ordner erst in ein Archiv
cli-not-sent = { $name } wurde nicht gesendet: { $problem }
cli-file-sent = { $name } an { $chat }: gesendet
cli-file-leaving = { $name } ist unterwegs; siehe: chappe file list
cli-file-broken = Die Datei kam nicht ganz an: { $why }. Versuche es später wieder
cli-no-bytes = es kamen keine Daten
cli-message-no-file = Diese Nachricht ist keine Datei
cli-transfer-none = Es gibt keine solche Übertragung; siehe: chappe file list
cli-transfer-several = Mehrere Übertragungen beginnen so; gib mehr von der Kennung an
cli-transfer-way = { $way ->
    [out] an { $chat }
   *[in] von { $chat }
}
cli-transfer-state = { $state ->
    [active] unterwegs
    [paused] angehalten
    [done] fertig
    [failed] gescheitert
   *[removing] wird entfernt
}
cli-amount = { $done } von { $size }
cli-rate = { $rate }/s, noch { $seconds } s
cli-following = Neue Nachrichten erscheinen hier; Ende mit Strg-C.
cli-follow-broke = Der Strom der Ereignisse ist abgerissen; starte neu: chappe follow
cli-node-stopped = Der Knoten wurde beendet; starte ihn neu: chappe run
cli-contact-changed = Neues bei { $name }; siehe: chappe contact list
cli-asking-changed = Neues bei denen, die in { $chat } hereinmöchten; siehe: chappe group request list
cli-a-chat = einen Chat
cli-someone = jemand
cli-skipped = einige Nachrichten wurden übersprungen, weil das Terminal zu langsam war; siehe: chappe history
cli-forwarded-to = weitergeleitet an { $chat }
cli-no-member = „{ $wanted }“ ist kein Mitglied, oder mehrere heißen so; siehe: chappe group members { $chat }
cli-role = { $role ->
    [owner] Inhaber
    [admin] Admin
    [member] Mitglied
    [restricted] eingeschränkt
   *[banned] gesperrt
}
cli-group-rules = erlaubt: { $rights }; langsamer Modus: { $seconds } s
cli-group-members = { $count ->
    [one] ein Mitglied
   *[other] { $count } Mitglieder
}
cli-home-unclear = „{ $wanted }“ ist der Anfang der Kennung keines Heimat-Relays oder mehrerer; siehe: chappe home list { $chat }
cli-relay = Relay { $id }
cli-connected = verbunden
cli-no-link = keine Verbindung
cli-own = eigenes
cli-import-no-chat = In diesem Export heißt kein Chat „{ $name }“; was darin ist, zeigt --dry-run
cli-import-nothing = Es gibt nichts zu übernehmen: { $chats } Chats, keiner mit einer Nachricht, die übernommen werden kann
cli-import-who = Der Export sagt nicht, wer du in seinen Gruppen bist; gib es mit --me NAME an (einer von: { $names })
cli-import-cannot-read = { $path } lässt sich nicht lesen; exportiere aus Telegram Desktop als „Maschinenlesbares JSON“
cli-import-chat = { $title }: { $messages } Nachrichten, { $first } bis { $last }
cli-import-chat-files = { $title }: { $messages } Nachrichten, { $files } Dateien mit { $size }, { $first } bis { $last }
cli-import-left = nicht übernommen: { $count } { $what }
cli-left-files = Dateien, die nicht im Export sind
cli-left-formatting = Mal Formatierung
cli-left-reactions = Reaktionen, zu denen der Export nicht sagt, von wem sie sind
cli-import-would = { $files ->
    [0] { $messages } Nachrichten ({ $size }) in { $chats } Chats würden übernommen. Noch ist nichts geschehen.
   *[other] { $messages } Nachrichten und { $files } Dateien ({ $size }) in { $chats } Chats würden übernommen. Noch ist nichts geschehen.
}
cli-imported = { $files ->
    [0] { $messages } Nachrichten in { $chats } Chats sind jetzt hier, zum Lesen und Suchen. Niemand kann darin schreiben.
   *[other] { $messages } Nachrichten und { $files } Dateien in { $chats } Chats sind jetzt hier, zum Lesen und Suchen. Niemand kann darin schreiben.
}
cli-import-going = { $title }: { $done } von { $messages } Nachrichten
cli-not-taken = { $name } (nicht übernommen)
cli-file-not-taken = { $path } wird nicht übernommen
cli-left = { $kind ->
    [service] Dienstzeilen (wer kam, anrief, anheftete …)
    [unknown] Nachrichten einer Art, die es hier nicht gibt (Spiele, Rechnungen, Storys …)
    [long] Nachrichten mit einem Text von mehr als 4096 Zeichen
   *[broken] Nachrichten, die nicht lesbar sind
}
cli-invite-unknown = Noch kennt kein Relay diese Einladung; sie funktioniert, sobald der Knoten eines erreicht (siehe: chappe status).
cli-no-qr = der Link ist zu lang für einen QR-Code
cli-last-seen-roughly = roughly: Kontakte erfahren den Tag, und du siehst von ihnen nicht mehr
cli-last-seen-exactly = exactly: Kontakte sehen, wann du da bist und seit wann nicht
cli-link-paired = Gekoppelt ({ $number }). Bestätige am anderen Gerät mit deinen 24 Wörtern.
cli-link-compare = Dieses Gerät zeigt { $number }. Zeigt das andere dieselbe Zahl?
cli-linked = Das ist jetzt ein Gerät von { $name }; es kennt { $contacts ->
        [one] einen Kontakt
       *[other] { $contacts } Kontakte
    }.
    Starte den Knoten: chappe --data { $dir } run
cli-chat-is = { $state ->
    [pinned] { $chat } ist jetzt angeheftet.
    [unpinned] { $chat } ist nicht mehr angeheftet.
    [archived] { $chat } ist jetzt archiviert.
    [listed] { $chat } steht jetzt in der Liste.
    [marked] { $chat } ist jetzt als ungelesen markiert.
    [unmarked] { $chat } ist nicht mehr markiert.
    [muted] { $chat } ist jetzt stumm.
    [unmuted] { $chat } ist nicht mehr stumm.
    [drafted] { $chat } hat jetzt einen Entwurf.
    [deleted] { $chat } ist gelöscht.
   *[undrafted] { $chat } hat keinen Entwurf mehr.
}
cli-no-folder = Kein Ordner heißt „{ $name }“; siehe: chappe folder list
cli-folders-none = Keine Ordner. Erstelle einen: chappe folder put NAME CHAT...
cli-was-heard = { $id } wurde angehört.
cli-relay-holds = bewahrt sie auf bis { $time } UTC
cli-relay-released = muss sie nicht mehr aufbewahren, jedes Gerät hat sie
cli-not-yet = noch nicht: { $why }
cli-device = Gerät { $id }
cli-device-read = hat sie, und sie wurde gelesen
cli-device-has = hat sie
cli-init-words = Die 24 Wörter unten sind deine Identität. Schreib sie jetzt auf Papier: Sie werden nicht noch einmal gezeigt, und wer sie hat, ist du.
cli-start-node = Starte den Knoten: chappe --data { $dir } run
cli-node-runs = Der Knoten läuft. Öffne seine Seite (dieser Link gilt einmal; einen weiteren gibt: chappe web):
cli-picture-set = Gesetzt; andere sehen es, wenn ihre Knoten es geholt haben.
cli-picture-set-for = Für { $chat } gesetzt; andere sehen es, wenn ihre Knoten es geholt haben.
cli-picture-removed = Entfernt.
cli-picture-removed-for = Für { $chat } entfernt.
cli-pinned-now = { $id } ist angeheftet.
cli-unpinned-now = { $id } ist nicht mehr angeheftet.
cli-hidden = vor Kontakten verborgen
cli-receipts-on = Andere erfahren, was du gelesen hast.
cli-receipts-off = Andere erfahren nicht, was du gelesen hast, und du erfährst es auch von ihnen nicht.
cli-cannot-open = { $path } lässt sich nicht öffnen
cli-file-no-text = Die Datei ist kein Text
cli-proof-none = In dieser Datei ist kein Beweis
cli-proof-incomplete = Der Beweis in dieser Datei ist nicht vollständig
cli-proof-damaged = Der Beweis in dieser Datei ist beschädigt
cli-proof = Die Signaturen stimmen. Bewiesen ist:
    { "  " }wer:  { $user }
    { "  " }wann: { $time } UTC, nach deren Uhr
    { "  " }wo:   Chat { $chat }
    { "  " }was:  { $said }
    Vergleiche die Kennung mit der, die du kennst; ein Name beweist nichts.
cli-restore-unreadable = Das Konto in dieser Sicherungsdatei ist nicht lesbar; nenne ein Relay, das du benutzt hast: --relay ADRESSE
cli-restore-answer = { $answer ->
    [waiting] noch keine Antwort
    [nothing] weiß nichts von dir
    [found] hat dich gefunden
   *[bad] gab etwas, das nicht zählt: { $why }
}
cli-unpacking = Packe aus: { $done } von { $all }
cli-welcome-back = Willkommen zurück, { $name }. Das ist ein neues Gerät von dir, eines von { $devices }; es kennt { $contacts } deiner Kontakte.
cli-restore-backup = Eine Sicherung mit { $messages } Nachrichten wurde gefunden; sie wird geholt, sobald der Knoten läuft (chappe backup status).
cli-restore-chats = Deine anderen Geräte oder deine Kontakte lassen es wieder in deine Chats.
cli-kind-rule = Eine Art ist text, poll, card, location, file, media, voice oder document
cli-day-rule = Ein Tag wird 2026-11-27 geschrieben, eine Zeitspanne 12h oder 7d
cli-search-what = Sag, was gesucht wird: Wörter oder eins von --chat, --from, --kind, --link
cli-search-none = Nichts gefunden.
cli-search-similar = Nichts passt genau; ähnliche Wörter:
cli-search-more = { $total } insgesamt; weiter mit --before-cursor { $cursor }
cli-search-incomplete = Der Suchindex entsteht noch; bald kann es mehr geben.
cli-status = Chats: { $chats }   warten auf Empfänger: { $outbox }   noch nicht auf genug Relays: { $unsent }   empfangen, ein Teil fehlt noch: { $parked }
cli-relays-none = Keine Relays; lass dir die Adresse eines Relays von seinem Betreiber geben oder betreibe eins: chappe-relay --help
cli-relay-row = { $kind ->
    [own] eigenes
   *[other] von Chats
}, { $chats ->
    [one] ein Chat
   *[other] { $chats } Chats
}
cli-removed = Entfernt.
cli-is-sent = { $id } ist gesendet.
cli-on-its-way = Unterwegs.
cli-not-here-yet = noch nicht hier
cli-pack-none = Es gibt kein Stickerpaket „{ $wanted }“; siehe: chappe sticker list
cli-pack-several = Mehr als ein Stickerpaket heißt „{ $wanted }“; nimm den Anfang seiner Kennung
cli-sort-rule = Eine Sorte von Dateien ist photo, video, voice, sound oder document
cli-size-rule = Eine Größe ist eine Zahl und k, M oder G, zum Beispiel 10M
cli-freed = { $files } Dateien mit { $size } wurden entfernt.
cli-would-free = { $files } Dateien mit { $size } würden entfernt.
cli-stays = { $why ->
    [sent] { $files } Dateien mit { $size } bleiben: Du hast sie gesendet.
    [only] { $files } Dateien mit { $size } bleiben: Kein Relay hat sie mehr.
    [unreachable] { $files } Dateien mit { $size } bleiben: Kein Relay, das sie haben könnte, antwortet.
   *[way] { $files } Dateien mit { $size } bleiben: Sie sind unterwegs.
}
cli-kept-ever = Kopien von Dateien werden für immer aufbewahrt.
cli-kept-for = Kopien von Dateien werden { $span } aufbewahrt.
cli-kept-total = Kopien von Dateien werden bis zu { $total } aufbewahrt.
cli-kept-both = Kopien von Dateien werden { $span } aufbewahrt, bis zu { $total }.
cli-stored-store = Nachrichten, Schlüssel, Einstellungen
cli-stored-index = Suchindex
cli-stored-files = Dateien
cli-stored-unlisted = von Chats, die es nicht mehr gibt
cli-stored-lent = für andere aufbewahrt
cli-stored-other = Sonstiges
cli-stored-backup = Sicherung bei Relays
cli-chat-gone = ein Chat, den es nicht mehr gibt
cli-stored-messages = { $count ->
    [one] eine Nachricht { $size }
   *[other] { $count } Nachrichten { $size }
}
cli-stored-kind = { $kind ->
    [photo] { $count } Bilder { $size }
    [video] { $count } Videos { $size }
    [voice] { $count } Sprachnachrichten { $size }
    [sound] { $count } Tonaufnahmen { $size }
   *[document] { $count } Dokumente { $size }
}
cli-topics-none = Noch keine Themen. Erstelle eins: chappe topic create { $chat } TITEL
cli-topic-several = Mehrere Themen heißen „{ $wanted }“; gib die Zahl an, die davor steht
cli-topic-none = Kein Thema heißt „{ $wanted }“; siehe: chappe topic list { $chat }
cli-topic-general = Allgemein
cli-topic-closed = geschlossen
cli-usage = Aufruf:
cli-commands = Befehle
cli-arguments = Argumente
cli-options = Optionen
cli-default = (Standard: { $value })
cli-values = (eins von: { $values })
cli-usage-no-value = { $arg } braucht einen Wert
cli-usage-value = „{ $value }“ ist kein Wert für { $arg }
cli-usage-value-of = „{ $value }“ ist kein Wert für { $arg }; möglich sind: { $values }
cli-usage-value-why = „{ $value }“ ist kein Wert für { $arg }: { $why }
cli-usage-unknown = Ein Argument { $arg } gibt es hier nicht
cli-usage-command = Einen Befehl { $command } gibt es nicht
cli-usage-conflict = { $arg } geht nicht zusammen mit { $other }
cli-usage-missing = Es fehlt: { $args }
cli-usage-count = Die Anzahl der Werte für { $arg } stimmt nicht
cli-usage-similar = Es gibt: { $word }
cli-usage-more = Mehr mit: --help
cli-fork = Änderung { $index } wurde zweimal entschieden (bemerkt { $time }): Die Relays { $relays } haben beide signiert, weil sie lügen oder Gespeichertes verloren haben; { $healed ->
    [yes] dieses Gerät hat die richtige
   *[no] dieses Gerät muss noch zur richtigen wechseln
}
cli-usage-range = es muss in { $range } liegen
cli-backup-files = { $count ->
    [one] Auch eine Datei eines Chats, { $size }, bleibt bei deinen Relays.
   *[other] Auch { $count } Dateien aus Chats, { $size }, bleiben bei deinen Relays.
}
cli-backup-file-problem = Eine Datei wird nicht aufbewahrt: { $problem }
cli-first = Noch gibt es keinen Knoten. Lege auf dieser Seite einen an (der Link gilt einmal):

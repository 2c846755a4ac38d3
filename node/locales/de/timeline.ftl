# Was man in einem Chat neben dem Schreiben tut: Umfragen, Angeheftetes, wer was gesehen und gesagt hat.
poll-new = Neue Umfrage
quiz-new = Neues Quiz
poll-question = Frage
poll-options = Antworten zur Auswahl
poll-option = Antwort { $n }
poll-option-remove = Antwort { $n } entfernen
poll-options-most = Mehr als { $most } sind es nicht.
poll-unsigned = Nicht zeigen, wer wofür gestimmt hat
poll-several = Mehrere Antworten sind wählbar
poll-has-right = Ein Quiz: eine Antwort ist richtig
quiz-choose-right = Markiere die richtige.
quiz-right-is = Antwort { $n } ist richtig
quiz-explanation = Erklärung
quiz-explanation-why = Sieht, wer abgestimmt hat.
poll-open = Offen
poll-open-ended = bis sie jemand beendet
poll-voters-who = Wer abgestimmt hat
message-delete-only-me = Es geht von diesem Gerät; die anderen behalten, was sie haben.
forward-attributed = Sagen, wer es zuerst gesagt hat
forwarded-to = Weitergeleitet an { $name }
pinned-one = Angeheftete Nachricht
pinned-of = Angeheftete Nachricht { $number } von { $count }
pinned-list = Alle angehefteten Nachrichten
pinned-none = Hier ist nichts angeheftet.
pinned-take-down = Alle lösen
wordings = Alle Fassungen
wording-now = wie sie jetzt lautet
wording-first = wie sie zuerst lautete
reacted-who = Wer reagiert hat
readers = Wer sie gelesen hat
readers-why = Nach dem, was ihre Geräte unterschrieben haben. Wer nicht sagt, was er gelesen hat, steht unter „Hat sie“.
readers-read = Hat sie gelesen
readers-has = Hat sie
readers-waiting = Noch nicht
readers-nobody = Noch niemand, soweit es gesagt wird.
missing-from = Es fehlen noch Nachrichten von { $name }
missing-from-several = Es fehlen noch Nachrichten von { $name } und { $others } weiteren
missing-why = Warum?
missing-title = Was noch nicht hier ist
missing-none = Alles ist hier.
missing-what = Nachrichten, auch Reaktionen, Änderungen und Ähnliches, kommen in der Reihenfolge, in der sie gesagt wurden. Was jemand nach etwas Fehlendem gesagt hat, wird zurückgehalten, damit nichts steht, wo es nicht gesagt wurde. Geholt wird es von allen, die es haben können: ihren Geräten, den anderen hier und den Relays.
missing-waits = { $count ->
    [one] Eine Nachricht oder Änderung ist unterwegs.
   *[other] { $count } Nachrichten oder Änderungen sind unterwegs.
}
missing-until = Darauf wird längstens bis { $moment } gewartet; dann wird ohne das gezeigt, was danach gesagt wurde.
missing-lost = { $count ->
    [one] Eine Nachricht oder Änderung ist nie angekommen. Was danach gesagt wurde, wird gezeigt.
   *[other] { $count } Nachrichten oder Änderungen sind nie angekommen. Was danach gesagt wurde, wird gezeigt.
}

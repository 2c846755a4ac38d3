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

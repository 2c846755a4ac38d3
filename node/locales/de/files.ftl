files-send = { $count ->
    [one] Eine Datei senden
   *[other] { $count } Dateien senden
}
attach = Dateien anhängen
files-caption = Beschriftung
files-photos = Als Fotos: kleiner, ohne Ort und Zeit der Kamera
files-original = Jedes Byte wird gesendet, auch wo und wann das Bild entstand, falls die Kamera es vermerkt hat.
files-leaving = Dateien unterwegs
file-to-node = zu deinem Node
file-active = unterwegs
file-paused = angehalten
file-pause = Anhalten
file-resume = Fortsetzen
file-left = noch { $seconds } s
file-part = { $done } von { $size }
file-save = Speichern
file-load = Laden ({ $size })
file-broken = Es konnte nicht geladen werden. Noch einmal versuchen
file-picture = Bild { $name }
file-is-picture = Bild
file-is = Datei { $name }
picture-before = Das Bild davor
picture-behind = Das nächste Bild
voice-record = Sprachnachricht aufnehmen
voice-discard = Verwerfen
voice-stop = Anhalten, um sie anzuhören
voice-hold = Loslassen sendet; nach oben: läuft weiter; zur Seite: verworfen
voice-is = Sprachnachricht, { $length }
player-play = Abspielen
player-pause = Pause
player-rate = Tempo: { $rate }
player-place = Stelle in der Sprachnachricht
video-length = Länge

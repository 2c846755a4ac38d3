files-send = { $count ->
    [one] Envoyer un fichier
   *[other] Envoyer { $count } fichiers
}
attach = Joindre des fichiers
files-caption = Légende
files-photos = En photos : plus petites, sans le lieu ni l’heure de l’appareil
files-original = Chaque octet est envoyé, y compris le lieu et l’heure de la prise de vue si l’appareil les a notés.
files-leaving = Fichiers en cours d’envoi
file-to-node = vers votre nœud
file-active = en cours
file-paused = en pause
file-pause = Mettre en pause
file-resume = Reprendre
file-left = encore { $seconds } s
file-part = { $done } sur { $size }
file-save = Enregistrer
file-load = Charger ({ $size })
file-broken = Chargement impossible. Réessayer
file-picture = Image { $name }
file-is-picture = Image
file-is = Fichier { $name }
picture-before = L’image précédente
picture-behind = L’image suivante
voice-record = Enregistrer un message vocal
voice-discard = Jeter
voice-stop = Arrêter pour l’écouter d’abord
voice-hold = Relâchez pour envoyer ; vers le haut : continue seul ; de côté : jeté
voice-is = Message vocal, { $length }
player-play = Lire
player-pause = Pause
player-rate = Vitesse : { $rate }
player-place = Position dans le message vocal
video-length = Durée

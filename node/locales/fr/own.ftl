shelves = Quelles discussions
shelf-all = Toutes
shelf-archive = Archives
shelf-empty = Aucune discussion ici.
chat-muted = muet
chat-pinned = épinglée
list-pin = Épingler
list-unpin = Détacher
list-mute-hour = Muet une heure
list-mute = Rendre muet
list-unmute = Rétablir le son
list-unread = Marquer comme non lue
list-read = Marquer comme lue
list-archive = Archiver
list-unarchive = Sortir des archives
chat-delete = Supprimer la discussion
chat-delete-why = { $name } disparaît de la liste sur tous vos appareils, avec tout ce qui a été dit. La discussion revient quand quelqu’un vous y écrit.
chat-delete-leave = Vous quittez { $name }. La discussion disparaît de tous vos appareils, avec tout ce qui a été dit.
chat-delete-down = { $name } vous appartient : tout le monde en est retiré, et elle disparaît pour de bon. Les autres gardent ce qu’ils en ont.
chat-delete-both = Aussi pour { $name }
history-clear = Effacer l’historique
history-clear-why = Ce qui a été dit dans { $name } est supprimé. La discussion reste. Sans dates, tout est effacé.
history-from = À partir de ce jour (peut rester vide)
history-until = Jusqu’à ce jour (peut rester vide)
history-for-all = Pour tout le monde, dans la limite de vos droits
history-cleared = L’historique est effacé.
folder-in = Dans { $name }
folder-out = Hors de { $name }
folders = Dossiers
folders-what = Les dossiers sont au-dessus des discussions. Une discussion peut être dans plusieurs.
folder-new = Un nouveau dossier
folder-name = Nom
folder-remove = Supprimer le dossier
blocked = Bloqués
blocked-what = Vous ne voyez ni demandes ni messages des personnes bloquées. Elles n’en sont pas informées.
blocked-none = Personne n’est bloqué.
block = Bloquer
unblock = Débloquer
contact-devices = Appareils qui parlent pour cette personne : { $devices }
contact-forked = Deux listes de ses appareils se contredisent : quelqu’un parle peut-être en son nom. Demandez-lui en personne.
safety = Numéro de sécurité
safety-how = Comparez ce numéro avec celui que voit { $name }, en personne ou au téléphone. S’ils sont égaux, personne n’est entre vous.
safety-verified = Vous l’avez comparé : il était égal.
safety-open = Pas encore comparé.
safety-equal = Il est égal
safety-doubt = J’en doute de nouveau
device-this = (celui-ci)
device-name = Nom de l’appareil
device-since = Depuis le { $moment }
device-remove = Retirer
device-remove-why = Vos 24 mots, pour retirer cet appareil
device-removed = Un autre appareil a retiré celui-ci : il ne peut plus rien dire.
device-forked = Deux listes de vos appareils se contredisent : quelqu’un a peut-être vos 24 mots.
link-title = Un nouvel appareil
link-what = Le nouvel appareil reçoit vos contacts et discussions. Il commence par : chappe link
link-begin = Afficher un code
link-qr = Le code pour un appareil photo
link-code = Ou tapez ceci :
link-until = Il sert une fois, jusqu’au { $moment }.
link-waiting = En attente du nouvel appareil.
link-offered = Un appareil aimerait parler pour vous.
link-handing-over = Transmission des contacts et discussions.
link-done = Le nouvel appareil est à vous.
link-failed = Cela n’a pas marché.
link-compare = Le nouvel appareil doit montrer le même numéro. Sinon, arrêtez.
link-look = Est-ce l’appareil que vous tenez ?
link-words = Vos 24 mots, pour qu’il soit à vous
link-confirm = Il est à moi
link-cancel = Arrêter
words-title = Vos 24 mots
words-why = Tapez-les pour voir si votre note est juste. Ils ne vont qu’à votre nœud, qui ne les garde pas.
words-check = Vérifier
words-right = Ils sont justes.
profile-about = À propos de vous
profile-emoji = État en un émoji
profile-username = Nom d’utilisateur
profile-bio = Quelques mots
profile-hidden = Cacher aux contacts : { $field }

backup = Sauvegarde
backup-what = Votre nœud garde l’historique de vos discussions chez vos relais, chiffré. Seuls vos 24 mots l’ouvrent : avec eux, tout revient sur un nouvel appareil.
backup-words = Vos 24 mots, pour l’activer
backup-on = Activer
backup-off = Désactiver et supprimer
backup-off-sure = Vos relais suppriment la sauvegarde. Ce qui est sur ce nœud reste.
backup-none = Rien n’est encore écrit.
backup-state = { $messages ->
    [one] Un message, { $size }, au { $moment }
   *[other] { $messages } messages, { $size }, au { $moment }
}
backup-relays = { $relays ->
    [0] Aucun relais n’a tout.
    [one] Un relais a tout.
   *[other] { $relays } relais ont tout.
}
backup-now = Sauvegarder maintenant
backup-check = Comparer
backup-checked = { $good } copies sont telles qu’écrites, { $bad } ne l’étaient pas et sont réécrites, { $unknown } n’ont pas pu être jointes.
backup-writing = Ce qui a changé part chez vos relais.
backup-checking = Ce que vos relais gardent est récupéré et comparé.
backup-restoring = Une sauvegarde revient.
backup-handing = Un nouvel appareil à vous reçoit l’historique.
backup-restored = { $count } messages et changements sont revenus d’une sauvegarde.
backup-file = Dans un fichier
backup-file-what = Tout dans un fichier, pour un disque à vous : historique, personnes et réglages. Seuls vos 24 mots l’ouvrent.
backup-file-with = Avec les fichiers des discussions, ceux que ce nœud possède
backup-file-save = Enregistrer le fichier
backup-file-off = Activez d’abord la sauvegarde, ou écrivez le fichier en ligne de commande : chappe backup write.
backup-schedule = Le nœud écrit un fichier de lui-même ; le dernier { $moment }.
backup-schedule-none = Le nœud écrit un fichier de lui-même ; il n’y en a pas encore.

picture-choose = Choisir une photo
picture-remove = Retirer la photo
picture = Photo

privacy = Confidentialité
privacy-read = Dire aux autres ce que vous avez lu
privacy-read-why = Sinon, vous ne saurez pas non plus ce qu’ils ont lu.
privacy-seen = Montrer exactement quand vous êtes là
privacy-seen-why = Sinon, vos contacts ne sauront que le jour, et vous n’en verrez pas plus d’eux.
online = en ligne
seen-at = vu(e) { $moment }
seen-recently = vu(e) récemment
seen-week = vu(e) il y a moins d’une semaine
seen-month = vu(e) il y a moins d’un mois
seen-long = vu(e) il y a longtemps
list-mute-night = Muet 8 heures
list-mute-week = Muet une semaine
import = Importer de Telegram
import-what = Discussions, fichiers, réactions et mise en forme deviennent des discussions à lire et à chercher. Personne ne peut y écrire.
import-how = Dans Telegram Desktop : Paramètres, Avancés, Exporter les données (ou Exporter l’historique dans une discussion), format « JSON lisible par machine ». Puis choisissez ici le dossier.
import-choose = Choisir le dossier
import-other = Un autre dossier
import-none = Il n’y a pas de result.json dans ce dossier. Exportez en « JSON lisible par machine » et choisissez le dossier de l’export.
import-reading = Lecture de l’export…
import-empty = Aucun message ne peut en être repris.
import-report = Ce qui serait repris
import-files = Avec les fichiers
import-sum = { $messages } messages dans { $chats } discussions, { $size } de fichiers. Rien n’a encore été repris.
import-take = Les reprendre
import-who = L’export ne dit pas qui l’a fait : qui êtes-vous parmi ceux-ci ?
import-who-choose = Choisir
import-chat = { $messages ->
    [one] Un message
   *[other] { $messages } messages
}, { $files ->
    [0] aucun fichier
    [one] un fichier, { $size }
   *[other] { $files } fichiers, { $size }
}
import-span = { $first } – { $last }
import-left = Non repris
import-left-service = { $count } lignes de service (qui est venu, a appelé, épinglé…)
import-left-unknown = { $count } messages d’un genre qui n’existe pas ici (jeux, factures, stories…)
import-left-long = { $count } messages trop longs
import-left-broken = { $count } messages illisibles
import-absent = { $count } fichiers absents du dossier
import-unformatted = La mise en forme de { $count } messages
import-nameless = { $count } réactions dont l’export ne dit pas l’auteur
import-taking = Reprise en cours
import-done-so-far = { $messages } sur { $of } messages, { $files } fichiers
import-stay = Gardez cette page ouverte. En cas d’arrêt, choisissez à nouveau le dossier : rien n’est repris deux fois.
import-stop = Arrêter
import-done = { $messages ->
    [one] Un message
   *[other] { $messages } messages
} et { $files ->
    [0] aucun fichier
    [one] un fichier
   *[other] { $files } fichiers
} sont maintenant ici.

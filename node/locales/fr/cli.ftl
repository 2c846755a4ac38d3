cli-no-node = il n’y a pas de nœud dans { $dir } ; créez-en un avec : chappe --data { $dir } init --name NOM --relay ADRESSE
cli-not-running = le nœud n’est pas lancé ; démarrez-le dans un autre terminal avec : chappe --data { $dir } run
cli-cannot-read = impossible de lire { $path }
cli-cannot-write = impossible d’écrire { $path }
cli-no-answer = le nœud n’a pas répondu : { $why }
cli-other-answers = autre chose que ce nœud répond à { $address } ({ $status })
cli-asked = Demandé ; les relais d’attache de la discussion décident. Voir : chappe { $command } { $chat }
cli-type-words = Tapez vos 24 mots, séparés par des espaces, puis Entrée (personne ne doit regarder par-dessus votre épaule) :
cli-no-words = aucun mot n’a été donné ; tapez-les ou passez-les par l’entrée standard
cli-yes-no = { $question } [o/N]
cli-yes = o oui y yes
cli-fits-several = « { $wanted } » correspond à plusieurs ; précisez lequel par son identifiant :
cli-none-such = { $what ->
    [chat] aucune discussion ne s’appelle « { $wanted } » ni n’a un identifiant qui commence ainsi (4 caractères au moins) ; voir : chappe chats
    [contact] aucune demande de contact ne s’appelle « { $wanted } » ni n’a un identifiant qui commence ainsi (4 caractères au moins) ; voir : chappe contact list
    [device] aucun appareil ne s’appelle « { $wanted } » ni n’a un identifiant qui commence ainsi (4 caractères au moins) ; voir : chappe device list
   *[other] aucun message récent n’a un identifiant qui commence par « { $wanted } » (4 caractères au moins) ; voir : chappe history CHAT
}
cli-chats-none = Pas encore de discussions. Invitez quelqu’un avec : chappe invite
cli-chat-new = { $count ->
    [one] { $count } nouveau
   *[other] { $count } nouveaux
}
cli-mark-pinned = épinglé
cli-mark-archived = archivé
cli-mark-muted = en sourdine
cli-mark-marked = marqué
cli-mark-draft = brouillon
cli-online = en ligne
cli-last-seen-at = vu pour la dernière fois { $time }
cli-chat-not-accepted = pas encore accepté ; les messages attendent
cli-missing-waiting = en attente de { $count } de l’appareil { $device } de { $user } : aucun relais ne les a encore ; la suite s’affiche à leur arrivée, ou à { $until }
cli-missing-lost = { $count } de l’appareil { $device } de { $user } ne sont jamais arrivés et ne sont pas affichés
cli-history-none = Rien n’a encore été dit. Commencez avec : chappe send { $chat } TEXTE
cli-mentions-none = Personne ne vous a mentionné dans ce que vous n’avez pas encore vu.
cli-sent = à { $chat } : { $ticks }. Où il en est : chappe message show { $id }
cli-quote-differs = le message ne dit pas cela ; citez-le mot pour mot
cli-ticks-queued = en attente
cli-ticks-sent = envoyé
cli-ticks-delivered = remis
cli-ticks-read = lu
cli-ticks-received = reçu
cli-me = moi
cli-them = les autres
cli-reply-to = à { $id } « { $text } »
cli-reply-differs = à { $id } « { $text } », ce qu’il ne dit pas
cli-forwarded-verified = transféré de { $name }, vérifié
cli-forwarded-unverified = transféré de { $name }, non vérifié
cli-edited = modifié
cli-message-pinned = épinglé
cli-heard = écouté
cli-not-heard = pas encore écouté
cli-seen-by = vu par { $count }
cli-until = jusqu’à { $time }
cli-card = contact
cli-card-known = vous appelez cette clé { $name }
cli-sticker = autocollant { $emoji } : { $get }
cli-sticker-of = autocollant { $emoji } de { $title } : { $get }
cli-voice-message = message vocal, { $length }, { $size } : { $get }
cli-file = fichier { $name }, { $size } : { $get }
cli-once-unseen = visible une seule fois ; pas encore vu
cli-once = visible une seule fois : { $view }
cli-once-gone = a été vu et n’existe plus
cli-deleted = supprimé
cli-poll = { $kind ->
    [quiz] quiz
   *[poll] sondage
}, { $state ->
    [closed] terminé
   *[open] ouvert
}, votants : { $count }
cli-right-answer = juste
cli-place = lieu
cli-live-until = en direct jusqu’à { $time }
cli-was-live = était en direct
cli-bytes = { $count } octets
cli-size = { $whole },{ $tenth } { $unit ->
    [KiB] Kio
    [MiB] Mio
    [GiB] Gio
   *[TiB] Tio
}
cli-span-rule = une durée est un nombre suivi de s, m, h ou d, par exemple 30s ou 7d
cli-duration-rule = donnez un nombre suivi de m, h ou d, par exemple 7d, ou forever
cli-is-there = { $path } existe déjà ; choisissez un autre nom ou ajoutez --force
cli-is-there-out = { $path } existe déjà ; choisissez un autre nom avec --out ou ajoutez --force
cli-folder-is-there = { $path } existe déjà ; choisissez un autre dossier
cli-no-text-name = le nom n’est pas du texte
cli-broke-off = le nœud s’est interrompu ; voyez son journal et réessayez
cli-backup-written = { $path }, { $size }. À vérifier avec : chappe backup verify ; à restaurer avec : chappe restore --file
cli-backup-comparing = comparaison : partie { $done } sur { $all }
cli-backup-verified = { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} et { $files ->
    [one] { $files } fichier
   *[other] { $files } fichiers
} ({ $size }), en date du { $time } UTC, tout est tel qu’écrit.
cli-tried-again = { $problem } ; un nouvel essai suivra (voir : chappe backup status)
cli-schedule-ended = la planification a été arrêtée entre-temps
cli-backup-going = { $stage ->
    [writing] écriture
    [checking] comparaison
    [restoring] récupération d’un historique
   *[handing] dépôt d’un historique pour un nouvel appareil
} : { $done ->
    [one] { $done } partie
   *[other] { $done } parties
}
cli-backup-going-of = { $stage ->
    [writing] écriture
    [checking] comparaison
    [restoring] récupération d’un historique
   *[handing] dépôt d’un historique pour un nouvel appareil
} : partie { $done } sur { $all }
cli-backup-restored = D’une sauvegarde : { $count } messages et changements sont revenus.
cli-backup-schedule = Toutes les { $span }, un fichier va dans { $folder }, dont { $keep } restent ; le dernier le { $time } UTC.
cli-backup-schedule-new = Toutes les { $span }, un fichier va dans { $folder }, dont { $keep } restent ; aucun encore.
cli-problem = Problème : { $problem }
cli-backup-off = Aucune sauvegarde n’est gardée chez les relais. Activez-la avec : chappe backup on
cli-backup-empty = La sauvegarde est activée ; rien n’est encore écrit.
cli-backup-state = { $messages } messages, { $size }, en date du { $time } UTC ; la dernière fois, { $brought } ont été ajoutés.
cli-backup-nowhere = Aucun relais n’a le tout.
cli-backup-at = Le tout est chez : { $relays }
cli-backup-compared = Comparé le { $time } UTC : { $good } copies sont telles qu’écrites, { $bad } ne l’étaient pas (et sont réécrites), de { $unknown } on ne sait rien.
cli-bug-report-written = Écrit. Il contient les sortes, tailles et heures des dernières entrées ; aucun texte, nom, clé ni adresse.
cli-no-card = ce message n’est pas une fiche de contact
cli-clock-wrong = l’horloge de cette machine indique une date avant 1970
cli-cleared = Effacé.
cli-deleted-count = Supprimés : { $count }.
cli-contacts-none = Pas encore de contacts. Créez un lien pour quelqu’un avec : chappe invite
cli-declined = Refusé : { $name }.
cli-blocked = { $name } : bloqué.
cli-unblocked = { $name } n’est plus bloqué.
cli-safety-compared = déjà comparé ; { $name } doit voir le même numéro
cli-safety-open = pas encore comparé ; { $name } doit voir le même numéro
cli-contact-state = { $state ->
    [requested] demandé, attend sa réponse
    [pending] voudrait vous parler ; répondez avec : chappe contact accept|decline
    [accepted] contact
   *[declined] refusé
}
cli-is-blocked = bloqué
cli-contact-forked = ATTENTION : deux listes de ses appareils se contredisent ; comparez les numéros de sécurité
cli-wrote = a écrit : { $text }
cli-contact-problem = problème : { $problem }
cli-device-renamed = { $device } s’appelle maintenant { $name }.
cli-device-removed = { $device } ne parle plus pour vous. Vos contacts l’apprennent.
cli-words-right = Ce sont vos mots.
cli-device-link-how = Sur le nouvel appareil : chappe --data DIR link CODE, avec le texte ci-dessus ou, avec --relay ADRESSE, avec { $code }.
    En attente (dix minutes ; arrêt avec Ctrl-C) ...
cli-device-offered = « { $name } » ({ $device }) veut être l’un de vos appareils.
cli-device-offered-new = Un nouvel appareil ({ $device }) veut être l’un des vôtres.
cli-device-compare = Cet appareil affiche { $number }. Ne continuez QUE si le nouveau affiche le même nombre.
cli-device-linked = { $device } est maintenant l’un de vos appareils.
cli-device-not-linked = l’appareil n’a pas été lié : { $problem }
cli-this-removed = CET APPAREIL A ÉTÉ RETIRÉ par un autre des vôtres : il ne parle plus pour vous.
cli-own-forked = ATTENTION : deux listes de vos appareils se contredisent ; quelqu’un d’autre a peut-être vos mots.
cli-device-since = depuis le { $time } UTC
cli-device-this = celui-ci
cli-link-unknown = Aucun relais ne connaît encore ce lien ; il marchera dès que l’un le connaîtra (voir : chappe group link list).
cli-links-none = Aucun lien. Créez-en un avec : chappe group link create
cli-asked-homes = Demandé ; les relais d’attache de la discussion décident.
cli-nobody-asks = Personne ne demande à entrer.
cli-asks-not = « { $wanted } » ne demande rien, ou plusieurs s’appellent ainsi ; voir : chappe group request list { $chat }
cli-let-in = Demandé ; { $name } entrera quand les relais d’attache de la discussion auront décidé.
cli-join-asked = { $kind ->
    [channel] Demandé. Quand on vous laissera entrer, le canal « { $title } » sera dans votre liste (voir : chappe chats).
   *[group] Demandé. Quand on vous laissera entrer, le groupe « { $title } » sera dans votre liste (voir : chappe chats).
}
cli-taken-back = Retiré.
cli-joins-none = Rien n’est demandé. Entrez dans un groupe avec : chappe join LIEN
cli-id-unclear = « { $wanted } » n’est le début d’aucun identifiant ici, ou de plusieurs ; donnez-en au moins 4 caractères
cli-terms = Pour { $uses ->
    [0] quiconque l’a
    [1] une personne
   *[other] { $uses } personnes
}, { $until ->
    [ever] pour toujours
   *[other] jusqu’au { $until } UTC
}.
cli-terms-approval = Quelqu’un doit accepter (chappe group request).
cli-invite-secret = Ne l’envoyez à personne d’autre : qui l’a peut demander à vous parler.
cli-link-used = { $count } entrés
cli-link-used-of = { $count } entrés sur { $most }
cli-link-nowhere = aucun relais ne le connaît encore
cli-join-unreached = aucun relais de la discussion n’est encore joint
cli-join-waits = attend une réponse
cli-reworded = { $id } a maintenant un autre texte.
cli-exported = { $messages } messages de { $chats } discussions, avec { $files } fichiers ({ $size }), sont dans { $path }.
cli-export-missing = { $count } fichiers n’ont pas pu être obtenus ; leurs messages le disent.
cli-export-going = { $title } : { $messages } messages, { $files } fichiers
cli-no-file = { $path } n’est pas un fichier ; mettez d’abord un dossier dans une archive
cli-not-sent = { $name } n’a pas été envoyé : { $problem }
cli-file-sent = { $name } à { $chat } : envoyé
cli-file-leaving = { $name } est en route ; voir : chappe file list
cli-file-broken = le fichier n’est pas arrivé entier : { $why }. Réessayez plus tard
cli-no-bytes = aucune donnée n’est arrivée
cli-message-no-file = ce message n’est pas un fichier
cli-transfer-none = il n’y a pas de tel transfert ; voir : chappe file list
cli-transfer-several = plusieurs transferts commencent ainsi ; donnez-en plus de l’identifiant
cli-transfer-way = { $way ->
    [out] à { $chat }
   *[in] de { $chat }
}
cli-transfer-state = { $state ->
    [active] en route
    [paused] en pause
    [done] terminé
    [failed] échoué
   *[removing] en cours de suppression
}
cli-amount = { $done } sur { $size }
cli-rate = { $rate }/s, encore { $seconds } s
cli-following = Suivi en cours ; arrêt avec Ctrl-C.
cli-follow-broke = le flux d’événements s’est rompu ; relancez : chappe follow
cli-node-stopped = le nœud s’est arrêté ; relancez-le avec : chappe run
cli-contact-changed = { $name } a changé ; voir : chappe contact list
cli-asking-changed = les demandes d’entrée dans { $chat } ont changé ; voir : chappe group request list
cli-a-chat = une discussion
cli-someone = quelqu’un
cli-skipped = des messages ont été sautés parce que le terminal était trop lent ; voir : chappe history
cli-forwarded-to = transféré à { $chat }
cli-no-member = « { $wanted } » n’est pas membre, ou plusieurs s’appellent ainsi ; voir : chappe group members { $chat }
cli-role = { $role ->
    [owner] propriétaire
    [admin] admin
    [member] membre
    [restricted] restreint
   *[banned] banni
}
cli-group-rules = permis : { $rights } ; mode lent : { $seconds } s
cli-group-members = { $count ->
    [one] { $count } membre
   *[other] { $count } membres
}
cli-home-unclear = « { $wanted } » n’est le début de l’identifiant d’aucun relais d’attache, ou de plusieurs ; voir : chappe home list { $chat }
cli-relay = relais { $id }
cli-connected = connecté
cli-no-link = sans lien
cli-own = à vous
cli-import-no-chat = cet export n’a pas de discussion appelée « { $name } » ; voyez ce qu’il contient avec --dry-run
cli-import-nothing = il n’y a rien à reprendre : { $chats } discussions, aucune avec un message qui puisse l’être
cli-import-who = l’export ne dit pas qui vous êtes dans ses groupes ; dites-le avec --me NOM (l’un de : { $names })
cli-import-cannot-read = impossible de lire { $path } ; exportez depuis Telegram Desktop en « JSON lisible par machine »
cli-import-chat = { $title } : { $messages } messages, { $first } à { $last }
cli-import-chat-files = { $title } : { $messages } messages, { $files } fichiers de { $size }, { $first } à { $last }
cli-import-left = non repris : { $count } { $what }
cli-left-files = fichiers qui ne sont pas dans l’export
cli-left-formatting = fois la mise en forme
cli-left-reactions = réactions dont l’export ne dit pas de qui elles sont
cli-import-would = { $files ->
    [0] { $messages } messages ({ $size }) de { $chats } discussions seraient repris. Rien ne l’a été.
   *[other] { $messages } messages et { $files } fichiers ({ $size }) de { $chats } discussions seraient repris. Rien ne l’a été.
}
cli-imported = { $files ->
    [0] { $messages } messages de { $chats } discussions sont ici, à lire et à chercher. Personne ne peut y écrire.
   *[other] { $messages } messages et { $files } fichiers de { $chats } discussions sont ici, à lire et à chercher. Personne ne peut y écrire.
}
cli-import-going = { $title } : { $done } messages sur { $messages }
cli-not-taken = { $name } (non repris)
cli-file-not-taken = { $path } n’est pas repris
cli-left = { $kind ->
    [service] lignes de service (qui est venu, a appelé, épinglé …)
    [unknown] messages d’une sorte qui n’existe pas ici (jeux, factures, stories …)
    [long] messages dont le texte dépasse 4096 caractères
   *[broken] messages illisibles
}
cli-invite-unknown = Aucun relais ne connaît encore cette invitation ; elle marchera dès que le nœud en joindra un (voir : chappe status).
cli-no-qr = le lien est trop long pour un code QR
cli-last-seen-roughly = roughly : les contacts savent le jour, et vous n’en voyez pas plus d’eux
cli-last-seen-exactly = exactly : les contacts voient quand vous êtes là, et depuis quand vous ne l’êtes plus
cli-link-paired = Appairé ({ $number }). Confirmez sur l’autre appareil avec vos 24 mots.
cli-link-compare = Cet appareil affiche { $number }. L’autre affiche-t-il le même nombre ?
cli-linked = C’est maintenant un appareil de { $name } ; il connaît { $contacts ->
        [one] { $contacts } contact
       *[other] { $contacts } contacts
    }.
    Démarrez le nœud avec : chappe --data { $dir } run
cli-chat-is = { $state ->
    [pinned] { $chat } est maintenant épinglé.
    [unpinned] { $chat } n’est plus épinglé.
    [archived] { $chat } est maintenant archivé.
    [listed] { $chat } est maintenant dans la liste.
    [marked] { $chat } est maintenant marqué comme non lu.
    [unmarked] { $chat } n’est plus marqué.
    [muted] { $chat } est maintenant en sourdine.
    [unmuted] { $chat } n’est plus en sourdine.
    [drafted] { $chat } a maintenant un brouillon.
    [deleted] { $chat } est supprimée.
   *[undrafted] { $chat } n’a plus de brouillon.
}
cli-no-folder = aucun dossier ne s’appelle « { $name } » ; voir : chappe folder list
cli-folders-none = Aucun dossier. Créez-en un avec : chappe folder put NOM CHAT...
cli-was-heard = { $id } a été écouté.
cli-relay-holds = le garde jusqu’au { $time } UTC
cli-relay-released = n’a plus à le garder, chaque appareil l’a
cli-not-yet = pas encore : { $why }
cli-device = appareil { $id }
cli-device-read = l’a, et il a été lu
cli-device-has = l’a
cli-init-words = Les 24 mots ci-dessous sont votre identité. Notez-les maintenant sur papier : ils ne seront plus montrés, et qui les a est vous.
cli-start-node = Démarrez le nœud avec : chappe --data { $dir } run
cli-node-runs = Le nœud est lancé. Ouvrez sa page (ce lien ne sert qu’une fois ; un autre avec : chappe web) :
cli-picture-set = Définie ; les autres la voient quand leurs nœuds l’ont récupérée.
cli-picture-set-for = Définie pour { $chat } ; les autres la voient quand leurs nœuds l’ont récupérée.
cli-picture-removed = Retirée.
cli-picture-removed-for = Retirée de { $chat }.
cli-pinned-now = { $id } est épinglé.
cli-unpinned-now = { $id } n’est plus épinglé.
cli-hidden = caché aux contacts
cli-receipts-on = Les autres savent ce que vous avez lu.
cli-receipts-off = Les autres ne savent pas ce que vous avez lu, et vous ne le savez pas d’eux non plus.
cli-cannot-open = impossible d’ouvrir { $path }
cli-file-no-text = le fichier n’est pas du texte
cli-proof-none = il n’y a pas de preuve dans ce fichier
cli-proof-incomplete = la preuve de ce fichier n’est pas complète
cli-proof-damaged = la preuve de ce fichier est abîmée
cli-proof = Les signatures sont justes. Cela prouve :
    { "  " }qui :   { $user }
    { "  " }quand : le { $time } UTC, d’après son horloge
    { "  " }où :    discussion { $chat }
    { "  " }quoi :  { $said }
    Comparez l’identifiant avec celui que vous connaissez ; un nom ne prouve rien.
cli-restore-unreadable = le compte de ce fichier de sauvegarde est illisible ; indiquez un relais que vous utilisiez : --relay ADRESSE
cli-restore-answer = { $answer ->
    [waiting] pas encore de réponse
    [nothing] ne sait rien de vous
    [found] vous a trouvé
   *[bad] a donné quelque chose qui ne compte pas : { $why }
}
cli-unpacking = extraction : { $done } sur { $all }
cli-welcome-back = Bon retour, { $name }. C’est un nouvel appareil à vous, l’un des { $devices } ; il connaît { $contacts } de vos contacts.
cli-restore-backup = Une sauvegarde de { $messages } messages a été trouvée ; elle sera récupérée quand le nœud tournera (chappe backup status).
cli-restore-chats = Vos autres appareils, ou vos contacts, le laissent de nouveau entrer dans vos discussions.
cli-kind-rule = une sorte est text, poll, card, location, file, media, voice ou document
cli-day-rule = un jour s’écrit 2026-11-27, une durée 12h ou 7d
cli-search-what = dites quoi chercher : des mots, ou l’un de --chat, --from, --kind, --link
cli-search-none = Rien n’a été trouvé.
cli-search-similar = Rien ne correspond exactement ; mots semblables :
cli-search-more = { $total } en tout ; la suite avec --before-cursor { $cursor }
cli-search-incomplete = L’index est en cours de création ; il y en aura peut-être plus bientôt.
cli-status = discussions : { $chats }   en attente d’un destinataire : { $outbox }   sur trop peu de relais : { $unsent }   reçus, une partie manque : { $parked }
cli-relays-none = Aucun relais ; demandez l’adresse d’un relais à son opérateur, ou faites-en tourner un : chappe-relay --help
cli-relay-row = { $kind ->
    [own] à vous
   *[other] de discussions
}, { $chats ->
    [one] { $chats } discussion
   *[other] { $chats } discussions
}
cli-removed = Retiré.
cli-is-sent = { $id } est envoyé.
cli-on-its-way = En route.
cli-not-here-yet = pas encore ici
cli-pack-none = il n’y a pas de paquet d’autocollants « { $wanted } » ; voir : chappe sticker list
cli-pack-several = plus d’un paquet d’autocollants est « { $wanted } » ; utilisez le début de son identifiant
cli-sort-rule = une sorte de fichiers est photo, video, voice, sound ou document
cli-size-rule = une taille est un nombre suivi de k, M ou G, par exemple 10M
cli-freed = { $files } fichiers, { $size }, ont été retirés.
cli-would-free = { $files } fichiers, { $size }, seraient retirés.
cli-stays = { $why ->
    [sent] { $files } fichiers, { $size }, restent : vous les avez envoyés.
    [only] { $files } fichiers, { $size }, restent : aucun relais ne les a plus.
    [unreachable] { $files } fichiers, { $size }, restent : aucun relais qui pourrait les avoir ne répond.
   *[way] { $files } fichiers, { $size }, restent : ils sont en route.
}
cli-kept-ever = Les copies de fichiers sont gardées pour toujours.
cli-kept-for = Les copies de fichiers sont gardées { $span }.
cli-kept-total = Les copies de fichiers sont gardées jusqu’à { $total }.
cli-kept-both = Les copies de fichiers sont gardées { $span }, jusqu’à { $total }.
cli-stored-store = messages, clés, réglages
cli-stored-index = index de recherche
cli-stored-files = fichiers
cli-stored-unlisted = de discussions disparues
cli-stored-lent = gardés pour d’autres
cli-stored-other = autre
cli-stored-backup = sauvegarde chez les relais
cli-chat-gone = une discussion disparue
cli-stored-messages = { $count ->
    [one] { $count } message { $size }
   *[other] { $count } messages { $size }
}
cli-stored-kind = { $kind ->
    [photo] { $count } images { $size }
    [video] { $count } vidéos { $size }
    [voice] { $count } messages vocaux { $size }
    [sound] { $count } sons { $size }
   *[document] { $count } documents { $size }
}
cli-topics-none = Pas encore de sujets. Créez-en un avec : chappe topic create { $chat } TITRE
cli-topic-several = plusieurs sujets s’appellent « { $wanted } » ; donnez le numéro qui précède
cli-topic-none = aucun sujet ne s’appelle « { $wanted } » ; voir : chappe topic list { $chat }
cli-topic-general = Général
cli-topic-closed = fermé
cli-usage = Usage :
cli-commands = Commandes
cli-arguments = Arguments
cli-options = Options
cli-default = (par défaut : { $value })
cli-values = (l’un de : { $values })
cli-usage-no-value = { $arg } demande une valeur
cli-usage-value = « { $value } » n’est pas une valeur pour { $arg }
cli-usage-value-of = « { $value } » n’est pas une valeur pour { $arg } ; c’est l’une de : { $values }
cli-usage-value-why = « { $value } » n’est pas une valeur pour { $arg } : { $why }
cli-usage-unknown = il n’y a pas d’argument { $arg } ici
cli-usage-command = il n’y a pas de commande { $command }
cli-usage-conflict = { $arg } ne va pas avec { $other }
cli-usage-missing = il manque : { $args }
cli-usage-count = le nombre de valeurs pour { $arg } n’est pas juste
cli-usage-similar = Il y a : { $word }
cli-usage-more = Plus avec : --help
cli-fork = le changement { $index } a été décidé deux fois (vu { $time }) : les relais { $relays } ont signé les deux, ayant menti ou perdu ce qu’ils gardaient ; { $healed ->
    [yes] cet appareil a le bon
   *[no] cet appareil doit encore passer au bon
}
cli-usage-range = elle doit être dans { $range }
cli-backup-files = { $count ->
    [one] { $count } fichier d’une discussion, { $size }, reste aussi chez vos relais.
   *[other] { $count } fichiers de discussions, { $size }, restent aussi chez vos relais.
}
cli-backup-file-problem = Un fichier n’est pas gardé : { $problem }
cli-first = Il n’y a pas encore de nœud. Créez-en un sur cette page (le lien ne sert qu’une fois) :

group-members = { $count ->
    [one] { $count } membre
   *[other] { $count } membres
}
channel-members = { $count ->
    [one] { $count } abonné
   *[other] { $count } abonnés
}
group-new = Nouveau groupe
channel-new = Nouveau canal
group-what = Tous ses membres peuvent écrire.
channel-what = Les admins écrivent, les autres lisent.
group-title = Nom
group-about = Description
group-make = Créer
people-chosen = { $count } choisis
group-settings = Réglages de la discussion
group-waiting = Changements en cours de décision par les relais : { $count }
group-leaving = Vous êtes en train de partir.
group-away = Cette discussion est revenue d’une sauvegarde. Vous pourrez y écrire dès qu’un autre de vos appareils, ou quelqu’un qui y est, laissera entrer celui-ci.
group-imported = Cette discussion vient d’une autre messagerie. On peut la lire et y chercher ; personne ne peut y écrire.
group-out = Vous n’êtes plus dans cette discussion. Ce qui a été dit reste ici.
channel-read = Seuls les admins écrivent ici.
saved-what = Notes pour vous, sur tous vos appareils
group-leave = Quitter le groupe
channel-leave = Quitter le canal
leave = Quitter
leave-why = Vous ne recevrez plus rien de { $name }. Quelqu’un peut vous y ajouter de nouveau.
members-add = Ajouter des personnes
member = Membre
member-gone = N’est plus dans cette discussion.
member-remove = Retirer
member-ban = Bannir
role = Rôle
role-owner = Propriétaire
role-admin = Admin
role-member = Membre
role-restricted = Restreint
role-banned = Banni
rights = Droits
right-change-info = Changer le nom et la description
right-delete = Supprimer les messages des autres
right-ban = Restreindre, retirer et bannir
right-invite = Ajouter des personnes
right-pin = Épingler des messages
right-promote = Nommer des admins
right-post = Écrire
may-still = Peut encore
members-may = Les membres peuvent
may-text = Écrire des textes
may-media = Envoyer des fichiers et des lieux
may-poll = Créer des sondages
may-react = Réagir
until = Jusqu’à
until-lifted = jusqu’à sa levée
for-hour = pendant une heure
for-day = pendant un jour
for-week = pendant une semaine
for-month = pendant un mois
hand-over = Transférer
hand-over-why = La discussion appartiendra à { $name }. Seule cette personne pourra la rendre.
slow-mode = Mode lent
slow-off = désactivé
slow-every = un message toutes les { $seconds } s
lifetime = Les messages s’autodétruisent
lifetime-off = jamais
lifetime-seconds = { $seconds } s
lifetime-why = Pour les messages écrits à partir de maintenant, pour tous.
search-here = Chercher dans cette discussion
search-in = Dans { $name }
search-everywhere = Chercher partout
search-similar = Rien ne contient exactement ces mots ; ceux-ci leur ressemblent.
search-indexing = Les anciens messages sont encore en cours d’indexation.
search-more = Plus
group-links = Liens d’invitation
link-new = Un nouveau lien
link-make = Créer le lien
link-uses = Pour combien
link-any = sans limite
link-works = Valable
link-for-ever = jusqu’à son retrait
link-approval = Quelqu’un doit accepter
link-approval-short = avec accord
link-used = utilisé : { $count }
link-used-of = utilisé : { $count } sur { $most }
group-link-qr = Le lien en code QR
link-not-yet = Aucun relais ne le connaît encore.
link-revoke = Retirer
asking = Demandent à entrer
joins = Demandes d’entrée
join-since = Demandé { $moment }
join-cancel = Retirer
join-asked = Demande envoyée. La discussion apparaîtra dès que vous serez admis.

## Sujets

topics = Sujets
topics-all = Tout
topic-general = Général
topic-new = Nouveau sujet
topic-change = Modifier le sujet
topic-title = Titre du sujet
topic-icon = Émoji devant le titre
topic-close = Fermé : seuls écrivent ceux qui peuvent créer des sujets
topic-closed = Fermé
topic-closed-why = Ce sujet est fermé : seuls y écrivent ceux qui peuvent créer des sujets.
topic-remove = Retirer le sujet
topic-remove-why = « { $name } » disparaît de la liste de tous. Ce qui y a été dit reste dans Général.
right-topics = Créer des sujets

homes = Relais de la discussion : { $up } sur { $all } connectés
homes-what = Ils gardent ce qui est dit jusqu’à ce que tous l’aient et décident des changements. Ils ne peuvent pas lire.
home-replace = Remplacer par un des vôtres
home-spread = Utiliser quatre relais : les vôtres avec celui-ci
home-deciding = Les autres en décident…

views = Vu par { $count }

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

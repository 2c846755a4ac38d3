# Ce qu’on fait dans une discussion à part écrire : sondages, épingles, qui a vu et dit quoi.
poll-new = Nouveau sondage
quiz-new = Nouveau quiz
poll-question = Question
poll-options = Réponses au choix
poll-option = Réponse { $n }
poll-option-remove = Retirer la réponse { $n }
poll-options-most = Le maximum est de { $most }.
poll-unsigned = Ne pas montrer qui a voté quoi
poll-several = Plusieurs réponses possibles
poll-has-right = Un quiz : une réponse est juste
quiz-choose-right = Indiquez la bonne.
quiz-right-is = La réponse { $n } est juste
quiz-explanation = Explication
quiz-explanation-why = Visible pour qui a voté.
poll-open = Ouvert
poll-open-ended = jusqu’à ce que quelqu’un le termine
poll-voters-who = Qui a voté
message-delete-only-me = Cela disparaît de cet appareil ; les autres gardent ce qu’ils ont.
forward-attributed = Dire qui l’a dit en premier
forwarded-to = Transféré à { $name }
pinned-one = Message épinglé
pinned-of = Message épinglé { $number } sur { $count }
pinned-list = Tous les messages épinglés
pinned-none = Rien n’est épinglé ici.
pinned-take-down = Tout désépingler
wordings = Toutes les versions
wording-now = tel qu’il est maintenant
wording-first = tel qu’il était d’abord
reacted-who = Qui a réagi
readers = Qui l’a lu
readers-why = D’après ce que leurs appareils ont signé. Qui ne dit pas ce qu’il a lu figure sous « L’a reçu ».
readers-read = L’a lu
readers-has = L’a reçu
readers-waiting = Pas encore
readers-nobody = Personne encore, à ce qu’on sait.
missing-from = Des messages de { $name } manquent encore
missing-from-several = Des messages de { $name } et de { $others } autres manquent encore
missing-why = Pourquoi ?
missing-title = Ce qui n’est pas encore ici
missing-none = Tout est ici.
missing-what = Les messages, mais aussi les réactions, modifications et autres, arrivent dans l’ordre où ils ont été dits. Ce que quelqu’un a dit après une chose qui manque est retenu, pour que rien ne figure où cela n’a pas été dit. On le demande à tous ceux qui peuvent l’avoir : ses appareils, les autres ici et les relais.
missing-waits = { $count ->
    [one] Un message ou changement de sa part est en route.
   *[other] { $count } messages ou changements de sa part sont en route.
}
missing-until = On l’attend jusqu’à { $moment } au plus tard ; ensuite, ce qui a été dit après est affiché sans cela.
missing-lost = { $count ->
    [one] Un message ou changement de sa part n’est jamais arrivé. Ce qui a été dit après est affiché.
   *[other] { $count } messages ou changements de sa part ne sont jamais arrivés. Ce qui a été dit après est affiché.
}

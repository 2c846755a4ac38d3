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

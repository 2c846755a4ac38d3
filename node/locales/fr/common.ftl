ticks-queued = En attente : sur aucun relais
ticks-sent = Envoyé
ticks-delivered = Distribué
ticks-read = Lu
no-name = Sans nom

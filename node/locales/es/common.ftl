ticks-queued = En espera: aún en ningún relé
ticks-sent = Enviado
ticks-delivered = Entregado
ticks-read = Leído
no-name = Sin nombre

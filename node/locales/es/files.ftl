files-send = { $count ->
    [one] Enviar un archivo
   *[other] Enviar { $count } archivos
}
attach = Adjuntar archivos
files-caption = Leyenda
files-photos = Como fotos: más pequeñas, sin el lugar ni la hora de la cámara
files-original = Se envía cada byte, también dónde y cuándo se tomó la imagen si la cámara lo anotó.
files-leaving = Archivos en camino
file-to-node = a tu nodo
file-active = en camino
file-paused = en pausa
file-pause = Pausar
file-resume = Continuar
file-left = quedan { $seconds } s
file-part = { $done } de { $size }
file-save = Guardar
file-load = Cargar ({ $size })
file-broken = No se pudo cargar. Intentar de nuevo
file-picture = Imagen { $name }
file-is-picture = Imagen
file-is = Archivo { $name }
picture-before = La imagen anterior
picture-behind = La imagen siguiente
voice-record = Grabar un mensaje de voz
voice-discard = Descartar
voice-stop = Parar para escucharlo antes
voice-hold = Suelta para enviar; arriba: sigue solo; a un lado: se descarta
voice-is = Mensaje de voz, { $length }
player-play = Reproducir
player-pause = Pausa
player-rate = Velocidad: { $rate }
player-place = Posición en el mensaje de voz
video-length = Duración

cli-no-node = no hay ningún nodo en { $dir }; crea uno con: chappe --data { $dir } init --name NOMBRE --relay DIRECCIÓN
cli-not-running = el nodo no está en marcha; inícialo en otra terminal con: chappe --data { $dir } run
cli-cannot-read = no se puede leer { $path }
cli-cannot-write = no se puede escribir { $path }
cli-no-answer = el nodo no respondió: { $why }
cli-other-answers = en { $address } responde algo que no es este nodo ({ $status })
cli-asked = Solicitado; lo deciden los relés de origen del chat. Mira: chappe { $command } { $chat }
cli-type-words = Escribe tus 24 palabras, separadas por espacios, y pulsa Intro (que nadie mire por encima de tu hombro):
cli-no-words = no se dio ninguna palabra; escríbelas o pásalas por la entrada estándar
cli-yes-no = { $question } [s/N]
cli-yes = s si sí y yes
cli-fits-several = «{ $wanted }» corresponde a varios; di cuál con su identificador:
cli-none-such = { $what ->
    [chat] ningún chat se llama «{ $wanted }» ni tiene un identificador que empiece así (al menos 4 caracteres); míralos con: chappe chats
    [contact] ninguna solicitud de contacto se llama «{ $wanted }» ni tiene un identificador que empiece así (al menos 4 caracteres); míralas con: chappe contact list
    [device] ningún dispositivo se llama «{ $wanted }» ni tiene un identificador que empiece así (al menos 4 caracteres); míralos con: chappe device list
   *[other] ningún mensaje reciente tiene un identificador que empiece por «{ $wanted }» (al menos 4 caracteres); míralos con: chappe history CHAT
}
cli-chats-none = Todavía no hay chats. Invita a alguien con: chappe invite
cli-chat-new = { $count ->
    [one] { $count } nuevo
   *[other] { $count } nuevos
}
cli-mark-pinned = fijado
cli-mark-archived = archivado
cli-mark-muted = silenciado
cli-mark-marked = marcado
cli-mark-draft = borrador
cli-online = en línea
cli-last-seen-at = última vez { $time }
cli-chat-not-accepted = aún sin aceptar; los mensajes esperan
cli-missing-waiting = faltan { $count } del dispositivo { $device } de { $user }: ningún relé los tiene todavía; lo que sigue se muestra cuando lleguen, o a las { $until }
cli-missing-lost = { $count } del dispositivo { $device } de { $user } nunca llegaron y no se muestran
cli-history-none = Todavía no se ha dicho nada. Empieza con: chappe send { $chat } TEXTO
cli-mentions-none = Nadie te ha mencionado en lo que aún no has visto.
cli-sent = a { $chat }: { $ticks }. Mira por dónde va: chappe message show { $id }
cli-quote-differs = el mensaje no dice eso; cítalo palabra por palabra
cli-ticks-queued = en cola
cli-ticks-sent = enviado
cli-ticks-delivered = entregado
cli-ticks-read = leído
cli-ticks-received = recibido
cli-me = yo
cli-them = los demás
cli-reply-to = a { $id } «{ $text }»
cli-reply-differs = a { $id } «{ $text }», que no es lo que dice
cli-forwarded-verified = reenviado de { $name }, verificado
cli-forwarded-unverified = reenviado de { $name }, sin verificar
cli-edited = editado
cli-message-pinned = fijado
cli-heard = escuchado
cli-not-heard = aún sin escuchar
cli-seen-by = visto por { $count }
cli-until = hasta { $time }
cli-card = contacto
cli-card-known = llamas a esta clave { $name }
cli-sticker = sticker { $emoji }: { $get }
cli-sticker-of = sticker { $emoji } de { $title }: { $get }
cli-voice-message = mensaje de voz, { $length }, { $size }: { $get }
cli-file = archivo { $name }, { $size }: { $get }
cli-once-unseen = se puede ver una vez; aún sin ver
cli-once = se puede ver una vez: { $view }
cli-once-gone = se vio y ya no está
cli-deleted = eliminado
cli-poll = { $kind ->
    [quiz] cuestionario
   *[poll] encuesta
}, { $state ->
    [closed] fin
   *[open] en curso
}, votos: { $count }
cli-right-answer = correcta
cli-place = lugar
cli-live-until = en vivo hasta { $time }
cli-was-live = fue en vivo
cli-bytes = { $count } bytes
cli-size = { $whole },{ $tenth } { $unit }
cli-span-rule = un intervalo es un número y s, m, h o d, por ejemplo 30s o 7d
cli-duration-rule = da un número seguido de m, h o d, por ejemplo 7d, o forever
cli-is-there = { $path } ya existe; elige otro nombre o añade --force
cli-is-there-out = { $path } ya existe; elige otro nombre con --out o añade --force
cli-folder-is-there = { $path } ya existe; elige otra carpeta
cli-no-text-name = el nombre no es texto
cli-broke-off = el nodo se interrumpió; mira su registro e inténtalo de nuevo
cli-backup-written = { $path }, { $size }. Compruébalo con: chappe backup verify; recupéralo con: chappe restore --file
cli-backup-comparing = comparando: parte { $done } de { $all }
cli-backup-verified = { $messages ->
    [one] Un mensaje
   *[other] { $messages } mensajes
} y { $files ->
    [one] un archivo
   *[other] { $files } archivos
} ({ $size }), a fecha de { $time } UTC, todo tal como se escribió.
cli-tried-again = { $problem }; se intentará de nuevo (mira: chappe backup status)
cli-schedule-ended = mientras tanto se desactivó la programación
cli-backup-going = { $stage ->
    [writing] escribiendo
    [checking] comparando
    [restoring] recogiendo un historial
   *[handing] dejando un historial para un dispositivo nuevo
}: { $done ->
    [one] una parte
   *[other] { $done } partes
}
cli-backup-going-of = { $stage ->
    [writing] escribiendo
    [checking] comparando
    [restoring] recogiendo un historial
   *[handing] dejando un historial para un dispositivo nuevo
}: parte { $done } de { $all }
cli-backup-restored = De una copia de seguridad: volvieron { $count } mensajes y cambios.
cli-backup-schedule = Cada { $span } se escribe un archivo en { $folder }, de los que quedan { $keep }; el último, { $time } UTC.
cli-backup-schedule-new = Cada { $span } se escribe un archivo en { $folder }, de los que quedan { $keep }; aún ninguno.
cli-problem = Problema: { $problem }
cli-backup-off = No se guarda ninguna copia en los relés. Actívala con: chappe backup on
cli-backup-empty = La copia está activada; aún no se ha escrito nada.
cli-backup-state = { $messages } mensajes, { $size }, a fecha de { $time } UTC; la última vez se añadieron { $brought }.
cli-backup-nowhere = Ningún relé la tiene entera.
cli-backup-at = Está entera en: { $relays }
cli-backup-compared = Comparado { $time } UTC: { $good } copias están como se escribieron, { $bad } no lo estaban (y se escriben de nuevo), de { $unknown } no se sabe nada.
cli-bug-report-written = Escrito. Contiene tipos, tamaños y horas de las últimas entradas; ningún texto, nombre, clave ni dirección.
cli-no-card = ese mensaje no es una tarjeta de contacto
cli-clock-wrong = el reloj de esta máquina está antes de 1970
cli-cleared = Borrado.
cli-deleted-count = Eliminados: { $count }.
cli-contacts-none = Aún no hay contactos. Crea un enlace para alguien con: chappe invite
cli-declined = Rechazado: { $name }.
cli-blocked = { $name }: bloqueado.
cli-unblocked = { $name }: ya no está bloqueado.
cli-safety-compared = ya comparado; { $name } debe ver el mismo número
cli-safety-open = aún sin comparar; { $name } debe ver el mismo número
cli-contact-state = { $state ->
    [requested] solicitado, espera su respuesta
    [pending] quiere hablar contigo; responde con: chappe contact accept|decline
    [accepted] contacto
   *[declined] rechazado
}
cli-is-blocked = bloqueado
cli-contact-forked = AVISO: dos listas de sus dispositivos se contradicen; comparad los números de seguridad
cli-wrote = escribió: { $text }
cli-contact-problem = problema: { $problem }
cli-device-renamed = { $device } se llama ahora { $name }.
cli-device-removed = { $device } ya no habla por ti. Tus contactos se enteran.
cli-words-right = Estas son tus palabras.
cli-device-link-how = En el dispositivo nuevo: chappe --data DIR link CÓDIGO, con el texto de arriba o, junto a --relay DIRECCIÓN, con { $code }.
    Esperándolo (diez minutos; termina con Ctrl-C) ...
cli-device-offered = «{ $name }» ({ $device }) quiere ser uno de tus dispositivos.
cli-device-offered-new = Un dispositivo nuevo ({ $device }) quiere ser uno de los tuyos.
cli-device-compare = Este dispositivo muestra { $number }. Sigue SOLO si el nuevo muestra el mismo número.
cli-device-linked = { $device } es ahora uno de tus dispositivos.
cli-device-not-linked = el dispositivo no se vinculó: { $problem }
cli-this-removed = ESTE DISPOSITIVO FUE QUITADO por otro tuyo: ya no habla por ti.
cli-own-forked = AVISO: dos listas de tus dispositivos se contradicen; puede que otra persona tenga tus palabras.
cli-device-since = desde { $time } UTC
cli-device-this = este
cli-link-unknown = Ningún relé conoce aún este enlace; funcionará en cuanto uno lo conozca (mira: chappe group link list).
cli-links-none = No hay enlaces. Crea uno con: chappe group link create
cli-asked-homes = Solicitado; lo deciden los relés de origen del chat.
cli-nobody-asks = Nadie pide entrar.
cli-asks-not = «{ $wanted }» no lo ha pedido, o varios se llaman así; mira: chappe group request list { $chat }
cli-let-in = Solicitado; { $name } entrará cuando lo decidan los relés de origen del chat.
cli-join-asked = { $kind ->
    [channel] Solicitado. Cuando te dejen entrar, el canal «{ $title }» estará en tu lista (mira: chappe chats).
   *[group] Solicitado. Cuando te dejen entrar, el grupo «{ $title }» estará en tu lista (mira: chappe chats).
}
cli-taken-back = Retirado.
cli-joins-none = No hay nada solicitado. Entra en un grupo con: chappe join ENLACE
cli-id-unclear = «{ $wanted }» no es el principio de ningún identificador, o lo es de varios; da al menos 4 caracteres
cli-terms = Para { $uses ->
    [0] cualquiera que lo tenga
    [1] una persona
   *[other] { $uses } personas
}, { $until ->
    [ever] para siempre
   *[other] hasta { $until } UTC
}.
cli-terms-approval = Alguien tiene que aprobarlo (chappe group request).
cli-invite-secret = No se lo envíes a nadie más: quien lo tenga puede pedir hablar contigo.
cli-link-used = han entrado { $count }
cli-link-used-of = han entrado { $count } de { $most }
cli-link-nowhere = ningún relé lo conoce aún
cli-join-unreached = aún no se alcanza ningún relé del chat
cli-join-waits = espera respuesta
cli-reworded = { $id } tiene ahora otro texto.
cli-exported = { $messages } mensajes de { $chats } chats, con { $files } archivos ({ $size }), están en { $path }.
cli-export-missing = { $count } archivos no se pudieron obtener; sus mensajes lo dicen.
cli-export-going = { $title }: { $messages } mensajes, { $files } archivos
cli-no-file = { $path } no es un archivo; mete la carpeta en un archivo comprimido primero
cli-not-sent = { $name } no se envió: { $problem }
cli-file-sent = { $name } a { $chat }: enviado
cli-file-leaving = { $name } está en camino; mira: chappe file list
cli-file-broken = el archivo no llegó entero: { $why }. Inténtalo más tarde
cli-no-bytes = no llegaron datos
cli-message-no-file = ese mensaje no es un archivo
cli-transfer-none = no hay tal transferencia; mira: chappe file list
cli-transfer-several = varias transferencias empiezan así; da más del identificador
cli-transfer-way = { $way ->
    [out] a { $chat }
   *[in] de { $chat }
}
cli-transfer-state = { $state ->
    [active] en camino
    [paused] en pausa
    [done] listo
    [failed] falló
   *[removing] quitándose
}
cli-amount = { $done } de { $size }
cli-rate = { $rate }/s, quedan { $seconds } s
cli-following = Siguiendo; termina con Ctrl-C.
cli-follow-broke = se cortó el flujo de eventos; empieza de nuevo con: chappe follow
cli-node-stopped = el nodo se detuvo; inícialo de nuevo con: chappe run
cli-contact-changed = { $name } ha cambiado; mira: chappe contact list
cli-asking-changed = han cambiado quienes piden entrar en { $chat }; mira: chappe group request list
cli-a-chat = un chat
cli-someone = alguien
cli-skipped = se saltaron algunos mensajes porque la terminal iba demasiado lenta; mira: chappe history
cli-forwarded-to = reenviado a { $chat }
cli-no-member = «{ $wanted }» no es miembro, o varios se llaman así; mira: chappe group members { $chat }
cli-role = { $role ->
    [owner] propietario
    [admin] administrador
    [member] miembro
    [restricted] restringido
   *[banned] vetado
}
cli-group-rules = permitido: { $rights }; modo lento: { $seconds } s
cli-group-members = { $count ->
    [one] un miembro
   *[other] { $count } miembros
}
cli-home-unclear = «{ $wanted }» no es el principio del identificador de ningún relé de origen, o lo es de varios; mira: chappe home list { $chat }
cli-relay = relé { $id }
cli-connected = conectado
cli-no-link = sin conexión
cli-own = propio
cli-import-no-chat = esta exportación no tiene ningún chat llamado «{ $name }»; mira lo que tiene con --dry-run
cli-import-nothing = no hay nada que tomar: { $chats } chats, ninguno con un mensaje que se pueda tomar
cli-import-who = la exportación no dice quién eres en sus grupos; dilo con --me NOMBRE (uno de: { $names })
cli-import-cannot-read = no se puede leer { $path }; exporta desde Telegram Desktop como «JSON legible por máquina»
cli-import-chat = { $title }: { $messages } mensajes, { $first } a { $last }
cli-import-chat-files = { $title }: { $messages } mensajes, { $files } archivos de { $size }, { $first } a { $last }
cli-import-left = sin tomar: { $count } { $what }
cli-left-files = archivos que no están en la exportación
cli-left-formatting = veces el formato
cli-left-reactions = reacciones de las que la exportación no dice de quién son
cli-import-would = { $files ->
    [0] Se tomarían { $messages } mensajes ({ $size }) de { $chats } chats. No se ha tomado nada.
   *[other] Se tomarían { $messages } mensajes y { $files } archivos ({ $size }) de { $chats } chats. No se ha tomado nada.
}
cli-imported = { $files ->
    [0] { $messages } mensajes de { $chats } chats están aquí, para leer y buscar. Nadie puede escribir en ellos.
   *[other] { $messages } mensajes y { $files } archivos de { $chats } chats están aquí, para leer y buscar. Nadie puede escribir en ellos.
}
cli-import-going = { $title }: { $done } de { $messages } mensajes
cli-not-taken = { $name } (sin tomar)
cli-file-not-taken = { $path } no se toma
cli-left = { $kind ->
    [service] líneas de servicio (quién entró, llamó, fijó …)
    [unknown] mensajes de un tipo que aquí no existe (juegos, facturas, historias …)
    [long] mensajes con un texto de más de 4096 caracteres
   *[broken] mensajes que no se pueden leer
}
cli-invite-unknown = Ningún relé conoce aún esta invitación; funcionará en cuanto el nodo alcance uno (mira: chappe status).
cli-no-qr = el enlace es demasiado largo para un código QR
cli-last-seen-roughly = roughly: los contactos saben el día, y tú no ves más de ellos
cli-last-seen-exactly = exactly: los contactos ven cuándo estás y desde cuándo no
cli-link-paired = Emparejado ({ $number }). Confirma en el otro dispositivo con tus 24 palabras.
cli-link-compare = Este dispositivo muestra { $number }. ¿Muestra el otro el mismo número?
cli-linked = Este es ahora un dispositivo de { $name }; conoce { $contacts ->
        [one] un contacto
       *[other] { $contacts } contactos
    }.
    Inicia el nodo con: chappe --data { $dir } run
cli-chat-is = { $state ->
    [pinned] { $chat }: fijado.
    [unpinned] { $chat }: ya no está fijado.
    [archived] { $chat }: archivado.
    [listed] { $chat }: de nuevo en la lista.
    [marked] { $chat }: marcado como no leído.
    [unmarked] { $chat }: ya no está marcado.
    [muted] { $chat }: silenciado.
    [unmuted] { $chat }: ya no está silenciado.
    [drafted] { $chat }: con un borrador.
    [deleted] { $chat } se eliminó.
   *[undrafted] { $chat }: sin borrador.
}
cli-no-folder = ninguna carpeta se llama «{ $name }»; mira: chappe folder list
cli-folders-none = No hay carpetas. Crea una con: chappe folder put NOMBRE CHAT...
cli-was-heard = { $id }: escuchado.
cli-relay-holds = lo guarda hasta { $time } UTC
cli-relay-released = ya no tiene que guardarlo, todos los dispositivos lo tienen
cli-not-yet = todavía no: { $why }
cli-device = dispositivo { $id }
cli-device-read = lo tiene, y se leyó
cli-device-has = lo tiene
cli-init-words = Las 24 palabras de abajo son tu identidad. Escríbelas ahora en papel: no se muestran otra vez, y quien las tiene eres tú.
cli-start-node = Inicia el nodo con: chappe --data { $dir } run
cli-node-runs = El nodo está en marcha. Abre su página (este enlace sirve una vez; obtén otro con: chappe web):
cli-picture-set = Puesta; los demás la ven cuando sus nodos la hayan recogido.
cli-picture-set-for = Puesta para { $chat }; los demás la ven cuando sus nodos la hayan recogido.
cli-picture-removed = Quitada.
cli-picture-removed-for = Quitada de { $chat }.
cli-pinned-now = { $id }: fijado.
cli-unpinned-now = { $id }: ya no está fijado.
cli-hidden = oculto a los contactos
cli-receipts-on = Los demás saben qué has leído.
cli-receipts-off = Los demás no saben qué has leído, y tú tampoco sabes qué han leído ellos.
cli-cannot-open = no se puede abrir { $path }
cli-file-no-text = el archivo no es texto
cli-proof-none = no hay ninguna prueba en este archivo
cli-proof-incomplete = la prueba de este archivo no está completa
cli-proof-damaged = la prueba de este archivo está dañada
cli-proof = Las firmas son correctas. Prueba:
    { "  " }quién:  { $user }
    { "  " }cuándo: { $time } UTC, según su reloj
    { "  " }dónde:  chat { $chat }
    { "  " }qué:    { $said }
    Compara el identificador con el que conoces; un nombre no prueba nada.
cli-restore-unreadable = la cuenta de este archivo de copia no se puede leer; indica un relé que usaste: --relay DIRECCIÓN
cli-restore-answer = { $answer ->
    [waiting] sin respuesta aún
    [nothing] no sabe nada de ti
    [found] te ha encontrado
   *[bad] dio algo que no cuenta: { $why }
}
cli-unpacking = desempaquetando: { $done } de { $all }
cli-welcome-back = Hola de nuevo, { $name }. Este es un dispositivo nuevo tuyo, uno de { $devices }; conoce { $contacts } de tus contactos.
cli-restore-backup = Se encontró una copia de { $messages } mensajes; se recoge cuando el nodo esté en marcha (chappe backup status).
cli-restore-chats = Tus otros dispositivos, o tus contactos, lo dejan entrar de nuevo en tus chats.
cli-kind-rule = un tipo es text, poll, card, location, file, media, voice o document
cli-day-rule = un día se escribe 2026-11-27, un intervalo 12h o 7d
cli-search-what = di qué buscar: palabras, o uno de --chat, --from, --kind, --link
cli-search-none = No se encontró nada.
cli-search-similar = Nada coincide exactamente; palabras parecidas:
cli-search-more = { $total } en total; sigue con --before-cursor { $cursor }
cli-search-incomplete = El índice se está creando; puede haber más dentro de un rato.
cli-status = chats: { $chats }   esperan a un destinatario: { $outbox }   aún en pocos relés: { $unsent }   recibidos, falta una parte: { $parked }
cli-relays-none = No hay relés; pide la dirección de uno a su operador, o ten uno propio: chappe-relay --help
cli-relay-row = { $kind ->
    [own] propio
   *[other] de chats
}, { $chats ->
    [one] un chat
   *[other] { $chats } chats
}
cli-removed = Quitado.
cli-is-sent = { $id }: enviado.
cli-on-its-way = En camino.
cli-not-here-yet = aún no está aquí
cli-pack-none = no hay ningún paquete de stickers «{ $wanted }»; mira: chappe sticker list
cli-pack-several = más de un paquete de stickers es «{ $wanted }»; usa el principio de su identificador
cli-sort-rule = una clase de archivos es photo, video, voice, sound o document
cli-size-rule = un tamaño es un número y k, M o G, por ejemplo 10M
cli-freed = Se quitaron { $files } archivos con { $size }.
cli-would-free = Se quitarían { $files } archivos con { $size }.
cli-stays = { $why ->
    [sent] { $files } archivos con { $size } se quedan: los enviaste tú.
    [only] { $files } archivos con { $size } se quedan: ningún relé los tiene ya.
    [unreachable] { $files } archivos con { $size } se quedan: no responde ningún relé que pueda tenerlos.
   *[way] { $files } archivos con { $size } se quedan: están en camino.
}
cli-kept-ever = Las copias de archivos se guardan para siempre.
cli-kept-for = Las copias de archivos se guardan { $span }.
cli-kept-total = Las copias de archivos se guardan hasta { $total }.
cli-kept-both = Las copias de archivos se guardan { $span }, hasta { $total }.
cli-stored-store = mensajes, claves, ajustes
cli-stored-index = índice de búsqueda
cli-stored-files = archivos
cli-stored-unlisted = de chats que ya no están
cli-stored-lent = guardados para otros
cli-stored-other = otros
cli-stored-backup = copia en los relés
cli-chat-gone = un chat que ya no está
cli-stored-messages = { $count ->
    [one] un mensaje { $size }
   *[other] { $count } mensajes { $size }
}
cli-stored-kind = { $kind ->
    [photo] { $count } imágenes { $size }
    [video] { $count } vídeos { $size }
    [voice] { $count } mensajes de voz { $size }
    [sound] { $count } sonidos { $size }
   *[document] { $count } documentos { $size }
}
cli-topics-none = Todavía no hay temas. Crea uno con: chappe topic create { $chat } TÍTULO
cli-topic-several = varios temas se llaman «{ $wanted }»; da el número que va delante
cli-topic-none = ningún tema se llama «{ $wanted }»; mira: chappe topic list { $chat }
cli-topic-general = General
cli-topic-closed = cerrado
cli-usage = Uso:
cli-commands = Órdenes
cli-arguments = Argumentos
cli-options = Opciones
cli-default = (por omisión: { $value })
cli-values = (uno de: { $values })
cli-usage-no-value = { $arg } necesita un valor
cli-usage-value = «{ $value }» no es un valor para { $arg }
cli-usage-value-of = «{ $value }» no es un valor para { $arg }; es uno de: { $values }
cli-usage-value-why = «{ $value }» no es un valor para { $arg }: { $why }
cli-usage-unknown = aquí no hay ningún argumento { $arg }
cli-usage-command = no hay ninguna orden { $command }
cli-usage-conflict = { $arg } no va junto con { $other }
cli-usage-missing = falta: { $args }
cli-usage-count = el número de valores de { $arg } no es correcto
cli-usage-similar = Existe: { $word }
cli-usage-more = Más con: --help
cli-fork = el cambio { $index } se decidió dos veces (visto { $time }): los relés { $relays } firmaron ambos, porque mintieron o perdieron lo guardado; { $healed ->
    [yes] este dispositivo tiene el correcto
   *[no] este dispositivo aún tiene que pasar al correcto
}
cli-usage-range = tiene que estar en { $range }
cli-backup-files = { $count ->
    [one] También un archivo de un chat, { $size }, se queda en tus relés.
   *[other] También { $count } archivos de chats, { $size }, se quedan en tus relés.
}
cli-backup-file-problem = Un archivo no se guarda: { $problem }
cli-first = Aún no hay ningún nodo. Crea uno en esta página (el enlace sirve una vez):

shelves = Qué chats
shelf-all = Todos
shelf-archive = Archivo
shelf-empty = Aquí no hay chats.
chat-muted = silenciado
chat-pinned = fijado
list-pin = Fijar
list-unpin = Dejar de fijar
list-mute-hour = Silenciar una hora
list-mute = Silenciar
list-unmute = Dejar de silenciar
list-unread = Marcar como no leído
list-read = Marcar como leído
list-archive = Archivar
list-unarchive = Sacar del archivo
chat-delete = Eliminar el chat
chat-delete-why = { $name } desaparece de la lista en todos tus dispositivos, con todo lo que se dijo. Vuelve cuando alguien te escriba ahí.
chat-delete-leave = Sales de { $name }. Desaparece de la lista en todos tus dispositivos, con todo lo que se dijo.
chat-delete-down = { $name } es tuyo: se expulsa a todos y desaparece para siempre. Lo que los demás tengan de él se queda con ellos.
chat-delete-both = También para { $name }
history-clear = Vaciar el historial
history-clear-why = Se elimina lo que se dijo en { $name }. El chat se queda. Sin fechas, todo.
history-from = Desde este día (puede quedar vacío)
history-until = Hasta este día (puede quedar vacío)
history-for-all = Para todos, en lo que puedas eliminar
history-cleared = El historial está vacío.
folder-in = A { $name }
folder-out = Fuera de { $name }
folders = Carpetas
folders-what = Las carpetas están sobre los chats. Un chat puede estar en varias.
folder-new = Una carpeta nueva
folder-name = Nombre
folder-remove = Eliminar la carpeta
blocked = Bloqueados
blocked-what = No ves solicitudes ni mensajes de quienes bloqueaste. No se les avisa.
blocked-none = No hay nadie bloqueado.
block = Bloquear
unblock = Desbloquear
contact-devices = Dispositivos que hablan por esta persona: { $devices }
contact-forked = Dos listas de sus dispositivos se contradicen: alguien podría hablar en su nombre. Pregúntale en persona.
safety = Número de seguridad
safety-how = Compara este número con el que ve { $name }, en persona o por teléfono. Si son iguales, no hay nadie en medio.
safety-verified = Lo comparaste: era igual.
safety-open = Aún sin comparar.
safety-equal = Es igual
safety-doubt = Vuelvo a dudar
device-this = (este)
device-name = Nombre del dispositivo
device-since = Desde el { $moment }
device-remove = Quitar
device-remove-why = Tus 24 palabras, para quitar este dispositivo
device-removed = Otro dispositivo quitó este: ya no puede decir nada.
device-forked = Dos listas de tus dispositivos se contradicen: alguien podría tener tus 24 palabras.
link-title = Un dispositivo nuevo
link-what = El dispositivo nuevo recibe tus contactos y chats. Empieza con: chappe link
link-begin = Mostrar un código
link-qr = El código para una cámara
link-code = O escribe esto:
link-until = Sirve una vez, hasta el { $moment }.
link-waiting = Esperando al dispositivo nuevo.
link-offered = Un dispositivo quiere hablar por ti.
link-handing-over = Entregando contactos y chats.
link-done = El dispositivo nuevo es tuyo.
link-failed = No funcionó.
link-compare = El dispositivo nuevo debe mostrar el mismo número. Si no, detente.
link-look = ¿Es el dispositivo que tienes en la mano?
link-words = Tus 24 palabras, para hacerlo tuyo
link-confirm = Es mío
link-cancel = Detener
words-title = Tus 24 palabras
words-why = Escríbelas para ver si tu nota es correcta. Van solo a tu nodo, que no las guarda.
words-check = Comprobar
words-right = Son correctas.
profile-about = Sobre ti
profile-emoji = Estado en un emoji
profile-username = Nombre de usuario
profile-bio = Unas palabras
profile-hidden = Ocultar a los contactos: { $field }

backup = Copia de seguridad
backup-what = Tu nodo guarda el historial de tus chats en tus relés, cifrado. Solo tus 24 palabras lo abren: con ellas todo vuelve en un dispositivo nuevo.
backup-words = Tus 24 palabras, para activarla
backup-on = Activar
backup-off = Desactivar y borrar
backup-off-sure = Tus relés borran la copia. Lo que hay en este nodo se queda.
backup-none = Todavía no se ha escrito nada.
backup-state = { $messages ->
    [one] Un mensaje, { $size }, a fecha de { $moment }
   *[other] { $messages } mensajes, { $size }, a fecha de { $moment }
}
backup-relays = { $relays ->
    [0] Ningún relé lo tiene todo.
    [one] Un relé lo tiene todo.
   *[other] { $relays } relés lo tienen todo.
}
backup-now = Copiar ahora
backup-check = Comparar
backup-checked = { $good } copias están como se escribieron, { $bad } no lo estaban y se escriben de nuevo, { $unknown } no se pudieron alcanzar.
backup-writing = Llevando a tus relés lo que ha cambiado.
backup-checking = Recogiendo y comparando lo que tienen tus relés.
backup-restoring = Está volviendo una copia de seguridad.
backup-handing = Un dispositivo nuevo tuyo recibe el historial.
backup-restored = { $count } mensajes y cambios volvieron de una copia de seguridad.
backup-file = En un archivo
backup-file-what = Todo en un archivo, para un disco propio: historial, personas y ajustes. Solo tus 24 palabras lo abren.
backup-file-with = Con los archivos de los chats, los que tenga este nodo
backup-file-save = Guardar el archivo
backup-file-off = Activa primero la copia de seguridad, o escribe el archivo en la línea de órdenes: chappe backup write.
backup-schedule = El nodo escribe un archivo por sí mismo; el último { $moment }.
backup-schedule-none = El nodo escribe un archivo por sí mismo; aún no hay ninguno.

picture-choose = Elegir una foto
picture-remove = Quitar la foto
picture = Foto

privacy = Privacidad
privacy-read = Decir a los demás lo que has leído
privacy-read-why = Si no, tampoco sabrás lo que han leído ellos.
privacy-seen = Mostrar exactamente cuándo estás
privacy-seen-why = Si no, tus contactos solo sabrán el día, y tú no verás más de ellos.
online = en línea
seen-at = últ. vez { $moment }
seen-recently = últ. vez hace poco
seen-week = últ. vez hace menos de una semana
seen-month = últ. vez hace menos de un mes
seen-long = últ. vez hace mucho tiempo
list-mute-night = Silenciar 8 horas
list-mute-week = Silenciar una semana
import = Importar de Telegram
import-what = Chats, archivos, reacciones y formato llegan como chats que se pueden leer y buscar. Nadie puede escribir en ellos.
import-how = En Telegram Desktop: Ajustes, Avanzado, Exportar datos de Telegram (o Exportar historial en un chat), formato «JSON legible por máquinas». Luego elige aquí la carpeta.
import-choose = Elegir la carpeta
import-other = Otra carpeta
import-none = No hay result.json en esta carpeta. Exporta como «JSON legible por máquinas» y elige la carpeta de la exportación.
import-reading = Mirando la exportación…
import-empty = No hay ningún mensaje que se pueda tomar.
import-report = Lo que se tomaría
import-files = Con archivos
import-sum = { $messages } mensajes en { $chats } chats, { $size } de archivos. Aún no se ha tomado nada.
import-take = Tomarlos
import-who = La exportación no dice quién la hizo: ¿cuál de estos eres tú?
import-who-choose = Elegir
import-chat = { $messages ->
    [one] Un mensaje
   *[other] { $messages } mensajes
}, { $files ->
    [0] sin archivos
    [one] un archivo, { $size }
   *[other] { $files } archivos, { $size }
}
import-span = { $first } a { $last }
import-left = No se toma
import-left-service = { $count } líneas de servicio (quién entró, llamó, fijó…)
import-left-unknown = { $count } mensajes de un tipo que aquí no existe (juegos, facturas, historias…)
import-left-long = { $count } mensajes demasiado largos
import-left-broken = { $count } mensajes ilegibles
import-absent = { $count } archivos que no están en la carpeta
import-unformatted = El formato de { $count } mensajes
import-nameless = { $count } reacciones cuyo autor no dice la exportación
import-taking = Tomando
import-done-so-far = { $messages } de { $of } mensajes, { $files } archivos
import-stay = Deja esta página abierta. Si se detiene, elige la carpeta otra vez: lo que ya está no se toma dos veces.
import-stop = Detener
import-done = { $messages ->
    [one] Un mensaje
   *[other] { $messages } mensajes
} y { $files ->
    [0] ningún archivo
    [one] un archivo
   *[other] { $files } archivos
} ya están aquí.

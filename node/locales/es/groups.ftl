group-members = { $count ->
    [one] { $count } miembro
   *[other] { $count } miembros
}
channel-members = { $count ->
    [one] { $count } suscriptor
   *[other] { $count } suscriptores
}
group-new = Nuevo grupo
channel-new = Nuevo canal
group-what = Todos sus miembros pueden escribir.
channel-what = Los administradores escriben, los demás leen.
group-title = Nombre
group-about = Descripción
group-make = Crear
people-chosen = { $count } elegidos
group-settings = Ajustes del chat
group-waiting = Cambios que los relés están decidiendo: { $count }
group-leaving = Estás saliendo.
group-away = Este chat volvió de una copia de seguridad. Podrás escribir en cuanto otro dispositivo tuyo, o alguien del chat, deje entrar a este.
group-imported = Este chat viene de otra aplicación de mensajería. Se puede leer y buscar en él; nadie puede escribir aquí.
group-out = Ya no estás en este chat. Lo dicho se queda aquí.
channel-read = Aquí solo escriben los administradores.
saved-what = Notas para ti, en todos tus dispositivos
group-leave = Salir del grupo
channel-leave = Salir del canal
leave = Salir
leave-why = No recibirás nada más de { $name }. Alguien dentro puede volver a añadirte.
members-add = Añadir personas
member = Miembro
member-gone = Ya no está en este chat.
member-remove = Quitar
member-ban = Vetar
role = Rol
role-owner = Propietario
role-admin = Administrador
role-member = Miembro
role-restricted = Restringido
role-banned = Vetado
rights = Derechos
right-change-info = Cambiar nombre y descripción
right-delete = Borrar mensajes ajenos
right-ban = Restringir, quitar y vetar
right-invite = Añadir personas
right-pin = Fijar mensajes
right-promote = Nombrar administradores
right-post = Escribir
may-still = Aún puede
members-may = Los miembros pueden
may-text = Escribir textos
may-media = Enviar archivos y lugares
may-poll = Crear encuestas
may-react = Reaccionar
until = Hasta
until-lifted = hasta que se levante
for-hour = durante una hora
for-day = durante un día
for-week = durante una semana
for-month = durante un mes
hand-over = Transferir
hand-over-why = El chat será de { $name }. Solo esa persona puede devolverlo.
slow-mode = Modo lento
slow-off = desactivado
slow-every = un mensaje cada { $seconds } s
lifetime = Los mensajes se autodestruyen
lifetime-off = nunca
lifetime-seconds = { $seconds } s
lifetime-why = Para los mensajes escritos desde ahora, para todos en el chat.
search-here = Buscar en este chat
search-in = En { $name }
search-everywhere = Buscar en todas partes
search-similar = Nada contiene exactamente esas palabras; estas se parecen.
search-indexing = Los mensajes antiguos aún se están indexando.
search-more = Más
group-links = Enlaces de invitación
link-new = Un enlace nuevo
link-make = Crear el enlace
link-uses = Para cuántos
link-any = cualquier número
link-works = Vale
link-for-ever = hasta que se retire
link-approval = Alguien debe aceptar
link-approval-short = con aprobación
link-used = usado: { $count }
link-used-of = usado: { $count } de { $most }
group-link-qr = El enlace como código QR
link-not-yet = Ningún relé lo conoce aún.
link-revoke = Retirar
asking = Quieren entrar
joins = Peticiones de entrada
join-since = Pedido { $moment }
join-cancel = Retirar
join-asked = Pedido. El chat aparece en cuanto te dejen entrar.

## Temas

topics = Temas
topics-all = Todo
topic-general = General
topic-new = Nuevo tema
topic-change = Cambiar el tema
topic-title = Título del tema
topic-icon = Emoji antes del título
topic-close = Cerrado: solo escriben quienes pueden crear temas
topic-closed = Cerrado
topic-closed-why = Este tema está cerrado: aquí solo escriben quienes pueden crear temas.
topic-remove = Quitar el tema
topic-remove-why = «{ $name }» desaparece de la lista de todos. Lo que se dijo en él queda en General.
right-topics = Crear temas

homes = Relés del chat: { $up } de { $all } conectados
homes-what = Guardan lo que se dice hasta que todos lo tienen y deciden los cambios del chat. No pueden leerlo.
home-replace = Sustituir por uno tuyo
home-spread = Usar cuatro relés: los tuyos junto a este
home-deciding = Los demás lo deciden…

views = Visto por { $count }

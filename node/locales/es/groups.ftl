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

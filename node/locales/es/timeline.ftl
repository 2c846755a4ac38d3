# Lo que se hace en un chat además de escribir: encuestas, fijados, quién ha visto y dicho qué.
poll-new = Nueva encuesta
quiz-new = Nuevo cuestionario
poll-question = Pregunta
poll-options = Respuestas para elegir
poll-option = Respuesta { $n }
poll-option-remove = Quitar la respuesta { $n }
poll-options-most = El máximo es { $most }.
poll-unsigned = No mostrar quién votó qué
poll-several = Se pueden elegir varias respuestas
poll-has-right = Un cuestionario: una respuesta es correcta
quiz-choose-right = Marca la correcta.
quiz-right-is = La respuesta { $n } es correcta
quiz-explanation = Explicación
quiz-explanation-why = La ve quien ha votado.
poll-open = Abierta
poll-open-ended = hasta que alguien la cierre
poll-voters-who = Quién ha votado
message-delete-only-me = Se borra de este dispositivo; los demás conservan lo suyo.
forward-attributed = Decir quién lo dijo primero
forwarded-to = Reenviado a { $name }
pinned-one = Mensaje fijado
pinned-of = Mensaje fijado { $number } de { $count }
pinned-list = Todos los mensajes fijados
pinned-none = Aquí no hay nada fijado.
pinned-take-down = Desfijar todos
wordings = Todas las versiones
wording-now = como es ahora
wording-first = como era al principio
reacted-who = Quién reaccionó
readers = Quién lo ha leído
readers-why = Según lo que firmaron sus dispositivos. Quien no dice lo que ha leído aparece en «Lo tiene».
readers-read = Lo ha leído
readers-has = Lo tiene
readers-waiting = Todavía no
readers-nobody = Nadie todavía, que se sepa.
missing-from = Faltan mensajes de { $name }
missing-from-several = Faltan mensajes de { $name } y de { $others } más
missing-why = ¿Por qué?
missing-title = Lo que aún no está aquí
missing-none = Todo está aquí.
missing-what = Los mensajes, y también las reacciones, ediciones y demás, llegan en el orden en que se dijeron. Lo que alguien dijo después de algo que falta se retiene, para que nada aparezca donde no se dijo. Se pide a todos los que pueden tenerlo: sus dispositivos, los demás del chat y los relés.
missing-waits = { $count ->
    [one] Un mensaje o cambio suyo está en camino.
   *[other] { $count } mensajes o cambios suyos están en camino.
}
missing-until = Se espera como mucho hasta { $moment }; después se muestra sin ello lo que dijo luego.
missing-lost = { $count ->
    [one] Un mensaje o cambio suyo nunca llegó. Lo que dijo después se muestra.
   *[other] { $count } mensajes o cambios suyos nunca llegaron. Lo que dijo después se muestra.
}

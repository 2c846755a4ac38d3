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

# Что делают в чате кроме письма: опросы, закрепления, кто что видел и сказал.
poll-new = Новый опрос
quiz-new = Новая викторина
poll-question = Вопрос
poll-options = Варианты ответа
poll-option = Ответ { $n }
poll-option-remove = Убрать ответ { $n }
poll-options-most = Не больше { $most }.
poll-unsigned = Не показывать, кто как голосовал
poll-several = Можно выбрать несколько ответов
poll-has-right = Викторина: один ответ верный
quiz-choose-right = Отметьте верный.
quiz-right-is = Ответ { $n } верный
quiz-explanation = Пояснение
quiz-explanation-why = Видно тем, кто проголосовал.
poll-open = Открыт
poll-open-ended = пока его не завершат
poll-voters-who = Кто голосовал

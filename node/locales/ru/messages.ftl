# Messages: what is done with them, and what they are.
cancel = Отмена
message-reply = Ответить
message-react = Реакция
message-edit = Изменить
message-forward = Переслать
message-pin = Закрепить
message-unpin = Открепить
message-delete = { $count ->
    [one] Удалить { $count } сообщение?
    [few] Удалить { $count } сообщения?
   *[other] Удалить { $count } сообщений?
}
message-delete-why = «У всех» значит: на каждом честном устройстве, навсегда.
delete-for-me = У меня
delete-for-all = У всех
message-deleted = удалено
message-gone = сообщение, которого больше нет
answers = Ответ на
answer-to = Ответ: { $name }
quote-differs = там нет этих слов
forwarded-from = Переслано от { $name }
forward-verified = Подпись автора проверена
forward-unverified = Так говорит только переславший
unverified = не проверено
forward-to = В какой чат?
reactions = Реакции
edited = изменено
pinned = Закреплено
expires = Исчезнет { $moment }
spoiler-show = Показать скрытый текст
poll = Опрос
quiz = Викторина
quiz-right = правильный ответ
poll-anonymous = Анонимный опрос
poll-closed = Опрос завершён
poll-close = Завершить опрос
poll-vote = Голосовать
poll-retract = Отменить голос
poll-voters = Проголосовало: { $count }
card = Контакт
card-known = вы называете этот ключ { $name }
card-save = Сохранить как vCard
place = Место
place-live = Место, онлайн
place-was-live = Было онлайн
place-updated = сообщено { $moment }
once-see = Посмотреть (один раз)
once-sent = можно посмотреть один раз; ещё не просмотрено
once-seen = просмотрено и исчезло
once-title = Просмотр один раз
once-why = Когда вы это закроете, оно исчезнет у обоих.
writing = пишет…

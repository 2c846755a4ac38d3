shelves = Какие чаты
shelf-all = Все
shelf-archive = Архив
shelf-empty = Здесь нет чатов.
chat-muted = без звука
chat-pinned = закреплён
list-pin = Закрепить
list-unpin = Открепить
list-mute-hour = Без звука на час
list-mute = Без звука
list-unmute = Включить звук
list-unread = Пометить непрочитанным
list-read = Пометить прочитанным
list-archive = В архив
list-unarchive = Из архива
folder-in = В папку { $name }
folder-out = Из папки { $name }
folders = Папки
folders-what = Папки стоят над чатами. Чат может быть в нескольких.
folder-new = Новая папка
folder-name = Название
folder-remove = Удалить папку
blocked = Заблокированные
blocked-what = Запросы и сообщения заблокированных вам не видны. Им об этом не сообщают.
blocked-none = Никто не заблокирован.
block = Заблокировать
unblock = Разблокировать
contact-devices = Устройств, говорящих от имени человека: { $devices }
contact-forked = Два списка устройств противоречат друг другу: возможно, кто-то говорит от чужого имени. Спросите лично.
safety = Код безопасности
safety-how = Сравните этот код с тем, что видит { $name }, лично или по телефону. Если они равны, между вами никого нет.
safety-verified = Вы сравнили: коды равны.
safety-open = Ещё не сравнивали.
safety-equal = Коды равны
safety-doubt = Снова сомневаюсь
device-this = (это)
device-name = Название устройства
device-since = С { $moment }
device-remove = Убрать
device-remove-why = Ваши 24 слова, чтобы убрать это устройство
device-removed = Другое устройство убрало это: оно больше не может говорить.
device-forked = Два списка ваших устройств противоречат друг другу: возможно, у кого-то есть ваши 24 слова.
link-title = Новое устройство
link-what = Новое устройство получит ваши контакты и чаты. Оно начинает с: chappe link
link-begin = Показать код
link-qr = Код для камеры
link-code = Или введите:
link-until = Действует один раз, до { $moment }.
link-waiting = Ждём новое устройство.
link-offered = Устройство хочет говорить от вашего имени.
link-handing-over = Передаём контакты и чаты.
link-done = Новое устройство теперь ваше.
link-failed = Не получилось.
link-compare = Новое устройство должно показывать тот же номер. Если нет, остановитесь.
link-look = Это то устройство, что у вас в руках?
link-words = Ваши 24 слова, чтобы сделать его своим
link-confirm = Оно моё
link-cancel = Остановить
words-title = Ваши 24 слова
words-why = Введите их, чтобы проверить свою запись. Они идут только на ваш узел, который их не хранит.
words-check = Проверить
words-right = Всё верно.
profile-about = О вас
profile-emoji = Статус одним эмодзи
profile-username = Имя пользователя
profile-bio = Несколько слов
profile-hidden = Скрыть от контактов: { $field }

backup = Резервная копия
backup-what = Ваш узел хранит историю чатов на ваших ретрансляторах в зашифрованном виде. Открывают её только ваши 24 слова: с ними всё вернётся на новом устройстве.
backup-words = Ваши 24 слова, чтобы включить
backup-on = Включить
backup-off = Выключить и удалить
backup-off-sure = Ретрансляторы удалят копию. То, что на этом узле, останется.
backup-none = Пока ничего не записано.
backup-state = { $messages ->
    [one] { $messages } сообщение, { $size }, на { $moment }
    [few] { $messages } сообщения, { $size }, на { $moment }
   *[other] { $messages } сообщений, { $size }, на { $moment }
}
backup-relays = { $relays ->
    [0] Ни у одного ретранслятора нет всего.
    [one] Всё есть у { $relays } ретранслятора.
   *[other] Всё есть у { $relays } ретрансляторов.
}
backup-now = Сохранить сейчас
backup-check = Сверить
backup-checked = Копий как записано: { $good }, не таких (записываются заново): { $bad }, недоступных: { $unknown }.
backup-writing = Изменения отправляются на ваши ретрансляторы.
backup-checking = Содержимое ретрансляторов загружается и сверяется.
backup-restoring = Копия восстанавливается.
backup-handing = Ваше новое устройство получает историю.
backup-restored = Из копии вернулось сообщений и изменений: { $count }.
backup-file = В файле
backup-file-what = Всё в одном файле для вашего диска: история, люди и настройки. Открыть его можно только вашими 24 словами.
backup-file-with = С файлами чатов, которые есть у этого узла
backup-file-save = Сохранить файл
backup-file-off = Сначала включите резервную копию или запишите файл в командной строке: chappe backup write.
backup-schedule = Узел сам записывает файл; последний — { $moment }.
backup-schedule-none = Узел сам записывает файл; пока нет ни одного.

picture-choose = Выбрать фото
picture-remove = Убрать фото
picture = Фото

privacy = Конфиденциальность
privacy-read = Сообщать другим, что вы прочитали
privacy-read-why = Если нет, вы тоже не узнаете, что прочитали они.
privacy-seen = Точно показывать, когда вы в сети
privacy-seen-why = Если нет, контакты узнают только день, и о них вы увидите не больше.
online = в сети
seen-at = был(а) { $moment }
seen-recently = был(а) недавно
seen-week = был(а) на этой неделе
seen-month = был(а) в этом месяце
seen-long = был(а) давно

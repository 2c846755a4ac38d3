cli-no-node = в { $dir } нет узла; создайте его: chappe --data { $dir } init --name ИМЯ --relay АДРЕС
cli-not-running = узел не запущен; запустите его в другом терминале: chappe --data { $dir } run
cli-cannot-read = не удаётся прочитать { $path }
cli-cannot-write = не удаётся записать { $path }
cli-no-answer = узел не ответил: { $why }
cli-other-answers = по адресу { $address } отвечает не этот узел ({ $status })
cli-asked = Запрос отправлен; решают домашние ретрансляторы чата. См.: chappe { $command } { $chat }
cli-type-words = Введите ваши 24 слова через пробел и нажмите Enter (убедитесь, что никто не подглядывает):
cli-no-words = слова не введены; наберите их или передайте через стандартный ввод
cli-yes-no = { $question } [д/Н]
cli-yes = д да y yes
cli-fits-several = «{ $wanted }» подходит к нескольким; укажите нужный по идентификатору:
cli-none-such = { $what ->
    [chat] нет чата с именем «{ $wanted }» или идентификатором, который так начинается (не меньше 4 знаков); см.: chappe chats
    [contact] нет запроса с именем «{ $wanted }» или идентификатором, который так начинается (не меньше 4 знаков); см.: chappe contact list
    [device] нет устройства с именем «{ $wanted }» или идентификатором, который так начинается (не меньше 4 знаков); см.: chappe device list
   *[other] нет недавнего сообщения с идентификатором, который начинается с «{ $wanted }» (не меньше 4 знаков); см.: chappe history CHAT
}
cli-chats-none = Чатов пока нет. Пригласите кого-нибудь: chappe invite
cli-chat-new = { $count ->
    [one] { $count } новое
   *[other] { $count } новых
}
cli-mark-pinned = закреплено
cli-mark-archived = в архиве
cli-mark-muted = без звука
cli-mark-marked = помечен
cli-mark-draft = черновик
cli-online = в сети
cli-last-seen-at = был(а) в сети { $time }
cli-chat-not-accepted = ещё не принят; сообщения ждут
cli-missing-waiting = ожидается { $count } с устройства { $device } пользователя { $user }: их ещё нет ни на одном ретрансляторе; остальное появится, когда они придут, или в { $until }
cli-missing-lost = { $count } с устройства { $device } пользователя { $user } так и не пришли и не показаны
cli-history-none = Пока ничего не сказано. Начните: chappe send { $chat } ТЕКСТ
cli-mentions-none = В непрочитанном вас никто не упоминал.
cli-sent = для { $chat }: { $ticks }. Где оно сейчас: chappe message show { $id }
cli-quote-differs = в сообщении этого нет; цитируйте слово в слово
cli-ticks-queued = в очереди
cli-ticks-sent = отправлено
cli-ticks-delivered = доставлено
cli-ticks-read = прочитано
cli-ticks-received = получено
cli-me = я
cli-them = собеседник
cli-reply-to = на { $id } «{ $text }»
cli-reply-differs = на { $id } «{ $text }», чего там нет
cli-forwarded-verified = переслано от { $name }, проверено
cli-forwarded-unverified = переслано от { $name }, не проверено
cli-edited = изменено
cli-message-pinned = закреплено
cli-heard = прослушано
cli-not-heard = ещё не прослушано
cli-seen-by = просмотров: { $count }
cli-until = до { $time }
cli-card = контакт
cli-card-known = у вас этот ключ записан как { $name }
cli-sticker = стикер { $emoji }: { $get }
cli-sticker-of = стикер { $emoji } из { $title }: { $get }
cli-voice-message = голосовое сообщение, { $length }, { $size }: { $get }
cli-file = файл { $name }, { $size }: { $get }
cli-once-unseen = можно посмотреть один раз; ещё не просмотрено
cli-once = можно посмотреть один раз: { $view }
cli-once-gone = просмотрено и удалено
cli-deleted = удалено
cli-poll = { $kind ->
    [quiz] викторина
   *[poll] опрос
}, { $state ->
    [closed] завершено
   *[open] идёт
}, проголосовало: { $count }
cli-right-answer = верно
cli-place = место
cli-live-until = трансляция до { $time }
cli-was-live = трансляция окончена
cli-bytes = { $count } Б
cli-size = { $whole },{ $tenth } { $unit ->
    [KiB] КиБ
    [MiB] МиБ
    [GiB] ГиБ
   *[TiB] ТиБ
}
cli-span-rule = промежуток времени — число и s, m, h или d, например 30s или 7d
cli-duration-rule = укажите число и m, h или d после него, например 7d, или forever
cli-is-there = { $path } уже есть; укажите другое имя или добавьте --force
cli-is-there-out = { $path } уже есть; укажите другое имя через --out или добавьте --force
cli-folder-is-there = { $path } уже есть; укажите другую папку
cli-no-text-name = имя не является текстом
cli-broke-off = узел прервал передачу; посмотрите его журнал и повторите
cli-backup-written = { $path }, { $size }. Проверить: chappe backup verify; восстановить: chappe restore --file
cli-backup-comparing = сверка: часть { $done } из { $all }
cli-backup-verified = { $messages ->
    [one] { $messages } сообщение
    [few] { $messages } сообщения
   *[other] { $messages } сообщений
} и { $files ->
    [one] { $files } файл
    [few] { $files } файла
   *[other] { $files } файлов
} ({ $size }) на { $time } UTC, всё так, как было записано.
cli-tried-again = { $problem }; попытка повторится (см.: chappe backup status)
cli-schedule-ended = расписание тем временем отменено
cli-backup-going = { $stage ->
    [writing] запись
    [checking] сверка
    [restoring] загрузка истории
   *[handing] передача истории новому устройству
}: { $done ->
    [one] { $done } часть
    [few] { $done } части
   *[other] { $done } частей
}
cli-backup-going-of = { $stage ->
    [writing] запись
    [checking] сверка
    [restoring] загрузка истории
   *[handing] передача истории новому устройству
}: часть { $done } из { $all }
cli-backup-restored = Из копии вернулось сообщений и изменений: { $count }.
cli-backup-schedule = Каждые { $span } в { $folder } пишется файл, хранится последних: { $keep }; последний { $time } UTC.
cli-backup-schedule-new = Каждые { $span } в { $folder } пишется файл, хранится последних: { $keep }; пока ни одного.
cli-problem = Проблема: { $problem }
cli-backup-off = На ретрансляторах копия не хранится. Включить: chappe backup on
cli-backup-empty = Копирование включено; пока ничего не записано.
cli-backup-state = Сообщений: { $messages }, { $size }, на { $time } UTC; в последний раз добавлено { $brought }.
cli-backup-nowhere = Целиком её нет ни на одном ретрансляторе.
cli-backup-at = Целиком она есть на: { $relays }
cli-backup-compared = Сверено { $time } UTC. Копий как записано: { $good }, не таких (записываются заново): { $bad }, неизвестных: { $unknown }.
cli-bug-report-written = Записано. Внутри виды, размеры и время последних событий; ни текстов, ни имён, ни ключей, ни адресов.
cli-no-card = это сообщение не контакт
cli-clock-wrong = часы этого компьютера показывают время до 1970 года
cli-cleared = Очищено.
cli-deleted-count = Удалено: { $count }.
cli-contacts-none = Контактов пока нет. Создайте ссылку для кого-нибудь: chappe invite
cli-declined = Отклонено: { $name }.
cli-blocked = { $name }: заблокирован(а).
cli-unblocked = { $name }: больше не заблокирован(а).
cli-safety-compared = уже сравнили; { $name } должен видеть тот же код
cli-safety-open = ещё не сравнивали; { $name } должен видеть тот же код
cli-contact-state = { $state ->
    [requested] запрос отправлен, ждёт ответа
    [pending] хочет общаться; ответьте: chappe contact accept|decline
    [accepted] контакт
   *[declined] отклонено
}
cli-is-blocked = заблокирован
cli-contact-forked = ВНИМАНИЕ: два списка устройств противоречат друг другу; сравните коды безопасности
cli-wrote = пишет: { $text }
cli-contact-problem = проблема: { $problem }
cli-device-renamed = { $device } теперь называется { $name }.
cli-device-removed = { $device } больше не выступает от вашего имени. Контакты об этом узнают.
cli-words-right = Это ваши слова.
cli-device-link-how = На новом устройстве: chappe --data DIR link КОД, с текстом выше или, вместе с --relay АДРЕС, с { $code }.
    Ожидание (десять минут; прервать — Ctrl-C) ...
cli-device-offered = «{ $name }» ({ $device }) хочет стать вашим устройством.
cli-device-offered-new = Новое устройство ({ $device }) хочет стать вашим.
cli-device-compare = Это устройство показывает { $number }. Продолжайте, ТОЛЬКО если новое показывает то же число.
cli-device-linked = { $device } теперь одно из ваших устройств.
cli-device-not-linked = устройство не привязано: { $problem }
cli-this-removed = ЭТО УСТРОЙСТВО УДАЛЕНО другим вашим устройством: оно больше не выступает от вашего имени.
cli-own-forked = ВНИМАНИЕ: два списка ваших устройств противоречат друг другу; возможно, ваши слова есть у кого-то ещё.
cli-device-since = с { $time } UTC
cli-device-this = это
cli-link-unknown = Пока ни один ретранслятор не знает эту ссылку; она заработает, как только узнает (см.: chappe group link list).
cli-links-none = Ссылок нет. Создать: chappe group link create
cli-asked-homes = Запрос отправлен; решают домашние ретрансляторы чата.
cli-nobody-asks = Никто не просится войти.
cli-asks-not = «{ $wanted }» не просится, или так зовут нескольких; см.: chappe group request list { $chat }
cli-let-in = Запрос отправлен; { $name } войдёт, когда решат домашние ретрансляторы чата.
cli-join-asked = { $kind ->
    [channel] Запрос отправлен. Когда вас впустят, канал «{ $title }» появится в списке (см.: chappe chats).
   *[group] Запрос отправлен. Когда вас впустят, группа «{ $title }» появится в списке (см.: chappe chats).
}
cli-taken-back = Отозвано.
cli-joins-none = Запросов нет. Войти в группу: chappe join ССЫЛКА
cli-id-unclear = с «{ $wanted }» не начинается ни один идентификатор или начинаются несколько; укажите не меньше 4 знаков
cli-terms = Для { $uses ->
    [0] всех, у кого она есть
    [1] одного человека
    [one] { $uses } человека
   *[other] { $uses } человек
}, { $until ->
    [ever] бессрочно
   *[other] до { $until } UTC
}.
cli-terms-approval = Кто-то должен одобрить (chappe group request).
cli-invite-secret = Больше никому её не отправляйте: любой, у кого она есть, может попросить о переписке.
cli-link-used = вошло: { $count }
cli-link-used-of = вошло: { $count } из { $most }
cli-link-nowhere = пока её не знает ни один ретранслятор
cli-join-unreached = пока не удалось связаться ни с одним ретранслятором чата
cli-join-waits = ждёт ответа
cli-reworded = Текст { $id } изменён.
cli-exported = Сообщений: { $messages }, чатов: { $chats }, файлов: { $files } ({ $size }); всё лежит в { $path }.
cli-export-missing = Не удалось получить файлов: { $count }; в их сообщениях это указано.
cli-export-going = { $title }: сообщений { $messages }, файлов { $files }
cli-no-file = { $path } — не файл; папку сначала упакуйте в архив
cli-not-sent = { $name } не отправлен: { $problem }
cli-file-sent = { $name } для { $chat }: отправлено
cli-file-leaving = { $name } в пути; см.: chappe file list
cli-file-broken = файл пришёл не целиком: { $why }. Повторите позже
cli-no-bytes = данные не пришли
cli-message-no-file = это сообщение не файл
cli-transfer-none = такой передачи нет; см.: chappe file list
cli-transfer-several = так начинается несколько передач; укажите больше знаков
cli-transfer-way = { $way ->
    [out] для { $chat }
   *[in] из { $chat }
}
cli-transfer-state = { $state ->
    [active] в пути
    [paused] приостановлено
    [done] готово
    [failed] не удалось
   *[removing] удаляется
}
cli-amount = { $done } из { $size }
cli-rate = { $rate }/с, осталось { $seconds } с
cli-following = Слежу за новыми сообщениями; прервать — Ctrl-C.
cli-follow-broke = поток событий прервался; запустите снова: chappe follow
cli-node-stopped = узел остановлен; запустите его снова: chappe run
cli-contact-changed = { $name }: изменения; см.: chappe contact list
cli-asking-changed = изменились просьбы войти в { $chat }; см.: chappe group request list
cli-a-chat = чат
cli-someone = кто-то
cli-skipped = часть сообщений пропущена: терминал не успевал; см.: chappe history
cli-forwarded-to = переслано в { $chat }
cli-no-member = «{ $wanted }» не участник, или так зовут нескольких; см.: chappe group members { $chat }
cli-role = { $role ->
    [owner] владелец
    [admin] администратор
    [member] участник
    [restricted] ограничен
   *[banned] заблокирован
}
cli-group-rules = разрешено: { $rights }; медленный режим: { $seconds } с
cli-group-members = { $count ->
    [one] { $count } участник
    [few] { $count } участника
   *[other] { $count } участников
}
cli-home-unclear = с «{ $wanted }» не начинается ни один домашний ретранслятор или начинаются несколько; см.: chappe home list { $chat }
cli-relay = ретранслятор { $id }
cli-connected = на связи
cli-no-link = нет связи
cli-own = свой
cli-import-no-chat = в этом экспорте нет чата «{ $name }»; что в нём есть, покажет --dry-run
cli-import-nothing = брать нечего: чатов { $chats }, и ни в одном нет подходящего сообщения
cli-import-who = в экспорте не указано, кто вы в группах; укажите через --me ИМЯ (одно из: { $names })
cli-import-cannot-read = не удаётся прочитать { $path }; экспортируйте из Telegram Desktop как «Машиночитаемый JSON»
cli-import-chat = { $title }: сообщений { $messages }, с { $first } по { $last }
cli-import-chat-files = { $title }: сообщений { $messages }, файлов { $files } ({ $size }), с { $first } по { $last }
cli-import-left = не взято: { $count } { $what }
cli-left-files = файлов, которых нет в экспорте
cli-left-formatting = раз форматирование
cli-left-reactions = реакций, авторы которых в экспорте не указаны
cli-import-would = { $files ->
    [0] Будет взято сообщений: { $messages } ({ $size }), чатов: { $chats }. Пока ничего не взято.
   *[other] Будет взято сообщений: { $messages }, файлов: { $files } ({ $size }), чатов: { $chats }. Пока ничего не взято.
}
cli-imported = { $files ->
    [0] Теперь здесь сообщений: { $messages }, чатов: { $chats }; их можно читать и искать. Писать в них нельзя.
   *[other] Теперь здесь сообщений: { $messages }, файлов: { $files }, чатов: { $chats }; их можно читать и искать. Писать в них нельзя.
}
cli-import-going = { $title }: сообщений { $done } из { $messages }
cli-not-taken = { $name } (не взято)
cli-file-not-taken = { $path } не взят
cli-left = { $kind ->
    [service] служебных строк (кто вошёл, звонил, закрепил …)
    [unknown] сообщений вида, которого здесь нет (игры, счета, истории …)
    [long] сообщений с текстом длиннее 4096 знаков
   *[broken] сообщений, которые не читаются
}
cli-invite-unknown = Пока ни один ретранслятор не знает это приглашение; оно заработает, как только узел с ним свяжется (см.: chappe status).
cli-no-qr = ссылка слишком длинная для QR-кода
cli-last-seen-roughly = roughly: контакты видят только день, и вы их — тоже
cli-last-seen-exactly = exactly: контакты видят, когда вы в сети и с каких пор нет
cli-link-paired = Связь установлена ({ $number }). Подтвердите на другом устройстве своими 24 словами.
cli-link-compare = Это устройство показывает { $number }. Другое показывает то же число?
cli-linked = Теперь это устройство пользователя { $name }; оно знает { $contacts ->
        [one] { $contacts } контакт
        [few] { $contacts } контакта
       *[other] { $contacts } контактов
    }.
    Запустите узел: chappe --data { $dir } run
cli-chat-is = { $state ->
    [pinned] { $chat }: закреплено.
    [unpinned] { $chat }: больше не закреплено.
    [archived] { $chat }: в архиве.
    [listed] { $chat }: снова в списке.
    [marked] { $chat }: отмечено как непрочитанное.
    [unmarked] { $chat }: отметка снята.
    [muted] { $chat }: без звука.
    [unmuted] { $chat }: звук включён.
    [drafted] { $chat }: черновик сохранён.
    [deleted] { $chat }: чат удалён.
   *[undrafted] { $chat }: черновика больше нет.
}
cli-no-folder = нет папки «{ $name }»; см.: chappe folder list
cli-folders-none = Папок нет. Создать: chappe folder put ИМЯ ЧАТ...
cli-was-heard = { $id }: прослушано.
cli-relay-holds = хранит до { $time } UTC
cli-relay-released = больше не хранит, оно есть на всех устройствах
cli-not-yet = ещё нет: { $why }
cli-device = устройство { $id }
cli-device-read = получило, прочитано
cli-device-has = получило
cli-init-words = 24 слова ниже — это вы. Запишите их на бумаге прямо сейчас: больше они не появятся, а тот, у кого они есть, — это вы.
cli-start-node = Запустите узел: chappe --data { $dir } run
cli-node-runs = Узел запущен. Откройте его страницу (ссылка действует один раз; новая: chappe web):
cli-picture-set = Установлено; другие увидят, когда их узлы его загрузят.
cli-picture-set-for = Установлено для { $chat }; другие увидят, когда их узлы его загрузят.
cli-picture-removed = Удалено.
cli-picture-removed-for = Удалено для { $chat }.
cli-pinned-now = { $id }: закреплено.
cli-unpinned-now = { $id }: больше не закреплено.
cli-hidden = скрыто от контактов
cli-receipts-on = Другие видят, что вы прочитали.
cli-receipts-off = Другие не видят, что вы прочитали, и вы у них тоже.
cli-cannot-open = не удаётся открыть { $path }
cli-file-no-text = файл не является текстом
cli-proof-none = в этом файле нет доказательства
cli-proof-incomplete = доказательство в этом файле неполное
cli-proof-damaged = доказательство в этом файле повреждено
cli-proof = Подписи верны. Доказано:
    { "  " }кто:   { $user }
    { "  " }когда: { $time } UTC, по часам автора
    { "  " }где:   чат { $chat }
    { "  " }что:   { $said }
    Сравните идентификатор с известным вам; имя ничего не доказывает.
cli-restore-unreadable = учётная запись в этом файле копии не читается; укажите свой прежний ретранслятор: --relay АДРЕС
cli-restore-answer = { $answer ->
    [waiting] пока нет ответа
    [nothing] ничего о вас не знает
    [found] нашёл вас
   *[bad] дал негодный ответ: { $why }
}
cli-unpacking = распаковка: { $done } из { $all }
cli-welcome-back = С возвращением, { $name }. Это ваше новое устройство, всего их { $devices }; оно знает контактов: { $contacts }.
cli-restore-backup = Найдена копия, сообщений: { $messages }; она загрузится, когда узел будет запущен (chappe backup status).
cli-restore-chats = Ваши другие устройства или контакты снова впустят его в ваши чаты.
cli-kind-rule = вид — это text, poll, card, location, file, media, voice или document
cli-day-rule = день пишется 2026-11-27, промежуток — 12h или 7d
cli-search-what = укажите, что искать: слова или одно из --chat, --from, --kind, --link
cli-search-none = Ничего не найдено.
cli-search-similar = Точных совпадений нет; похожие слова:
cli-search-more = Всего { $total }; дальше: --before-cursor { $cursor }
cli-search-incomplete = Индекс ещё строится; чуть позже может найтись больше.
cli-status = чатов: { $chats }   ждут получателя: { $outbox }   пока на малом числе ретрансляторов: { $unsent }   получено, не хватает части: { $parked }
cli-relays-none = Ретрансляторов нет; узнайте адрес у оператора или запустите свой: chappe-relay --help
cli-relay-row = { $kind ->
    [own] свой
   *[other] из чатов
}, { $chats ->
    [one] { $chats } чат
    [few] { $chats } чата
   *[other] { $chats } чатов
}
cli-removed = Удалено.
cli-is-sent = { $id }: отправлено.
cli-on-its-way = В пути.
cli-not-here-yet = ещё не здесь
cli-pack-none = нет набора стикеров «{ $wanted }»; см.: chappe sticker list
cli-pack-several = наборов стикеров «{ $wanted }» несколько; укажите начало идентификатора
cli-sort-rule = вид файлов — photo, video, voice, sound или document
cli-size-rule = размер — число и k, M или G, например 10M
cli-freed = Удалено файлов: { $files } ({ $size }).
cli-would-free = Будет удалено файлов: { $files } ({ $size }).
cli-stays = { $why ->
    [sent] Остаётся файлов: { $files } ({ $size }): их отправили вы.
    [only] Остаётся файлов: { $files } ({ $size }): их больше нет ни на одном ретрансляторе.
    [unreachable] Остаётся файлов: { $files } ({ $size }): не отвечает ни один ретранслятор, где они могут быть.
   *[way] Остаётся файлов: { $files } ({ $size }): они в пути.
}
cli-kept-ever = Копии файлов хранятся бессрочно.
cli-kept-for = Копии файлов хранятся { $span }.
cli-kept-total = Копии файлов хранятся до { $total }.
cli-kept-both = Копии файлов хранятся { $span }, всего до { $total }.
cli-stored-store = сообщения, ключи, настройки
cli-stored-index = поисковый индекс
cli-stored-files = файлы
cli-stored-unlisted = удалённых чатов
cli-stored-lent = хранятся для других
cli-stored-other = прочее
cli-stored-backup = копия на ретрансляторах
cli-chat-gone = удалённый чат
cli-stored-messages = { $count ->
    [one] { $count } сообщение ({ $size })
    [few] { $count } сообщения ({ $size })
   *[other] { $count } сообщений ({ $size })
}
cli-stored-kind = { $kind ->
    [photo] изображений: { $count } ({ $size })
    [video] видео: { $count } ({ $size })
    [voice] голосовых: { $count } ({ $size })
    [sound] звуков: { $count } ({ $size })
   *[document] документов: { $count } ({ $size })
}
cli-topics-none = Тем пока нет. Создать: chappe topic create { $chat } НАЗВАНИЕ
cli-topic-several = тем «{ $wanted }» несколько; укажите номер перед названием
cli-topic-none = нет темы «{ $wanted }»; см.: chappe topic list { $chat }
cli-topic-general = Общее
cli-topic-closed = закрыта
cli-usage = Использование:
cli-commands = Команды
cli-arguments = Аргументы
cli-options = Параметры
cli-default = (по умолчанию: { $value })
cli-values = (одно из: { $values })
cli-usage-no-value = для { $arg } нужно значение
cli-usage-value = «{ $value }» не подходит для { $arg }
cli-usage-value-of = «{ $value }» не подходит для { $arg }; возможно одно из: { $values }
cli-usage-value-why = «{ $value }» не подходит для { $arg }: { $why }
cli-usage-unknown = аргумента { $arg } здесь нет
cli-usage-command = команды { $command } нет
cli-usage-conflict = { $arg } не сочетается с { $other }
cli-usage-missing = не хватает: { $args }
cli-usage-count = неверное число значений для { $arg }
cli-usage-similar = Есть: { $word }
cli-usage-more = Подробнее: --help
cli-fork = изменение { $index } решено дважды (замечено { $time }): ретрансляторы { $relays } подписали оба, солгав или потеряв сохранённое; { $healed ->
    [yes] на этом устройстве верное
   *[no] этому устройству ещё предстоит перейти к верному
}
cli-usage-range = нужно значение из { $range }
cli-backup-files = На ваших ретрансляторах остаются и файлы чатов: { $count } ({ $size }).
cli-backup-file-problem = Файл не сохраняется: { $problem }
cli-first = Узла ещё нет. Создайте его на этой странице (ссылка действует один раз):

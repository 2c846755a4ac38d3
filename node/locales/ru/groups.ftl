group-members = { $count ->
    [one] { $count } участник
    [few] { $count } участника
   *[other] { $count } участников
}
channel-members = { $count ->
    [one] { $count } подписчик
    [few] { $count } подписчика
   *[other] { $count } подписчиков
}
group-new = Новая группа
channel-new = Новый канал
group-what = Писать могут все участники.
channel-what = Пишут администраторы, остальные читают.
group-title = Название
group-about = Описание
group-make = Создать
people-chosen = Выбрано: { $count }
group-settings = Настройки чата
group-waiting = Изменений на рассмотрении у релеев: { $count }
group-leaving = Вы выходите.
group-away = Этот чат вернулся из резервной копии. Писать можно будет, когда другое ваше устройство или кто-то из участников впустит это устройство.
group-imported = Этот чат перенесён из другого мессенджера. Его можно читать и искать в нём, но писать здесь никто не может.
group-out = Вы больше не в этом чате. Сказанное остаётся здесь.
channel-read = Здесь пишут только администраторы.
saved-what = Заметки для себя на всех ваших устройствах
group-leave = Выйти из группы
channel-leave = Выйти из канала
leave = Выйти
leave-why = Вы больше ничего не получите из { $name }. Кто-то из участников может добавить вас снова.
members-add = Добавить людей
member = Участник
member-gone = Больше не в этом чате.
member-remove = Удалить из чата
member-ban = Заблокировать
role = Роль
role-owner = Владелец
role-admin = Администратор
role-member = Участник
role-restricted = Ограничен
role-banned = Заблокирован
rights = Права
right-change-info = Менять название и описание
right-delete = Удалять чужие сообщения
right-ban = Ограничивать, удалять и блокировать
right-invite = Добавлять людей
right-pin = Закреплять сообщения
right-promote = Назначать администраторов
right-post = Писать
may-still = Всё ещё может
members-may = Участники могут
may-text = Писать тексты
may-media = Отправлять файлы и места
may-poll = Создавать опросы
may-react = Ставить реакции
until = До
until-lifted = до отмены
for-hour = на час
for-day = на день
for-week = на неделю
for-month = на месяц
hand-over = Передать
hand-over-why = Чат будет принадлежать { $name }. Вернуть его сможет только этот человек.
slow-mode = Медленный режим
slow-off = выключен
slow-every = сообщение раз в { $seconds } с
lifetime = Сообщения самоуничтожаются
lifetime-off = никогда
lifetime-seconds = { $seconds } с
lifetime-why = Для сообщений, написанных с этого момента, у всех в чате.
search-here = Искать в этом чате
search-in = В { $name }
search-everywhere = Искать везде
search-similar = Точных совпадений нет; вот похожие.
search-indexing = Старые сообщения ещё индексируются.
search-more = Ещё
group-links = Ссылки-приглашения
link-new = Новая ссылка
link-make = Создать ссылку
link-uses = Для скольких
link-any = без ограничения
link-works = Действует
link-for-ever = до отзыва
link-approval = Кто-то должен одобрить
link-approval-short = с одобрением
link-used = использовано: { $count }
link-used-of = использовано: { $count } из { $most }
group-link-qr = Ссылка в виде QR-кода
link-not-yet = Пока ни один релей о ней не знает.
link-revoke = Отозвать
asking = Хотят войти
joins = Запросы на вступление
join-since = Запрошено { $moment }
join-cancel = Отозвать
join-asked = Запрос отправлен. Чат появится, как только вас впустят.

## Темы

topics = Темы
topics-all = Все
topic-general = Общее
topic-new = Новая тема
topic-change = Изменить тему
topic-title = Название темы
topic-icon = Эмодзи перед названием
topic-close = Закрыта: пишут только те, кто может создавать темы
topic-closed = Закрыта
topic-closed-why = Эта тема закрыта: здесь пишут только те, кто может создавать темы.
topic-remove = Удалить тему
topic-remove-why = «{ $name }» исчезнет из списка у всех. То, что в ней сказано, останется в теме «Общее».
right-topics = Создавать темы

homes = Серверы-ретрансляторы чата: на связи { $up } из { $all }
homes-what = Они хранят сказанное, пока его не получат все, и решают об изменениях чата. Прочитать его они не могут.
home-replace = Заменить одним из своих
home-spread = Использовать четыре: ваши вместе с этим
home-deciding = Остальные решают…

forks = Решено дважды
fork-what = Изменение { $index } этого чата было решено в двух вариантах (замечено { $moment }). Ретрансляторы { $relays } подписали оба: они солгали или потеряли сохранённое.
fork-healed = На этом устройстве вариант, который сохраняют все.
fork-behind = Этому устройству ещё предстоит перейти на вариант, который сохраняют все. То, что вы пишете, сохраняется.

views = Просмотров: { $count }
event-made = { $who } создаёт этот чат
event-added = { $who } добавляет { $names }
event-joined = По ссылке-приглашению: { $names }
event-removed = { $who } исключает { $names }
event-left = { $names } покидает чат
event-title = { $who } меняет название на «{ $title }»
event-about = { $who } меняет описание
event-picture = { $who } меняет изображение
event-no-picture = { $who } убирает изображение
event-admin = { $who } назначает администратора: { $names }
event-member = { $who } снимает особые права: { $names }
event-restricted = { $who } ограничивает права: { $names }
event-banned = { $who } блокирует: { $names }
event-owner = Теперь чат принадлежит: { $names }

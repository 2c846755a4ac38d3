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

ticks-queued = Ожидает: пока ни на одном ретрансляторе
ticks-sent = Отправлено
ticks-delivered = Доставлено
ticks-read = Прочитано
no-name = Без имени

files-send = { $count ->
    [one] Отправить { $count } файл
    [few] Отправить { $count } файла
   *[other] Отправить { $count } файлов
}
attach = Прикрепить
files-caption = Подпись
files-photos = Как фото: меньше, без места и времени съёмки
files-original = Отправляется каждый байт, включая место и время съёмки, если камера их записала.
files-leaving = Файлы в пути
file-to-node = на ваш узел
file-active = в пути
file-paused = приостановлено
file-pause = Приостановить
file-resume = Продолжить
file-left = осталось { $seconds } с
file-part = { $done } из { $size }
file-save = Сохранить
file-load = Загрузить ({ $size })
file-broken = Не удалось загрузить. Повторить
file-picture = Изображение { $name }
file-is-picture = Изображение
file-is = Файл { $name }
picture-before = Предыдущее изображение
picture-behind = Следующее изображение
voice-record = Записать голосовое сообщение
voice-discard = Выбросить
voice-stop = Остановить и прослушать
voice-hold = Отпустите — отправится; вверх — запись продолжится; в сторону — удалится
voice-is = Голосовое сообщение, { $length }
player-play = Воспроизвести
player-pause = Пауза
player-rate = Скорость: { $rate }
player-place = Место в голосовом сообщении
heard-not-yet = Ещё не прослушано
video-length = Длительность
album = Альбом: { $count }
shared = Отправлено здесь
shared-media = Медиа
shared-files = Файлы
shared-links = Ссылки
shared-voice = Голос
shared-none = Ничего такого здесь не отправляли.
shared-jump = Показать в чате
attach-files = Фото или файлы

ticks-queued = 等待中：尚未到达任何中继
ticks-sent = 已发送
ticks-delivered = 已送达
ticks-read = 已读
no-name = 无名

files-send = { $count ->
   *[other] 发送 { $count } 个文件
}
attach = 添加文件
files-caption = 说明文字
files-photos = 作为照片发送：更小，且不含拍摄地点和时间
files-original = 每个字节都会发送，包括相机记录的拍摄地点和时间。
files-leaving = 正在发送的文件
file-to-node = 正在传到你的节点
file-active = 发送中
file-paused = 已暂停
file-pause = 暂停
file-resume = 继续
file-left = 还剩 { $seconds } 秒
file-part = { $done } / { $size }
file-save = 保存
file-load = 加载（{ $size }）
file-broken = 无法加载。重试
file-picture = 图片 { $name }
file-is-picture = 图片
file-is = 文件 { $name }
picture-before = 上一张图片
picture-behind = 下一张图片

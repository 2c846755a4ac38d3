cli-no-node = { $dir } 里没有节点；创建一个：chappe --data { $dir } init --name 名字 --relay 地址
cli-not-running = 节点没有运行；请在另一个终端启动：chappe --data { $dir } run
cli-cannot-read = 无法读取 { $path }
cli-cannot-write = 无法写入 { $path }
cli-no-answer = 节点没有应答：{ $why }
cli-other-answers = 在 { $address } 应答的不是这个节点（{ $status }）
cli-asked = 已提出请求，由此聊天的归属中继决定。查看：chappe { $command } { $chat }
cli-type-words = 输入你的 24 个词，用空格隔开，然后按回车（不要让别人看到）：
cli-no-words = 没有输入词；请键入，或从标准输入提供
cli-yes-no = { $question } [y/N]
cli-yes = y yes 是 好
cli-fits-several = “{ $wanted }”对应多个；请用标识指明：
cli-none-such = { $what ->
    [chat] 没有名为“{ $wanted }”或标识以此开头（至少 4 个字符）的聊天；查看：chappe chats
    [contact] 没有名为“{ $wanted }”或标识以此开头（至少 4 个字符）的联系人请求；查看：chappe contact list
    [device] 没有名为“{ $wanted }”或标识以此开头（至少 4 个字符）的设备；查看：chappe device list
   *[other] 最近的消息中没有标识以“{ $wanted }”开头（至少 4 个字符）的；查看：chappe history CHAT
}
cli-chats-none = 还没有聊天。邀请别人：chappe invite
cli-chat-new = { $count } 条新消息
cli-mark-pinned = 已置顶
cli-mark-archived = 已归档
cli-mark-muted = 已静音
cli-mark-marked = 已标记
cli-mark-draft = 草稿
cli-online = 在线
cli-last-seen-at = 最后在线 { $time }
cli-chat-not-accepted = 尚未接受；消息在等待
cli-missing-waiting = 正在等待 { $user } 的设备 { $device } 的 { $count } 条：还没有中继收到；之后的内容在它们到达时或 { $until } 显示
cli-missing-lost = { $user } 的设备 { $device } 的 { $count } 条从未到达，不再显示
cli-history-none = 还没有消息。开始吧：chappe send { $chat } 文字
cli-mentions-none = 在你还没看过的消息里没有人提到你。
cli-sent = 发给 { $chat }：{ $ticks }。查看进展：chappe message show { $id }
cli-quote-differs = 消息里没有这句话；请逐字引用
cli-ticks-queued = 排队中
cli-ticks-sent = 已发送
cli-ticks-delivered = 已送达
cli-ticks-read = 已读
cli-ticks-received = 已收到
cli-me = 我
cli-them = 对方
cli-reply-to = 回复 { $id }“{ $text }”
cli-reply-differs = 回复 { $id }“{ $text }”，但原文并非如此
cli-forwarded-verified = 转发自 { $name }，已验证
cli-forwarded-unverified = 转发自 { $name }，未验证
cli-edited = 已编辑
cli-message-pinned = 已置顶
cli-heard = 已听
cli-not-heard = 尚未听
cli-seen-by = { $count } 人看过
cli-until = 至 { $time }
cli-card = 名片
cli-card-known = 你把此密钥称为 { $name }
cli-sticker = 贴纸 { $emoji }：{ $get }
cli-sticker-of = { $title } 的贴纸 { $emoji }：{ $get }
cli-voice-message = 语音消息，{ $length }，{ $size }：{ $get }
cli-file = 文件 { $name }，{ $size }：{ $get }
cli-once-unseen = 只能看一次；尚未查看
cli-once = 只能看一次：{ $view }
cli-once-gone = 已看过，已消失
cli-deleted = 已删除
cli-poll = { $kind ->
    [quiz] 测验
   *[poll] 投票
}，{ $state ->
    [closed] 已结束
   *[open] 进行中
}，{ $count } 人已投
cli-right-answer = 正确
cli-place = 位置
cli-live-until = 实时位置至 { $time }
cli-was-live = 实时共享已结束
cli-bytes = { $count } 字节
cli-size = { $whole }.{ $tenth } { $unit }
cli-span-rule = 时长是数字加 s、m、h 或 d，例如 30s 或 7d
cli-duration-rule = 请给出数字加 m、h 或 d，例如 7d，或 forever
cli-is-there = { $path } 已存在；请换一个名字，或加上 --force
cli-is-there-out = { $path } 已存在；请用 --out 换一个名字，或加上 --force
cli-folder-is-there = { $path } 已存在；请换一个文件夹
cli-no-text-name = 名称不是文本
cli-broke-off = 节点中断了；请查看其日志后重试
cli-backup-written = { $path }，{ $size }。检查：chappe backup verify；恢复：chappe restore --file
cli-backup-comparing = 正在核对：第 { $done } 部分，共 { $all } 部分
cli-backup-verified = { $messages } 条消息和 { $files } 个文件（{ $size }），截至 { $time } UTC，均与写入时一致。
cli-tried-again = { $problem }；会再次尝试（查看：chappe backup status）
cli-schedule-ended = 计划在此期间被取消了
cli-backup-going = { $stage ->
    [writing] 正在写入
    [checking] 正在核对
    [restoring] 正在取回聊天记录
   *[handing] 正在为新设备留下聊天记录
}：{ $done } 部分
cli-backup-going-of = { $stage ->
    [writing] 正在写入
    [checking] 正在核对
    [restoring] 正在取回聊天记录
   *[handing] 正在为新设备留下聊天记录
}：第 { $done } 部分，共 { $all } 部分
cli-backup-restored = 已从备份恢复 { $count } 条消息和更改。
cli-backup-schedule = 每 { $span } 写入一个文件到 { $folder }，保留 { $keep } 个；最近一次 { $time } UTC。
cli-backup-schedule-new = 每 { $span } 写入一个文件到 { $folder }，保留 { $keep } 个；尚无。
cli-problem = 问题：{ $problem }
cli-backup-off = 中继上没有备份。开启：chappe backup on
cli-backup-empty = 备份已开启；尚未写入任何内容。
cli-backup-state = { $messages } 条消息，{ $size }，截至 { $time } UTC；上次送去 { $brought }。
cli-backup-nowhere = 没有中继拥有全部内容。
cli-backup-at = 完整内容位于：{ $relays }
cli-backup-compared = 核对于 { $time } UTC：{ $good } 份与写入时一致，{ $bad } 份不一致（将重写），{ $unknown } 份情况不明。
cli-bug-report-written = 已写入。其中有最近输入的种类、大小和时间；没有文本、名字、密钥或地址。
cli-no-card = 该消息不是联系人名片
cli-clock-wrong = 此机器的时钟早于 1970 年
cli-cleared = 已清空。
cli-deleted-count = 已删除 { $count } 条。
cli-contacts-none = 还没有联系人。为别人创建链接：chappe invite
cli-declined = 已拒绝 { $name }。
cli-blocked = 已屏蔽 { $name }。
cli-unblocked = 已解除对 { $name } 的屏蔽。
cli-safety-compared = 已比较；{ $name } 必须看到相同的号码
cli-safety-open = 尚未比较；{ $name } 必须看到相同的号码
cli-contact-state = { $state ->
    [requested] 已请求，等待对方回应
    [pending] 想与你交谈；回应：chappe contact accept|decline
    [accepted] 联系人
   *[declined] 已拒绝
}
cli-is-blocked = 已屏蔽
cli-contact-forked = 警告：对方的两份设备列表互相矛盾；请比较安全号码
cli-wrote = 附言：{ $text }
cli-contact-problem = 问题：{ $problem }
cli-device-renamed = { $device } 现在名为 { $name }。
cli-device-removed = { $device } 不再代表你。你的联系人会得知。
cli-words-right = 这些就是你的词。
cli-device-link-how = 在新设备上：chappe --data DIR link 代码，用上面的文本；或者加上 --relay 地址，用 { $code }。
    正在等待（十分钟；按 Ctrl-C 停止）……
cli-device-offered = “{ $name }”（{ $device }）想成为你的设备之一。
cli-device-offered-new = 一台新设备（{ $device }）想成为你的设备之一。
cli-device-compare = 此设备显示 { $number }。只有当新设备显示相同数字时才继续。
cli-device-linked = { $device } 现在是你的设备之一。
cli-device-not-linked = 设备未关联：{ $problem }
cli-this-removed = 此设备已被你的另一台设备移除：它不再代表你。
cli-own-forked = 警告：你的两份设备列表互相矛盾；也许别人有你的词。
cli-device-since = 自 { $time } UTC
cli-device-this = 本机
cli-link-unknown = 还没有中继知道此链接；一旦知道即可使用（查看：chappe group link list）。
cli-links-none = 没有链接。创建一个：chappe group link create
cli-asked-homes = 已提出请求，由此聊天的归属中继决定。
cli-nobody-asks = 没有人请求加入。
cli-asks-not = “{ $wanted }”没有请求，或有多个同名；查看：chappe group request list { $chat }
cli-let-in = 已提出请求；归属中继决定后 { $name } 即可加入。
cli-join-asked = { $kind ->
    [channel] 已请求。获准后，频道“{ $title }”会出现在列表里（查看：chappe chats）。
   *[group] 已请求。获准后，群组“{ $title }”会出现在列表里（查看：chappe chats）。
}
cli-taken-back = 已撤回。
cli-joins-none = 没有待处理的请求。加入群组：chappe join 链接
cli-id-unclear = 没有标识以“{ $wanted }”开头，或有多个；请至少给出 4 个字符
cli-terms = { $uses ->
    [0] 任何拥有它的人可用
    [1] 一人可用
   *[other] { $uses } 人可用
}，{ $until ->
    [ever] 永久有效
   *[other] 有效期至 { $until } UTC
}。
cli-terms-approval = 须有人批准（chappe group request）。
cli-invite-secret = 不要发给别人：拥有它的人都可以请求与你交谈。
cli-link-used = 已有 { $count } 人加入
cli-link-used-of = 已有 { $count } 人加入，共 { $most } 人
cli-link-nowhere = 还没有中继知道它
cli-join-unreached = 尚未连上此聊天的中继
cli-join-waits = 等待答复
cli-reworded = { $id } 的文字已更改。
cli-exported = { $chats } 个聊天的 { $messages } 条消息和 { $files } 个文件（{ $size }）已写入 { $path }。
cli-export-missing = 有 { $count } 个文件无法取得；其消息中已注明。
cli-export-going = { $title }：{ $messages } 条消息，{ $files } 个文件
cli-no-file = { $path } 不是文件；请先把文件夹打包
cli-not-sent = { $name } 未发送：{ $problem }
cli-file-sent = { $name } 发给 { $chat }：已发送
cli-file-leaving = { $name } 正在发送；查看：chappe file list
cli-file-broken = 文件没有完整到达：{ $why }。请稍后重试
cli-no-bytes = 没有收到数据
cli-message-no-file = 该消息不是文件
cli-transfer-none = 没有这个传输；查看：chappe file list
cli-transfer-several = 有多个传输以此开头；请给出更多字符
cli-transfer-way = { $way ->
    [out] 发给 { $chat }
   *[in] 来自 { $chat }
}
cli-transfer-state = { $state ->
    [active] 传输中
    [paused] 已暂停
    [done] 完成
    [failed] 失败
   *[removing] 正在移除
}
cli-amount = { $done } / { $size }
cli-rate = { $rate }/秒，还剩 { $seconds } 秒
cli-following = 正在跟随；按 Ctrl-C 停止。
cli-follow-broke = 事件流中断；重新开始：chappe follow
cli-node-stopped = 节点已停止；重新启动：chappe run
cli-contact-changed = { $name } 有变化；查看：chappe contact list
cli-asking-changed = 请求加入 { $chat } 的人有变化；查看：chappe group request list
cli-a-chat = 某个聊天
cli-someone = 某人
cli-skipped = 终端太慢，跳过了一些消息；查看：chappe history
cli-forwarded-to = 已转发到 { $chat }
cli-no-member = “{ $wanted }”不是成员，或有多个同名；查看：chappe group members { $chat }
cli-role = { $role ->
    [owner] 群主
    [admin] 管理员
    [member] 成员
    [restricted] 受限
   *[banned] 已封禁
}
cli-group-rules = 允许：{ $rights }；慢速模式：{ $seconds } 秒
cli-group-members = { $count } 名成员
cli-home-unclear = 没有归属中继的标识以“{ $wanted }”开头，或有多个；查看：chappe home list { $chat }
cli-relay = 中继 { $id }
cli-connected = 已连接
cli-no-link = 未连接
cli-own = 自己的
cli-import-no-chat = 此导出中没有名为“{ $name }”的聊天；用 --dry-run 查看其内容
cli-import-nothing = 没有可导入的内容：{ $chats } 个聊天，都没有可导入的消息
cli-import-who = 导出没有说明你在群组中是谁；用 --me 名字 指明（其中之一：{ $names }）
cli-import-cannot-read = 无法读取 { $path }；请从 Telegram Desktop 导出为“机器可读的 JSON”
cli-import-chat = { $title }：{ $messages } 条消息，{ $first } 至 { $last }
cli-import-chat-files = { $title }：{ $messages } 条消息，{ $files } 个文件共 { $size }，{ $first } 至 { $last }
cli-import-left = 未导入：{ $count } { $what }
cli-left-files = 个不在导出中的文件
cli-left-formatting = 处格式
cli-left-reactions = 个导出未注明是谁的回应
cli-import-would = { $files ->
    [0] 将导入 { $chats } 个聊天中的 { $messages } 条消息（{ $size }）。目前尚未导入。
   *[other] 将导入 { $chats } 个聊天中的 { $messages } 条消息和 { $files } 个文件（{ $size }）。目前尚未导入。
}
cli-imported = { $files ->
    [0] { $chats } 个聊天中的 { $messages } 条消息已在此处，可阅读和搜索。无法在其中发言。
   *[other] { $chats } 个聊天中的 { $messages } 条消息和 { $files } 个文件已在此处，可阅读和搜索。无法在其中发言。
}
cli-import-going = { $title }：{ $done } / { $messages } 条消息
cli-not-taken = { $name }（未导入）
cli-file-not-taken = { $path } 未导入
cli-left = { $kind ->
    [service] 条服务信息（谁加入、通话、置顶……）
    [unknown] 条此处不存在的类型的消息（游戏、账单、动态……）
    [long] 条超过 4096 个字符的消息
   *[broken] 条无法读取的消息
}
cli-invite-unknown = 还没有中继知道此邀请；节点连上中继后即可使用（查看：chappe status）。
cli-no-qr = 链接太长，无法生成二维码
cli-last-seen-roughly = roughly：联系人只知道日期，你看他们也一样
cli-last-seen-exactly = exactly：联系人看到你何时在线、何时离开
cli-link-paired = 已配对（{ $number }）。请在另一台设备上用你的 24 个词确认。
cli-link-compare = 此设备显示 { $number }。另一台显示的数字相同吗？
cli-linked = 这现在是 { $name } 的设备；它知道 { $contacts } 个联系人。
    启动节点：chappe --data { $dir } run
cli-chat-is = { $state ->
    [pinned] { $chat } 已置顶。
    [unpinned] { $chat } 已取消置顶。
    [archived] { $chat } 已归档。
    [listed] { $chat } 已回到列表。
    [marked] { $chat } 已标为未读。
    [unmarked] { $chat } 已取消标记。
    [muted] { $chat } 已静音。
    [unmuted] { $chat } 已取消静音。
    [drafted] { $chat } 已有草稿。
    [deleted] { $chat } 已删除。
   *[undrafted] { $chat } 已无草稿。
}
cli-no-folder = 没有名为“{ $name }”的文件夹；查看：chappe folder list
cli-folders-none = 没有文件夹。创建一个：chappe folder put 名称 聊天...
cli-was-heard = { $id } 已听。
cli-relay-holds = 保存至 { $time } UTC
cli-relay-released = 无需再保存，所有设备都已收到
cli-not-yet = 尚未：{ $why }
cli-device = 设备 { $id }
cli-device-read = 已收到并已读
cli-device-has = 已收到
cli-init-words = 下面的 24 个词就是你的身份。现在就写在纸上：不会再次显示，谁拥有它们谁就是你。
cli-start-node = 启动节点：chappe --data { $dir } run
cli-node-runs = 节点正在运行。打开它的页面（此链接只能用一次；再取一个：chappe web）：
cli-picture-set = 已设置；别人的节点取回后就能看到。
cli-picture-set-for = 已为 { $chat } 设置；别人的节点取回后就能看到。
cli-picture-removed = 已移除。
cli-picture-removed-for = 已从 { $chat } 移除。
cli-pinned-now = { $id } 已置顶。
cli-unpinned-now = { $id } 已取消置顶。
cli-hidden = 对联系人隐藏
cli-receipts-on = 别人会知道你读了什么。
cli-receipts-off = 别人不会知道你读了什么，你也不会知道他们的。
cli-cannot-open = 无法打开 { $path }
cli-file-no-text = 该文件不是文本
cli-proof-none = 此文件中没有证明
cli-proof-incomplete = 此文件中的证明不完整
cli-proof-damaged = 此文件中的证明已损坏
cli-proof = 签名正确。它证明：
    { "  " }谁：  { $user }
    { "  " }何时：{ $time } UTC，按对方的时钟
    { "  " }何处：聊天 { $chat }
    { "  " }内容：{ $said }
    请将标识与你所知的比较；名字证明不了什么。
cli-restore-unreadable = 此备份文件中的账户无法读取；请给出你用过的中继：--relay 地址
cli-restore-answer = { $answer ->
    [waiting] 尚无应答
    [nothing] 对你一无所知
    [found] 找到了你
   *[bad] 给出的内容无效：{ $why }
}
cli-unpacking = 正在解包：{ $done } / { $all }
cli-welcome-back = 欢迎回来，{ $name }。这是你的新设备（共 { $devices } 台）；它知道你的 { $contacts } 个联系人。
cli-restore-backup = 找到含 { $messages } 条消息的备份；节点运行后会取回（chappe backup status）。
cli-restore-chats = 你的其他设备或联系人会让它重新进入你的聊天。
cli-kind-rule = 类型为 text、poll、card、location、file、media、voice 或 document
cli-day-rule = 日期写作 2026-11-27，时长写作 12h 或 7d
cli-search-what = 请说明要找什么：词语，或 --chat、--from、--kind、--link 之一
cli-search-none = 没有找到。
cli-search-similar = 没有完全匹配的；相近的词：
cli-search-more = 共 { $total } 条；继续：--before-cursor { $cursor }
cli-search-incomplete = 索引正在建立；稍后可能会有更多。
cli-status = 聊天：{ $chats }   等待收件人：{ $outbox }   中继还不够：{ $unsent }   已收到但缺一部分：{ $parked }
cli-relays-none = 没有中继；向中继的运营者要地址，或自己运行：chappe-relay --help
cli-relay-row = { $kind ->
    [own] 自己的，{ $chats } 个聊天
   *[other] 聊天的，{ $chats } 个聊天
}
cli-removed = 已移除。
cli-is-sent = { $id } 已发送。
cli-on-its-way = 正在发送。
cli-not-here-yet = 尚未取回
cli-pack-none = 没有贴纸包“{ $wanted }”；查看：chappe sticker list
cli-pack-several = 有多个贴纸包是“{ $wanted }”；请用其标识的开头
cli-sort-rule = 文件种类为 photo、video、voice、sound 或 document
cli-size-rule = 大小为数字加 k、M 或 G，例如 10M
cli-freed = 已移除 { $files } 个文件，共 { $size }。
cli-would-free = 将移除 { $files } 个文件，共 { $size }。
cli-stays = { $why ->
    [sent] 保留 { $files } 个文件，共 { $size }：由你发送。
    [only] 保留 { $files } 个文件，共 { $size }：已没有中继拥有它们。
    [unreachable] 保留 { $files } 个文件，共 { $size }：可能拥有它们的中继都没有应答。
   *[way] 保留 { $files } 个文件，共 { $size }：正在传输。
}
cli-kept-ever = 文件副本永久保留。
cli-kept-for = 文件副本保留 { $span }。
cli-kept-total = 文件副本最多保留 { $total }。
cli-kept-both = 文件副本保留 { $span }，最多 { $total }。
cli-stored-store = 消息、密钥、设置
cli-stored-index = 搜索索引
cli-stored-files = 文件
cli-stored-unlisted = 已不存在的聊天的
cli-stored-lent = 为他人保存
cli-stored-other = 其他
cli-stored-backup = 中继上的备份
cli-chat-gone = 一个已不存在的聊天
cli-stored-messages = { $count } 条消息 { $size }
cli-stored-kind = { $kind ->
    [photo] { $count } 张图片 { $size }
    [video] { $count } 个视频 { $size }
    [voice] { $count } 条语音 { $size }
    [sound] { $count } 个音频 { $size }
   *[document] { $count } 个文档 { $size }
}
cli-topics-none = 还没有话题。创建一个：chappe topic create { $chat } 标题
cli-topic-several = 有多个话题名为“{ $wanted }”；请给出前面的编号
cli-topic-none = 没有名为“{ $wanted }”的话题；查看：chappe topic list { $chat }
cli-topic-general = 综合
cli-topic-closed = 已关闭
cli-usage = 用法：
cli-commands = 命令
cli-arguments = 参数
cli-options = 选项
cli-default = （默认：{ $value }）
cli-values = （可选：{ $values }）
cli-usage-no-value = { $arg } 需要一个值
cli-usage-value = “{ $value }”不是 { $arg } 的有效值
cli-usage-value-of = “{ $value }”不是 { $arg } 的有效值；可选：{ $values }
cli-usage-value-why = “{ $value }”不是 { $arg } 的有效值：{ $why }
cli-usage-unknown = 这里没有参数 { $arg }
cli-usage-command = 没有命令 { $command }
cli-usage-conflict = { $arg } 不能与 { $other } 同用
cli-usage-missing = 缺少：{ $args }
cli-usage-count = { $arg } 的值的个数不对
cli-usage-similar = 有：{ $word }
cli-usage-more = 更多：--help
cli-fork = 更改 { $index } 被决定了两次（发现于 { $time }）：中继 { $relays } 两个都签了，因为撒谎或丢失了所存的内容；{ $healed ->
    [yes] 此设备采用的是正确的
   *[no] 此设备还须转到正确的
}
cli-usage-range = 须在 { $range } 之内
cli-backup-files = 聊天中的 { $count } 个文件（{ $size }）也保留在你的中继上。
cli-backup-file-problem = 有文件未保存：{ $problem }
cli-first = 还没有节点。在此页面创建（链接只能用一次）：

# 聊天中除书写以外的事：投票、置顶、谁看过和说过什么。
poll-new = 新投票
quiz-new = 新测验
poll-question = 问题
poll-options = 可选答案
poll-option = 答案 { $n }
poll-option-remove = 移除答案 { $n }
poll-options-most = 最多 { $most } 个。
poll-unsigned = 不显示谁投了什么
poll-several = 可选择多个答案
poll-has-right = 测验：有一个正确答案
quiz-choose-right = 标出正确的一个。
quiz-right-is = 答案 { $n } 是正确的
quiz-explanation = 解释
quiz-explanation-why = 投票后可见。
poll-open = 开放
poll-open-ended = 直到有人结束
poll-voters-who = 谁投了票
message-delete-only-me = 只从这台设备删除；其他人保留他们的内容。
forward-attributed = 注明最初是谁说的
forwarded-to = 已转发给{ $name }
pinned-one = 置顶消息
pinned-of = 置顶消息 { $number }/{ $count }
pinned-list = 所有置顶消息
pinned-none = 这里没有置顶消息。
pinned-take-down = 全部取消置顶
wordings = 所有版本
wording-now = 现在的版本
wording-first = 最初的版本
reacted-who = 谁作出了回应
readers = 谁读过
readers-why = 根据他们设备的签名。不告知已读情况的人列在“已收到”下。
readers-read = 已读
readers-has = 已收到
readers-waiting = 尚未
readers-nobody = 据所知还没有人。
missing-from = 正在等待{ $name }的消息
missing-from-several = 正在等待{ $name }和另外 { $others } 人的消息
missing-why = 为什么？
missing-title = 尚未到达的内容
missing-none = 全部都在这里。
missing-what = 消息以及回应、编辑等按说出的顺序到来。某人在缺失内容之后所说的会先保留，以免出现在错误的位置。系统会向所有可能拥有它的一方索取：对方的设备、这里的其他人和中继。
missing-waits = { $count ->
   *[other] 对方有 { $count } 条消息或更改正在路上。
}
missing-until = 最迟等到 { $moment }；之后将在没有它的情况下显示对方后来所说的。
missing-lost = { $count ->
   *[other] 对方有 { $count } 条消息或更改从未到达。之后所说的已显示。
}

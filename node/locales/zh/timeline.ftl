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

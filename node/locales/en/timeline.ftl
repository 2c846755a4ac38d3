# What is done in a chat beside writing: polls, pins, who has seen and said what.
poll-new = New poll
quiz-new = New quiz
poll-question = Question
poll-options = Answers to choose from
poll-option = Answer { $n }
poll-option-remove = Remove answer { $n }
poll-options-most = The most are { $most }.
poll-unsigned = Do not show who voted for what
poll-several = Several answers may be chosen
poll-has-right = A quiz: one answer is right
quiz-choose-right = Mark the right one.
quiz-right-is = Answer { $n } is right
quiz-explanation = Explanation
quiz-explanation-why = Shown to whoever has voted.
poll-open = Open
poll-open-ended = until somebody ends it
poll-voters-who = Who voted

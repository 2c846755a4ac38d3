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
message-delete-only-me = It goes from this device; the others keep what they have.
forward-attributed = Say who said it first
forwarded-to = Forwarded to { $name }
pinned-one = Pinned message
pinned-of = Pinned message { $number } of { $count }
pinned-list = All pinned messages
pinned-none = Nothing is pinned here.
pinned-take-down = Unpin all
wordings = All wordings
wording-now = as it is now
wording-first = as it was first
reacted-who = Who reacted
readers = Who has read it
readers-why = By what their devices signed. Who does not tell what they have read stands under “Has it”.
readers-read = Has read it
readers-has = Has it
readers-waiting = Not yet
readers-nobody = Nobody yet, as far as is told.
missing-from = Waiting for messages of { $name }
missing-from-several = Waiting for messages of { $name } and { $others } more
missing-why = Why?
missing-title = What is not here yet
missing-none = Everything is here.
missing-what = Messages, and also reactions, edits and the like, come in the order in which they were said. What somebody said after something that is missing is kept back, so that nothing stands where it was not said. It is fetched from all who may have it: their devices, the others here, and the relays.
missing-waits = { $count ->
    [one] One message or change of theirs is on its way.
   *[other] { $count } messages or changes of theirs are on their way.
}
missing-until = Until { $moment } at the latest it is waited for; then what they said after it is shown without it.
missing-lost = { $count ->
    [one] One message or change of theirs never came. What they said after it is shown.
   *[other] { $count } messages or changes of theirs never came. What they said after them is shown.
}

# ما يُفعل في المحادثة غير الكتابة: استطلاعات، تثبيت، من رأى ماذا وقال ماذا.
poll-new = استطلاع جديد
quiz-new = اختبار جديد
poll-question = السؤال
poll-options = الإجابات المتاحة
poll-option = الإجابة { $n }
poll-option-remove = إزالة الإجابة { $n }
poll-options-most = الحد الأقصى { $most }.
poll-unsigned = لا تُظهر من صوّت لماذا
poll-several = يمكن اختيار عدة إجابات
poll-has-right = اختبار: إجابة واحدة صحيحة
quiz-choose-right = حدّد الإجابة الصحيحة.
quiz-right-is = الإجابة { $n } صحيحة
quiz-explanation = الشرح
quiz-explanation-why = يراه من صوّت.
poll-open = مفتوح
poll-open-ended = حتى ينهيه أحد
poll-voters-who = من صوّت

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
message-delete-only-me = تُحذف من هذا الجهاز فقط؛ ويبقى لدى الآخرين ما عندهم.
forward-attributed = اذكر من قالها أولاً
forwarded-to = أُعيد التوجيه إلى { $name }
pinned-one = رسالة مثبتة
pinned-of = الرسالة المثبتة { $number } من { $count }
pinned-list = كل الرسائل المثبتة
pinned-none = لا شيء مثبت هنا.
pinned-take-down = إلغاء تثبيت الكل
wordings = كل الصيغ
wording-now = كما هي الآن
wording-first = كما كانت أولاً
reacted-who = من تفاعل
readers = من قرأها
readers-why = بحسب ما وقّعته أجهزتهم. ومن لا يُخبر بما قرأه يظهر تحت «وصلته».
readers-read = قرأها
readers-has = وصلته
readers-waiting = ليس بعد
readers-nobody = لا أحد بعد، بحسب المعروف.
missing-from = في انتظار رسائل من { $name }
missing-from-several = في انتظار رسائل من { $name } و{ $others } آخرين
missing-why = لماذا؟
missing-title = ما لم يصل بعد
missing-none = كل شيء هنا.
missing-what = تصل الرسائل، وكذلك التفاعلات والتعديلات ونحوها، بالترتيب الذي قيلت به. وما قاله أحد بعد شيء مفقود يُحجز كي لا يظهر شيء في غير موضعه. ويُطلب من كل من قد يملكه: أجهزته والآخرين هنا والمُرحّلات.
missing-waits = { $count ->
    [zero] لا شيء في الطريق.
    [one] رسالة أو تغيير واحد في الطريق.
    [two] رسالتان أو تغييران في الطريق.
    [few] { $count } رسائل أو تغييرات في الطريق.
   *[other] { $count } رسالة أو تغيير في الطريق.
}
missing-until = يُنتظر حتى { $moment } على الأكثر؛ ثم يُعرض ما قيل بعده من دونه.
missing-lost = { $count ->
    [zero] لم يضع شيء.
    [one] رسالة أو تغيير واحد لم يصل أبداً. وما قيل بعده معروض.
    [two] رسالتان أو تغييران لم يصلا أبداً. وما قيل بعدهما معروض.
    [few] { $count } رسائل أو تغييرات لم تصل أبداً. وما قيل بعدها معروض.
   *[other] { $count } رسالة أو تغيير لم يصل أبداً. وما قيل بعده معروض.
}

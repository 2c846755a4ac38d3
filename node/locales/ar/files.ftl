files-send = { $count ->
    [one] إرسال ملف
    [two] إرسال ملفين
    [few] إرسال { $count } ملفات
   *[other] إرسال { $count } ملفًا
}
attach = إرفاق
files-caption = تعليق
files-photos = كصور: أصغر ودون مكان الكاميرا ووقتها
files-original = يُرسل كل بايت، بما في ذلك مكان التقاط الصورة ووقته إن سجّلتهما الكاميرا.
files-leaving = ملفات في الطريق
file-to-node = إلى عقدتك
file-active = في الطريق
file-paused = متوقف مؤقتًا
file-pause = إيقاف مؤقت
file-resume = متابعة
file-left = بقيت { $seconds } ث
file-part = { $done } من { $size }
file-save = حفظ
file-load = تحميل ({ $size })
file-broken = تعذّر التحميل. أعد المحاولة
file-picture = صورة { $name }
file-is-picture = صورة
file-is = ملف { $name }
picture-before = الصورة السابقة
picture-behind = الصورة التالية
voice-record = تسجيل رسالة صوتية
voice-discard = تجاهل التسجيل
voice-stop = إيقاف للاستماع أولًا
voice-hold = ارفع إصبعك للإرسال؛ إلى الأعلى: يستمر التسجيل؛ إلى الجانب: يُلغى
voice-is = رسالة صوتية، { $length }
player-play = تشغيل
player-pause = إيقاف مؤقت
player-rate = السرعة: { $rate }
player-place = الموضع في الرسالة الصوتية
heard-not-yet = لم يُستمع إليها بعد
video-length = المدة
album = ألبوم من { $count }
shared = أُرسل هنا
shared-media = الوسائط
shared-files = الملفات
shared-links = الروابط
shared-voice = الصوت
shared-none = لم يُرسل هنا شيء من هذا النوع.
shared-jump = إظهار في المحادثة
attach-files = صور أو ملفات

space-store = الرسائل والمفاتيح
space-index = فهرس البحث
space-files = الملفات
space-unlisted = منها لمحادثات زالت
space-lent = منها محفوظة للآخرين
space-other = أخرى
space-backup = النسخة الاحتياطية لدى المُرحِّلات
space-by-chat = حسب المحادثة
space-chat-gone = محادثة زالت
space-messages = الرسائل: { $count } · { $size }
space-free = إخلاء مساحة
space-free-what = يمكن إزالة نسخ الملفات التي أرسلها الآخرون ما دام لدى مُرحِّل نسخة منها: تُجلب من جديد عند فتحها. أما ما أرسلته أنت وما ليس عند أحد غيرك فيبقى.
space-chat = المحادثة
space-chat-all = كل المحادثات
space-kind = النوع
space-kind-any = الكل
space-age = جُلبت
space-age-any = في أي وقت
space-age-week = قبل أكثر من أسبوع
space-age-month = قبل أكثر من شهر
space-age-quarter = قبل أكثر من ثلاثة أشهر
space-age-year = قبل أكثر من سنة
space-look = عرض ما يمكن إزالته
space-would = يمكن إزالة: { $files }، { $size }
space-nothing = لا شيء يمكن إزالته.
space-do = إزالة هذه النسخ
space-freed = أُزيل: { $files }، { $size }
space-stays = يبقى: { $files }، { $size } ({ $why })
space-why-sent = أرسلتَه أنت
space-why-only-here = لم يعد لدى أي مُرحِّل
space-why-unreachable = لا يجيب أي مُرحِّل قد يملكه
space-why-under-way = في الطريق
space-limits = الحدود
space-limits-what = تلتزم بها العقدة من تلقاء نفسها بالقواعد نفسها.
space-keep = الاحتفاظ بالنسخ
space-keep-ever = دائمًا
space-keep-week = أسبوعًا
space-keep-month = شهرًا
space-keep-quarter = ثلاثة أشهر
space-keep-year = سنة
space-total = كل النسخ معًا على الأكثر
space-total-any = أي حجم
kind-photo = صور
kind-video = فيديوهات
kind-voice = رسائل صوتية
kind-sound = أصوات
kind-document = مستندات
space-count = { $files ->
    [zero] لا ملفات
    [one] ملف واحد
    [two] ملفان
    [few] { $files } ملفات
    [many] { $files } ملفًا
   *[other] { $files } ملف
}

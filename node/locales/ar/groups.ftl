group-members = { $count ->
    [one] عضو واحد ({ $count })
    [few] { $count } أعضاء
   *[other] { $count } عضوًا
}
channel-members = { $count ->
    [one] مشترك واحد ({ $count })
    [few] { $count } مشتركين
   *[other] { $count } مشتركًا
}
group-new = مجموعة جديدة
channel-new = قناة جديدة
group-what = يمكن لجميع الأعضاء الكتابة.
channel-what = يكتب المشرفون ويقرأ الآخرون.
group-title = الاسم
group-about = الوصف
group-make = إنشاء
people-chosen = المختارون: { $count }
group-settings = إعدادات الدردشة
group-waiting = تغييرات تبتّ فيها المرحّلات: { $count }
group-leaving = أنت تغادر.
group-away = عادت هذه الدردشة من نسخة احتياطية. يمكنك الكتابة هنا حالما يُدخل جهازٌ آخر لك أو أحدُ من فيها هذا الجهاز.
group-imported = هذه الدردشة من تطبيق مراسلة آخر. يمكن قراءتها والبحث فيها، ولا أحد يستطيع الكتابة هنا.
group-out = لم تعد في هذه الدردشة. ما قيل يبقى هنا.
channel-read = لا يكتب هنا إلا المشرفون.
saved-what = ملاحظات لك على جميع أجهزتك
group-leave = مغادرة المجموعة
channel-leave = مغادرة القناة
leave = مغادرة
leave-why = لن يصلك شيء بعد الآن من { $name }. يمكن لأحد الأعضاء إضافتك مجددًا.
members-add = إضافة أشخاص
member = عضو
member-gone = لم يعد في هذه الدردشة.
member-remove = إخراج
member-ban = حظر
role = الدور
role-owner = المالك
role-admin = مشرف
role-member = عضو
role-restricted = مقيّد
role-banned = محظور
rights = الصلاحيات
right-change-info = تغيير الاسم والوصف
right-delete = حذف رسائل الآخرين
right-ban = التقييد والإخراج والحظر
right-invite = إضافة أشخاص
right-pin = تثبيت الرسائل
right-promote = تعيين مشرفين
right-post = الكتابة
may-still = ما زال بإمكانه
members-may = يمكن للأعضاء
may-text = كتابة النصوص
may-media = إرسال الملفات والأماكن
may-poll = إنشاء استطلاعات
may-react = التفاعل
until = حتى
until-lifted = حتى يُرفع
for-hour = لساعة
for-day = ليوم
for-week = لأسبوع
for-month = لشهر
hand-over = نقل الملكية
hand-over-why = ستصبح الدردشة ملكًا لـ { $name }، ولا يعيدها إلا صاحبها الجديد.
slow-mode = الوضع البطيء
slow-off = معطّل
slow-every = رسالة كل { $seconds } ث
lifetime = الرسائل تدمّر نفسها
lifetime-off = أبدًا
lifetime-seconds = { $seconds } ث
lifetime-why = للرسائل التي تُكتب من الآن، ولكل من في الدردشة.
search-here = البحث في هذه الدردشة
search-in = في { $name }
search-everywhere = البحث في كل مكان
search-similar = لا شيء بهذه الكلمات تمامًا؛ هذه مشابهة.
search-indexing = ما زالت الرسائل الأقدم تُفهرس.
search-more = المزيد
group-links = روابط الدعوة
link-new = رابط جديد
link-make = إنشاء الرابط
link-uses = لكم شخص
link-any = أي عدد
link-works = يعمل
link-for-ever = حتى يُسحب
link-approval = يجب أن يوافق أحدهم
link-approval-short = بموافقة
link-used = استُخدم: { $count }
link-used-of = استُخدم: { $count } من { $most }
group-link-qr = الرابط كرمز QR
link-not-yet = لا يعرفه أي مرحّل بعد.
link-revoke = سحب
asking = يودّون الدخول
joins = طلبات الدخول
join-since = طُلب { $moment }
join-cancel = تراجع
join-asked = أُرسل الطلب. تظهر الدردشة فور السماح لك.

## المواضيع

topics = المواضيع
topics-all = الكل
topic-general = عام
topic-new = موضوع جديد
topic-change = تعديل الموضوع
topic-title = عنوان الموضوع
topic-icon = رمز تعبيري قبل العنوان
topic-close = مغلق: لا يكتب فيه إلا من يحق له إنشاء المواضيع
topic-closed = مغلق
topic-closed-why = هذا الموضوع مغلق: لا يكتب هنا إلا من يحق له إنشاء المواضيع.
topic-remove = إزالة الموضوع
topic-remove-why = سيختفي «{ $name }» من قوائم الجميع، ويبقى ما قيل فيه في «عام».
right-topics = إنشاء المواضيع

homes = مرحّلات المحادثة: { $up } من { $all } متصلة
homes-what = تحفظ ما يقال حتى يصل إلى الجميع وتقرر تغييرات المحادثة، ولا تستطيع قراءتها.
home-replace = استبداله بأحد مرحّلاتك
home-spread = استخدام أربعة مرحّلات: مرحّلاتك مع هذا
home-deciding = تقرر المرحّلات الأخرى ذلك…

forks = قرار مرتين
fork-what = تقرر التغيير { $index } في هذه المحادثة بصيغتين (لوحظ { $moment }). وقّعت المرحّلات { $relays } على كلتيهما: إما كذبت أو فقدت ما خزّنته.
fork-healed = لدى هذا الجهاز الصيغة التي يبقي عليها الجميع.
fork-behind = ما زال على هذا الجهاز أن ينتقل إلى الصيغة التي يبقي عليها الجميع. ما تكتبه محفوظ.

views = شاهده { $count }
event-made = أنشأ { $who } هذه الدردشة
event-added = أضاف { $who }: { $names }
event-joined = عبر رابط دعوة: { $names }
event-removed = أخرج { $who }: { $names }
event-left = غادر { $names }
event-title = سمّى { $who } الدردشة «{ $title }»
event-about = غيّر { $who } الوصف
event-picture = غيّر { $who } الصورة
event-no-picture = أزال { $who } الصورة
event-admin = عيّن { $who } مشرفًا: { $names }
event-member = أعاد { $who } إلى عضو عادي: { $names }
event-restricted = قيّد { $who }: { $names }
event-banned = حظر { $who }: { $names }
event-owner = هذه الدردشة ملك { $names } الآن

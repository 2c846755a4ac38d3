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

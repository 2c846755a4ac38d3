shelves = أي المحادثات
shelf-all = الكل
shelf-archive = الأرشيف
shelf-empty = لا محادثات هنا.
chat-muted = مكتومة
chat-pinned = مثبتة
list-pin = تثبيت
list-unpin = إلغاء التثبيت
list-mute-hour = كتم ساعة
list-mute = كتم
list-unmute = إلغاء الكتم
list-unread = تعليم كغير مقروءة
list-read = تعليم كمقروءة
list-archive = أرشفة
list-unarchive = إخراج من الأرشيف
chat-delete = حذف الدردشة
chat-delete-why = ستختفي { $name } من القائمة على جميع أجهزتك مع كل ما قيل فيها، وتعود عندما يكتب لك أحد فيها.
chat-delete-leave = ستغادر { $name }، وستختفي من جميع أجهزتك مع كل ما قيل فيها.
chat-delete-down = { $name } ملكك: سيُخرَج منها الجميع وستختفي نهائيًا. ما لدى الآخرين منها يبقى لديهم.
chat-delete-both = أيضًا لدى { $name }
history-clear = مسح السجل
history-clear-why = سيُحذف ما قيل في { $name } وتبقى الدردشة. من دون أيام يُحذف كل شيء.
history-from = ابتداءً من هذا اليوم (يمكن تركه فارغًا)
history-until = حتى هذا اليوم (يمكن تركه فارغًا)
history-for-all = للجميع، بقدر ما يحق لك الحذف
history-cleared = تم مسح السجل.
folder-in = إلى { $name }
folder-out = من { $name }
folders = المجلدات
folders-what = المجلدات فوق المحادثات. يمكن أن تكون المحادثة في عدة مجلدات.
folder-new = مجلد جديد
folder-name = الاسم
folder-remove = إزالة المجلد
blocked = المحظورون
blocked-what = لا ترى طلبات ورسائل من حظرتهم. ولا يُبلَّغون بذلك.
blocked-none = لا أحد محظور.
block = حظر
unblock = إلغاء الحظر
contact-devices = أجهزة تتحدث باسم الشخص: { $devices }
contact-forked = قائمتان لأجهزة الشخص متناقضتان: ربما يتحدث أحد باسمه. اسأله وجهًا لوجه.
safety = رقم الأمان
safety-how = قارن هذا الرقم بما يراه { $name }، وجهًا لوجه أو هاتفيًا. إن تساويا فلا أحد بينكما.
safety-verified = قارنته: كان متساويًا.
safety-open = لم يُقارن بعد.
safety-equal = إنه متساوٍ
safety-doubt = أشك فيه مجددًا
device-this = (هذا)
device-name = اسم الجهاز
device-since = منذ { $moment }
device-remove = إزالة
device-remove-why = كلماتك الأربع والعشرون لإزالة هذا الجهاز
device-removed = أزال جهاز آخر هذا الجهاز: لم يعد يستطيع قول شيء.
device-forked = قائمتان لأجهزتك متناقضتان: ربما لدى أحد كلماتك الأربع والعشرون.
link-title = جهاز جديد
link-what = يحصل الجهاز الجديد على جهات اتصالك ومحادثاتك. يبدأ بالأمر: chappe link
link-begin = إظهار رمز
link-qr = الرمز للكاميرا
link-code = أو اكتب هذا:
link-until = يعمل مرة واحدة، حتى { $moment }.
link-waiting = بانتظار الجهاز الجديد.
link-offered = جهاز يريد التحدث باسمك.
link-handing-over = جارٍ تسليم جهات الاتصال والمحادثات.
link-done = الجهاز الجديد صار لك.
link-failed = لم ينجح ذلك.
link-compare = يجب أن يُظهر الجهاز الجديد الرقم نفسه. وإلا فتوقف.
link-look = هل هو الجهاز الذي في يدك؟
link-words = كلماتك الأربع والعشرون ليصير لك
link-confirm = إنه لي
link-cancel = إيقاف
words-title = كلماتك الأربع والعشرون
words-why = اكتبها لترى هل ملاحظتك صحيحة. تذهب إلى عقدتك فقط، وهي لا تحتفظ بها.
words-check = تحقق
words-right = إنها صحيحة.
profile-about = عنك
profile-emoji = حالة برمز واحد
profile-username = اسم المستخدم
profile-bio = بضع كلمات
profile-hidden = إخفاؤه عن جهات الاتصال: { $field }

backup = النسخ الاحتياطي
backup-what = تحفظ عقدتك سجل دردشاتك مشفّرًا لدى مرحّلاتك. لا تفتحه إلا كلماتك الأربع والعشرون: بها يعود كل شيء على جهاز جديد.
backup-words = كلماتك الأربع والعشرون لتشغيله
backup-on = تشغيل
backup-off = إيقاف وحذف
backup-off-sure = تحذف مرحّلاتك النسخة. ما على هذه العقدة يبقى.
backup-none = لم يُكتب شيء بعد.
backup-state = { $messages ->
    [zero] لا رسائل، { $size }، حتى { $moment }
    [one] رسالة واحدة، { $size }، حتى { $moment }
    [two] رسالتان، { $size }، حتى { $moment }
    [few] { $messages } رسائل، { $size }، حتى { $moment }
    [many] { $messages } رسالة، { $size }، حتى { $moment }
   *[other] { $messages } رسالة، { $size }، حتى { $moment }
}
backup-relays = { $relays ->
    [0] لا مرحّل لديه كل شيء.
    [one] مرحّل واحد لديه كل شيء.
    [two] مرحّلان لديهما كل شيء.
   *[other] { $relays } مرحّلات لديها كل شيء.
}
backup-now = انسخ الآن
backup-check = قارن
backup-checked = نسخ كما كُتبت: { $good }، نسخ ليست كذلك وتُكتب من جديد: { $bad }، نسخ تعذّر الوصول إليها: { $unknown }.
backup-writing = يُنقل ما تغيّر إلى مرحّلاتك.
backup-checking = يُجلب ما لدى مرحّلاتك ويُقارن.
backup-restoring = تعود نسخة احتياطية.
backup-handing = جهاز جديد لك يتلقى السجل.
backup-restored = عاد من نسخة احتياطية من الرسائل والتغييرات: { $count }.
backup-file = في ملف
backup-file-what = كل شيء في ملف واحد لقرصك الخاص: السجل والأشخاص والإعدادات. لا تفتحه إلا كلماتك الـ24.
backup-file-with = مع ملفات الدردشات الموجودة لدى هذه العقدة
backup-file-save = حفظ الملف
backup-file-off = شغّل النسخ الاحتياطي أولًا، أو اكتب الملف من سطر الأوامر: chappe backup write.
backup-schedule = تكتب العقدة ملفًا من تلقاء نفسها؛ الأخير { $moment }.
backup-schedule-none = تكتب العقدة ملفًا من تلقاء نفسها؛ لا يوجد ملف بعد.

picture-choose = اختيار صورة
picture-remove = إزالة الصورة
picture = الصورة

privacy = الخصوصية
privacy-read = إخبار الآخرين بما قرأت
privacy-read-why = وإلا فلن تعرف ما قرأوه أيضًا.
privacy-seen = إظهار وقت وجودك بدقة
privacy-seen-why = وإلا فلن يعرف جهات اتصالك إلا اليوم، ولن ترى عنهم أكثر من ذلك.
online = متصل الآن
seen-at = آخر ظهور { $moment }
seen-recently = آخر ظهور قريبًا
seen-week = آخر ظهور خلال أسبوع
seen-month = آخر ظهور خلال شهر
seen-long = آخر ظهور منذ وقت طويل

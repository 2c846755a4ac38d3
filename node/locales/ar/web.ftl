loading = جارٍ التحميل…
close = إغلاق
back = رجوع
save = حفظ
saved = حُفظ
add = إضافة
edit = تعديل
delete = حذف
done = تم
copy = نسخ
copied = نُسخ
copy-refused = لم يسمح المتصفح بالنسخ
accept = قبول
decline = رفض
you = أنت
menu = القائمة
info = معلومات
devices = الأجهزة
relays = المُرحِّلات
log-out = تسجيل خروج هذا المتصفح
node-silent = العقدة لا تجيب.
node-answered = أجابت العقدة { $status }.
node-next-try = المحاولة التالية بعد { $seconds } ث.
node-trying = جارٍ المحاولة…
node-try-now = حاول الآن
relays-none-connected = لا مُرحِّل متصل: ما تكتبه ينتظر هنا.
login-title = سجّل الدخول إلى عقدتك
login-how = هذا المتصفح غير مسجّل الدخول. في طرفية على الجهاز الذي تعمل عليه العقدة، احصل على رابط وافتحه هنا:
login-link = كل رابط يعمل مرة واحدة. شكله: { $example }
chats = المحادثات
search = بحث
search-label = البحث في المحادثات وجهات الاتصال
search-clear = مسح البحث
search-nothing = لم يُعثر على شيء.
requests = طلبات التواصل
request-text = يرغب في التحدث إليك
request-waits = بانتظار الرد
draft = مسودة:
unread = غير مقروءة
chat-waits = بانتظار القبول
chat-empty = لا رسائل بعد
welcome = أهلًا بك في Chappe
welcome-how = هذه عقدتك الخاصة: مفاتيحك ورسائلك على جهازك، ولا يستطيع أحد في الطريق قراءتها. ادعُ أحدًا أو افتح رابطًا وصلك.
chat-with = محادثة مع { $name }
chat-private = محادثة خاصة
chat-waits-long = بانتظار القبول؛ عندها تُرسل رسائلك
chat-none = لم تُختر محادثة
chat-choose = اختر محادثة
chat-choose-why = لا يقرأ ما يقال إلا أنت والمشاركون فيها.
chat-hello = لم يُقل شيء هنا بعد. ألقِ التحية!
back-to-chats = العودة إلى المحادثات
messages = الرسائل
unread-messages = رسائل غير مقروءة
to-newest = إلى أحدث رسالة
mention-next = إلى الرسالة التالية التي تذكرك
mention-you = ذكرك أحدهم
mention-people = الأشخاص في هذه الدردشة
day-today = اليوم
day-yesterday = أمس
date-jump = الذهاب إلى يوم
date-day = اليوم
date-go = اذهب
message = رسالة
message-menu = الرسالة
message-copy = نسخ النص
message-select = تحديد
chosen = محددة
selected = { $count ->
    [zero] لا رسائل محددة
    [one] رسالة واحدة محددة
    [two] رسالتان محددتان
    [few] { $count } رسائل محددة
    [many] { $count } رسالة محددة
   *[other] { $count } رسالة محددة
}
send = إرسال
not-sent = لم تُرسل: { $why }
try-again = إعادة المحاولة
discard = تجاهل
text-left = { $left ->
    [zero] لم يبق أي حرف
    [one] بقي حرف واحد
    [two] بقي حرفان
    [few] بقيت { $left } أحرف
    [many] بقي { $left } حرفًا
   *[other] بقي { $left } حرف
}
text-too-long = طويل جدًا: الحد الأقصى { $most }
truth-title = أين هذه الرسالة؟
truth-written = كُتبت { $moment }.
truth-has = وصلته
truth-has-read = وصلته وقُرئت
truth-not-yet = ليس بعد: { $why }
truth-holds = يحتفظ بها حتى { $moment }
truth-released = لم يعد عليه الاحتفاظ بها: وصلت إلى كل الأجهزة
truth-signed = كل ما هنا وقّعوه أو أكدوه بأنفسهم؛ لا شيء مُخمَّن.
emoji = رموز تعبيرية
emoji-search = البحث في الرموز
emoji-smileys = وجوه ومشاعر
emoji-people = أشخاص وجسد
emoji-nature = حيوانات وطبيعة
emoji-food = طعام وشراب
emoji-travel = سفر وأماكن
emoji-activities = أنشطة
emoji-objects = أشياء
emoji-symbols = رموز
emoji-flags = أعلام
contacts = جهات الاتصال
contacts-search = البحث في جهات الاتصال
contacts-none = لا تعرف أحدًا هنا بعد.
contact-add = إضافة جهة اتصال
contact-have-link = لدي رابط
contact-link = رابط دعوة الشخص
contact-greeting = عرّف بنفسك
contact-greeting-why = يراه الشخص مع طلبك.
contact-send = إرسال الطلب
contact-since = معروف منذ { $moment }
contact-id = معرّف الشخص
invite = دعوة أحد
invite-how = أرسل رابطًا إلى شخص واحد أو دعه يمسح الرمز. عندها يستطيع أن يطلب التحدث إليك.
invite-make = إنشاء رابط
invite-qr = الرابط كرمز QR
invite-link = رابط الدعوة
invite-uses = { $uses ->
    [zero] لا أحد.
    [one] لشخص واحد.
    [two] لشخصين.
    [few] لعدد { $uses } أشخاص.
    [many] لعدد { $uses } شخصًا.
   *[other] لعدد { $uses } شخص.
}
invite-until = حتى { $moment }.
invite-no-relay = لا يعرفه أي مُرحِّل بعد: سيعمل حين تصل العقدة إلى أحدها.
invite-open = روابط ما زالت صالحة
invite-revoke = سحب
settings = الإعدادات
profile = الملف الشخصي
profile-name = اسمك
profile-name-why = يراه كل من تتحدث إليه.
profile-id = معرّفك
notifications = الإشعارات والأصوات
notify-on = إظهار الإشعارات
notify-preview = مع نص الرسالة
notify-how = ما دامت هذه الصفحة مفتوحة في المتصفح، وفي الخلفية أيضًا.
notify-refused = لا يسمح المتصفح لهذه الصفحة بالإشعارات.
notify-new-message = رسالة جديدة
sound = الصوت
sound-how = صوت آخر لمحادثة واحدة: في معلومات المحادثة.
sound-none = بلا صوت
sound-bell = جرس
sound-drop = قطرة
sound-knock = طرق
sound-chime = رنين
sound-chat = صوت هذه المحادثة
sound-as-others = كالبقية
language = اللغة
language-browser = لغة المتصفح
relays-what = تحتفظ المُرحِّلات برسائلك، التي لا تستطيع قراءتها، حتى تصل إلى الجميع. تكون الرسالة في أمان متى صارت لدى مُرحِّلين.
relays-none = لا شيء بعد. استخدم واحدًا برابطه.
relay-connected = متصل
relay-chats = { $chats ->
    [zero] لا يخدم أي محادثة.
    [one] يخدم محادثة واحدة.
    [two] يخدم محادثتين.
    [few] يخدم { $chats } محادثات.
    [many] يخدم { $chats } محادثة.
   *[other] يخدم { $chats } محادثة.
}
relay-of-chat = معروف من محادثة.
relay-remove = التوقف عن استخدامه
relay-add = استخدام مُرحِّل آخر
queues = رسائل في الطريق
queue-outbox = تنتظر مستلمًا
queue-unsent = ليست على عدد كافٍ من المُرحِّلات بعد
queue-parked = وصلت وينقصها جزء
storage = البيانات والتخزين
storage-browser = هذا المتصفح
storage-offline = الاحتفاظ بما شوهد لقراءته دون العقدة
storage-offline-why = يبقى غير مشفّر في هذا المتصفح حتى تسجّل الخروج أو تزيله.
storage-used = { $size } كيبيبايت في هذا المتصفح
storage-forget = إزالة ما شوهد
storage-forgotten = أُزيل
storage-writing = الكتابة
enter-sends = مفتاح Enter يرسل (وإلا Ctrl+Enter)
storage-node = عقدتك
storage-chats = { $chats ->
    [zero] لا محادثات
    [one] محادثة واحدة
    [two] محادثتان
    [few] { $chats } محادثات
    [many] { $chats } محادثة
   *[other] { $chats } محادثة
}
storage-node-why = الرسائل والمفاتيح مشفّرة في مجلد بيانات العقدة على جهازك.
about = حول
about-what = تراسل بلا شركة في الوسط: عقدتك تحفظ بياناتك، والمُرحِّلات تنقل ما لا تستطيع قراءته.
about-keys = لا مفاتيح في هذه الصفحة. لا تخاطب إلا عقدتك، ولا تطلب شيئًا من أحد غيرها.
about-audit = لم يدقق أحد من الخارج Chappe بعد: لا تعتمد عليه في سلامتك.
about-licence = MIT أو Apache-2.0، كما تشاء.
about-api = واجهة برمجة العقدة
about-install = تثبيت كتطبيق
about-lite = الصفحات دون JavaScript
report = الإبلاغ عن خطأ
report-how = انسخ هذه الحقائق إلى بلاغك، واذكر ما فعلت وما توقعت وما حدث.
report-private = ليس فيها رسالة ولا اسم ولا معرّف ولا عنوان.
themes = السمات
themes-appearance = المظهر
themes-system = كالنظام
themes-light = فاتح
themes-dark = داكن
themes-text-size = حجم النص
themes-own = سمات خاصة
themes-new = إنشاء سمة
themes-new-name = سمتي
themes-share = نسخ الرمز
themes-shared = سمة
themes-code = رمز سمة
themes-file = ملف سمة من Telegram Desktop
themes-bad = هذه ليست سمة.
themes-many = الحد الأقصى { $most } سمة. احذف واحدة أولًا.
themes-use = استخدام هذه السمة
themes-name = الاسم
themes-base = مبنية على
themes-readable = كل النصوص سهلة القراءة.
themes-faults = صعب القراءة: { $pairs }
themes-repair = اجعلها مقروءة
colour-ground = الخلفية
colour-chat-ground = خلفية المحادثة
colour-hover = تحت المؤشر
colour-chosen = المختار
colour-line = الخطوط
colour-text = النص
colour-faint = النص الثانوي
colour-accent = الأزرار
colour-on-accent = نص الأزرار
colour-link = الروابط
colour-mine = رسائلك
colour-mine-faint = وقت رسائلك
colour-read = علامات المقروء
colour-theirs = رسائل الآخرين
colour-good = حسن
colour-bad = سيئ
colour-bad-ground = خلف السيئ
colour-banner = الشريط
colour-banner-text = نص الشريط
colour-pill = خلف الأيام
keys-title = لوحة المفاتيح
keys-search = بحث
keys-next-chat = المحادثة التالية
keys-previous-chat = المحادثة السابقة
keys-info = معلومات المحادثة
keys-settings = الإعدادات
keys-date = الذهاب إلى يوم
keys-write = كتابة
keys-back = رجوع، إغلاق
keys-list = التنقل بين المحادثات أو الرسائل
keys-menu = قائمة الرسالة المحددة؛ فتح محادثة
keys-line = سطر جديد
keys-sheet = هذه القائمة
keys-bold = عريض
keys-italic = مائل
keys-underline = مسطر
keys-strike = يتوسطه خط
keys-code = شيفرة
keys-spoiler = مخفي حتى يُطلب
report-trace = ما وصل إلى العقدة أخيرًا لإعادة تشغيله: الأنواع والأحجام والأوقات، بلا محتوى ولا أسماء ولا مفاتيح ولا عناوين. يفيد خصوصًا فيما تأخر أو لم يصل.
report-save = حفظ أثر العقدة
scan = مسح رمز
scan-what = شخص أو مجموعة أو مُرحِّل أو ملصقات: امسح الرمز أو ألصق الرابط. لا يحدث شيء قبل موافقتك.
scan-camera = الكاميرا
scan-picture = صورة للرمز
scan-how = ضع الرمز أمام الكاميرا. تبقى الصورة في هذا المتصفح.
scan-nothing = لا يوجد في هذه الصورة رمز يمكن قراءته.
scan-refused = لا يتيح المتصفح الكاميرا لهذه الصفحة.
scan-foreign = هذا ليس رمزًا أو رابطًا من Chappe.
scan-link = أو الرابط
scan-open = فتح
contact-no-code = لا يقود هذا الرمز إلى شخص أو مجموعة.
relay-no-code = لا يقود هذا الرمز إلى مُرحِّل.
relay-add-how = من يشغّله يعرض رمزه ورابطه بالأمر chappe-relay link.
relay-link = رابط المُرحِّل
relay-use = استخدامه
relay-added = يُستخدم المُرحِّل من الآن
relay-share = الرابط والرمز
relay-qr = رابط المُرحِّل كرمز QR
relay-connected-since = متصل منذ { $moment }
relay-gone-since = بلا اتصال منذ { $moment }
relay-never = لم يُبلَغ منذ بدء العقدة
relay-remove-why = { $chats ->
    [0] لا دردشة تعيش هناك. لن يُوصل إليك عبره؛ وتستمر مُرحِّلاتك الأخرى.
    [one] دردشة واحدة تعيش هناك وتبقى. ولا يُستخدم لغير ذلك.
   *[other] { $chats } من الدردشات تعيش هناك وتبقى. ولا يُستخدم لغير ذلك.
}
relay-remove-last = إنه الأخير: بلا مُرحِّل لا يصلك أحد جديد، وينتظر ما تكتبه.
sound-own = أصواتك
sound-own-what = تسجيل قصير، { $most } ثانية على الأكثر. يبقى في هذا المتصفح.
sound-play = تشغيل
sound-bring = إضافة صوت
sound-short = قصير جدًا فلا يُسمع.
sound-long = أطول من { $most } ثانية. قصّره أولًا.
sound-large = هذا الملف كبير جدًا على صوت تنبيه.
sound-many = { $most } من الأصوات هو الحد. احذف واحدًا أولًا.
sound-bad = لا يستطيع المتصفح تشغيل هذا الملف.
relay-no-link = غير متصل
welcome-words = التحقق من أن كلماتي الـ 24 معي

cli-no-node = لا توجد عقدة في { $dir }؛ أنشئ واحدة بالأمر: chappe --data { $dir } init --name NAME --relay ADDRESS
cli-not-running = العقدة لا تعمل؛ شغّلها في طرفية أخرى بالأمر: chappe --data { $dir } run
cli-cannot-read = تعذرت قراءة { $path }
cli-cannot-write = تعذرت كتابة { $path }
cli-no-answer = لم تُجب العقدة: { $why }
cli-other-answers = ما يُجيب على { $address } ليس هذه العقدة ({ $status })
cli-asked = أُرسل الطلب، وتقرره مرحّلات المحادثة. انظر: chappe { $command } { $chat }
cli-type-words = اكتب كلماتك الأربع والعشرين وبينها مسافات ثم اضغط Enter (احرص ألا يراها أحد):
cli-no-words = لم تُعطَ أي كلمات؛ اكتبها أو مررها عبر الدخل القياسي
cli-yes-no = { $question } [ن/ل]
cli-yes = ن نعم y yes
cli-fits-several = «{ $wanted }» يطابق أكثر من واحد؛ حدّد المقصود بمعرّفه:
cli-none-such = { $what ->
    [chat] لا توجد محادثة اسمها «{ $wanted }» أو يبدأ معرّفها هكذا (4 أحرف على الأقل)؛ انظر: chappe chats
    [contact] لا يوجد طلب تواصل باسم «{ $wanted }» أو بمعرّف يبدأ هكذا (4 أحرف على الأقل)؛ انظر: chappe contact list
    [device] لا يوجد جهاز اسمه «{ $wanted }» أو يبدأ معرّفه هكذا (4 أحرف على الأقل)؛ انظر: chappe device list
   *[other] لا توجد رسالة حديثة يبدأ معرّفها بـ«{ $wanted }» (4 أحرف على الأقل)؛ انظر: chappe history CHAT
}
cli-chats-none = لا محادثات بعد. ادعُ أحدًا بالأمر: chappe invite
cli-chat-new = { $count ->
    [one] رسالة جديدة
    [two] رسالتان جديدتان
    [few] { $count } رسائل جديدة
   *[other] { $count } رسالة جديدة
}
cli-mark-pinned = مثبّتة
cli-mark-archived = مؤرشفة
cli-mark-muted = مكتومة
cli-mark-marked = معلّمة
cli-mark-draft = مسودة
cli-online = متصل الآن
cli-last-seen-at = آخر ظهور { $time }
cli-chat-not-accepted = لم يُقبل بعد؛ الرسائل تنتظر
cli-missing-waiting = بانتظار { $count } من الجهاز { $device } للمستخدم { $user }: لم تصل إلى أي مرحّل بعد؛ يظهر ما بعدها عند وصولها أو في { $until }
cli-missing-lost = { $count } من الجهاز { $device } للمستخدم { $user } لم تصل قط ولا تُعرض
cli-history-none = لم يُقل شيء بعد. ابدأ بالأمر: chappe send { $chat } TEXT
cli-mentions-none = لم يذكرك أحد فيما لم تره بعد.
cli-sent = إلى { $chat }: { $ticks }. لمعرفة أين وصلت: chappe message show { $id }
cli-quote-differs = الرسالة لا تقول ذلك؛ اقتبسها حرفيًا
cli-ticks-queued = في الانتظار
cli-ticks-sent = أُرسلت
cli-ticks-delivered = سُلّمت
cli-ticks-read = قُرئت
cli-ticks-received = وصلت
cli-me = أنا
cli-them = الطرف الآخر
cli-reply-to = ردًا على { $id } «{ $text }»
cli-reply-differs = ردًا على { $id } «{ $text }»، وليس هذا ما تقوله
cli-forwarded-verified = محوّلة من { $name }، موثّقة
cli-forwarded-unverified = محوّلة من { $name }، غير موثّقة
cli-edited = معدّلة
cli-message-pinned = مثبّتة
cli-heard = سُمعت
cli-not-heard = لم تُسمع بعد
cli-seen-by = شوهدت: { $count }
cli-until = حتى { $time }
cli-card = جهة اتصال
cli-card-known = تسمّي هذا المفتاح { $name }
cli-sticker = ملصق { $emoji }: { $get }
cli-sticker-of = ملصق { $emoji } من { $title }: { $get }
cli-voice-message = رسالة صوتية، { $length }، { $size }: { $get }
cli-file = ملف { $name }، { $size }: { $get }
cli-once-unseen = تُرى مرة واحدة؛ لم تُرَ بعد
cli-once = تُرى مرة واحدة: { $view }
cli-once-gone = شوهدت واختفت
cli-deleted = محذوفة
cli-poll = { $kind ->
    [quiz] اختبار
   *[poll] استطلاع
}، { $state ->
    [closed] منتهٍ
   *[open] مفتوح
}، المصوّتون: { $count }
cli-right-answer = صحيح
cli-place = موقع
cli-live-until = مباشر حتى { $time }
cli-was-live = كان مباشرًا
cli-bytes = { $count } بايت
cli-size = { $whole }.{ $tenth } { $unit }
cli-span-rule = المدة رقم يليه s أو m أو h أو d، مثل 30s أو 7d
cli-duration-rule = أعطِ رقمًا يليه m أو h أو d، مثل 7d، أو forever
cli-is-there = { $path } موجود مسبقًا؛ اختر اسمًا آخر أو أضف --force
cli-is-there-out = { $path } موجود مسبقًا؛ اختر اسمًا آخر عبر --out أو أضف --force
cli-folder-is-there = { $path } موجود مسبقًا؛ اختر مجلدًا آخر
cli-no-text-name = الاسم ليس نصًا
cli-broke-off = انقطعت العقدة؛ انظر سجلها وحاول مجددًا
cli-backup-written = { $path }، { $size }. للتحقق: chappe backup verify؛ للاستعادة: chappe restore --file
cli-backup-comparing = مقارنة: الجزء { $done } من { $all }
cli-backup-verified = الرسائل: { $messages }، الملفات: { $files } ({ $size })، حتى { $time } UTC، كلها كما كُتبت.
cli-tried-again = { $problem }؛ ستُعاد المحاولة (انظر: chappe backup status)
cli-schedule-ended = أُلغي الجدول في هذه الأثناء
cli-backup-going = { $stage ->
    [writing] كتابة
    [checking] مقارنة
    [restoring] جلب سجل
   *[handing] ترك سجل لجهاز جديد
}: الأجزاء { $done }
cli-backup-going-of = { $stage ->
    [writing] كتابة
    [checking] مقارنة
    [restoring] جلب سجل
   *[handing] ترك سجل لجهاز جديد
}: الجزء { $done } من { $all }
cli-backup-restored = عاد من نسخة احتياطية من الرسائل والتغييرات: { $count }.
cli-backup-schedule = كل { $span } يُكتب ملف في { $folder }، ويبقى منها { $keep }؛ آخرها { $time } UTC.
cli-backup-schedule-new = كل { $span } يُكتب ملف في { $folder }، ويبقى منها { $keep }؛ لا شيء بعد.
cli-problem = مشكلة: { $problem }
cli-backup-off = لا نسخة احتياطية لدى المرحّلات. شغّلها بالأمر: chappe backup on
cli-backup-empty = النسخ الاحتياطي مشغّل؛ لم يُكتب شيء بعد.
cli-backup-state = الرسائل: { $messages }، { $size }، حتى { $time } UTC؛ أضافت آخر مرة { $brought }.
cli-backup-nowhere = لا يملك أي مرحّل كل ما فيها.
cli-backup-at = كل ما فيها لدى: { $relays }
cli-backup-compared = قورنت { $time } UTC: نسخ كما كُتبت: { $good }، ليست كذلك (وتُكتب من جديد): { $bad }، لا يُعرف عنها شيء: { $unknown }.
cli-bug-report-written = كُتب. يحوي أنواع المدخلات الأخيرة وأحجامها وأوقاتها؛ لا نصوص ولا أسماء ولا مفاتيح ولا عناوين.
cli-no-card = هذه الرسالة ليست بطاقة جهة اتصال
cli-clock-wrong = ساعة هذا الجهاز قبل عام 1970
cli-cleared = أُفرغت.
cli-deleted-count = حُذف: { $count }.
cli-contacts-none = لا جهات اتصال بعد. أنشئ رابطًا لأحد بالأمر: chappe invite
cli-declined = رُفض { $name }.
cli-blocked = حُظر { $name }.
cli-unblocked = أُلغي حظر { $name }.
cli-safety-compared = قورن من قبل؛ يجب أن يرى { $name } الرقم نفسه
cli-safety-open = لم يُقارن بعد؛ يجب أن يرى { $name } الرقم نفسه
cli-contact-state = { $state ->
    [requested] أُرسل الطلب، بانتظار الرد
    [pending] يودّ التحدث معك؛ أجب بالأمر: chappe contact accept|decline
    [accepted] جهة اتصال
   *[declined] مرفوض
}
cli-is-blocked = محظور
cli-contact-forked = تحذير: قائمتان بأجهزته متناقضتان؛ قارنا رقمي الأمان
cli-wrote = كتب: { $text }
cli-contact-problem = مشكلة: { $problem }
cli-device-renamed = صار اسم { $device } الآن { $name }.
cli-device-removed = لم يعد { $device } يتحدث باسمك، وستعلم جهات اتصالك بذلك.
cli-words-right = هذه كلماتك.
cli-device-link-how = على الجهاز الجديد: chappe --data DIR link CODE بالنص أعلاه، أو مع --relay ADDRESS بالرمز { $code }.
    في انتظاره (عشر دقائق؛ أوقف بـ Ctrl-C) ...
cli-device-offered = يريد «{ $name }» ({ $device }) أن يكون أحد أجهزتك.
cli-device-offered-new = يريد جهاز جديد ({ $device }) أن يكون أحد أجهزتك.
cli-device-compare = يعرض هذا الجهاز { $number }. تابع فقط إن عرض الجديد الرقم نفسه.
cli-device-linked = صار { $device } الآن أحد أجهزتك.
cli-device-not-linked = لم يُربط الجهاز: { $problem }
cli-this-removed = أُزيل هذا الجهاز من جهاز آخر لك: لم يعد يتحدث باسمك.
cli-own-forked = تحذير: قائمتان بأجهزتك متناقضتان؛ ربما يملك غيرك كلماتك.
cli-device-since = منذ { $time } UTC
cli-device-this = هذا
cli-link-unknown = لا يعرف أي مرحّل هذا الرابط بعد؛ يعمل حالما يعرفه أحدها (انظر: chappe group link list).
cli-links-none = لا روابط. أنشئ واحدًا بالأمر: chappe group link create
cli-asked-homes = أُرسل الطلب، وتقرره مرحّلات المحادثة.
cli-nobody-asks = لا أحد يطلب الدخول.
cli-asks-not = «{ $wanted }» لم يطلب، أو يحمل الاسم أكثر من واحد؛ انظر: chappe group request list { $chat }
cli-let-in = أُرسل الطلب؛ يدخل { $name } حين تقرر مرحّلات المحادثة.
cli-join-asked = { $kind ->
    [channel] أُرسل الطلب. حين يُسمح لك بالدخول تظهر القناة «{ $title }» في قائمتك (انظر: chappe chats).
   *[group] أُرسل الطلب. حين يُسمح لك بالدخول تظهر المجموعة «{ $title }» في قائمتك (انظر: chappe chats).
}
cli-taken-back = سُحب.
cli-joins-none = لا طلبات. ادخل مجموعة بالأمر: chappe join LINK
cli-id-unclear = «{ $wanted }» ليس بداية أي معرّف هنا، أو هو بداية عدة معرّفات؛ أعطِ 4 أحرف على الأقل
cli-terms = { $uses ->
    [0] لكل من يملكه
    [1] لشخص واحد
    [two] لشخصين
    [few] لـ{ $uses } أشخاص
   *[other] لـ{ $uses } شخصًا
}، { $until ->
    [ever] للأبد
   *[other] حتى { $until } UTC
}.
cli-terms-approval = يجب أن يوافق أحد (chappe group request).
cli-invite-secret = لا ترسله إلى غيره: كل من يملكه يستطيع طلب التحدث معك.
cli-link-used = دخل به: { $count }
cli-link-used-of = دخل به: { $count } من { $most }
cli-link-nowhere = لا يعرفه أي مرحّل بعد
cli-join-unreached = لم يُبلَغ أي مرحّل للمحادثة بعد
cli-join-waits = بانتظار جواب
cli-reworded = صار لـ{ $id } نص آخر الآن.
cli-exported = الرسائل: { $messages } من المحادثات: { $chats }، مع الملفات: { $files } ({ $size })، في { $path }.
cli-export-missing = ملفات تعذّر الحصول عليها: { $count }؛ ورسائلها تذكر ذلك.
cli-export-going = { $title }: الرسائل { $messages }، الملفات { $files }
cli-no-file = { $path } ليس ملفًا؛ ضع المجلد في أرشيف أولًا
cli-not-sent = لم يُرسل { $name }: { $problem }
cli-file-sent = { $name } إلى { $chat }: أُرسل
cli-file-leaving = { $name } في الطريق؛ انظر: chappe file list
cli-file-broken = لم يصل الملف كاملًا: { $why }. حاول لاحقًا
cli-no-bytes = لم تصل بيانات
cli-message-no-file = هذه الرسالة ليست ملفًا
cli-transfer-none = لا يوجد نقل كهذا؛ انظر: chappe file list
cli-transfer-several = عدة عمليات نقل تبدأ هكذا؛ أعطِ مزيدًا من المعرّف
cli-transfer-way = { $way ->
    [out] إلى { $chat }
   *[in] من { $chat }
}
cli-transfer-state = { $state ->
    [active] في الطريق
    [paused] متوقف مؤقتًا
    [done] تم
    [failed] فشل
   *[removing] قيد الإزالة
}
cli-amount = { $done } من { $size }
cli-rate = { $rate }/ث، بقي { $seconds } ث
cli-following = متابعة؛ أوقف بـ Ctrl-C.
cli-follow-broke = انقطع تدفق الأحداث؛ ابدأ من جديد بالأمر: chappe follow
cli-node-stopped = توقفت العقدة؛ شغّلها من جديد بالأمر: chappe run
cli-contact-changed = تغيّر { $name }؛ انظر: chappe contact list
cli-asking-changed = تغيّرت طلبات دخول { $chat }؛ انظر: chappe group request list
cli-a-chat = محادثة
cli-someone = أحدهم
cli-skipped = تُخطّيت رسائل لبطء الطرفية؛ انظر: chappe history
cli-forwarded-to = حُوّلت إلى { $chat }
cli-no-member = «{ $wanted }» ليس عضوًا، أو يحمل الاسم أكثر من واحد؛ انظر: chappe group members { $chat }
cli-role = { $role ->
    [owner] المالك
    [admin] مشرف
    [member] عضو
    [restricted] مقيّد
   *[banned] محظور
}
cli-group-rules = مسموح: { $rights }؛ الوضع البطيء: { $seconds } ث
cli-group-members = { $count ->
    [one] عضو واحد
    [two] عضوان
    [few] { $count } أعضاء
   *[other] { $count } عضوًا
}
cli-home-unclear = «{ $wanted }» ليس بداية معرّف أي مرحّل للمحادثة، أو هو بداية عدة؛ انظر: chappe home list { $chat }
cli-relay = مرحّل { $id }
cli-connected = متصل
cli-no-link = غير متصل
cli-own = خاص بك
cli-import-no-chat = لا محادثة اسمها «{ $name }» في هذا التصدير؛ انظر ما فيه بـ --dry-run
cli-import-nothing = لا شيء يؤخذ: المحادثات { $chats } وليس في أي منها رسالة يمكن أخذها
cli-import-who = لا يذكر التصدير من أنت في مجموعاته؛ حدّد بـ --me NAME (واحد من: { $names })
cli-import-cannot-read = تعذرت قراءة { $path }؛ صدّر من Telegram Desktop بصيغة «JSON قابل للقراءة آليًا»
cli-import-chat = { $title }: الرسائل { $messages }، من { $first } إلى { $last }
cli-import-chat-files = { $title }: الرسائل { $messages }، الملفات { $files } ({ $size })، من { $first } إلى { $last }
cli-import-left = لم يؤخذ: { $count } { $what }
cli-left-files = من الملفات غير الموجودة في التصدير
cli-left-formatting = من مواضع التنسيق
cli-left-reactions = من التفاعلات التي لا يذكر التصدير أصحابها
cli-import-would = { $files ->
    [0] ستؤخذ من المحادثات ({ $chats }) رسائل: { $messages } ({ $size }). لم يؤخذ شيء.
   *[other] ستؤخذ من المحادثات ({ $chats }) رسائل: { $messages } وملفات: { $files } ({ $size }). لم يؤخذ شيء.
}
cli-imported = { $files ->
    [0] صارت هنا رسائل: { $messages } من محادثات: { $chats }، للقراءة والبحث. لا يستطيع أحد الكتابة فيها.
   *[other] صارت هنا رسائل: { $messages } وملفات: { $files } من محادثات: { $chats }، للقراءة والبحث. لا يستطيع أحد الكتابة فيها.
}
cli-import-going = { $title }: الرسائل { $done } من { $messages }
cli-not-taken = { $name } (لم يؤخذ)
cli-file-not-taken = { $path } لم يؤخذ
cli-left = { $kind ->
    [service] من أسطر الخدمة (من دخل أو اتصل أو ثبّت …)
    [unknown] من رسائل نوع غير موجود هنا (ألعاب، فواتير، قصص …)
    [long] من رسائل يزيد نصها على 4096 حرفًا
   *[broken] من رسائل لا يمكن قراءتها
}
cli-invite-unknown = لا يعرف أي مرحّل هذه الدعوة بعد؛ تعمل حالما تبلغ العقدة أحدها (انظر: chappe status).
cli-no-qr = الرابط أطول من أن يُمثَّل برمز QR
cli-last-seen-roughly = roughly: تعرف جهات الاتصال اليوم فقط، ولا ترى منها أكثر من ذلك
cli-last-seen-exactly = exactly: ترى جهات الاتصال متى تكون موجودًا ومنذ متى غبت
cli-link-paired = تم الاقتران ({ $number }). أكّد على الجهاز الآخر بكلماتك الأربع والعشرين.
cli-link-compare = يعرض هذا الجهاز { $number }. هل يعرض الآخر الرقم نفسه؟
cli-linked = صار هذا جهازًا لـ{ $name }؛ وهو يعرف من جهات الاتصال: { $contacts }.
    شغّل العقدة بالأمر: chappe --data { $dir } run
cli-chat-is = { $state ->
    [pinned] ثُبّتت { $chat }.
    [unpinned] أُلغي تثبيت { $chat }.
    [archived] أُرشفت { $chat }.
    [listed] عادت { $chat } إلى القائمة.
    [marked] عُلّمت { $chat } غير مقروءة.
    [unmarked] أُزيلت العلامة عن { $chat }.
    [muted] كُتمت { $chat }.
    [unmuted] أُلغي كتم { $chat }.
    [drafted] في { $chat } مسودة الآن.
    [deleted] حُذفت { $chat }.
   *[undrafted] لا مسودة في { $chat } الآن.
}
cli-no-folder = لا مجلد اسمه «{ $name }»؛ انظر: chappe folder list
cli-folders-none = لا مجلدات. أنشئ واحدًا بالأمر: chappe folder put NAME CHAT...
cli-was-heard = سُمعت { $id }.
cli-relay-holds = يحفظها حتى { $time } UTC
cli-relay-released = لم يعد بحاجة إلى حفظها، فهي لدى كل الأجهزة
cli-not-yet = ليس بعد: { $why }
cli-device = جهاز { $id }
cli-device-read = لديه، وقد قُرئت
cli-device-has = لديه
cli-init-words = الكلمات الأربع والعشرون أدناه هي هويتك. اكتبها على ورق الآن: لن تظهر ثانية، ومن يملكها فهو أنت.
cli-start-node = شغّل العقدة بالأمر: chappe --data { $dir } run
cli-node-runs = العقدة تعمل. افتح صفحتها (يعمل هذا الرابط مرة واحدة؛ خذ غيره بالأمر: chappe web):
cli-picture-set = ضُبطت؛ يراها الآخرون حين تجلبها عُقدهم.
cli-picture-set-for = ضُبطت لـ{ $chat }؛ يراها الآخرون حين تجلبها عُقدهم.
cli-picture-removed = أُزيلت.
cli-picture-removed-for = أُزيلت من { $chat }.
cli-pinned-now = ثُبّتت { $id }.
cli-unpinned-now = أُلغي تثبيت { $id }.
cli-hidden = مخفي عن جهات الاتصال
cli-receipts-on = يُخبر الآخرون بما قرأته.
cli-receipts-off = لا يُخبر الآخرون بما قرأته، ولا تُخبر أنت أيضًا.
cli-cannot-open = تعذر فتح { $path }
cli-file-no-text = الملف ليس نصًا
cli-proof-none = لا يوجد إثبات في هذا الملف
cli-proof-incomplete = الإثبات في هذا الملف غير مكتمل
cli-proof-damaged = الإثبات في هذا الملف تالف
cli-proof = التوقيعات صحيحة. وهذا يثبت:
    { "  " }من:  { $user }
    { "  " }متى: { $time } UTC، بحسب ساعته
    { "  " }أين: المحادثة { $chat }
    { "  " }ماذا: { $said }
    قارن المعرّف بالذي تعرفه؛ فالاسم لا يثبت شيئًا.
cli-restore-unreadable = تعذرت قراءة الحساب في ملف النسخة هذا؛ سمِّ مرحّلًا كنت تستعمله: --relay ADDRESS
cli-restore-answer = { $answer ->
    [waiting] لا جواب بعد
    [nothing] لا يعرف عنك شيئًا
    [found] وجدك
   *[bad] أعطى ما لا يُعتد به: { $why }
}
cli-unpacking = فك الحزم: { $done } من { $all }
cli-welcome-back = أهلًا بعودتك يا { $name }. هذا جهاز جديد لك، وعدد أجهزتك { $devices }؛ وهو يعرف من جهات اتصالك: { $contacts }.
cli-restore-backup = عُثر على نسخة فيها من الرسائل: { $messages }؛ تُجلب حين تعمل العقدة (chappe backup status).
cli-restore-chats = تُدخله أجهزتك الأخرى أو جهات اتصالك إلى محادثاتك من جديد.
cli-kind-rule = النوع هو text أو poll أو card أو location أو file أو media أو voice أو document
cli-day-rule = يُكتب اليوم 2026-11-27، والمدة 12h أو 7d
cli-search-what = حدّد ما تبحث عنه: كلمات، أو أحد --chat و--from و--kind و--link
cli-search-none = لم يُعثر على شيء.
cli-search-similar = لا شيء يطابق تمامًا؛ كلمات مشابهة:
cli-search-more = المجموع { $total }؛ تابع بـ --before-cursor { $cursor }
cli-search-incomplete = يجري بناء الفهرس؛ قد يظهر المزيد بعد قليل.
cli-status = المحادثات: { $chats }   بانتظار مستلم: { $outbox }   ليست على مرحّلات كافية: { $unsent }   وصلت وينقصها جزء: { $parked }
cli-relays-none = لا مرحّلات؛ خذ عنوان أحدها من مشغّله، أو شغّل واحدًا: chappe-relay --help
cli-relay-row = { $kind ->
    [own] خاص بك
   *[other] للمحادثات
}، { $chats ->
    [zero] لا محادثات
    [one] محادثة واحدة
    [two] محادثتان
    [few] { $chats } محادثات
   *[other] { $chats } محادثة
}
cli-removed = أُزيل.
cli-is-sent = أُرسلت { $id }.
cli-on-its-way = في الطريق.
cli-not-here-yet = ليست هنا بعد
cli-pack-none = لا حزمة ملصقات اسمها «{ $wanted }»؛ انظر: chappe sticker list
cli-pack-several = أكثر من حزمة ملصقات هي «{ $wanted }»؛ استعمل بداية معرّفها
cli-sort-rule = نوع الملفات هو photo أو video أو voice أو sound أو document
cli-size-rule = الحجم رقم يليه k أو M أو G، مثل 10M
cli-freed = أُزيلت ملفات: { $files } ({ $size }).
cli-would-free = ستُزال ملفات: { $files } ({ $size }).
cli-stays = { $why ->
    [sent] تبقى ملفات: { $files } ({ $size }): أنت أرسلتها.
    [only] تبقى ملفات: { $files } ({ $size }): لم تعد لدى أي مرحّل.
    [unreachable] تبقى ملفات: { $files } ({ $size }): لا يُجيب أي مرحّل قد تكون لديه.
   *[way] تبقى ملفات: { $files } ({ $size }): إنها في الطريق.
}
cli-kept-ever = تُحفظ نسخ الملفات للأبد.
cli-kept-for = تُحفظ نسخ الملفات { $span }.
cli-kept-total = تُحفظ نسخ الملفات حتى { $total }.
cli-kept-both = تُحفظ نسخ الملفات { $span }، حتى { $total }.
cli-stored-store = الرسائل والمفاتيح والإعدادات
cli-stored-index = فهرس البحث
cli-stored-files = الملفات
cli-stored-unlisted = لمحادثات لم تعد موجودة
cli-stored-lent = محفوظة لآخرين
cli-stored-other = غير ذلك
cli-stored-backup = نسخة احتياطية لدى المرحّلات
cli-chat-gone = محادثة لم تعد موجودة
cli-stored-messages = { $count ->
    [zero] لا رسائل ({ $size })
    [one] رسالة واحدة ({ $size })
    [two] رسالتان ({ $size })
    [few] { $count } رسائل ({ $size })
   *[other] { $count } رسالة ({ $size })
}
cli-stored-kind = { $kind ->
    [photo] صور: { $count } ({ $size })
    [video] مقاطع فيديو: { $count } ({ $size })
    [voice] رسائل صوتية: { $count } ({ $size })
    [sound] أصوات: { $count } ({ $size })
   *[document] مستندات: { $count } ({ $size })
}
cli-topics-none = لا مواضيع بعد. أنشئ واحدًا بالأمر: chappe topic create { $chat } TITLE
cli-topic-several = عدة مواضيع اسمها «{ $wanted }»؛ أعطِ الرقم الذي قبله
cli-topic-none = لا موضوع اسمه «{ $wanted }»؛ انظر: chappe topic list { $chat }
cli-topic-general = عام
cli-topic-closed = مغلق
cli-usage = الاستعمال:
cli-commands = الأوامر
cli-arguments = المعاملات
cli-options = الخيارات
cli-default = (الافتراضي: { $value })
cli-values = (واحد من: { $values })
cli-usage-no-value = { $arg } يحتاج إلى قيمة
cli-usage-value = «{ $value }» ليست قيمة لـ { $arg }
cli-usage-value-of = «{ $value }» ليست قيمة لـ { $arg }؛ القيم الممكنة: { $values }
cli-usage-value-why = «{ $value }» ليست قيمة لـ { $arg }: { $why }
cli-usage-unknown = لا يوجد معامل { $arg } هنا
cli-usage-command = لا يوجد أمر { $command }
cli-usage-conflict = لا يجتمع { $arg } مع { $other }
cli-usage-missing = ينقص: { $args }
cli-usage-count = عدد القيم لـ { $arg } غير صحيح
cli-usage-similar = يوجد: { $word }
cli-usage-more = للمزيد: --help
cli-fork = تقرر التغيير { $index } مرتين (لوحظ { $time }): وقّعت المرحّلات { $relays } كليهما لأنها كذبت أو فقدت ما حفظته؛ { $healed ->
    [yes] لدى هذا الجهاز الصحيح
   *[no] على هذا الجهاز أن ينتقل بعد إلى الصحيح
}
cli-usage-range = يجب أن تكون ضمن { $range }
cli-backup-files = تبقى لدى مرحّلاتك أيضًا ملفات محادثات: { $count } ({ $size }).
cli-backup-file-problem = ملف لا يُحفظ: { $problem }
cli-first = لا توجد عقدة بعد. أنشئ واحدة في هذه الصفحة (يعمل الرابط مرة واحدة):

ticks-queued = في الانتظار: ليست على أي مُرحِّل بعد
ticks-sent = أُرسلت
ticks-delivered = وصلت
ticks-read = قُرئت
no-name = بلا اسم

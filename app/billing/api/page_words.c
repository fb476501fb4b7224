#include "billing/api/page_words.h"

const char *const PAGE_WORDS[PAGE_LANGUAGES][WORD_COUNT] = {
    {"zh-CN", "电力自助服务", "English", "en", "电费", "收款方", "户号尾号", "请在 ", " 前付款",
     "剩余", "确认付款", "请选择付款方式", "还没付？继续付款", "仍是这一笔订单，不会重复扣款。",
     "网络不通，正在重试。已经付过款的，请勿重复支付。"},
    {"en", "Electricity Kiosk", "中文", "zh", "Electricity", "Payee", "Account, last 4",
     "Please pay before ", "", "Time left", "Pay", "Choose how to pay", "Not paid yet? Continue",
     "It is the same order: you cannot be charged twice.",
     "No connection, trying again. If you have paid, please do not pay again."},
};

const char *const PAGE_SCENES[PAGE_LANGUAGES][SCENE_COUNT] = {
    {"请核对后付款", "这次没有付成", "正在打开付款页面", "等待付款完成", "正在另一个钱包里付款",
     "正在确认付款", "正在结束这笔订单", "付款成功", "付款成功", "订单已结束", "没有找到这笔订单",
     "暂时打不开这笔订单"},
    {"Please check, then pay", "This try did not go through", "Opening the payment page",
     "Waiting for the payment", "Being paid in another wallet", "Confirming the payment",
     "Ending this order", "Payment complete", "Payment complete", "This order has ended",
     "Order not found", "This order cannot be opened now"},
};

const char *const PAGE_NEXT[PAGE_LANGUAGES][SCENE_COUNT] = {
    {"金额、收款方和终端屏幕上一样，再付款。", "可以核对后再付，也可以在终端上重新操作。",
     "请稍等，马上就好。", "付完请稍等，本页和终端屏幕都会自动更新。",
     "请在原来的钱包里付完；换钱包请在终端上重新操作。", "请稍等，本页和终端屏幕都会自动更新。",
     "请稍等，本页会自动更新。几分钟后仍没有结果，请询问工作人员。", "正在入账，本页会自动更新。",
     "可以关闭本页，回终端前取凭证。", "还要交费，请在终端上重新操作。",
     "请重新扫终端屏幕上的码，或在终端上重新操作。",
     "系统正忙，本页会自动重试。已经付过款的，请勿重复支付。"},
    {"Pay only if amount and payee are those on the kiosk's screen.",
     "You can check and pay again, or start again at the kiosk.", "One moment, please.",
     "After paying please wait: this page and the kiosk's screen go on by themselves.",
     "Please finish in that wallet. To use another one, start again at the kiosk.",
     "Please wait: this page and the kiosk's screen go on by themselves.",
     "Please wait: this page goes on by itself. If it takes minutes, please ask the staff.",
     "Your account is being credited; this page goes on by itself.",
     "You can close this page. Your receipt is at the kiosk.",
     "To pay, please start again at the kiosk.",
     "Scan the code on the kiosk's screen again, or start again there.",
     "The system is busy; this page tries again. If you have paid, please do not pay again."},
};

const char *const PAGE_STATEMENTS[PAGE_LANGUAGES][STATEMENT_COUNT] = {
    {"没有扣款", "正在确认扣款，请勿重复支付", "已扣款，入账中", "已扣款，已入账",
     "若手机显示已扣款，将自动退回"},
    {"No money was taken", "Confirming the payment. Please do not pay again",
     "Paid; being credited", "Paid and credited",
     "If your phone shows a payment, it will be returned automatically"},
};

const char *const PAGE_WALLETS[PAGE_LANGUAGES][CHANNEL_COUNT] = {
    {"", "微信支付", "支付宝", "云闪付"},
    {"", "WeChat Pay", "Alipay", "UnionPay"},
};

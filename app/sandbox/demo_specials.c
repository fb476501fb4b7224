#include <stdio.h>

#include "common/instant.h"
#include "common/status.h"
#include "sandbox/demo.h"
#include "system/clock.h"

#define HOME    .org_no = "SG01", .category = "residential"
#define CAMPUS  .org_no = "CM01", .category = "campus", .prepaid = true, .daily_fen = 330
#define VILLAGE .org_no = "WG01", .category = "residential"
#define NEWTOWN .org_no = "ND01", .category = "residential"

/* clang-format off */
static const struct demo_account specials[] = {
    {"5263940001", HOME, .name = "张建伟", .address = "示范市江宁区和平路12号3单元1002室",
     .special = "预付费，余额77.60，正常",
     .special_en = "Prepaid, 77.60 left, an ordinary household", .first = true, .prepaid = true,
     .book_fen = 10000, .unbilled_fen = 2240, .daily_fen = 2240},
    {"5263940002", HOME, .name = "李秀英", .address = "示范市江宁区和平路14号1单元301室",
     .special = "预付费，余额10.40，快要停电",
     .special_en = "Prepaid, 10.40 left, about to be cut off", .first = true, .prepaid = true,
     .book_fen = 10000, .unbilled_fen = 8960, .daily_fen = 2240},
    {"5263940003", HOME, .name = "王芳", .address = "示范市江宁区和平路14号2单元502室",
     .special = "预付费，余额-42.80，已停电，两字姓名",
     .special_en = "Prepaid, 42.80 in arrears, cut off; name of two characters", .first = true, .prepaid = true, .cut = true,
     .book_fen = 10000, .unbilled_fen = 14280, .daily_fen = 2240},
    {"5263940004", HOME, .name = "刘桂兰", .address = "示范市江宁区梅园新村7栋101室",
     .special = "预付费，余额-34.40，保电户，不停电",
     .special_en = "Prepaid, 34.40 in arrears, protected: never cut off", .prepaid = true, .protected = true,
     .book_fen = 10000, .unbilled_fen = 13440, .daily_fen = 2240},
    {"5263940005", HOME, .name = "陈志强", .address = "示范市江宁区梅园新村9栋602室",
     .special = "预付费，余额-12.00，透支中，未停电",
     .special_en = "Prepaid, 12.00 in arrears, not cut off yet", .prepaid = true,
     .book_fen = 10000, .unbilled_fen = 11200, .daily_fen = 2240},
    {"5263940006", HOME, .name = "杨敏", .address = "示范市江宁区梅园新村9栋603室",
     .special = "预付费，余额0.00，没有近期用量，没有手机号",
     .special_en = "Prepaid, 0.00 left, no recent use, no mobile number", .prepaid = true, .no_phone = true},
    {"5263940011", HOME, .name = "赵国庆", .address = "示范市鼓楼区中山北路88号4单元201室",
     .special = "后付费，三个月未缴：逾期20天（违约金3.68）、今天到期、未到期",
     .special_en = "Postpaid, three open bills: 20 days late (3.68 late fee), due today, not due yet", .first = true,
     .bills = {{18400, -20, false}, {18984, 0, false}, {14280, 20, false}}, .bill_count = 3},
    {"5263940012", HOME, .name = "黄小燕", .address = "示范市鼓楼区中山北路90号1单元702室",
     .special = "后付费，20.00逾期5天，违约金按最低1.00收",
     .special_en = "Postpaid, 20.00 five days late, with the least late fee of 1.00",
     .bills = {{2000, -5, false}}, .bill_count = 1},
    {"5263940013", HOME, .name = "周明辉", .address = "示范市鼓楼区中山北路92号2单元401室",
     .special = "后付费，一笔未到期",
     .special_en = "Postpaid, one bill that is not due yet",
     .bills = {{11460, 12, false}, {9820, -18, true}}, .bill_count = 2},
    {"5263940014", HOME, .name = "吴静", .address = "示范市鼓楼区中山北路94号3单元101室",
     .special = "后付费，没有欠费",
     .special_en = "Postpaid, nothing to pay",
     .bills = {{9820, -8, true}, {10266, -38, true}}, .bill_count = 2},
    {"5263940015", HOME, .name = "徐文博", .address = "示范市鼓楼区丁家桥3号5单元302室",
     .special = "后付费，欠费14个月（一次只列12笔）",
     .special_en = "Postpaid, 14 open months (12 are listed at a time)",
     .bills = {{9001, -405, false}, {9102, -375, false}, {9203, -345, false}, {9304, -314, false},
               {9405, -284, false}, {9506, -253, false}, {9607, -223, false}, {9708, -192, false},
               {9809, -161, false}, {9910, -131, false}, {10011, -100, false}, {10112, -70, false},
               {10213, -39, false}, {10314, -9, false}}, .bill_count = 14},
    {"5263940021", HOME, .name = "孙丽华", .address = "示范市江宁区旧街21号",
     .special = "已销户",
     .special_en = "Closed account", .first = true, .closed = true},
    {"5263940022", HOME, .name = "马俊杰", .address = "示范市江宁区新城大道1号8栋1201室",
     .special = "新装表，3天后可缴费",
     .special_en = "New meter, can be paid for in three days", .prepaid = true, .starts = true, .starts_in_days = 3},
    {"5263940023", HOME, .name = "朱晓梅", .address = "示范市江宁区新城大道1号8栋1202室",
     .special = "新装表，今天起可缴费",
     .special_en = "New meter, can be paid for from today", .prepaid = true, .starts = true, .starts_in_days = 0},
    {"5263940031", HOME, .name = "㛃𬭎", .address = "示范市江宁区上元大街5号2单元601室",
     .special = "生僻字姓名（打印机字库没有）",
     .special_en = "Rare characters in the name, which the printer lacks", .prepaid = true,
     .book_fen = 5000, .unbilled_fen = 1000, .daily_fen = 500},
    {"5263940032", HOME, .name = "阿依古丽·买买提", .address = "示范市江宁区上元大街7号1单元101室",
     .special = "带间隔号的姓名",
     .special_en = "A name with a middle dot", .prepaid = true,
     .book_fen = 8000, .unbilled_fen = 1500, .daily_fen = 610},
    {"5263940033", HOME, .name = "欧阳䶮", .address = "示范市高新技术产业开发区软件大道西侧示范花园小区第二期（东区）12号楼3单元1002室",
     .special = "复姓、生僻字、很长的地址",
     .special_en = "Two-character family name, rare character, very long address",
     .bills = {{18400, 9, false}}, .bill_count = 1},
    {"5263940041", .org_no = "SG01", .category = "commercial", .name = "示范百货商店",
     .address = "示范市鼓楼区湖南路60号一层", .special = "商业，10000.00逾期26天，违约金按其他用户收",
     .special_en = "Shop, 10000.00 26 days late, late fee of other users",
     .bills = {{1000000, -26, false}}, .bill_count = 1},
    {"5263940051", .org_no = "SG01", .category = "industrial", .name = "示范机械制造有限公司",
     .address = "示范市江宁区工业园一路18号", .special = "两部制大工业，800千伏安，电费148974.25",
     .special_en = "Industry, two-part tariff, 800 kVA, 148974.25",
     .kva = 800, .bills = {{14897425, 8, false}}, .bill_count = 1},
    {"5263940052", .org_no = "SG01", .category = "industrial", .name = "示范市第一医院",
     .address = "示范市鼓楼区广州路300号", .special = "保电用户（医院），一笔逾期不停电",
     .special_en = "Hospital, protected, one late bill",
     .protected = true, .kva = 1250, .bills = {{8653020, -15, false}}, .bill_count = 1},
    {"4100030050201", CAMPUS, .name = "林子涵", .address = "示范大学3号公寓502室",
     .special = "校园宿舍，余额6.50",
     .special_en = "Dormitory, 6.50 left", .first = true, .book_fen = 3000, .unbilled_fen = 2350},
    {"4100030050202", CAMPUS, .name = "何雨", .address = "示范大学3号公寓503室",
     .special = "校园宿舍，余额-1.20，已停电",
     .special_en = "Dormitory, 1.20 in arrears, cut off", .cut = true, .book_fen = 3000, .unbilled_fen = 3120},
    {"4100030050203", CAMPUS, .name = "迪丽娜尔·艾力", .address = "示范大学3号公寓504室",
     .special = "校园宿舍，余额48.00",
     .special_en = "Dormitory, 48.00 left", .book_fen = 5000, .unbilled_fen = 200},
    {"2801000000000011", VILLAGE, .name = "郭建军", .address = "示范县城关镇东大街30号",
     .special = "16位户号，形似支付宝付款码，不显示余额",
     .special_en = "16 digits, looks like an Alipay payment code; balance not shown", .prepaid = true,
     .book_fen = 6000, .unbilled_fen = 900, .daily_fen = 300},
    {"2801000000000012", VILLAGE, .name = "罗永福", .address = "示范县城关镇东大街32号",
     .special = "16位户号，三笔可一次缴清",
     .special_en = "16 digits, three bills payable at once", .first = true,
     .bills = {{18400, -20, false}, {18984, -2, false}, {14280, 20, false}}, .bill_count = 3},
    {"4300010000011", NEWTOWN, .name = "高志远", .address = "示范新区创新大道8号2栋701室",
     .special = "账在配售电公司自己的系统：付款后先“入账中”，对方确认后才“已入账”",
     .special_en = "The utility keeps this account: paid first, credited when it confirms", .first = true, .prepaid = true,
     .book_fen = 9000, .unbilled_fen = 3000, .daily_fen = 800},
    {"4300010000012", NEWTOWN, .name = "梁慧", .address = "示范新区创新大道8号3栋302室",
     .special = "账在配售电公司自己的系统，后付费，两笔可一次缴清",
     .special_en = "The utility keeps this account; postpaid, two bills payable at once",
     .bills = {{12640, -6, false}, {11890, 18, false}}, .bill_count = 2},
};
/* clang-format on */

const struct demo_account *demo_specials(size_t *count)
{
    *count = ARRAY_LEN(specials);
    return specials;
}

void demo_barcode(const struct demo_account *account, char *text, size_t size)
{
    struct civil now = instant_to_beijing(clock_wall_ms());

    (void)snprintf(text, size, "DF%s-%04d%02d", account->account_no, now.year, now.month);
}

#include "kiosk/screens/screens.h"

#include <string.h>

#include "kiosk/screens/page.h"

static const struct screen *const table[SCREEN_COUNT] = {
    [SCREEN_STARTING] = &screen_starting,   [SCREEN_OUT_OF_SERVICE] = &screen_out_of_service,
    [SCREEN_HOME] = &screen_home,           [SCREEN_GUIDE] = &screen_guide,
    [SCREEN_HELP] = &screen_help,           [SCREEN_ACCOUNT] = &screen_account,
    [SCREEN_CONFIRM] = &screen_confirm,     [SCREEN_AMOUNT] = &screen_amount,
    [SCREEN_BILLS] = &screen_bills,         [SCREEN_PAY] = &screen_pay,
    [SCREEN_RESOLVING] = &screen_resolving, [SCREEN_RESULT] = &screen_result,
    [SCREEN_REPRINT] = &screen_reprint,     [SCREEN_REPRINT_DONE] = &screen_reprint_done,
};

bool screens_draw(struct ui *ui, const struct view *view)
{
    const struct ui_style style = {
        .language = view->language == LANGUAGE_EN ? "en" : "zh_CN",
        .large_type = view->large_type,
        .high_contrast = view->high_contrast,
    };

    CHECK((unsigned)view->screen < SCREEN_COUNT);
    /* No copy of the view is kept to compare with: it would outlive the visit. Comparing the
     * drawing commands finds what changed, in well under a millisecond. */
    ui_frame_begin(ui, table[view->screen]->name, &style);
    if (view->warning) {
        overlay_timeout(ui, view);
    } else if (view->recent_payment_warning) {
        overlay_recent(ui, view);
    } else {
        table[view->screen]->draw(ui, view);
    }
    return ui_frame_end(ui);
}

#include "screen.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/Xdamage.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include "system/clock.h"

struct screen {
    Display *display;
    Window root;
    struct area area;
    Damage damage;
    int damage_event;
    XShmSegmentInfo memory;
};

static bool has_extensions(struct screen *screen)
{
    int error, major, minor, opcode;

    return XDamageQueryExtension(screen->display, &screen->damage_event, &error) != 0 &&
           XShmQueryExtension(screen->display) != 0 &&
           XTestQueryExtension(screen->display, &opcode, &error, &major, &minor) != 0;
}

enum status screen_open(struct screen **out)
{
    struct screen *screen = calloc(1, sizeof(*screen));

    CHECK(screen != NULL);
    screen->display = XOpenDisplay(NULL);
    if (screen->display == NULL || !has_extensions(screen)) {
        screen_close(screen);
        return STATUS_UNAVAILABLE;
    }
    int number = DefaultScreen(screen->display);
    screen->root = RootWindow(screen->display, number);
    screen->area = (struct area){0, 0, DisplayWidth(screen->display, number),
                                 DisplayHeight(screen->display, number)};
    size_t bytes = (size_t)screen->area.w * (size_t)screen->area.h * sizeof(uint32_t);
    screen->memory.shmid = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
    CHECK(screen->memory.shmid >= 0);
    screen->memory.shmaddr = shmat(screen->memory.shmid, NULL, 0);
    CHECK((intptr_t)screen->memory.shmaddr != -1);
    CHECK(XShmAttach(screen->display, &screen->memory) != 0);
    /* Raw: one event for each drawing, none of them waits for us to take it. */
    screen->damage = XDamageCreate(screen->display, screen->root, XDamageReportRawRectangles);
    (void)XSync(screen->display, False);
    (void)shmctl(screen->memory.shmid, IPC_RMID, NULL); /* goes with its last user */
    *out = screen;
    return STATUS_OK;
}

void screen_close(struct screen *screen)
{
    if (screen->memory.shmaddr != NULL) {
        (void)XShmDetach(screen->display, &screen->memory);
        (void)shmdt(screen->memory.shmaddr);
    }
    if (screen->display != NULL) {
        (void)XCloseDisplay(screen->display);
    }
    free(screen);
}

struct area screen_area(const struct screen *screen)
{
    return screen->area;
}

/* Everything that has arrived already. */
static bool take_events(struct screen *screen)
{
    bool changed = false;

    while (XPending(screen->display) > 0) {
        XEvent event;

        (void)XNextEvent(screen->display, &event);
        changed |= event.type == screen->damage_event + XDamageNotify;
    }
    return changed;
}

int64_t screen_wait(struct screen *screen, int64_t until_us)
{
    struct pollfd file = {.fd = ConnectionNumber(screen->display), .events = POLLIN};

    for (;;) {
        int64_t now = clock_monotonic_us();

        if (take_events(screen)) {
            return clock_monotonic_us();
        }
        if (now >= until_us) {
            return -1;
        }
        (void)poll(&file, 1, (int)((until_us - now) / 1000 + 1));
    }
}

void screen_forget(struct screen *screen)
{
    (void)XSync(screen->display, False);
    (void)take_events(screen);
}

void screen_grab(struct screen *screen, struct area area, uint32_t *pixels)
{
    int number = DefaultScreen(screen->display);
    XImage *image = XShmCreateImage(screen->display, DefaultVisual(screen->display, number),
                                    (unsigned)DefaultDepth(screen->display, number), ZPixmap,
                                    screen->memory.shmaddr, &screen->memory, (unsigned)area.w,
                                    (unsigned)area.h);

    CHECK(image != NULL && image->bits_per_pixel == 32 && image->bytes_per_line == area.w * 4);
    CHECK(XShmGetImage(screen->display, screen->root, image, area.x, area.y, AllPlanes) != 0);
    const uint32_t *from = (const uint32_t *)(const void *)image->data;
    for (size_t i = 0; i < (size_t)area.w * (size_t)area.h; i++) {
        pixels[i] = from[i] & 0xFFFFFFU; /* the fourth byte is whatever a program left there */
    }
    image->data = NULL;
    (void)XDestroyImage(image);
}

void screen_move(struct screen *screen, int x, int y)
{
    (void)XTestFakeMotionEvent(screen->display, -1, x, y, CurrentTime);
    (void)XFlush(screen->display);
}

void screen_press(struct screen *screen, bool down)
{
    (void)XTestFakeButtonEvent(screen->display, Button1, down ? True : False, CurrentTime);
    (void)XFlush(screen->display);
}

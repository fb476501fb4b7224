#include "kiosk/io/mailbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct mailbox {
    pthread_mutex_t lock;
    void (*wake)(void *user);
    void *user;
    struct event events[MAILBOX_EVENTS];
    int first, count;
    int reserved;
    unsigned dropped;
};

struct mailbox *mailbox_create(void (*wake)(void *user), void *user)
{
    struct mailbox *mailbox = calloc(1, sizeof(*mailbox));

    CHECK(mailbox != NULL && pthread_mutex_init(&mailbox->lock, NULL) == 0);
    mailbox->wake = wake;
    mailbox->user = user;
    return mailbox;
}

void mailbox_destroy(struct mailbox *mailbox)
{
    if (mailbox == NULL) {
        return;
    }
    (void)pthread_mutex_destroy(&mailbox->lock);
    explicit_bzero(mailbox->events, sizeof(mailbox->events));
    free(mailbox);
}

void mailbox_reserve(struct mailbox *mailbox)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    /* The flow asks few questions at a time; a full box of answers cannot come about. */
    CHECK(mailbox->count + mailbox->reserved < MAILBOX_EVENTS);
    mailbox->reserved++;
    (void)pthread_mutex_unlock(&mailbox->lock);
}

static void put(struct mailbox *mailbox, const struct event *event)
{
    mailbox->events[(mailbox->first + mailbox->count) % MAILBOX_EVENTS] = *event;
    mailbox->count++;
}

void mailbox_answer(struct mailbox *mailbox, const struct event *event)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    CHECK(mailbox->reserved > 0);
    mailbox->reserved--;
    put(mailbox, event);
    (void)pthread_mutex_unlock(&mailbox->lock);
    mailbox->wake(mailbox->user);
}

bool mailbox_offer(struct mailbox *mailbox, const struct event *event)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    bool room = mailbox->count + mailbox->reserved < MAILBOX_EVENTS / 2;

    if (room) {
        put(mailbox, event);
    } else {
        mailbox->dropped++;
    }
    (void)pthread_mutex_unlock(&mailbox->lock);
    if (room) {
        mailbox->wake(mailbox->user);
    }
    return room;
}

bool mailbox_take(struct mailbox *mailbox, struct event *event)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    bool some = mailbox->count > 0;

    if (some) {
        *event = mailbox->events[mailbox->first];
        /* It may hold a payment code or a name. */
        explicit_bzero(&mailbox->events[mailbox->first], sizeof(*event));
        mailbox->first = (mailbox->first + 1) % MAILBOX_EVENTS;
        mailbox->count--;
    }
    (void)pthread_mutex_unlock(&mailbox->lock);
    return some;
}

int mailbox_owed(struct mailbox *mailbox)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    int owed = mailbox->reserved + mailbox->count;

    (void)pthread_mutex_unlock(&mailbox->lock);
    return owed;
}

unsigned mailbox_dropped(struct mailbox *mailbox)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    unsigned dropped = mailbox->dropped;

    (void)pthread_mutex_unlock(&mailbox->lock);
    return dropped;
}

#include "chance.h"

#include <stdlib.h>
#include <string.h>

#include "common/status.h"

#define OF_ALL 10000

static uint64_t seed;
static bool calm;
static int rates[CHOICE_COUNT]; /* of this run */
static struct chosen *list;
static size_t list_count, list_room;
static const uint64_t *allowed;
static size_t allowed_count;

uint64_t chance_counts[CHOICE_COUNT];

static const struct {
    int rate;
    enum choice_group group;
    const char *words;
} TABLE[CHOICE_COUNT] = {
#define CHOICE(name, rate, group, words) [CHOICE_##name] = {rate, group, words},
#include "choices.h"
#undef CHOICE
};

const char *choice_words(enum choice choice)
{
    return TABLE[choice].words;
}

/* splitmix64 */
static uint64_t mix(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

uint64_t hash_bytes(const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

uint64_t hash_text(const char *text)
{
    return hash_bytes(text, strlen(text));
}

struct stream stream_of(const char *actor, uint64_t name)
{
    return (struct stream){.key = mix(seed ^ mix(hash_text(actor) ^ mix(name)))};
}

uint64_t stream_draw(struct stream *stream)
{
    stream->drawn++;
    return mix(stream->key + stream->drawn * UINT64_C(0xd1342543de82ef95));
}

int64_t stream_between(struct stream *stream, int64_t low, int64_t high)
{
    CHECK(high >= low);
    return low + (int64_t)(stream_draw(stream) % (uint64_t)(high - low + 1));
}

int64_t stream_short(struct stream *stream, int64_t low, int64_t high)
{
    uint64_t drawn = stream_draw(stream);
    int64_t room = high - low;
    /* One of eight lies anywhere; the others in the first eighth. */
    room = (drawn & 7) == 0 ? room : room / 8;
    return low + (int64_t)((drawn >> 3) % (uint64_t)(room + 1));
}

/* A calm run has no faults, a wild one has all; others a random half. */
static void draw_rates(void)
{
    static const int thirds[] = {1, 3, 9};
    struct stream stream = stream_of("weather", 0);
    uint64_t kind = stream_draw(&stream) % 16;
    for (int i = 0; i < CHOICE_COUNT; i++) {
        uint64_t drawn = stream_draw(&stream);
        bool on = TABLE[i].group == GROUP_PEOPLE || kind == 1 || (kind != 0 && (drawn & 1) != 0);
        int third = TABLE[i].group == GROUP_PEOPLE ? 3 : thirds[(drawn >> 1) % 3];
        int rate = TABLE[i].rate * third / 3;
        rate = rate > OF_ALL ? OF_ALL : rate;
        rates[i] = on ? (rate == 0 ? 1 : rate) : 0;
    }
}

void chance_begin(uint64_t run_seed)
{
    seed = run_seed;
    calm = false;
    list_count = 0;
    draw_rates();
}

void chance_calm(void)
{
    calm = true;
}

void chance_allow(const uint64_t *ids, size_t count)
{
    allowed = ids;
    allowed_count = count;
}

static bool is_allowed(uint64_t id)
{
    size_t low = 0;
    size_t high = allowed_count;
    while (allowed != NULL && low < high) {
        size_t middle = (low + high) / 2;
        if (allowed[middle] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return allowed == NULL || (low < allowed_count && allowed[low] == id);
}

bool happens(struct stream *stream, enum choice choice)
{
    uint64_t drawn = stream_draw(stream);
    uint64_t id = mix(stream->key ^ mix(stream->drawn));
    if ((int)(drawn % OF_ALL) >= rates[choice] || (calm && TABLE[choice].group == GROUP_FAULT) ||
        !is_allowed(id)) {
        return false;
    }
    if (list_count == list_room) {
        list_room = list_room * 2 + 256;
        list = realloc(list, list_room * sizeof(*list));
        CHECK(list != NULL);
    }
    list[list_count++] = (struct chosen){id, choice};
    chance_counts[choice]++;
    return true;
}

const struct chosen *chance_list(size_t *count)
{
    *count = list_count;
    return list;
}

/*
 * Whatever comes over the network: a message is refused whole, or it is within every bound and
 * says the same when it is written and read again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROUND_TRIP(type)                                                                           \
    do {                                                                                           \
        static struct type first, second;                                                          \
        memset(&first, 0, sizeof(first));                                                          \
        memset(&second, 0, sizeof(second));                                                        \
        if (type##_from_json(document, &first, &error) == STATUS_OK) {                             \
            json_t *written = type##_to_json(&first);                                              \
            CHECK(written != NULL);                                                                \
            CHECK(type##_from_json(written, &second, &error) == STATUS_OK);                        \
            CHECK(memcmp(&first, &second, sizeof(first)) == 0);                                    \
            json_decref(written);                                                                  \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct codec_error error = {""};
    json_t *document = NULL;

    if (codec_parse((const char *)data, size, &document, &error) != STATUS_OK) {
        CHECK(error.text[0] != '\0');
        return 0;
    }
    ROUND_TRIP(account);
    ROUND_TRIP(order_request);
    ROUND_TRIP(attempt_request);
    ROUND_TRIP(order);
    ROUND_TRIP(close_reply);
    ROUND_TRIP(enrolment_request);
    ROUND_TRIP(enrolment_reply);
    ROUND_TRIP(health_reply);
    static struct problem problem;

    (void)problem_from_json(document, &problem, &error);
    json_decref(document);
    return 0;
}

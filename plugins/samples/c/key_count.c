/* A plugin in C: counts events by whether their body is empty, and logs each.
 *
 * cc -std=c11 -O2 -shared -fPIC -fvisibility=hidden -I../../abi/include key_count.c -o key-count.so
 */

#include <stdlib.h>

#include "trunkline_plugin.h"

TL_META("{\"name\":\"key-count\",\"version\":\"1.0.0\",\"lang\":\"c\","
        "\"handlers\":[{\"id\":0,\"fn\":\"count\",\"events\":[\"call_*\"],\"kind\":\"sync\"}]}");

typedef struct {
    const tl_host *host;
    uint64_t seen;
} counter;

static int32_t on_event(void *state, uint32_t handler, const tl_event *event, uint64_t token) {
    counter *self = state;
    (void)handler;
    __atomic_add_fetch(&self->seen, 1, __ATOMIC_RELAXED);
    self->host->metric(self->host->ctx, TL_METRIC_COUNTER, tl_str("seen"), 1.0);
    self->host->log(self->host->ctx, token, TL_LOG_DEBUG, tl_str(""), event->routing_key);
    return event->body.len ? TL_OK : tl_reject(self->host, token, "empty body");
}

TL_ENTRY(host, out) {
    counter *self = calloc(1, sizeof *self);
    if (!self) {
        return tl_complete(host, 0, TL_FAILED, "out of memory");
    }
    self->host = host;
    out->size = (uint32_t)sizeof *out;
    out->state = self;
    out->handle = on_event;
    out->destroy = free;
    return TL_OK;
}

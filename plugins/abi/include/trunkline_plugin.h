/* The interface between Trunkline and its plugins, version 1.
 * Generated from plugins/abi/src: change that, not this.
 * The rules are in the documentation of the crate trunkline-plugin-abi. */

#ifndef TRUNKLINE_PLUGIN_H
#define TRUNKLINE_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

// Done.
#define TL_OK 0

// Not done yet: `complete` will be called with the token.
#define TL_PENDING 1

// To be tried again, after `retry_after_ms` or when the retry policy says.
#define TL_RETRY 2

// Never again: the event becomes a dead letter.
#define TL_REJECT 3

// Done, because it was none of the plugin's business.
#define TL_SKIP 4

// Went wrong; an event is tried again.
#define TL_FAILED (-1)

// The plugin panicked.
#define TL_PANIC (-2)

// The other side does not know how.
#define TL_UNSUPPORTED (-3)

// Too much at once; try later.
#define TL_LIMIT (-4)

// Not allowed.
#define TL_DENIED (-5)

// Given up because the host asked for it, or because the plugin is ending.
#define TL_CANCELLED (-6)

// The header's value is null; `value` is empty.
#define TL_HEADER_NULL 0

// The header's value is `true` or `false`.
#define TL_HEADER_BOOL 1

// The header's value is a decimal integer.
#define TL_HEADER_INT 2

// The header's value is a decimal number.
#define TL_HEADER_FLOAT 3

// The header's value is text.
#define TL_HEADER_TEXT 4

// The header's value is bytes.
#define TL_HEADER_BYTES 5

// The header's value is a list or a table, written as JSON.
#define TL_HEADER_JSON 6

// The event is the kept last value of its key, not a new one.
#define TL_EVENT_RETAINED 1

// For services alone.
#define TL_LEVEL_SERVICE 1

// For everyone in a tenant.
#define TL_LEVEL_TENANT 2

// For one user of a tenant.
#define TL_LEVEL_USER 3

// For several users of a tenant.
#define TL_LEVEL_MULTI_USER 4

// Logs nothing.
#define TL_LOG_OFF 0

// Something failed.
#define TL_LOG_ERROR 1

// Something is odd.
#define TL_LOG_WARN 2

// Something happened.
#define TL_LOG_INFO 3

// For whoever looks closer.
#define TL_LOG_DEBUG 4

// Everything.
#define TL_LOG_TRACE 5

// The value is added to a counter.
#define TL_METRIC_COUNTER 0

// The value is what a gauge shows.
#define TL_METRIC_GAUGE 1

// The value is one observation of a histogram.
#define TL_METRIC_HISTOGRAM 2

// The plugin is linked into the host's program, as in tests: what is global is the host's too.
#define TL_HOST_SHARES_STATICS 1

// No panic of the plugin's language ends the process.
#define TL_META_CANNOT_ABORT 1

// Built without optimisation.
#define TL_META_DEBUG_BUILD 2

// Major version of the interface: part of the symbols' names.
#define TL_ABI_MAJOR 1

// Minor version: grows whenever a field or a meaning is added.
#define TL_ABI_MINOR 0

// Bytes lent for as long as the call or the event they belong to. `ptr` may be null if `len` is 0.
// Text is UTF-8.
typedef struct tl_bytes {
  // First byte.
  const uint8_t *ptr;
  // How many there are.
  size_t len;
} tl_bytes;

// One header of an event. An element of arrays: it never grows.
typedef struct tl_header {
  // Its name.
  struct tl_bytes name;
  // Its value, written as `kind` says.
  struct tl_bytes value;
  // One of the `HEADER_` kinds; a kind that is not known is to be read as bytes.
  uint32_t kind;
  // Zero.
  uint32_t reserved;
} tl_header;

// One event, lent to a handler.
typedef struct tl_event {
  // Bytes of this struct that are filled in.
  uint32_t size;
  // `EVENT_` flags.
  uint32_t flags;
  // Its name; empty if it has none.
  struct tl_bytes name;
  // Its id, the same over retries; empty if it has none.
  struct tl_bytes id;
  // The key it was routed by.
  struct tl_bytes routing_key;
  // The media type of the body; empty if not known.
  struct tl_bytes content_type;
  // The body as it came. What the event says, whatever the dialect, is the host's `content`.
  struct tl_bytes body;
  // The headers.
  const struct tl_header *headers;
  // How many there are.
  size_t header_count;
  // When it happened, in nanoseconds since 1970 UTC; 0 if not known.
  int64_t time_unix_ns;
  // When the handler must be done, in nanoseconds since 1970 UTC; 0 for no limit.
  int64_t deadline_unix_ns;
  // The how-manieth attempt this is, from 1.
  uint32_t attempt;
  // Zero.
  uint32_t reserved;
} tl_event;

// Whom an event is for.
typedef struct tl_audience {
  // Bytes of this struct: set by whoever asks.
  uint32_t size;
  // One of the `LEVEL_` values.
  uint32_t level;
  // The tenant; empty for services.
  struct tl_bytes tenant;
  // The users.
  const struct tl_bytes *users;
  // How many there are.
  size_t user_count;
} tl_audience;

// An event to be published; the host writes it in the dialect of its bus.
typedef struct tl_publication {
  // Bytes of this struct that are filled in.
  uint32_t size;
  // One of the `LEVEL_` values.
  uint32_t level;
  // Its name.
  struct tl_bytes name;
  // The template of its routing key.
  struct tl_bytes routing_key;
  // The template of its access string; empty to derive it from the routing key.
  struct tl_bytes required_acl;
  // The tenant it is for; empty for services.
  struct tl_bytes tenant;
  // The users it is for.
  const struct tl_bytes *users;
  // How many there are.
  size_t user_count;
  // Headers beside those the dialect writes.
  const struct tl_header *headers;
  // How many there are.
  size_t header_count;
  // What it says: a JSON object.
  struct tl_bytes content;
} tl_publication;

// How something ended.
typedef struct tl_reply {
  // Bytes of this struct that are filled in.
  uint32_t size;
  // A status.
  int32_t status;
  // With `RETRY`: the wait asked for, in milliseconds; 0 leaves it to the retry policy.
  uint64_t retry_after_ms;
  // Why; may be empty.
  struct tl_bytes message;
} tl_reply;

// What the host offers; valid until `destroy` returns. Functions may be called on any thread. A
// token of 0 stands for no event.
typedef struct tl_host {
  // Bytes of this struct that are filled in.
  uint32_t size;
  // The host's minor version of the interface.
  uint32_t abi_minor;
  // `HOST_` flags.
  uint32_t flags;
  // Zero.
  uint32_t reserved;
  // To be passed to every function.
  void *ctx;
  // Logs a line at a `LOG_` level. `target` says who speaks; empty for the plugin as a whole.
  void (*log)(void *ctx,
              uint64_t token,
              uint32_t level,
              struct tl_bytes target,
              struct tl_bytes text);
  // The most talkative level that is logged.
  uint32_t (*log_level)(void *ctx);
  // The plugin's configuration, a JSON object; lives as long as the host's table.
  struct tl_bytes (*config)(void *ctx);
  // Whom the token's event is for; what it points to lives as long as the event.
  int32_t (*audience)(void *ctx, uint64_t token, struct tl_audience *out);
  // What the token's event says, a JSON object whatever the dialect; lives as long as the
  // event. With `REJECT` the body could not be read, and `out` says why.
  int32_t (*content)(void *ctx, uint64_t token, struct tl_bytes *out);
  // Publishes an event, as what the token's event led to. `OK`: the host has taken it, and
  // calls `published` with `op` once the broker has, unless `op` is 0. `DENIED`, `LIMIT`,
  // `FAILED`: it has not.
  int32_t (*publish)(void *ctx,
                     uint64_t token,
                     const struct tl_publication *publication,
                     uint64_t op);
  // Says how the token's event, or `shutdown`, ended.
  void (*complete)(void *ctx, uint64_t token, const struct tl_reply *reply);
  // Whether the host has given the token up: 1 if so. The event stays valid all the same.
  int32_t (*cancelled)(void *ctx, uint64_t token);
  // Counts or measures; `kind` is one of the `METRIC_` values.
  void (*metric)(void *ctx, uint32_t kind, struct tl_bytes name, double value);
} tl_host;

// What the plugin offers. `handle` and `destroy` must be there; the others may be null.
typedef struct tl_plugin {
  // Bytes of this struct that are filled in.
  uint32_t size;
  // Zero.
  uint32_t flags;
  // To be passed to every function.
  void *state;
  // Handles an event with the handler of that `id` in the manifest.
  int32_t (*handle)(void *state, uint32_t handler, const struct tl_event *event, uint64_t token);
  // The host has given the token up: be done soon.
  void (*cancel)(void *state, uint64_t token);
  // The broker has taken what was published as `op`, or has not.
  void (*published)(void *state, uint64_t op, const struct tl_reply *reply);
  // Ends the plugin's work: all events are done. May be `PENDING`.
  int32_t (*shutdown)(void *state, uint64_t token);
  // Frees `state`. Nothing is called afterwards.
  void (*destroy)(void *state);
} tl_plugin;

// The fixed part of a descriptor; the manifest's JSON follows.
typedef struct tl_meta {
  // [`META_MAGIC`].
  uint8_t magic[8];
  // Bytes of this struct: where the JSON begins.
  uint32_t size;
  // Major version of the interface the plugin was built for.
  uint32_t abi_major;
  // Minor version of the interface the plugin was built for.
  uint32_t abi_minor;
  // `META_` flags.
  uint32_t flags;
  // 32 or 64.
  uint32_t pointer_bits;
  // Bytes of JSON.
  uint32_t json_len;
  // The seal: SHA-256 of the whole file with these bytes zero. All zero in a file not sealed.
  uint8_t digest[32];
} tl_meta;



/* What authors in C and C++ need beside the definitions. */

#ifdef __GNUC__
#define TL_EXPORT __attribute__((visibility("default")))
#else
#define TL_EXPORT
#endif

#ifdef __cplusplus
#define TL_EXTERN_C extern "C"
#define TL_ASSERT static_assert
#else
#define TL_EXTERN_C extern
#define TL_ASSERT _Static_assert
#endif

/* Lends a string that ends in a zero byte. */
static inline tl_bytes tl_str(const char *text) {
    tl_bytes bytes;
    size_t len = 0;
    while (text && text[len]) {
        len++;
    }
    bytes.ptr = (const uint8_t *)text;
    bytes.len = len;
    return bytes;
}

/* Whether two runs of bytes are the same. */
static inline int tl_equal(tl_bytes a, tl_bytes b) {
    size_t at;
    if (a.len != b.len) {
        return 0;
    }
    for (at = 0; at < a.len; at++) {
        if (a.ptr[at] != b.ptr[at]) {
            return 0;
        }
    }
    return 1;
}

/* Completes a token with a message, and gives the status back to be returned. */
static inline int32_t tl_complete(const tl_host *host, uint64_t token, int32_t status,
                                  const char *message) {
    tl_reply reply;
    reply.size = (uint32_t)sizeof reply;
    reply.status = status;
    reply.retry_after_ms = 0;
    reply.message = tl_str(message);
    host->complete(host->ctx, token, &reply);
    return status;
}

/* Never again: the event becomes a dead letter. `return tl_reject(host, token, "why");` */
static inline int32_t tl_reject(const tl_host *host, uint64_t token, const char *why) {
    return tl_complete(host, token, TL_REJECT, why);
}

/* To be tried again. `return tl_retry(host, token, "why");` */
static inline int32_t tl_retry(const tl_host *host, uint64_t token, const char *why) {
    return tl_complete(host, token, TL_RETRY, why);
}

/* Logs a line. */
static inline void tl_log(const tl_host *host, uint64_t token, uint32_t level, const char *text) {
    host->log(host->ctx, token, level, tl_str(""), tl_str(text));
}

/* The descriptor, with the manifest as a string literal; once in a plugin. */
#define TL_META(json_text) TL_META_WITH(TL_ABI_MAJOR, TL_ABI_MINOR, TL_META_CANNOT_ABORT, json_text)
#define TL_META_WITH(major, minor, flag_bits, json_text)                                           \
    struct tl_meta_of_this {                                                                       \
        tl_meta head;                                                                              \
        char json[sizeof(json_text)];                                                              \
    };                                                                                             \
    TL_EXTERN_C TL_EXPORT const struct tl_meta_of_this trunkline_plugin_meta_v1;                   \
    const struct tl_meta_of_this trunkline_plugin_meta_v1 = {                                      \
        {{'T', 'L', 'P', 'L', 'U', 'G', 'I', 'N'},                                                 \
         (uint32_t)sizeof(tl_meta),                                                                \
         (major),                                                                                  \
         (minor),                                                                                  \
         (flag_bits),                                                                              \
         (uint32_t)(sizeof(void *) * 8),                                                           \
         (uint32_t)(sizeof(json_text) - 1),                                                        \
         {0}},                                                                                     \
        json_text}

/* The entry function a plugin defines:
 *     TL_ENTRY(host, out) { ...; return TL_OK; }
 */
#define TL_ENTRY(host, out)                                                                        \
    TL_EXTERN_C TL_EXPORT int32_t trunkline_plugin_entry_v1(const tl_host *host, tl_plugin *out);  \
    int32_t trunkline_plugin_entry_v1(const tl_host *host, tl_plugin *out)
#endif  /* TRUNKLINE_PLUGIN_H */

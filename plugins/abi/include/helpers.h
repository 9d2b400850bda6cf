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

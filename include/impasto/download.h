/* Fetching the public weights that Impasto knows by name into the user's cache.
 *
 * A separate library (impasto_download), because it is the only part that needs libcurl: a program
 * that ships its own weights links impasto alone. Proxies and certificates are curl's: the
 * environment variables https_proxy, no_proxy, SSL_CERT_FILE do what they do for curl.
 */
#ifndef IMPASTO_DOWNLOAD_H
#define IMPASTO_DOWNLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "impasto.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Called a few times a second from within impasto_fetch_weights, on its thread. `done` and `total`
 * count bytes of the current file (total 0: unknown yet); both begin anew when another source is
 * taken. Return 0 to go on, anything else to stop: what came so far is kept and taken up next time.
 */
typedef int (*ImpastoFetchProgress)(void* user, uint64_t done, uint64_t total);

/* Called with one line of text for the user: which server is asked, a connection that broke and is
 * taken up again, another source that is tried. `line` lives during the call. */
typedef void (*ImpastoFetchNotice)(void* user, const char* line);

typedef struct ImpastoFetchOptions {
    size_t struct_size;    /* sizeof(ImpastoFetchOptions) */
    const char* cache_dir; /* UTF-8; NULL: the user's cache folder by the platform's custom */
    ImpastoFetchProgress progress; /* may be NULL */
    ImpastoFetchNotice notice;     /* may be NULL */
    void* user;                    /* handed to both */
    /* A mirror, "https://host" or "http://host:port", which is asked for the same paths in the
     * place of every source's own host; NULL: none. */
    const char* mirror;
    int require_checksum; /* not 0: only sources whose whole file has a published sum */
    int again;            /* not 0: fetch also what is in the cache already */
} ImpastoFetchOptions;

typedef struct ImpastoFetchReport {
    size_t struct_size;   /* sizeof(ImpastoFetchReport), set by the caller */
    uint64_t downloaded;  /* bytes that came over the network in this call */
    uint64_t resumed;     /* bytes that an earlier call had left */
    int was_cached;       /* 1: nothing was fetched, the file was there */
    int checksum_checked; /* 1: against a published sum; 0: only sizes, shapes, types and values */
    char sha256[65];      /* of the file in the cache */
    char path[1024];      /* of the file in the cache, UTF-8; cut where it is longer */
} ImpastoFetchReport;

/* Fetches the weights `name` ("vgg19", "vgg19-caffe") as a safetensors file of the convolutions
 * alone (about 80 MB) into the cache, where impasto finds them under that name. The file appears
 * whole or not at all. An interrupted download is taken up where it stopped.
 *
 * The catalogue's sources are tried in order. For vgg19 the first is the copy on the Hugging Face
 * hub, of which only the convolutions are fetched (80 of 575 MB; no published checksum covers a
 * part of a file: sizes, shapes, types and finite values are checked); where that server cannot be
 * reached, gives no byte ranges or has another file, torchvision's whole file with its checksum.
 *
 * `options` may be NULL. `report` may be NULL. `message` receives one line on failure (what went
 * wrong and what to do), cut to `message_size` with the final zero; may be NULL with size 0.
 *
 * Returns 0, or an ImpastoResult below 0: -2 unknown name or options, -4 the cache cannot be
 * written or the disk is full, -5 the fetched file is not what it should be (wrong checksum: it is
 * removed), -9 the network or the server, -10 stopped by `progress`.
 */
IMPASTO_API int32_t impasto_fetch_weights(const char* name, const ImpastoFetchOptions* options,
                                          ImpastoFetchReport* report, char* message,
                                          size_t message_size);

#ifdef __cplusplus
}
#endif

#endif

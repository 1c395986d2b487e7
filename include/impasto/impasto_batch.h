/* clang-format off: the example is laid out by hand */
/* Impasto's batches: many runs of its commands from one file of jobs, in C99. Part of the library.
 *
 *     {"defaults": {"size": 512, "style": "paintings/wave.jpg"},
 *      "jobs": [{"name": "hills", "content": ["a.jpg", "b.jpg"], "output": "out/{stem}.png"}]}
 *
 *     ImpastoBatchOptions options = {.struct_size = sizeof options};
 *     options.folder = "assets";
 *     options.ledger = "assets/jobs.json.ledger";
 *     ImpastoBatchSummary summary = {.struct_size = sizeof summary};
 *     impasto_batch_run(jobs, strlen(jobs), &options, &summary, message, sizeof message);
 *
 * docs/batch.md says what a file of jobs holds, docs/batch.schema.json is its JSON schema. The
 * conventions are impasto.h's. */
/* clang-format on */
#ifndef IMPASTO_BATCH_H
#define IMPASTO_BATCH_H

#include "impasto/impasto.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ImpastoBatchWhat {
    IMPASTO_BATCH_PLANNED = 0,  /* it is known which jobs are to be done */
    IMPASTO_BATCH_BEGAN = 1,    /* a job begins */
    IMPASTO_BATCH_PROGRESS = 2, /* it got on by an iteration */
    IMPASTO_BATCH_ENDED = 3     /* it ended, or there was nothing to do for it */
} ImpastoBatchWhat;

typedef enum ImpastoBatchState {
    IMPASTO_BATCH_DONE = 0,
    IMPASTO_BATCH_UP_TO_DATE = 1, /* its output was made from what there is now */
    IMPASTO_BATCH_FAILED = 2,     /* the others go on */
    IMPASTO_BATCH_CANCELLED = 3   /* stopped by the callback; nothing of it is left */
} ImpastoBatchState;

typedef struct ImpastoBatchEvent {
    size_t struct_size;
    ImpastoBatchWhat what;
    uint32_t jobs;  /* of the shard */
    uint32_t to_do; /* of these: known from PLANNED on */
    /* The rest is of one job, and zero for PLANNED. Texts live during the call. */
    uint32_t index;                  /* of the job among the shard's, from 0 */
    const char* job;                 /* its name, for people */
    const char* output;              /* as the file of jobs has it */
    const ImpastoProgress* progress; /* of PROGRESS */
    ImpastoBatchState state;         /* these are of ENDED */
    ImpastoResult result;            /* why it failed */
    const char* message;             /* one line; "" where it did not fail */
    double seconds;                  /* with reading and writing */
    double setup_seconds;      /* of these, from the pictures being read to the first iteration:
                                  encoder, targets of content and styles, plan, pipelines */
    double setup_host_seconds; /* of these, processor time of the host; the rest waits for the
                                  device, which computes the targets */
    ImpastoLosses losses;      /* of the picture */
    /* A line of JSON with what is known of: job, kind, state, output, seconds, setup_seconds,
     * setup_host_seconds, iterations, width, height, losses, warnings, sha256 (of the output),
     * inputs (file and sha256 each), fingerprint, code and message (of a failure). */
    const char* report;
    const char* const* warnings; /* of a job that was done: a line each about what is odd in the
                                    maps of a material, or was left as it is in a model */
    uint32_t warning_count;
} ImpastoBatchEvent;

/* Called on the threads that do the jobs, one call at a time; returns 1 to go on, 0 to stop: jobs
 * that run are given up, without a trace. */
typedef int (*ImpastoBatchCallback)(void* user, const ImpastoBatchEvent* event);

typedef struct ImpastoBatchOptions {
    size_t struct_size;
    const ImpastoContextOptions* context; /* of the device; NULL: the defaults. keep_encoder is
                                             always on */
    const char* folder; /* that relative names of files count from; NULL: the current one */
    const char* name;   /* of the file of jobs, in messages; NULL: "jobs" */
    /* The file that notes what was done, so that it is not done again; it is made where it is
     * missing, and held by one run at a time. A shard i of n adds ".i-of-n" to the name, and reads
     * all of them. NULL: nothing is noted, and everything is done. */
    const char* ledger;
    uint32_t jobs_per_device; /* that are worked on at the same time, up to 64; 0: 1. One that finds
                                 too little memory waits until it has the device alone. */
    uint32_t shard;       /* the share of jobs that is done, from 1 to shard_count; which jobs */
    uint32_t shard_count; /* are in it depends on their outputs' names alone. 0 and 0: all */
    int resume; /* 1: goes on with a run that was cut off. Files whose size and time are those that
                   the ledger has are not read again, and a job that failed for its files or
                   options, with nothing changed since, is not tried again and counts as failed. */
    ImpastoBatchCallback callback; /* may be NULL */
    void* user;
} ImpastoBatchOptions;

typedef struct ImpastoBatchSummary {
    size_t struct_size;
    uint32_t jobs; /* of the shard; the sum of these */
    uint32_t done;
    uint32_t up_to_date;
    uint32_t failed;
    uint32_t cancelled;  /* or never begun */
    ImpastoResult first; /* of the first job, in the file's order, that failed; 0: none did */
    double seconds;
} ImpastoBatchSummary;

/* Does the jobs that are not up to date, and goes on after one that fails. `jobs` is the text of a
 * file of jobs (UTF-8, `size` bytes); `options` and `summary` may be NULL. Outputs appear whole or
 * not at all, and only after the ledger knows them: a process killed at any moment loses what was
 * not finished, and the next run does nothing twice. SUCCESS when every job is done or up to date.
 * When jobs failed: the result of the first of them, and a message about it. CANCELLED when the
 * callback stopped it. INPUT, with nothing done, when the text is no file of jobs: the message
 * names job and key. OUTPUT when the ledger cannot be written, or another run holds it. Others as
 * impasto_context_create. */
IMPASTO_API ImpastoResult impasto_batch_run(const char* jobs, size_t size,
                                            const ImpastoBatchOptions* options,
                                            ImpastoBatchSummary* summary, char* message,
                                            size_t message_size);

#ifdef __cplusplus
}
#endif

#endif

/* Paints one picture in the manner of another, in C99 with the shared library alone.
 *
 *     stylize CONTENT STYLE OUTPUT [SIZE [ITERATIONS]]
 *
 * OUTPUT is a PNG or a JPEG; SIZE its longest side in px; ITERATIONS of each scale.
 *
 *     cc -std=c99 stylize.c $(pkg-config --cflags --libs impasto) -o stylize
 */
#include <impasto/impasto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is made on the way, all of it NULL before. */
typedef struct Objects {
    ImpastoContext* context;
    ImpastoWeights* weights;
    ImpastoImage* content;
    ImpastoImage* style;
    ImpastoSession* session;
    ImpastoImage* result;
} Objects;

typedef struct Request {
    const char* content;
    const char* style;
    const char* output;
    uint32_t size;       /* px; 0: the default */
    uint32_t iterations; /* of each scale; 0: the default */
} Request;

static void destroy(Objects* objects) {
    /* A context outlives its sessions; else the order does not matter. */
    impasto_session_destroy(objects->session);
    impasto_context_destroy(objects->context);
    impasto_weights_destroy(objects->weights);
    impasto_image_destroy(objects->content);
    impasto_image_destroy(objects->style);
    impasto_image_destroy(objects->result);
}

static int show_progress(void* user, const ImpastoProgress* progress) {
    (void)user;
    fprintf(stderr, "\rscale %u, iteration %4u, loss %-12g", (unsigned)progress->scale + 1,
            (unsigned)progress->iteration, (double)progress->losses.total);
    return 1; /* 0 would cancel */
}

/* Methods of a session leave their message in it. */
static ImpastoResult failed(Objects* objects, ImpastoResult result, char* message, size_t size) {
    snprintf(message, size, "%s", impasto_session_message(objects->session));
    return result;
}

static ImpastoResult stylize(const Request* request, Objects* objects, char* message, size_t size) {
    ImpastoResult result;
    ImpastoSessionOptions options;
    const ImpastoImage* styles[1];

    /* Before the work, not after it. */
    result = impasto_check_writable(request->output, message, size);
    if (result != IMPASTO_SUCCESS) return result;
    result = impasto_image_load(request->content, &objects->content, message, size);
    if (result != IMPASTO_SUCCESS) return result;
    result = impasto_image_load(request->style, &objects->style, message, size);
    if (result != IMPASTO_SUCCESS) return result;
    result = impasto_weights_load("builtin", NULL, &objects->weights, message, size);
    if (result != IMPASTO_SUCCESS) return result;
    result = impasto_context_create(NULL, &objects->context, message, size);
    if (result != IMPASTO_SUCCESS) return result;

    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    impasto_session_options_default(&options);
    if (request->size != 0) options.size = request->size;
    if (request->iterations != 0) {
        options.iterations = &request->iterations;
        options.iterations_count = 1;
    }
    styles[0] = objects->style;
    result = impasto_session_create(objects->context, objects->weights, objects->content, styles, 1,
                                    &options, &objects->session, message, size);
    if (result != IMPASTO_SUCCESS) return result;

    result = impasto_session_run(objects->session, show_progress, NULL);
    fputc('\n', stderr);
    if (result != IMPASTO_SUCCESS) return failed(objects, result, message, size);
    result = impasto_session_image(objects->session, &objects->result);
    if (result != IMPASTO_SUCCESS) return failed(objects, result, message, size);
    return impasto_image_save(objects->result, request->output, NULL, 0, message, size);
}

/* A whole number of 1 to a million, or 0. */
static uint32_t number(const char* text) {
    char* end;
    const long value = strtol(text, &end, 10);
    return *end == '\0' && value > 0 && value <= 1000000 ? (uint32_t)value : 0;
}

int main(int argc, char** argv) {
    Request request = {NULL, NULL, NULL, 0, 0};
    Objects objects = {NULL, NULL, NULL, NULL, NULL, NULL};
    char message[512] = "";
    ImpastoResult result;

    if (argc > 4) request.size = number(argv[4]);
    if (argc > 5) request.iterations = number(argv[5]);
    if (argc < 4 || argc > 6 || (argc > 4 && request.size == 0) ||
        (argc > 5 && request.iterations == 0)) {
        fprintf(stderr, "Usage: stylize CONTENT STYLE OUTPUT [SIZE [ITERATIONS]]\n");
        return EXIT_FAILURE;
    }
    request.content = argv[1];
    request.style = argv[2];
    request.output = argv[3];

    result = stylize(&request, &objects, message, sizeof message);
    if (result != IMPASTO_SUCCESS) fprintf(stderr, "stylize: %s\n", message);
    destroy(&objects);
    return result == IMPASTO_SUCCESS ? EXIT_SUCCESS : EXIT_FAILURE;
}

// Parameters of objective.comp, and the words of the buffers that it shares with others.
#include "shared.h"

// The state buffer: unsigned integers, and floats as their bits (small integers kept in floats would
// be denormal numbers, which a device may turn to zero).
#define STATE_ITERATION 0  // uint: losses recorded so far
#define STATE_BEST 1       // float: the lowest total so far; 0 words read as "none yet"
#define STATE_HAS_BEST 2   // uint
#define STATE_IMPROVED 3   // uint: the image just evaluated is the best so far
#define STATE_DIVERGED 4   // uint: evaluations since a divergence, itself included; 0: none
#define STATE_WORDS 8

// A loss record: total, content, style, tv, whether it is a divergence (1 or 0), and then the sum S of
// each term, content terms first.
#define RECORD_LOSSES 5

IMPASTO_SHARED_BEGIN
struct ObjectiveParams {
    uint content_terms;
    uint style_terms;
    uint capacity;  // records in the ring
    float divergence;  // a total that many times the lowest is a divergence; 0: none is
    uint behind;       // evaluations behind a divergence that count still
};
IMPASTO_SHARED_END

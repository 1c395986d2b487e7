// Parameters of lbfgs.comp, and the words of its state.
#include "shared.h"

#define LBFGS_MAX_HISTORY 64

// The passes of a step, in order; see lbfgs.comp.
#define LBFGS_PAIR 0
#define LBFGS_ACCEPT 1
#define LBFGS_FIRST 2
#define LBFGS_TURN 3
#define LBFGS_SECOND 4
#define LBFGS_STEP 5

// State words: unsigned integers, and floats as their bits (the other way round, small integers
// would be denormal numbers, which a device may turn to zero). All zeros at the start.
#define LBFGS_STEPS 0    // uint: steps since the start or the last reset
#define LBFGS_COUNT 1    // uint: pairs in the history
#define LBFGS_HEAD 2     // uint: slot that the next pair goes to
#define LBFGS_SCALE 3    // float: H0 = (y . s) / (y . y)
#define LBFGS_LENGTH 4   // float: step length t
#define LBFGS_NORM1 5    // float: sum |g|
#define LBFGS_RHO 8                                // float (history + 1): 1 / (y . s) of a slot
#define LBFGS_ALPHA (LBFGS_RHO + LBFGS_MAX_HISTORY + 1)  // float (history): newest pair first
#define LBFGS_STATE_WORDS (LBFGS_ALPHA + LBFGS_MAX_HISTORY)

IMPASTO_SHARED_BEGIN
struct LbfgsParams {
    uint count;    // elements of the image
    uint history;  // pairs kept
    uint pass;     // k of the first and second loop
};
IMPASTO_SHARED_END

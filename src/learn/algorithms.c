/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of algorithms, lowest step first; one line each. */
#include "learn/train.h"

static const struct algorithm algorithms[] = {
    {"majority/1", 0, true, false, false, train_constant},
    {"mean/1", 0, false, true, false, train_constant},
    {"rule/1", 0, true, false, false, train_rule},
    {"ridge/1", 1, true, true, false, train_ridge},
    {"tree/1", 2, true, true, true, train_tree},
    {"trees/1", 2, true, true, true, train_trees},
};

const struct algorithm *train_algorithms(size_t *ret_n)
{
    *ret_n = COUNT_OF(algorithms);
    return algorithms;
}

const struct algorithm *train_algorithm(struct str name)
{
    for (size_t i = 0; i < COUNT_OF(algorithms); i++)
        if (str_eq(name, str_of(algorithms[i].name)))
            return &algorithms[i];
    return NULL;
}

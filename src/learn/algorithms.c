/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of algorithms, lowest step first; one line each. */
#include "learn/train.h"

static const struct algorithm algorithms[] = {
    {"majority/1", 0, true, false, false, true, train_constant},
    {"mean/1", 0, false, true, false, true, train_constant},
    {"last/1", 0, true, true, false, false, train_last},
    {"rule/1", 0, true, false, false, false, train_rule},
    {"ridge/2", 1, true, true, false, true, train_ridge},
    {"logistic/2", 1, true, false, true, true, train_logistic},
    {"tree/1", 2, true, true, true, true, train_tree},
    {"trees/2", 2, true, true, true, true, train_trees},
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/weights.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static const double WEIGHT_MAX = 1 << 20;

static void balance(const struct dataset *data, double *weight)
{
    const struct column *target = &data->table->column[data->target];
    CLEANUP(mem_free) size_t *count = mem_get(target->category_n, sizeof *count);
    size_t rows = 0;
    size_t classes = 0;
    for (size_t r = 0; r < data->table->rows; r++)
        if (data->part[r] == PART_TRAIN) {
            rows++;
            classes += count[target->code[r]]++ == 0;
        }
    for (size_t k = 0; k < target->category_n; k++) {
        double even = count[k] ? (double)rows / ((double)classes * (double)count[k]) : 1;
        weight[k] = even < 1 / WEIGHT_MAX ? 1 / WEIGHT_MAX : even > WEIGHT_MAX ? WEIGHT_MAX : even;
    }
}

/* One "CLASS=W"; the class may itself hold a "=", so the last one counts. */
static bool read_one(struct str item, const struct column *target, double *weight, struct err *err)
{
    size_t at = item.n;
    struct decimal number;
    size_t k = 0;
    while (at > 0 && item.at[at - 1] != '=')
        at--;
    struct str name = str_trim((struct str){item.at, at ? at - 1 : 0});
    struct str value = str_trim((struct str){item.at + at, item.n - at});
    while (k < target->category_n && !str_eq(target->category[k], name))
        k++;
    if (k == target->category_n)
        return FAIL(err, ERR_USAGE,
                    _("Type --weights balanced, or for example --weights yes=5,no=1"),
                    _("\"%.*s\" names no class of the column \"%.*s\"."), STR_ARG(item),
                    STR_ARG(target->name));
    bool fine = num_decimal(value, '.', &number) == NUM_OK;
    double w = fine ? num_double(number) : 0;
    if (!(w >= 1 / WEIGHT_MAX && w <= WEIGHT_MAX))
        return FAIL(err, ERR_USAGE, _("Type a number such as 5 or 0.2."),
                    _("\"%.*s\" is not a weight between 0.000001 and 1000000."), STR_ARG(value));
    weight[k] = w;
    return true;
}

bool weights_read(const char *text, const struct dataset *data, struct arena *arena,
                  const double **ret, struct err *err)
{
    const struct column *target = &data->table->column[data->target];
    struct str rest = str_of(text);
    struct str item;
    *ret = NULL;
    if (!text)
        return true;
    if (target->type != COLUMN_CATEGORY)
        return FAIL(err, ERR_USAGE, _("Leave out --weights."),
                    _("Only classes have weights, but the answer is a number."));
    double *weight = arena_get(arena, target->category_n, sizeof *weight);
    for (size_t k = 0; k < target->category_n; k++)
        weight[k] = 1;
    if (strcmp(text, "balanced") == 0)
        balance(data, weight);
    else
        while (str_cut(&rest, ',', &item))
            if (!read_one(str_trim(item), target, weight, err))
                return false;
    *ret = weight;
    return true;
}

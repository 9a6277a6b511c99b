/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/expression.h"

#include <stdio.h>
#include <string.h>

#include "collect/pattern.h"

enum op {
    OP_TEXT = 0,
    OP_FIELD,
    OP_SELF,
    OP_NUMBER,
    OP_LENGTH,
    OP_COUNT,
    OP_TODAY,
    OP_TRUE,
    OP_FALSE,
    OP_OR,
    OP_AND,
    OP_NOT,
    OP_SELECTED,
    OP_REGEX,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE
};

struct expression {
    enum op op;
    struct str text; /* of TEXT, NUMBER and FIELD */
    const struct expression *left;
    const struct expression *right;
};

enum { DEPTH_MAX = 50 };

struct parsing {
    struct str all;
    struct str rest;
    struct arena *arena;
    unsigned depth;
};

/* --- parsing ------------------------------------------------------------------------------ */

static const char *instead(void)
{
    return _("Write comparisons (= != < <= > >=) of ${fields}, numbers and 'texts', joined by and, "
             "or, not(…), selected(${field}, 'choice'), regex(., 'pattern'), string-length(.), "
             "count-selected(.), today().");
}

static bool refuse(const struct parsing *p, struct err *err)
{
    size_t at = p->all.n - p->rest.n + 1;
    struct str near = str_front(p->rest, 20);
    if (near.n == 0)
        return FAIL(err, ERR_INPUT, instead(), _("\"%.*s\" ends too early."), STR_ARG(p->all));
    return FAIL(err, ERR_INPUT, instead(),
                _("\"%.*s\": \"%.*s\" at character %zu is not understood here."), STR_ARG(p->all),
                STR_ARG(near), at);
}

static void skip(struct parsing *p, size_t n)
{
    p->rest.at += n;
    p->rest.n -= n;
}

static void skip_blanks(struct parsing *p)
{
    while (p->rest.n && memchr(" \t\r\n", p->rest.at[0], 4))
        skip(p, 1);
}

static bool is_name_sign(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80 || c == '_' || c == '-' || c == '.';
}

static struct str word_ahead(const struct parsing *p)
{
    size_t n = 0;
    while (n < p->rest.n && is_name_sign(p->rest.at[n]))
        n++;
    return (struct str){p->rest.at, n};
}

static bool take(struct parsing *p, struct str sign)
{
    skip_blanks(p);
    if (!str_starts(p->rest, sign))
        return false;
    skip(p, sign.n);
    return true;
}

static bool take_word(struct parsing *p, struct str word)
{
    skip_blanks(p);
    if (!str_eq(word_ahead(p), word))
        return false;
    skip(p, word.n);
    return true;
}

static struct expression *node(struct parsing *p, enum op op)
{
    struct expression *e = arena_get(p->arena, 1, sizeof *e);
    e->op = op;
    return e;
}

static bool parse_or(struct parsing *p, const struct expression **ret, struct err *err);

static bool parse_text(struct parsing *p, char quote, const struct expression **ret,
                       struct err *err)
{
    struct expression *e = node(p, OP_TEXT);
    const char *end = memchr(p->rest.at + 1, quote, p->rest.n - 1);
    if (!end)
        return refuse(p, err);
    e->text = (struct str){p->rest.at + 1, (size_t)(end - p->rest.at) - 1};
    skip(p, e->text.n + 2);
    *ret = e;
    return true;
}

static bool parse_braces(struct parsing *p, const struct expression **ret, struct err *err)
{
    struct expression *e = node(p, OP_FIELD);
    struct parsing inside = *p;
    skip(&inside, 2);
    skip_blanks(&inside);
    e->text = word_ahead(&inside);
    skip(&inside, e->text.n);
    if (e->text.n == 0 || !take(&inside, STR("}")))
        return refuse(p, err);
    *p = inside;
    *ret = e;
    return true;
}

/* TEXT: no function of this name is known. */
static enum op op_of(struct str word)
{
    static const struct {
        const char *word;
        enum op op;
    } known[] = {{"true", OP_TRUE},
                 {"false", OP_FALSE},
                 {"not", OP_NOT},
                 {"selected", OP_SELECTED},
                 {"regex", OP_REGEX},
                 {"today", OP_TODAY},
                 {"string-length", OP_LENGTH},
                 {"count-selected", OP_COUNT}};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (str_eq(word, str_of(known[i].word)))
            return known[i].op;
    return OP_TEXT;
}

static bool parse_call(struct parsing *p, struct str word, const struct expression **ret,
                       struct err *err)
{
    const struct parsing before = *p;
    struct expression *e = node(p, OP_NOT);
    skip(p, word.n);
    *ret = e;
    if (!take(p, STR("(")))
        return refuse(&before, err);
    e->op = op_of(word);
    if (e->op == OP_TEXT)
        return refuse(&before, err);
    if (e->op != OP_TRUE && e->op != OP_FALSE && e->op != OP_TODAY && !parse_or(p, &e->left, err))
        return false;
    if (e->op == OP_SELECTED || e->op == OP_REGEX) {
        if (!take(p, STR(",")))
            return refuse(p, err);
        if (!parse_or(p, &e->right, err))
            return false;
    }
    if (e->op == OP_REGEX && (e->right->op != OP_TEXT || !pattern_is_fine(e->right->text)))
        return refuse(&before, err);
    return take(p, STR(")")) || refuse(p, err);
}

static bool parse_word(struct parsing *p, const struct expression **ret, struct err *err)
{
    struct str word = word_ahead(p);
    struct parsing behind = *p;
    struct decimal number;
    if (word.n == 0 || str_eq(word, STR("or")) || str_eq(word, STR("and")) ||
        str_eq(word, STR("div")) || str_eq(word, STR("mod")))
        return refuse(p, err);
    skip(&behind, word.n);
    skip_blanks(&behind);
    if (behind.rest.n && behind.rest.at[0] == '(')
        return parse_call(p, word, ret, err);
    struct expression *e = node(p, OP_FIELD);
    if (str_eq(word, STR(".")))
        e->op = OP_SELF;
    else if (num_decimal(word, '.', &number) == NUM_OK)
        e->op = OP_NUMBER;
    else if (word.at[0] == '.' || word.at[0] == '-' || (word.at[0] >= '0' && word.at[0] <= '9'))
        return refuse(p, err);
    e->text = word;
    skip(p, word.n);
    *ret = e;
    return true;
}

static bool parse_one(struct parsing *p, const struct expression **ret, struct err *err)
{
    skip_blanks(p);
    if (p->rest.n == 0)
        return refuse(p, err);
    if (p->rest.at[0] == '\'' || p->rest.at[0] == '"')
        return parse_text(p, p->rest.at[0], ret, err);
    if (str_starts(p->rest, STR("${")))
        return parse_braces(p, ret, err);
    if (p->rest.at[0] != '(')
        return parse_word(p, ret, err);
    skip(p, 1);
    return parse_or(p, ret, err) && (take(p, STR(")")) || refuse(p, err));
}

static bool parse_comparison(struct parsing *p, const struct expression **ret, struct err *err)
{
    static const struct {
        struct str sign;
        enum op op;
    } signs[] = {{{"!=", 2}, OP_NE}, {{"<=", 2}, OP_LE}, {{">=", 2}, OP_GE},
                 {{"=", 1}, OP_EQ},  {{"<", 1}, OP_LT},  {{">", 1}, OP_GT}};
    if (!parse_one(p, ret, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        if (!take(p, signs[i].sign))
            continue;
        struct expression *e = node(p, signs[i].op);
        e->left = *ret;
        *ret = e;
        return parse_one(p, &e->right, err);
    }
    return true;
}

/* A list of the same operator; or binds less than and. */
static bool parse_list(struct parsing *p, enum op op, const struct expression **ret,
                       struct err *err)
{
    struct str word = op == OP_OR ? STR("or") : STR("and");
    if (!(op == OP_OR ? parse_list(p, OP_AND, ret, err) : parse_comparison(p, ret, err)))
        return false;
    while (take_word(p, word)) {
        struct expression *e = node(p, op);
        e->left = *ret;
        *ret = e;
        if (!(op == OP_OR ? parse_list(p, OP_AND, &e->right, err)
                          : parse_comparison(p, &e->right, err)))
            return false;
    }
    return true;
}

static bool parse_or(struct parsing *p, const struct expression **ret, struct err *err)
{
    if (++p->depth > DEPTH_MAX)
        return refuse(p, err);
    bool fine = parse_list(p, OP_OR, ret, err);
    p->depth--;
    return fine;
}

bool expression_parse(struct str text, struct arena *arena, const struct expression **ret,
                      struct err *err)
{
    struct parsing p = {.all = text, .rest = text, .arena = arena};
    if (!parse_or(&p, ret, err))
        return false;
    skip_blanks(&p);
    return p.rest.n == 0 || refuse(&p, err);
}

bool expression_fields(const struct expression *e,
                       bool (*seen)(void *context, struct str field, struct err *err),
                       void *context, struct err *err)
{
    if (e->op == OP_FIELD)
        return seen(context, e->text, err);
    return (!e->left || expression_fields(e->left, seen, context, err)) &&
           (!e->right || expression_fields(e->right, seen, context, err));
}

/* --- values ------------------------------------------------------------------------------- */

int expression_order(struct decimal a, struct decimal b)
{
    const int sign_a = a.mantissa < 0 ? -1 : 1;
    const int sign_b = b.mantissa < 0 ? -1 : 1;
    for (; a.exponent > b.exponent && a.mantissa; a.exponent--)
        if (__builtin_mul_overflow(a.mantissa, INT64_C(10), &a.mantissa))
            return sign_a;
    for (; b.exponent > a.exponent && b.mantissa; b.exponent--)
        if (__builtin_mul_overflow(b.mantissa, INT64_C(10), &b.mantissa))
            return -sign_b;
    return (a.mantissa > b.mantissa) - (a.mantissa < b.mantissa);
}

bool expression_selected(struct str words, struct str word)
{
    struct str one;
    while (str_cut(&words, ' ', &one))
        if (one.n && str_eq(one, word))
            return true;
    return false;
}

/* A value as text; counts are written into the (NUM_TEXT) bytes. */
static struct str text_of(const struct expression *e, const struct expression_values *values,
                          char counted[NUM_TEXT])
{
    if (e->op == OP_TEXT || e->op == OP_NUMBER)
        return e->text;
    if (e->op == OP_FIELD)
        return values->value(values->context, e->text);
    if (e->op == OP_SELF)
        return values->self;
    if (e->op == OP_TODAY)
        return values->today;
    if (e->op == OP_LENGTH || e->op == OP_COUNT) {
        struct str of = text_of(e->left, values, counted);
        struct str one;
        size_t n = 0;
        for (size_t i = 0; e->op == OP_LENGTH && i < of.n; i++)
            n += ((unsigned char)of.at[i] & 0xc0) != 0x80;
        while (e->op == OP_COUNT && str_cut(&of, ' ', &one))
            n += one.n > 0;
        snprintf(counted, NUM_TEXT, "%zu", n);
        return str_of(counted);
    }
    return expression_holds(e, values) ? STR("true") : STR("");
}

static bool is_nonzero(struct str text)
{
    struct decimal value;
    return num_decimal(text, '.', &value) == NUM_OK && value.mantissa != 0;
}

/* Are both written like ISO dates or times, as far as both go? */
static bool are_times(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        bool digit_a = a.at[i] >= '0' && a.at[i] <= '9';
        bool digit_b = b.at[i] >= '0' && b.at[i] <= '9';
        if (digit_a != digit_b || (!digit_a && a.at[i] != b.at[i]))
            return false;
        any = any || !digit_a;
    }
    return any;
}

static bool compare(const struct expression *e, const struct expression_values *values)
{
    char counted[2][NUM_TEXT];
    struct str a = text_of(e->left, values, counted[0]);
    struct str b = text_of(e->right, values, counted[1]);
    struct decimal x;
    struct decimal y;
    int order;
    if (num_decimal(a, '.', &x) == NUM_OK && num_decimal(b, '.', &y) == NUM_OK)
        order = expression_order(x, y);
    else if (e->op == OP_EQ || e->op == OP_NE || are_times(a, b))
        order = str_cmp(a, b);
    else
        return false;
    const enum op op = e->op;
    bool equal = op == OP_EQ || op == OP_LE || op == OP_GE;
    bool less = op == OP_NE || op == OP_LT || op == OP_LE;
    bool more = op == OP_NE || op == OP_GT || op == OP_GE;
    return (equal && order == 0) || (less && order < 0) || (more && order > 0);
}

bool expression_holds(const struct expression *e, const struct expression_values *values)
{
    char counted[2][NUM_TEXT];
    switch (e->op) {
    case OP_TEXT:
    case OP_FIELD:
    case OP_SELF:
    case OP_TODAY:
        return text_of(e, values, counted[0]).n > 0;
    case OP_NUMBER:
    case OP_LENGTH:
    case OP_COUNT:
        return is_nonzero(text_of(e, values, counted[0]));
    case OP_TRUE:
        return true;
    case OP_FALSE:
        return false;
    case OP_OR:
        return expression_holds(e->left, values) || expression_holds(e->right, values);
    case OP_AND:
        return expression_holds(e->left, values) && expression_holds(e->right, values);
    case OP_NOT:
        return !expression_holds(e->left, values);
    case OP_SELECTED:
        return expression_selected(text_of(e->left, values, counted[0]),
                                   text_of(e->right, values, counted[1]));
    case OP_REGEX:
        return pattern_fits(e->right->text, text_of(e->left, values, counted[0]));
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
        return compare(e, values);
    }
    return false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/evidence.h"

#include <string.h>

#include "base/check.h"
#include "base/num.h"

enum { DAY_FIRST = 0, MONTH_FIRST = 1, FIT_LEAST = 20, FIT_PERCENT = 99, NEARLY_PERCENT = 90 };

/* --- how a cell is written -------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of a blank that may stand between thousands: U+0020, U+00A0, U+2009, U+202F, or '. */
static size_t blank_at(struct str s, size_t i)
{
    static const char *const blanks[] = {" ", "'", "\u00a0", "\u2009", "\u202f"};
    for (size_t b = 0; b < COUNT_OF(blanks); b++) {
        struct str blank = str_of(blanks[b]);
        if (i + blank.n <= s.n && memcmp(s.at + i, blank.at, blank.n) == 0)
            return blank.n;
    }
    return 0;
}

/* One to three digits, then groups of three behind the same mark, at least one; perhaps the other
 * mark and decimals. */
static bool is_thousands(struct str s)
{
    size_t i = s.n && (s.at[0] == '-' || s.at[0] == '+');
    size_t first = i;
    size_t groups = 0;
    while (i < s.n && is_digit(s.at[i]))
        i++;
    if (i == first || i > first + 3 || i == s.n)
        return false;
    char mark = s.at[i];
    while (i < s.n) {
        size_t n = mark == '.' || mark == ',' ? s.at[i] == mark : blank_at(s, i);
        if (n == 0)
            break;
        size_t digits = 0;
        while (i + n + digits < s.n && is_digit(s.at[i + n + digits]))
            digits++;
        if (digits != 3)
            return false;
        i += n + 3;
        groups++;
    }
    if (groups == 0 || i == s.n)
        return groups > 0;
    if ((s.at[i] != '.' && s.at[i] != ',') || s.at[i] == mark)
        return false;
    for (i++; i < s.n && is_digit(s.at[i]);)
        i++;
    return i == s.n;
}

static bool is_number(struct str text, char point)
{
    struct decimal ignored;
    return num_decimal(text, point, &ignored) != NUM_NOT_A_NUMBER;
}

/* Digits with signs and marks, then a short tail of letters: 3.5 m, 12 km/h, 7°C. */
static bool has_unit(struct str cell)
{
    size_t n = 0;
    while (n < cell.n && (is_digit(cell.at[n]) || memchr("+-.,", cell.at[n], 4)))
        n++;
    struct str number = {cell.at, n};
    struct str tail = str_trim((struct str){cell.at + n, cell.n - n});
    if (tail.n == 0 || tail.n > 8 || is_digit(tail.at[tail.n - 1]))
        return false;
    for (size_t i = 0; i < tail.n; i++)
        if (tail.at[i] == ' ' || is_digit(tail.at[0]))
            return false;
    return is_number(number, '.') || is_number(number, ',');
}

enum evidence_form evidence_form(struct str cell, char point)
{
    if (cell.n < 2 || !(is_digit(cell.at[0]) || memchr("+-.,", cell.at[0], 4)))
        return FORM_NONE;
    if (is_number(cell, point == '.' ? ',' : '.') && !is_thousands(cell))
        return FORM_POINT;
    if (is_thousands(cell))
        return FORM_THOUSANDS;
    if (cell.at[cell.n - 1] == '%') {
        struct str front = str_trim((struct str){cell.at, cell.n - 1});
        return is_number(front, '.') || is_number(front, ',') ? FORM_PERCENT : FORM_NONE;
    }
    return has_unit(cell) ? FORM_UNIT : FORM_NONE;
}

/* --- counting --------------------------------------------------------------------------------- */

static void keep_first(struct evidence_cell *cell, struct evidence_place place, struct str text)
{
    if (cell->position != 0 && cell->position <= place.position)
        return;
    struct str front = str_front(text, EVIDENCE_TEXT_BYTES);
    cell->position = place.position;
    cell->line = place.line;
    cell->text_n = (unsigned char)front.n;
    memcpy(cell->text, front.at, front.n);
}

static void count_year(struct evidence *e, int year)
{
    if (e->year_low == 0 || year < e->year_low)
        e->year_low = year;
    if (year > e->year_high)
        e->year_high = year;
}

void evidence_compact(struct evidence *e, struct str cell)
{
    struct date_look look = {.compact = false};
    if (cell.n == 8)
        look = date_look(cell);
    if (!look.compact)
        return;
    e->compact++;
    count_year(e, look.year);
}

static void count_date(struct evidence *e, struct evidence_place place, struct str cell,
                       const struct date_look *look)
{
    count_year(e, look->year);
    struct evidence_days *days = look->kind == TIME_DATE ? &e->dates : &e->stamps;
    days->readable[DAY_FIRST] += look->dmy;
    days->readable[MONTH_FIRST] += look->mdy;
    if (look->open) {
        days->open++;
        keep_first(&e->first_open, place, cell);
    }
    if (look->dmy == look->mdy)
        return;
    int order = look->dmy ? DAY_FIRST : MONTH_FIRST;
    days->decided[order]++;
    keep_first(&e->first_decided[order], place, cell);
}

static void count_offset(struct evidence *e, int minutes)
{
    if (e->offsets == 0 || minutes < e->offset_low)
        e->offset_low = minutes;
    if (e->offsets == 0 || minutes > e->offset_high)
        e->offset_high = minutes;
    e->offsets++;
}

void evidence_text(struct evidence *e, struct evidence_place place, struct str cell, char point)
{
    struct date_look look = date_look(cell);
    e->cells++;
    keep_first(&e->odd, place, cell);
    e->short_years += look.short_year;
    e->times += look.kind != TIME_NONE;
    switch (look.kind) {
    case TIME_NONE:
        keep_first(&e->untimed, place, cell);
        e->form[evidence_form(cell, point)]++;
        return;
    case TIME_CLOCK:
        e->clocks++;
        e->short_clocks += look.short_year;
        break;
    case TIME_DATE:
    case TIME_STAMP:
        count_date(e, place, cell, &look);
        break;
    }
    e->fractions += look.has_fraction;
    if (look.has_offset)
        count_offset(e, look.offset_minutes);
}

static void merge_first(struct evidence_cell *cell, const struct evidence_cell *other)
{
    if (other->position != 0 && (cell->position == 0 || other->position < cell->position))
        *cell = *other;
}

static void merge_days(struct evidence_days *days, const struct evidence_days *other)
{
    for (size_t o = 0; o < 2; o++) {
        days->readable[o] += other->readable[o];
        days->decided[o] += other->decided[o];
    }
    days->open += other->open;
}

static void merge_offsets(struct evidence *e, const struct evidence *other)
{
    if (other->offsets == 0)
        return;
    if (e->offsets == 0 || other->offset_low < e->offset_low)
        e->offset_low = other->offset_low;
    if (e->offsets == 0 || other->offset_high > e->offset_high)
        e->offset_high = other->offset_high;
    e->offsets += other->offsets;
}

void evidence_merge(struct evidence *e, const struct evidence *other)
{
    e->cells += other->cells;
    e->numbers += other->numbers;
    for (size_t f = 0; f < FORM_COUNT; f++)
        e->form[f] += other->form[f];
    e->times += other->times;
    e->clocks += other->clocks;
    merge_days(&e->dates, &other->dates);
    merge_days(&e->stamps, &other->stamps);
    for (size_t o = 0; o < 2; o++)
        merge_first(&e->first_decided[o], &other->first_decided[o]);
    e->compact += other->compact;
    e->short_years += other->short_years;
    e->short_clocks += other->short_clocks;
    if (other->year_low) {
        count_year(e, other->year_low);
        count_year(e, other->year_high);
    }
    e->fractions += other->fractions;
    merge_offsets(e, other);
    merge_first(&e->odd, &other->odd);
    merge_first(&e->untimed, &other->untimed);
    merge_first(&e->first_open, &other->first_open);
}

/* --- deciding --------------------------------------------------------------------------------- */

static bool fits(uint64_t n, uint64_t cells)
{
    return (n == cells && n > 0) ||
           (n >= FIT_LEAST && n >= cells - cells / 100 && n * 100 >= cells * FIT_PERCENT);
}

static bool nearly(uint64_t n, uint64_t cells)
{
    return n > 0 && n * 100 >= cells * NEARLY_PERCENT;
}

static uint64_t readable(const struct evidence_days *days)
{
    const uint64_t *n = days->readable;
    return n[DAY_FIRST] > n[MONTH_FIRST] ? n[DAY_FIRST] : n[MONTH_FIRST];
}

static uint64_t fits_order(const struct evidence_days *days, enum date_order order)
{
    if (order == DATE_DMY)
        return days->readable[DAY_FIRST];
    if (order == DATE_MDY)
        return days->readable[MONTH_FIRST];
    return days->readable[DAY_FIRST] - days->open - days->decided[DAY_FIRST];
}

uint64_t evidence_fits(const struct evidence *e, enum column_time time, enum date_order order)
{
    switch (time) {
    case TIME_NONE:
        return e->numbers;
    case TIME_CLOCK:
        return e->clocks;
    case TIME_STAMP:
        return fits_order(&e->stamps, order);
    case TIME_DATE:
        break;
    }
    return fits_order(&e->dates, order) + (order == DATE_COMPACT ? e->compact : 0);
}

/* The order that dates of one kind say themselves; cells that decide must agree like the cells of a
 * column. DATE_OPEN: they do not say it. */
static enum date_order find_order(const struct evidence_days *days)
{
    uint64_t day = days->decided[DAY_FIRST], month = days->decided[MONTH_FIRST];
    if (day == 0 && month == 0)
        return days->open ? DATE_OPEN : DATE_YMD;
    if (fits(day, day + month))
        return DATE_DMY;
    return fits(month, day + month) ? DATE_MDY : DATE_OPEN;
}

/* A column of times of this kind, if it is one. */
static bool decide_time(const struct evidence *e, enum column_time time, enum date_order stated,
                        struct evidence_type *ret)
{
    enum date_order order = stated;
    if (time != TIME_CLOCK && stated == DATE_OPEN)
        order = find_order(time == TIME_DATE ? &e->dates : &e->stamps);
    uint64_t n = evidence_fits(e, time, order);
    if (!fits(n, e->cells) || (time != TIME_CLOCK && order == DATE_OPEN) ||
        (time == TIME_CLOCK && e->short_clocks == e->clocks))
        return false;
    *ret = (struct evidence_type){COLUMN_NUMBER, time, order, WHY_TIMES, e->cells - n};
    if (time == TIME_CLOCK)
        ret->order = DATE_OPEN;
    else if (stated != DATE_OPEN)
        ret->why = WHY_ORDER_STATED;
    else if (order != DATE_YMD)
        ret->why = WHY_ORDER_FOUND;
    return true;
}

/* Why a column of text is not what somebody may have hoped. */
static enum evidence_why why_text(const struct evidence *e)
{
    uint64_t forms = e->numbers;
    for (size_t f = FORM_NONE + 1; f < FORM_COUNT; f++)
        forms += e->form[f];
    const struct evidence_days *days =
        readable(&e->dates) >= readable(&e->stamps) ? &e->dates : &e->stamps;
    uint64_t told = days->open + days->decided[DAY_FIRST] + days->decided[MONTH_FIRST];
    if (nearly(e->numbers, e->cells))
        return WHY_SOME_WORDS;
    if (nearly(forms, e->cells))
        return WHY_FORMS;
    if (e->short_years > 0 && nearly(readable(days) + e->short_years, e->cells))
        return WHY_SHORT_YEARS;
    if (days->decided[DAY_FIRST] && days->decided[MONTH_FIRST] && nearly(told, e->cells))
        return WHY_ORDER_MIXED;
    if (days->open && nearly(readable(days), e->cells))
        return WHY_ORDER_OPEN;
    return WHY_WORDS;
}

struct evidence_type evidence_decide(const struct evidence *e, enum date_order stated)
{
    static const enum column_time kinds[] = {TIME_DATE, TIME_STAMP, TIME_CLOCK};
    struct evidence_type ret = {COLUMN_NUMBER, TIME_NONE, DATE_OPEN, WHY_EMPTY, 0};
    if (e->cells == 0)
        return ret;
    if (stated == DATE_COMPACT && e->compact && decide_time(e, TIME_DATE, stated, &ret))
        return ret;
    if (fits(e->numbers, e->cells))
        return (struct evidence_type){COLUMN_NUMBER, TIME_NONE, DATE_OPEN, WHY_NUMBERS,
                                      e->cells - e->numbers};
    for (size_t k = 0; k < COUNT_OF(kinds) && stated != DATE_NEVER; k++)
        if (decide_time(e, kinds[k], stated, &ret))
            return ret;
    return (struct evidence_type){COLUMN_CATEGORY, TIME_NONE, DATE_OPEN, why_text(e), 0};
}

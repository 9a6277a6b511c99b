/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The idea: everything is built on two small functions. log_rest(f) = f - ln(1 + f) has no
 * cancellation for small f and gives the logarithm as well as the exponent of the beta density;
 * stirling(x) is what Stirling's formula leaves of ln Gamma and gives both ln Gamma and the beta
 * function. So nothing large is ever subtracted from something large: ln B(a, b) as
 * lgamma(a) + lgamma(b) - lgamma(a + b) would lose seven digits at a = b = 10^6.
 *
 * Invariants:
 *   1. Only + - * / sqrt and frexp, ldexp, floor, rint, fabs, copysign; each is exact or correctly
 *      rounded on every system, and expressions are evaluated as they are written.
 *   2. Loops end after a fixed number of steps or by a comparison of computed doubles.
 *   3. Quantiles walk the bits of the answer from the highest: of two questions the one with the
 *      larger p takes the same turns or the higher one, so they are monotone whatever the rounding.
 *
 * Dropped: the continued fraction of DLMF 8.17.22 as it stands. Its first step is
 * 1 - x (a + b) / (a + 1), which cancels for a >> b: Student's t with 10^5 degrees of freedom keeps
 * 12 digits, and fewer with more. Its even part takes a - (a + b) x as an
 * input, which is had from 1 - x without loss.
 */
#include "learn/real.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/cpu.h"

_Static_assert(FLT_EVAL_METHOD == 0, "doubles are computed as doubles (x87 does not)");
_Static_assert(DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024, "doubles are IEEE binary64");

/* ln 2 in two parts, the first with 33 bits: k * LN2_HIGH is exact for |k| < 2^20. */
#define LN2_HIGH 0x1.62e42fefp-1
#define LN2_LOW 0x1.473de6af278edp-34
#define INV_LN2 0x1.71547652b82fep+0
#define SQRT_HALF 0x1.6a09e667f3bcdp-1
#define HALF_LN_2PI 0x1.d67f1c864beb5p-1
#define INV_SQRT_2PI 0x1.9884533d43651p-2

/* 1/2!, 1/3!, …: |r| <= 0.3466, and the first term left out, r^14 / 14!, is below 2^-57. */
enum { EXP_TERMS = 12 };
static const double exp_term[EXP_TERMS] = {
    1.0 / 2,     1.0 / 6,      1.0 / 24,      1.0 / 120,      1.0 / 720,       1.0 / 5040,
    1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0,
};

double real_exp(double x)
{
    if (x != x)
        return x;
    if (x > 710)
        return HUGE_VAL;
    if (x < -746)
        return 0;
    double k = rint(x * INV_LN2);
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    double tail = 0;
    for (int i = EXP_TERMS - 1; i >= 0; i--)
        tail = tail * r + exp_term[i];
    return ldexp(1 + (r + r * r * tail), (int)k);
}

typedef double four __attribute__((vector_size(32)));
typedef int64_t word __attribute__((vector_size(32)));

/* The same steps for four numbers side by side, in place; two registers of SSE2 or NEON, one of
 * AVX2. Adding 1.5 * 2^52 rounds to the nearest integer as rint does, and leaves that integer in
 * the low bits; there it becomes the exponent of 2^k, which is a normal number for these x, so that
 * the last product is exact as ldexp is. */
#define EXP_BODY                                                                                   \
    const four low = {-708, -708, -708, -708}, high = {708, 708, 708, 708};                        \
    const four round = {0x1.8p52, 0x1.8p52, 0x1.8p52, 0x1.8p52};                                   \
    for (size_t i = 0; i < n; i += 4) {                                                            \
        four some, tail = {0};                                                                     \
        memcpy(&some, x + i, sizeof some);                                                         \
        const word in = some >= low;                                                               \
        some = (four)(((word)some & in) | ((word)low & ~in));                                      \
        const word under = some <= high;                                                           \
        some = (four)(((word)some & under) | ((word)high & ~under));                               \
        four shifted = some * INV_LN2 + round, k = shifted - round;                                \
        four r = (some - k * LN2_HIGH) - k * LN2_LOW;                                              \
        _Pragma("GCC unroll 12") for (int t = EXP_TERMS - 1; t >= 0; t--)                          \
        {                                                                                          \
            tail = tail * r + exp_term[t];                                                         \
        }                                                                                          \
        word power = (word)shifted - (word)round + 1023;                                           \
        four value = (1 + (r + r * r * tail)) * (four)(power << 52);                               \
        value = (four)((word)value & in);                                                          \
        memcpy(x + i, &value, sizeof value);                                                       \
    }

static void exps_any(double *x, size_t n)
{
    EXP_BODY
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void exps_avx2(double *x, size_t n)
{
    EXP_BODY
}
#endif

/* n divides by 4. */
static void exps(double *x, size_t n)
{
#if defined(__x86_64__)
    if (cpu_level() == CPU_AVX2 || cpu_level() == CPU_AVX512) {
        exps_avx2(x, n);
        return;
    }
#endif
    exps_any(x, n);
}

void real_exps(double *x, size_t n)
{
    size_t whole = n / 4 * 4;
    double rest[4] = {0};
    exps(x, whole);
    for (size_t i = whole; i < n; i++)
        rest[i - whole] = x[i];
    exps(rest, 4);
    for (size_t i = whole; i < n; i++)
        x[i] = rest[i - whole];
}

/* f - ln(1 + f) for sqrt(1/2) <= 1 + f <= sqrt(2). With s = f / (2 + f), ln(1 + f) is
 * 2 s + s R, R = 2/3 s^2 + 2/5 s^4 + …, and 2 s is f - s f. */
static double log_rest_near(double f)
{
    static const double term[] = {
        2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11,
        2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21,
    };
    double s = f / (2 + f);
    double z = s * s;
    double series = 0;
    for (int i = (int)(sizeof term / sizeof term[0]) - 1; i >= 0; i--)
        series = series * z + term[i];
    return s * (f - z * series);
}

double real_log(double x)
{
    if (!(x > 0))
        return x == 0 ? -HUGE_VAL : (double)NAN;
    if (x > DBL_MAX)
        return x;
    int exponent = 0;
    double m = frexp(x, &exponent);
    if (m < SQRT_HALF) {
        m *= 2;
        exponent--;
    }
    double f = m - 1;
    double k = exponent;
    return k * LN2_HIGH - ((log_rest_near(f) - k * LN2_LOW) - f);
}

static bool is_near_zero(double f)
{
    return f > SQRT_HALF - 1 && f < 2 * SQRT_HALF - 1;
}

/* ln(1 + f), f > -1. */
static double log_plus(double f)
{
    return is_near_zero(f) ? f - log_rest_near(f) : real_log(1 + f);
}

/* f - ln(1 + f), with 1 + f given apart: near 0 the sum would have lost its digits. */
static double log_rest(double f, double sum)
{
    return is_near_zero(f) ? log_rest_near(f) : f - real_log(sum);
}

/* From here on Stirling's series with 8 terms is good to 10^-17. */
enum { STIRLING_MIN = 10 };

/* ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2) for x >= STIRLING_MIN.
 * SOURCE: DLMF 5.11.1, the Bernoulli numbers B_2k / (2k (2k - 1)). */
static double stirling(double x)
{
    static const double term[] = {
        1.0 / 12,   -1.0 / 360,       1.0 / 1260, -1.0 / 1680,
        1.0 / 1188, -691.0 / 360360., 1.0 / 156,  -3617.0 / 122400,
    };
    double inverse = 1 / x;
    double z = inverse * inverse;
    double series = 0;
    for (int i = (int)(sizeof term / sizeof term[0]) - 1; i >= 0; i--)
        series = series * z + term[i];
    return series * inverse;
}

double real_lgamma(double x)
{
    /* Gamma(x) = Gamma(x + m) / (x (x + 1) … (x + m - 1)). */
    double product = 1;
    for (; x < STIRLING_MIN; x++)
        product *= x;
    double whole = (x - 0.5) * real_log(x) - x + HALF_LN_2PI + stirling(x);
    return whole - real_log(product);
}

/* x^a y^b / B(a, b), where y = 1 - x. For a, b >= STIRLING_MIN Stirling's formula leaves
 *     sqrt(a b / (2 pi (a + b))) exp(-a rest(x / x0 - 1) - b rest(y / y0 - 1) - correction)
 * with x0 = a / (a + b), y0 = b / (a + b), rest = log_rest; smaller a (and b alike) are raised by
 *     1 / B(a, b) = 1 / B(a + 1, b) * a / (a + b).
 * SOURCE: DiDonato & Morris 1992, ACM TOMS 18(3), section 4 (BRCOMP). */
static double beta_power(double x, double y, double a, double b)
{
    if (x <= 0 || y <= 0)
        return 0;
    double raised = 1;
    double log_x = 0;
    for (; a < STIRLING_MIN; a++) {
        raised *= a / (a + b);
        log_x++;
    }
    double log_y = 0;
    for (; b < STIRLING_MIN; b++) {
        raised *= b / (a + b);
        log_y++;
    }
    double n = a + b;
    /* x n - a, from the smaller of x and y, which has the smaller rounding error. */
    double away = x <= y ? x * n - a : b - y * n;
    double power = -a * log_rest(away / a, x * n / a) - b * log_rest(-away / b, y * n / b);
    power -= stirling(a) + stirling(b) - stirling(n);
    if (log_x > 0)
        power -= log_x * (x <= y ? real_log(x) : log_plus(-y));
    if (log_y > 0)
        power -= log_y * (y <= x ? real_log(y) : log_plus(-x));
    return raised * sqrt(a / n * b) * INV_SQRT_2PI * real_exp(power);
}

/* I_x(a, b) / (x^a y^b / B(a, b)) for x <= a / (a + b): the even part of DLMF 8.17.22,
 *     1 / (beta_0 + alpha_1 / (beta_1 + …)),
 * evaluated from the front by Lentz's method as modified by Thompson and Barnett.
 * SOURCE: DiDonato & Morris 1992, section 3 (BFRAC); Thompson & Barnett 1986, J. Comput. Phys. 64.
 * Cost: about sqrt(a + b) steps near the middle of the distribution, a dozen away from it. */
static double beta_fraction(double x, double y, double a, double b)
{
    enum { STEPS_MAX = 100000 };
    const double tiny = 0x1p-900;
    double lambda = x <= y ? a - (a + b) * x : (a + b) * y - b;
    double whole = a / (a + 1) * (lambda + 1);
    double c = whole;
    double d = 0;
    for (int i = 1; i < STEPS_MAX; i++) {
        double n = i;
        double share = x / (a + 2 * n - 1);
        double alpha = (a + n - 1) * share * (a + b + n - 1) * n * (b - n) * share;
        double beta =
            n + n * (b - n) * share + (a + n) / (a + 2 * n + 1) * (lambda + 1 + n * (1 + y));
        d = beta + alpha * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = beta + alpha / c;
        c = fabs(c) < tiny ? tiny : c;
        double change = c * d;
        whole *= change;
        if (fabs(change - 1) <= 0x1p-52)
            break;
    }
    return 1 / whole;
}

/* I_x(a, b) with y = 1 - x given apart, so that neither end of [0, 1] loses digits. */
static double beta_of(double x, double y, double a, double b)
{
    if (x <= 0)
        return 0;
    if (y <= 0)
        return 1;
    bool low = x <= y ? x * (a + b) <= a : y * (a + b) >= b;
    double value = beta_power(x, y, a, b);
    value *= low ? beta_fraction(x, y, a, b) : beta_fraction(y, x, b, a);
    value = value < 1 ? value : 1;
    return low ? value : 1 - value;
}

double real_beta(double x, double a, double b)
{
    return beta_of(x, 1 - x, a, b);
}

/* Doubles >= 0 are ordered like their bits. */
static double from_bits(uint64_t bits)
{
    double x = 0;
    memcpy(&x, &bits, sizeof x);
    return x;
}

enum { BITS_OF_ONE_TOP = 0x3ff, BITS_OF_INFINITY_TOP = 0x7ff, TOP_SHIFT = 52 };

double real_beta_quantile(double p, double a, double b)
{
    if (!(p > 0))
        return 0;
    if (p >= 1)
        return 1;
    uint64_t low = 0;
    uint64_t high = (uint64_t)BITS_OF_ONE_TOP << TOP_SHIFT;
    while (high - low > 1) { /* 62 steps */
        uint64_t middle = low + (high - low) / 2;
        double x = from_bits(middle);
        if (beta_of(x, 1 - x, a, b) < p)
            low = middle;
        else
            high = middle;
    }
    return from_bits(high);
}

/* P(T > t) for t >= 0: half the chance that a beta variable with (df / 2, 1 / 2) is below
 * df / (df + t^2). */
static double student_above(double t, double df)
{
    double ratio = t / sqrt(df);
    double square = ratio * ratio;
    if (square > DBL_MAX)
        return 0;
    return beta_of(1 / (1 + square), square / (1 + square), df / 2, 0.5) / 2;
}

double real_student(double t, double df)
{
    double above = student_above(fabs(t), df);
    return t > 0 ? 1 - above : above;
}

/* P(Z > z) for z >= 0: near the middle 1/2 - phi(z) (z + z^3/3 + z^5/15 + …), whose terms are all
 * positive; in the tail Laplace's continued fraction phi(z) / (z + 1/(z + 2/(z + …))).
 * SOURCE: Abramowitz & Stegun 26.2.11 and 26.2.14. 70 terms give 10^-15 on either side of 2.5. */
static double normal_above(double z, double unused)
{
    enum { TERMS = 70 };
    (void)unused;
    double density = INV_SQRT_2PI * real_exp(-z * z / 2);
    if (z < 2.5) {
        double sum = 0;
        for (int i = TERMS; i >= 1; i--)
            sum = (sum + 1) * z * z / (2 * i + 1);
        return 0.5 - density * z * (sum + 1);
    }
    double fraction = z;
    for (int i = TERMS; i >= 1; i--)
        fraction = z + i / fraction;
    return density / fraction;
}

/* The x >= 0 with above(x) = p for a falling function, or for p > 1/2 minus the one with 1 - p. */
static double symmetric_quantile(double p, double (*above)(double, double), double df)
{
    double tail = p < 0.5 ? p : 1 - p;
    if (!(tail < 0.5))
        return 0;
    uint64_t low = 0;
    uint64_t high = (uint64_t)BITS_OF_INFINITY_TOP << TOP_SHIFT;
    while (high - low > 1) { /* 63 steps */
        uint64_t middle = low + (high - low) / 2;
        if (above(from_bits(middle), df) > tail)
            low = middle;
        else
            high = middle;
    }
    return copysign(from_bits(high), p - 0.5);
}

double real_student_quantile(double p, double df)
{
    return symmetric_quantile(p, student_above, df);
}

double real_normal_quantile(double p)
{
    return symmetric_quantile(p, normal_above, 0);
}

double real_atanh(double x)
{
    double size = fabs(x);
    if (size > 1)
        return (double)NAN;
    if (size == 1)
        return copysign(HUGE_VAL, x);
    return copysign(log_plus(2 * size / (1 - size)) / 2, x);
}

/* SOURCE: DLMF 4.39.1 (Lambert's fraction) below 1, where the quotient of exponentials cancels. */
double real_tanh(double x)
{
    double size = fabs(x);
    if (size > 22)
        return copysign(1, x);
    double value = 0;
    if (size < 1) {
        double fraction = 21;
        for (int odd = 19; odd >= 1; odd -= 2)
            fraction = odd + x * x / fraction;
        value = size / fraction;
    } else {
        value = 1 - 2 / (real_exp(2 * size) + 1);
    }
    return copysign(value, x);
}

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of `example stream` once more, from docs/design/example-stream.md:  stream.py [SEED]

Prints the CSV; with -s only its SHA-256, the constant in test/unit/example_test.c.
"""
import hashlib
import sys

MASK = (1 << 64) - 1
SITES = "Ahrn Birk Dorne Elsbach Furt Grund Halde Insel Kolk Lohe Tann Wehr".split()
PEOPLE = (
    "Amina Bruno Chiara Dmitri Eylem Fatou Goran Hanna Ingrid Jamal Kasia Luca "
    "Mei Nuria Olu Petra Quinn Ravi Svea Tomasz Ulrike Vera Wanda Yusuf"
).split()
BANKS = "alder meadow wall willow".split()
BEDS = "cobble gravel rock sand".split()
ROUNDS = [("2024-04", 78), ("2024-09", 139), ("2025-06", 152), ("2025-11", 61)]
# column, decimals, least, step, noise
MEASURES = [
    ("conductivity_us_cm", 0, 190, 34, 12),
    ("nitrate_mg_l", 1, 12, 9, 4),
    ("width_m", 1, 9, 4, 1),
    ("shade_percent", 0, 4, 8, 4),
    ("water_temp_c", 1, -12, 2, 14),
    ("oxygen_mg_l", 1, 0, 0, 7),
]
LARVAE = {False: [34, 8, 4, 1], True: [99, 97, 95, 72]}
LEVEL, BANK, OUT, ROUTE, DAY, TEAM, THIRD, MEASURE, TURNED, STONE, LARVA = range(1, 12)


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def bits(seed, stream, index):
    return mix((seed + mix(stream) + (index + 1) * 0x9E3779B97F4A7C15) & MASK)


def below(seed, stream, index, n):
    first = value = bits(seed, stream, index)
    attempt = 0
    while value > MASK - (1 << 64) % n:
        value = bits(first, stream, attempt)
        attempt += 1
    return value % n


def shuffled(seed, stream, number, n):
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = below(seed, stream, number * 24 + i, i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def table(seed):
    levels = [shuffled(seed, LEVEL, m, 12) for m in range(len(MEASURES))]
    banks = shuffled(seed, BANK, 0, 12)
    out = [shuffled(seed, OUT, s, 4) for s in range(12)]
    head = "site date sampling person stone".split() + [m[0] for m in MEASURES]
    yield head + "bank substrate stonefly".split()
    for i in range(48):
        season = i // 12
        month, warmth = ROUNDS[season]
        site = shuffled(seed, ROUTE, season, 12)[i % 12]
        day = 1 + 2 * (i % 12) + below(seed, DAY, i, 2)
        circle = shuffled(seed, TEAM, season, 24)
        pair = 2 * (i % 12)
        team = [circle[pair], circle[pair + 1]]
        if i % 2:
            team.append(circle[(pair + 2 + below(seed, THIRD, i, 22)) % 24])
        values = [
            least + step * levels[m][site] + below(seed, MEASURE, 6 * i + m, 2 * noise + 1) - noise
            for m, (_, _, least, step, noise) in enumerate(MEASURES)
        ]
        values[4] += warmth
        values[5] += (13800 - 26 * values[4] + 50) // 100
        shown = [
            str(v) if decimals == 0 else f"{v // 10}.{v % 10}"
            for v, (_, decimals, _, _, _) in zip(values, MEASURES)
        ]
        for stone in range(8):
            row = 8 * i + stone
            person = PEOPLE[team[below(seed, TURNED, row, len(team))]]
            bed = below(seed, STONE, row, 4)
            larva = below(seed, LARVA, row, 100) < LARVAE[out[site][season] < 2][bed]
            yield [
                *(SITES[site], f"{month}-{day:02}", str(i + 1), person, str(stone + 1)),
                *shown,
                *(BANKS[banks[site] % 4], BEDS[bed], "yes" if larva else "no"),
            ]


words = [word for word in sys.argv[1:] if word != "-s"]
text = "".join(",".join(row) + "\n" for row in table(int(words[0]) if words else 1))
print(hashlib.sha256(text.encode()).hexdigest() if "-s" in sys.argv else text, end="")

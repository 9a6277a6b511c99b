# SPDX-License-Identifier: GPL-3.0-or-later
"""A made-up stream watch of three years, for scenario-a.sh: no person, place or number is real.

    stream_watch.py TABLE     TABLE: simulated-samplings.csv of `allmende example stream`

Who went where on which day, and what the water was like, comes from that table; what it has not
(land use, the shape of the bed, animals, crayfish, photos, a professional's figures, a third year)
is drawn from a hash of what it is about, so that each run writes the same bytes:

    walk-PERSON.csv           the samplings of two years, each entered by who was there
    walk-new.csv              the third year
    taxa.csv                  some 25 animals at each of the 48 samplings
    crayfish.csv              where crayfish are
    photos.csv, names-N.csv   60 photos, and what person N of nine answers, 20 photos each
    doubles.csv               8 sites that a professional has sampled, too
    people.txt                24 names
"""
import csv
import hashlib
import sys

TAXA = """Baetis rhodani|Ephemera danica|Ecdyonurus venosus|Leuctra fusca|Nemoura cinerea|Perla marginata
Isoperla grammatica|Hydropsyche siltalai|Rhyacophila dorsalis|Sericostoma personatum|Limnephilus lunatus
Gammarus pulex|Gammarus roeselii|Asellus aquaticus|Ancylus fluviatilis|Radix balthica|Physella acuta
Potamopyrgus antipodarum|Sphaerium corneum|Erpobdella octoculata|Glossiphonia complanata|Elmis aenea
Limnius volckmari|Simulium ornatum|Chironomus riparius|Tubifex tubifex""".replace("\n", "|").split("|")


def draw(low, high, *about):
    """A whole number from low to high that hangs on nothing but what it is about."""
    digest = hashlib.sha256("/".join(map(str, about)).encode()).digest()
    return low + int.from_bytes(digest[:6], "big") % (high - low + 1)


def write(name, rows):
    with open(name, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def read_samplings(path):
    with open(path, encoding="utf-8") as file:
        first = {}
        for row in csv.DictReader(file):
            first.setdefault(row["sampling"], row)
    people = sorted({row["person"] for row in csv.DictReader(open(path, encoding="utf-8"))})
    return list(first.values()), people


def is_good(site, day, nitrate, structure):
    """Much nitrate and a bed like a gutter make a poor stream. One sampling in fifteen is otherwise."""
    return (nitrate + structure <= 9.5) != (draw(1, 15, "odd", site, day) == 1)


def walk(row, day):
    """One sampling, as the form asks for it."""
    site = row["site"]
    nitrate = float(row["nitrate_mg_l"])
    structure = min(7, max(1, round(nitrate / 2) + draw(-1, 2, "bed", site)))
    arable = min(95, max(2, round(35 + 2 * nitrate) + draw(-30, 30, "land", site)))
    brown = draw(1, 6, "brown", site, day) == 1
    none = draw(1, 40, "none", site, day) == 1
    return {
        "site": site, "day": day, "season": "spring" if day[5:7] in ("04", "06") else "autumn",
        "weather": ["sun", "cloud", "rain"][draw(0, 2, "sky", day)],
        "air_temp": draw(40, 240, "air", day) / 10, "water_temp": row["water_temp_c"],
        "oxygen": row["oxygen_mg_l"], "ph": draw(68, 84, "ph", site, day) / 10,
        "conductivity": row["conductivity_us_cm"], "nitrate": row["nitrate_mg_l"],
        "phosphate": draw(2, 40, "phosphate", site, day) / 100,
        "ammonium": draw(1, 30, "ammonium", site, day) / 100,
        "width": row["width_m"], "depth": draw(5, 60, "depth", site, day),
        "flow": draw(5, 90, "flow", site, day) / 100, "shade": row["shade_percent"],
        "arable": arable, "forest": draw(0, 97 - arable, "forest", site), "structure": structure,
        "bank": row["bank"], "bed": row["substrate"],
        "plants": " ".join(p for p in ("reed", "moss", "cress") if draw(0, 1, p, site)),
        "colour": "brown" if brown else "clear", "why_brown": "rain the day before" if brown else "",
        "litter": draw(0, 9, "litter", site, day), "photos": 10,
        "none_found": "yes" if none else "no", "minutes": draw(25, 45, "minutes", site, day),
        "kicks": 12, "good": "yes" if is_good(site, day, nitrate, structure) else "no",
    }


def third_year(row):
    day = row["date"].replace("2024", "2026")
    nitrate = float(row["nitrate_mg_l"]) + draw(-5, 5, "nitrate", row["site"], day) / 10
    return walk({**row, "nitrate_mg_l": f"{max(0.1, nitrate):.1f}"}, day)


def taxa(row, number):
    """Some 25 kinds of animals of a sampling, with the effort behind them."""
    found = [t for t in TAXA if draw(1, 100, "taxon", t, row["site"], row["day"]) <= 96]
    where = {"decimalLatitude": f"51.{draw(0, 9999, 'lat', row['site']):04d}",
             "decimalLongitude": f"13.{draw(0, 9999, 'lon', row['site']):04d}"}
    return [{"eventID": f"S{number:02d}", "site": row["site"], "eventDate": row["day"],
             "scientificName": t, "individualCount": draw(1, 60, "n", t, row["site"], row["day"]),
             "samplingProtocol": "kick net, 12 kicks",
             "samplingEffort": f"{row['minutes']} minutes", **where} for t in found]


def name_photos():
    """Nine people in three groups; each photo is named by the three of one group. Four answers of
    five are what one would see, from 0 (bare) to 3 (all green), the others a step beside it."""
    photos = [f"photo-{i:03d}.jpg" for i in range(1, 61)]
    write("photos.csv", [{"file": p} for p in photos])
    for person in range(9):
        mine = photos[person // 3 * 20:person // 3 * 20 + 20]
        rows = []
        for p in mine:
            beside = draw(-1, 1, "side", person, p) if draw(1, 5, "slip", person, p) == 1 else 0
            step = min(3, max(0, draw(0, 3, "green", p) + beside))
            rows.append({"item": p, "answer": step})
        write(f"names-{person + 1}.csv", rows)


def main():
    samplings, people = read_samplings(sys.argv[1])
    with open("people.txt", "w", encoding="utf-8") as file:
        file.write("".join(p + "\n" for p in people))
    rows = [(s["person"], walk(s, s["date"])) for s in samplings]
    for person in {p for p, _ in rows}:
        write(f"walk-{person}.csv", [row for p, row in rows if p == person])
    write("walk-new.csv", [third_year(s) for s in samplings if s["date"].startswith("2024")])
    write("taxa.csv", [t for i, (_, row) in enumerate(rows, 1) for t in taxa(row, i)])
    sites = sorted({s["site"] for s in samplings})
    write("crayfish.csv", [{"site": s, "day": "2025-06-30", "kind": "Astacus astacus",
                            "where": f"51.{draw(0, 9999, 'lat', s):04d} 13.{draw(0, 9999, 'lon', s):04d} 8",
                            "minutes": 40, "none_found": "no"} for s in sites[:3]])
    name_photos()
    write("doubles.csv", [{"site": s, "ours": draw(20, 70, "index", s),
                           "professional": draw(20, 70, "index", s) + draw(-6, 6, "other", s)}
                          for s in sites[:8]])


main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what a published folder says about itself, as a stranger's program would.

usage: export_reader.py FOLDER [PREVIEW.json]

Knows nothing of Allmende but the standards: the mandatory members of each form as the forms' own
texts name them (Data Package 2.0, RO-Crate 1.2, Croissant 1.1, CITATION.cff 1.2.0, DataCite 4.x,
RFC 8493, RFC 7946, Darwin Core text guide). With PREVIEW.json (publish --preview --json) it also
holds the files against the preview. Prints each complaint; exit 1 if there is one. Standard library
only.
"""
import csv
import hashlib
import html.parser
import io
import json
import os
import re
import sys
import zipfile
import xml.etree.ElementTree as ET

folder = sys.argv[1]
complaints = []


def must(condition, sentence):
    if not condition:
        complaints.append(sentence)


def data(path):
    with open(os.path.join(folder, path), "rb") as f:
        return f.read()


def there(path):
    return os.path.isfile(os.path.join(folder, path))


def files():
    for root, _, names in os.walk(folder):
        for name in names:
            yield os.path.relpath(os.path.join(root, name), folder)


def members(value, names, what):
    for name in names.split():
        must(value.get(name) not in (None, "", []), f"{what}: {name} is missing")


def read_rows(resource, base):
    """The rows of a resource by its own dialect and encoding."""
    dialect = resource.get("dialect", {})
    text = data(os.path.join(base, resource["path"])).decode(resource.get("encoding", "utf-8"))
    text = text.removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.get("delimiter", ","),
                           quotechar=dialect.get("quoteChar", '"')))


def data_package():
    package = json.loads(data("data/datapackage.json"))
    members(package, "$schema name title description created licenses contributors resources",
            "datapackage.json")
    must(re.fullmatch(r"[-a-z0-9._/]+", package["name"]), "datapackage.json: name")
    seen = set()
    for resource in package["resources"]:
        members(resource, "name path schema", "resource")
        must(resource["name"] not in seen, f"{resource['name']} is there twice")
        seen.add(resource["name"])
        must(not resource["path"].startswith(("/", "..")), "a path leads outside")
        if "hash" in resource:
            must(resource["hash"] == "sha256:" + hashlib.sha256(
                data("data/" + resource["path"])).hexdigest(), "hash of " + resource["path"])
        rows = read_rows(resource, "data")
        fields = [field["name"] for field in resource["schema"]["fields"]]
        header = resource.get("dialect", {}).get("headerRows", [1])[-1] - 1
        if resource.get("dialect", {}).get("header", True):
            must(rows[header] == fields, f"{resource['path']}: {rows[header]} is not {fields}")
            rows = rows[header + 1:]
        for row in rows:
            must(len(row) == len(fields) or not any(row), f"{resource['path']}: a row has {len(row)} cells")
    listed = {"data/" + r["path"] for r in package["resources"]}
    tables = {p for p in files() if p.startswith("data/") and p.endswith(".csv") and "/split-" not in p}
    must(listed == tables, f"tables {tables} are described as {listed}")


def record():
    rows = list(csv.DictReader(io.StringIO(data("data/record.csv").decode())))
    must(len(rows) == len([p for p in files() if p.startswith("entries/")]), "record.csv: entries")
    for row in rows:
        entry = json.loads(data(row["file"]))
        must(entry["state"] == row["state"], "record.csv: state of " + row["file"])
        must(f"\nkind {row['kind']}\n" in entry["header"], "record.csv: kind of " + row["file"])


def crate():
    crate = json.loads(data("ro-crate-metadata.json"))
    graph = {}
    for entity in crate["@graph"]:
        must(entity["@id"] not in graph, entity["@id"] + " is there twice")
        graph[entity["@id"]] = entity
    descriptor = graph["ro-crate-metadata.json"]
    must(descriptor["about"] == {"@id": "./"} and descriptor["@type"] == "CreativeWork" and
         descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}, "crate: descriptor")
    members(graph["./"], "@type name description datePublished license hasPart", "crate root")

    def refer(value):
        if isinstance(value, list):
            for one in value:
                refer(one)
        elif isinstance(value, dict):
            must(value["@id"] in graph or value["@id"].startswith("https://w3id.org/"),
                 "crate: nothing is called " + value["@id"])
    for entity in graph.values():
        for key, value in entity.items():
            if not key.startswith("@"):
                refer(value)
        if entity["@type"] == "File":
            must(there(entity["@id"]), "crate: no file " + entity["@id"])
            must(entity["contentSize"] == str(len(data(entity["@id"]))), "crate: size " + entity["@id"])
            must(entity["sha256"] == hashlib.sha256(data(entity["@id"])).hexdigest(),
                 "crate: sha256 " + entity["@id"])
        if entity["@type"] == "CreateAction":
            members(entity, "instrument object", "crate: action")


def croissant():
    value = json.loads(data("croissant.json"))
    members(value, "@context @type conformsTo name description license url creator datePublished",
            "croissant.json")
    must("http://mlcommons.org/croissant/1.1" in value["conformsTo"], "croissant: version")
    known = set()
    for one in value["distribution"]:
        members(one, "@id name contentUrl encodingFormat sha256", "croissant: file")
        must(one["sha256"] == hashlib.sha256(data(one["contentUrl"])).hexdigest(), "croissant: sha256")
        known.add(one["@id"])
    for record_set in value["recordSet"]:
        for field in record_set["field"]:
            members(field, "@id name dataType source", "croissant: field")
            must(field["source"]["fileObject"]["@id"] in known, "croissant: a field of no file")


def cite():
    text = data("CITATION.cff").decode()
    plain = dict(re.findall(r'^([a-z-]+): (".*")$', text, re.M))
    for name in "cff-version message title type date-released license".split():
        must(json.loads(plain.get(name, '""')), f"CITATION.cff: {name} is missing")
    must(plain["cff-version"] == '"1.2.0"', "CITATION.cff: version")
    must(re.search(r'^authors:\n  - name: ".+"$', text, re.M), "CITATION.cff: authors")
    value = json.loads(data("datacite.json"))
    members(value, "creators titles publisher publicationYear types schemaVersion", "datacite.json")
    must(re.fullmatch(r"\d{4}", value["publicationYear"]), "datacite.json: year")
    must(value["types"]["resourceTypeGeneral"] in ("Dataset", "Model", "Text"), "datacite.json: type")


def bag():
    must(data("bagit.txt") == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "bagit.txt")
    listed = {}
    for name in ("manifest-sha512.txt", "tagmanifest-sha512.txt"):
        for line in data(name).decode().splitlines():
            digest, path = line.split("  ", 1)
            must(hashlib.sha512(data(path)).hexdigest() == digest, f"{name}: {path}")
            must(path.startswith("data/") == (name == "manifest-sha512.txt"), f"{name}: {path}")
            listed[path] = True
    rest = set(files()) - set(listed)
    must(rest == {"tagmanifest-sha512.txt", "SHA256SUMS", "publication.json"}, f"not in the bag: {rest}")
    payload = [len(data(p)) for p in listed if p.startswith("data/")]
    must(f"Payload-Oxum: {sum(payload)}.{len(payload)}\n" in data("bag-info.txt").decode(), "Payload-Oxum")


def cards():
    for path in files():
        if path.endswith(".model"):
            for tail in (".md", "_de.md"):
                must(there(path.removesuffix(".model") + tail), "no card for " + path)
        if path.startswith("model/") and path.endswith(".md"):
            text = data(path).decode()
            head = text.split("\n---\n")[0]
            must(text.startswith("---\n") and "\nlicense: " in head, path + ": header")
            language = "de" if path.endswith("_de.md") else "en"
            must(re.search(rf'\nlanguage:\n *- "{language}"(\n|$)', head), path + ": language")
            parts = re.findall(r"^## (.*)$", text, re.M)
            must(len(parts) == 10 and (language == "de" or parts == [
                "Model details", "Intended use", "Factors", "Metrics", "Evaluation data",
                "Training data", "Quantitative analyses", "Ethical considerations", "What it took",
                "Caveats and recommendations"]), f"{path}: parts {parts}")
    for path in ("datasheet_en.md", "datasheet_de.md"):
        must(len(re.findall(r"^## [1-7]\. ", data(path).decode(), re.M)) == 7, path + ": seven parts")


def species():
    if not there("species/meta.xml"):
        return
    space = "{http://rs.tdwg.org/dwc/text/}"
    core = ET.fromstring(data("species/meta.xml")).find(space + "core")
    must(core.get("rowType") == "http://rs.tdwg.org/dwc/terms/Occurrence", "meta.xml: rowType")
    names = {int(f.get("index")): f.get("term").rsplit("/", 1)[1] for f in core.findall(space + "field") if f.get("index")}
    rows = list(csv.reader(io.StringIO(data("species/occurrence.csv").decode(), newline="")))
    must([names.get(i) for i in range(len(rows[0]))] == rows[0], f"meta.xml: {names} for {rows[0]}")
    for need in ("occurrenceID", "basisOfRecord", "scientificName", "eventDate"):
        must(need in rows[0], "occurrence.csv: " + need)
    ids = [row[0] for row in rows[1:]]
    must(len(ids) == len(set(ids)) and all(len(r) == len(rows[0]) for r in rows), "occurrence.csv: rows")
    ET.fromstring(data("species/eml.xml"))
    with zipfile.ZipFile(os.path.join(folder, "species.zip")) as archive:
        must(archive.testzip() is None, "species.zip is damaged")
        must(archive.namelist() == ["meta.xml", "eml.xml", "occurrence.csv"], "species.zip: members")
        for name in archive.namelist():
            must(archive.read(name) == data("species/" + name), "species.zip: " + name)


def places():
    if not there("data/places.geojson"):
        return
    value = json.loads(data("data/places.geojson"))
    must(value["type"] == "FeatureCollection" and "crs" not in value, "places.geojson: type")
    for feature in value["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        must(feature["type"] == "Feature" and feature["geometry"]["type"] == "Point" and
             -180 <= lon <= 180 and -90 <= lat <= 90, "places.geojson: a feature")


def links():
    """Every link leads to a file of the folder; no page loads anything from elsewhere, or a script."""
    for path in files():
        if not path.endswith(".html"):
            continue
        text = data(path).decode()
        must("<script" not in text and "http://" not in text.replace("http://www.w3.org/2000/svg", "")
             and "https://" not in text, path + ": something from elsewhere")
        for link in re.findall(r'(?:href|src)="([^"]*)"', text):
            name, _, place = link.partition("#")
            must(not name or there(name), f"{path}: {link} leads nowhere")
            if place and not name:
                must(f'id="{place}"' in text, f"{path}: {link} leads nowhere")


class Numbers(html.parser.HTMLParser):
    """Texts with a digit that no link covers: neither around them nor in the caption of their table.
    Left out are pictures (their table stands beside them), commands, and where figures of others
    come from."""
    quiet = {"style", "title", "svg", "code", "pre", "cite"}
    alone = {"meta", "link", "br", "img", "path", "circle", "rect"}

    def __init__(self):
        super().__init__()
        self.open, self.bare, self.links = [], [], 0
        self.tables = []  # [texts without a link, does the caption hold one?]

    def handle_starttag(self, tag, attrs):
        if tag in self.alone:
            return
        self.open.append(tag)
        if tag == "table":
            self.tables.append([[], False])
        if tag == "a" and "caption" in self.open and self.tables:
            self.tables[-1][1] = True

    def handle_endtag(self, tag):
        if tag in self.alone:
            return
        while self.open and self.open.pop() != tag:
            pass
        if tag == "table":
            texts, linked = self.tables.pop()
            self.bare += [] if linked else texts

    def handle_data(self, text):
        if not re.search(r"[0-9]", text) or self.quiet & set(self.open):
            return
        if "a" in self.open:
            self.links += 1
        elif self.tables:
            self.tables[-1][0].append(text.strip())
        else:
            self.bare.append(text.strip())


def numbers():
    """Every number leads to the entry that it comes from (links() sees that the way is there)."""
    ours = re.compile("of 20 observations,|of 100 such|von 20 beobachtungen|von 100 solchen|co2", re.I)
    for path in ("index.html", "details_en.html", "details_de.html"):
        page = Numbers()
        page.feed(data(path).decode())
        must(page.links > 1, path + ": no number has a link")
        for text in page.bare:
            must(not re.search(r"[0-9]", ours.sub("", text)), f"{path}: a number without a link: {text!r}")


def preview():
    if len(sys.argv) < 3:
        return
    with open(sys.argv[2], encoding="utf-8") as f:
        said = {one["path"]: one["bytes"] for one in json.load(f)["files"]}
    found = {path: len(data(path)) for path in files()}
    must(said == found, f"the preview differs: {set(said.items()) ^ set(found.items())}")


for check in (data_package, record, crate, croissant, cite, bag, cards, species, places, links, numbers, preview):
    check()
for complaint in complaints[:20]:
    print(complaint)
sys.exit(1 if complaints else 0)

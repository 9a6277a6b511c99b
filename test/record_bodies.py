# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bodies of each kind must have, from docs/format/record.md alone ("Kinds"). A body that is
not so is no fault of the file: it is kept and means nothing."""

MUST = {  # what the body of a kind must have (record.md, "Kinds")
    "project": "title founded", "member": "device role custodian guardian", "question": "text",
    "sheet": "question", "call": "question method outcome closes", "dots": "question call dots",
    "paper": "question on people reasons", "remark": "about text",
    "minutes": "about on text members others",
    "revisit": "question decision verdicts needed changed",
    "position": "question choice", "decision": "question outcome method positions",
    "hypothesis": "text about measure comparator threshold least_units confidence",
    "freeze": "hypothesis", "opening": "hypothesis freeze data looks",
    "import": "table reader dialect columns records rejected missing",
    "verdict": "hypothesis opening measure value low high units rows confidence looks usable "
               "baseline verdict more_units exploratory cost",
    "publication": "manifest entries", "description": "key text", "review": "hypothesis item cause",
    "booking": "what times yearly", "hours": "",
    "credit": "roles", "grid": "scope year g_per_kwh source",
    "guideline": "question choices version enough level", "label": "guideline answers",
    "label-undo": "label", "gold": "guideline n",
    "answers": "guideline form closed records answers items people left_out",
    "round-table": "guideline item answer",
    "consensus": "guideline method cap import table items answers people rounds settled "
                 "calibrated known",
}
WORLD = {  # what a hypothesis about the world must have besides, and what more it may have
    "share": ("where", "unit only"),
    "mean_difference": ("target where", "against within unit only"),
    "ratio": ("target", "by where against unit only"),
    "slope": ("target by", "within unit only"),
    "correlation": ("target by", "within unit only"),
    "alpha": ("target by unit", "level only"),
}
TWO_SIDES = ("mean_difference", "ratio")  # a verdict on these by "where" has "sides" and "both"


def lacks(kind, body):
    """Names of what a body lacks, or has and must not have: such a body means nothing."""
    if not isinstance(body, dict):
        return []
    wrong = [name for name in MUST.get(kind, "").split() if name not in body]
    if kind == "hypothesis" and body.get("about") == "model":
        wrong += [name for name in ("target", "split") if name not in body]
    answers = body.get("measure") == "alpha" and "guideline" in body
    if kind == "hypothesis" and not answers and "table" not in body:
        wrong.append("table")
    if kind == "hypothesis" and answers:
        wrong += [name for name in "table target by unit only".split() if name in body]
    elif kind == "hypothesis" and body.get("about") == "world":
        must, may = (part.split() for part in WORLD.get(body.get("measure"), ("", "")))
        known = {name for pair in WORLD.values() for part in pair for name in part.split()}
        wrong += [name for name in must if name not in body]
        wrong += [name for name in known if name in body and name not in must + may]
        if body.get("measure") == "ratio" and ("by" in body) == ("where" in body):
            wrong.append("by or where")
    if kind == "verdict" and "sides" in body:
        sides = body["sides"]
        if not isinstance(sides, list) or len(sides) != 2 or body.get("measure") not in TWO_SIDES or "both" not in body or not all(
                isinstance(side, dict) and set(side) >= {"value", "units", "rows"}
                for side in sides):
            wrong.append("sides")
    return wrong

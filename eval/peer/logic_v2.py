"""Answers rescreen's evaluation questions with logic-v2 of the PyPI package nomenklatura.

usage: logic_v2.py QUESTIONS.ndjson PAIRS.csv ANSWERS.csv REPORT.json [SECONDS]

QUESTIONS is what `rescreen eval list --questions` writes. Answers are written as `set,index,score`.

Name left out: logic-v2 compares the name with what is left of the person. Near misses and people on no list: it compares
the name with the donors and with the 75 listed persons whose names are nearest by rapidfuzz's token_set_ratio. Comparing
with everybody costs seconds a question; whoever is not among the nearest 75 could only add to its false positives, so
the figures favour logic-v2.

Questions are taken at even distances until SECONDS (default 600) are used up: first names left out, then near misses, then
people on no list.
"""

import csv
import itertools
import json
import sys
import time
from importlib.metadata import version

import numpy
from followthemoney import EntityProxy
from nomenklatura.matching.logic_v2.model import LogicV2
from rapidfuzz import fuzz, process, utils

NEAREST = 75
THRESHOLD = 0.7
CONFIG = LogicV2.default_config()


IDS = itertools.count()


def entity(schema, names, weak=()):
    """An entity under an id of its own: nomenklatura remembers names by the id of the entity, whatever they are."""
    key = f"e{next(IDS)}"
    properties = {"name": list(names)}
    if weak:
        properties["weakAlias"] = list(weak)
    return EntityProxy.from_dict({"id": key, "schema": schema, "properties": properties})


def score(subject, listed):
    return max(0.0, LogicV2.compare(subject, listed, CONFIG).score)


def spread_out(items):
    """All items, in an order in which every beginning is a sample at even distances."""
    step = 1
    while step < len(items):
        step *= 2
    taken = set()
    while step >= 1:
        for at in range(0, len(items), step):
            if at not in taken:
                taken.add(at)
                yield items[at]
        step //= 2


def answer(name, questions, seconds, ask, answers):
    end = time.monotonic() + seconds
    count = 0
    for question in spread_out(questions):
        if time.monotonic() > end:
            break
        answers.append((question["set"], question["index"], round(ask(question), 4)))
        count += 1
    print(f"{count} of {len(questions)} {name}", file=sys.stderr)


def pairs(path):
    counts = {"true_positives": 0, "false_positives": 0, "false_negatives": 0, "true_negatives": 0}
    flips = 0
    durations = []
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        start = time.perf_counter()
        left = entity(row["schema"], [row["name1"]])
        right = entity(row["schema"], [row["name2"]])
        found = score(left, right) >= THRESHOLD
        durations.append((time.perf_counter() - start) * 1e6)
        back = score(entity(row["schema"], [row["name2"]]), entity(row["schema"], [row["name1"]]))
        flips += found != (back >= THRESHOLD)
        label = row["is_match"].lower() == "true"
        word = ("true" if label == found else "false") + ("_positives" if found else "_negatives")
        counts[word] += 1
    right, wrong = counts["true_positives"], counts["false_positives"] + counts["false_negatives"]
    return {
        "n": len(rows),
        "precision": round(right / max(1, right + counts["false_positives"]), 4),
        "recall": round(right / max(1, right + counts["false_negatives"]), 4),
        "f1": round(2 * right / max(1, 2 * right + wrong), 4),
        **counts,
        "flips": flips,
        "us_per_pair": {
            "mean": round(sum(durations) / len(durations), 1),
            "p50": round(sorted(durations)[len(durations) // 2], 1),
        },
    }


def main():
    questions_path, pairs_path, answers_path, report_path, *rest = sys.argv[1:]
    seconds = float(rest[0]) if rest else 600.0
    listed, sets = {}, {}
    with open(questions_path, encoding="utf-8") as file:
        for line in file:
            question = json.loads(line)
            if question["set"] == "listed":
                listed[question["id"]] = question
            else:
                sets.setdefault(question["set"], []).append(question)
    # Loading its tables takes many seconds and is not a part of any figure.
    score(entity("Person", ["Somebody Else"]), entity("Person", ["Anybody Other"]))
    start = time.monotonic()
    report = {"nomenklatura": version("nomenklatura"), "rigour": version("rigour"), "pairs": pairs(pairs_path)}
    print(f"pairs done in {time.monotonic() - start:.0f} s", file=sys.stderr)

    entities, owners, names = {}, [], []
    for key, person in listed.items():
        entities[key] = entity("Person", person["names"], person["weak"])
        for name in person["names"] + person["weak"]:
            owners.append(key)
            names.append(utils.default_process(name))

    def left_out(question):
        subject = entity("Person", [question["name"]])
        return score(subject, entity("Person", question["names"], question["weak"]))

    def anybody(question):
        subject = entity("Person", [question["name"]])
        name = utils.default_process(question["name"])
        ratios = process.cdist([name], names, scorer=fuzz.token_set_ratio, dtype=numpy.uint8)[0]
        near = dict.fromkeys(question.get("donors", []))
        for at in numpy.argsort(-ratios.astype(int), kind="stable"):
            near[owners[at]] = None
            if len(near) >= NEAREST:
                break
        best = 0.0
        for key in near:
            if key in entities:
                best = max(best, score(subject, entities[key]))
                # Nothing that is asked later depends on how far over the threshold the best one is.
                if best >= 1.0:
                    break
        return best

    answers = []
    good = [q for q in sets.get("left-out", []) if q["which"] != "weak-alias"]
    start = time.monotonic()
    for name, questions, ask, share in [
        ("left-out", good, left_out, 0.4),
        ("near-miss", sets.get("near-miss", []), anybody, 0.85),
        ("random", sets.get("random", []), anybody, 1.0),
    ]:
        answer(name, questions, start + seconds * share - time.monotonic(), ask, answers)
    answers.sort()
    with open(answers_path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["set", "index", "score"])
        writer.writerows(answers)
    with open(report_path, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)


main()

"""How many questions a second logic-v2 of the PyPI package nomenklatura answers on one core.

usage: speed.py QUESTIONS.json

QUESTIONS holds `questions`, names of persons, and `listed`, names of listed persons. For each question the fifty listed
persons nearest by rapidfuzz's token_set_ratio are scored, as many as yente scores. Finding them is not timed.
"""

import itertools
import json
import sys
import time
from importlib.metadata import version

from followthemoney import EntityProxy
from nomenklatura.matching.logic_v2.model import LogicV2
from rapidfuzz import fuzz, process, utils

CANDIDATES = 50
CONFIG = LogicV2.default_config()
IDS = itertools.count()


def person(name):
    """A person under an id of its own: nomenklatura remembers names by the id, whatever they are."""
    data = {"id": f"e{next(IDS)}", "schema": "Person", "properties": {"name": [name]}}
    return EntityProxy.from_dict(data)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        data = json.load(file)
    listed = data["listed"]
    plain = [utils.default_process(name) for name in listed]
    took = []
    for name in data["questions"]:
        nearest = process.extract(
            utils.default_process(name), plain, scorer=fuzz.token_set_ratio, limit=CANDIDATES
        )
        candidates = [person(listed[at]) for _, _, at in nearest]
        begun = time.perf_counter()
        subject = person(name)
        for candidate in candidates:
            LogicV2.compare(subject, candidate, CONFIG)
        took.append(time.perf_counter() - begun)
    took.sort()
    print(
        json.dumps(
            {
                "what": "logic-v2 in its own process on one core, fifty candidates a question, finding them not counted",
                "nomenklatura": version("nomenklatura"),
                "questions": len(took),
                "per_second": len(took) / sum(took),
                "p50_ms": took[len(took) // 2] * 1000,
                "p99_ms": took[len(took) * 99 // 100] * 1000,
            }
        )
    )


main()

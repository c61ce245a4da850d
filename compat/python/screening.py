"""What programs that speak to yente through `requests` do, against our server: match, search, entity, catalogue.

A test runs it (crates/rescreen/tests/it/python.rs) as `python screening.py URL TOKEN`. It fails where an answer is not what such
a program relies on, and prints what it found.
"""

import sys
from urllib.parse import quote

import requests

EXAMPLES = {
    "tour-1": {"schema": "Person", "properties": {"name": ["Oswin Tarbuckle"], "birthDate": ["1961-05-04"]}},
    "tour-2": {"schema": "Person", "properties": {"name": ["Nobody Ofthatname"]}},
    "tour-3": {"schema": "LegalEntity", "properties": {"name": ["Melisande Quorne"], "country": ["de"]}},
}


def main(url: str, token: str) -> None:
    session = requests.Session()
    session.headers["Authorization"] = f"ApiKey {token}"

    ready = session.get(f"{url}/readyz", timeout=10)
    ready.raise_for_status()
    assert ready.json() == {"status": "ok"}

    params = {"algorithm": "best", "threshold": 0.7, "limit": 5, "exclude_schema": ["Company", "Vessel"]}
    response = session.post(f"{url}/match/default", json={"queries": EXAMPLES}, params=params, timeout=10)
    response.raise_for_status()
    answers = response.json()["responses"]
    assert list(answers) == list(EXAMPLES), answers.keys()
    found = {}
    for key, answer in answers.items():
        assert answer["status"] == 200 and answer["query"]["properties"]["name"]
        assert answer["total"]["relation"] == "eq"
        for result in answer["results"]:
            # What code written for yente reads of a result.
            assert isinstance(result["score"], float) and isinstance(result["match"], bool)
            assert set(result["explanations"]) and isinstance(result["properties"]["name"], list)
            assert result["datasets"] and result["caption"] and result["schema"]
        found[key] = [result["id"] for result in answer["results"] if result["match"]]
    assert found == {"tour-1": ["t-1"], "tour-2": [], "tour-3": ["t-2"]}, found

    best = answers["tour-1"]["results"][0]
    entity = session.get(f"{url}/entities/{quote(best['id'], safe='')}", timeout=10)
    entity.raise_for_status()
    assert entity.json()["properties"]["birthDate"] == ["1961-05-04"]

    search = session.get(f"{url}/search/default", params={"q": "Oswin Tarbuckle", "facets": ["countries"]}, timeout=10)
    search.raise_for_status()
    assert [result["id"] for result in search.json()["results"]] == ["t-1"]

    catalog = session.get(f"{url}/catalog", timeout=10)
    catalog.raise_for_status()
    assert "tour" in catalog.json()["current"]
    again = session.get(f"{url}/catalog", headers={"If-None-Match": catalog.headers["ETag"]}, timeout=10)
    assert again.status_code == 304

    refused = session.post(f"{url}/match/default", json={"queries": EXAMPLES}, params={"algorithm": "logic-v2"}, timeout=10)
    assert refused.status_code == 400 and "rescreen-1" in refused.json()["detail"]
    unknown = requests.get(f"{url}/catalog", timeout=10)
    assert unknown.status_code == 401

    # A stream of the native interface: what is sent is an iterator, and answers are read while it is consumed.
    import json

    lines = [json.dumps({"subject": {"id": key, **example}}) for key, example in EXAMPLES.items()]
    body = "\n".join(lines).encode()
    with session.post(f"{url}/v1/screen/stream", data=body, stream=True, timeout=10) as stream:
        stream.raise_for_status()
        told = [json.loads(line) for line in stream.iter_lines()]
    assert [line["id"] for line in told] == list(EXAMPLES)
    assert [line["total"] for line in told] == [1, 0, 1]
    print("ok", *(f"{key}={','.join(ids)}" for key, ids in found.items()))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

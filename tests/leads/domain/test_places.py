"""Where in a document something is, in words."""

import pytest

from leads.domain.places import place

CONTENT = {
    "attributes": [{"key": "employees", "label": "Employees", "choices": [{"code": "a", "label": "A"}]}],
    "criteria": [{"label": "Fit", "bands": [{"when": "x", "label": "Large"}, {"when": "y"}]}, {"key": "pain"}],
    "levels": {"sql": {"knock_outs": ["fit"], "minimums": [{"axis": "fit"}]}},
    "test_cases": [{"name": "Two"}],
}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", ""),
        ("name", "Name"),
        ("applies_when", "Applies when"),
        ("criteria", "Criteria"),
        ("criteria[0].bands[0].when", "Criterion “Fit”, step 1 “Large”, condition"),
        ("criteria[0].bands[1].points", "Criterion “Fit”, step 2, points"),
        ("criteria[0].otherwise.points", "Criterion “Fit”, otherwise, points"),
        ("criteria[1].axis", "Criterion “pain”, axis"),
        ("criteria[0].bands", "Criterion “Fit”, steps"),
        ("levels.sql.knock_outs[0]", "SQL, must-have “fit”"),
        ("levels.sql.minimums[0].points", "SQL, least points 1, points"),
        ("levels.mql", "MQL"),
        ("levels", "Levels"),
        ("attributes[0].choices[0].label", "Attribute “Employees”, choice “A”, label"),
        ("attributes[0]", "Attribute “Employees”"),
        ("test_cases[0].values.employees", "Test case “Two”, employees"),
        ("test_cases[0].values", "Test case “Two”, values"),
        ("test_cases[7].on", "Test case 8, day"),
        ("surprise[0].x", "Surprise 1, x"),
    ],
)
def test_a_path_is_said_in_words(path, words):
    assert place(path, CONTENT) == words


@pytest.mark.parametrize("content", [None, [], 7, {"criteria": {"0": 1}}, {"criteria": [[]]}, {"criteria": [None]}])
def test_a_document_as_wrong_as_can_be_is_counted(content):
    assert place("criteria[0].bands[1].when", content) == "Criterion 1, step 2, condition"

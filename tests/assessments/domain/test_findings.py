import pytest

from assessments.domain.findings import FindingMisplaced, Node, TooManyFindings, below, check_place, in_tree_order


def tree(*nodes: Node) -> dict[int, Node]:
    return {node.key: node for node in nodes}


def test_the_tree_is_read_from_the_top_and_by_position():
    nodes = tree(
        Node(1, "cause", 3), Node(2, "symptom", None, 1), Node(3, "problem", 4), Node(4, "symptom"), Node(5, "cause", 3)
    )

    assert [(node.key, depth) for node, depth in in_tree_order(list(nodes.values()))] == [
        (4, 0),
        (3, 1),
        (1, 2),
        (5, 2),
        (2, 0),
    ]
    assert below(list(nodes.values()), 3) == {3, 1, 5}


@pytest.mark.parametrize(
    ("parent", "child", "allowed"),
    [
        ("symptom", "problem", True),
        ("symptom", "cause", True),
        ("symptom", "symptom", True),
        ("problem", "cause", True),
        ("cause", "cause", True),
        ("cause", "problem", False),
        ("problem", "symptom", False),
        ("cause", "driver", False),
        ("driver", "cause", False),
        ("criterion", "criterion", False),
    ],
)
def test_one_asks_on_from_symptom_to_problem_to_cause(parent, child, allowed):
    nodes = tree(Node(1, parent))
    if allowed:
        check_place(nodes, Node(0, child, 1))
    else:
        with pytest.raises(FindingMisplaced):
            check_place(nodes, Node(0, child, 1))


def test_a_parent_does_not_become_deeper_than_its_children():
    nodes = tree(Node(1, "problem"), Node(2, "problem", 1))

    with pytest.raises(FindingMisplaced):
        check_place(nodes, Node(1, "cause"))


@pytest.mark.parametrize("parent", [1, 2, 3])
def test_nothing_hangs_on_itself(parent):
    nodes = tree(Node(1, "cause"), Node(2, "cause", 1), Node(3, "cause", 2))

    with pytest.raises(FindingMisplaced):
        check_place(nodes, Node(1, "cause", parent))


def test_a_tree_has_twelve_levels_at_most():
    nodes = tree(Node(1, "cause"), *(Node(key, "cause", key - 1) for key in range(2, 12)))
    check_place(nodes, Node(0, "cause", 11))

    with pytest.raises(FindingMisplaced):
        check_place(nodes | tree(Node(12, "cause", 11)), Node(0, "cause", 12))


def test_a_diagnosis_has_two_hundred_findings_at_most():
    nodes = tree(*(Node(key, "driver") for key in range(1, 201)))
    check_place(nodes, Node(200, "criterion"))

    with pytest.raises(TooManyFindings):
        check_place(nodes, Node(0, "driver"))

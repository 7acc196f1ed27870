"""Guards what a review asks: which rows that were sent may be known ones, and what is shown of the two.

Costs 0.5 s.
"""

from pathlib import Path

from test_contribution_review import SENT, asked, workbook

from csodata.contribution.questions import questions
from csodata.dataset import Dataset
from csodata.validation.contribution import check_contribution


def test_each_row_that_is_like_another_is_asked_about(toy: Dataset, tmp_path: Path) -> None:
    file = workbook(tmp_path / "sent.xlsx", SENT)
    assert asked(toy, file) == [("new-1", "toy-network"), ("new-actor-4", "toy-ministry")]
    [first, _] = questions(check_contribution(toy, [file]))
    told = {line[""]: (line["sent"], line["known"]) for line in first.sides()}
    assert told["name"] == ("Toy Networks", "Toy Network")
    assert told["country_code"] == ("", "BEL")
    assert told["further names"] == ("", "Réseau jouet")
    assert told["stands in"] == (f"{file}, Acteurs, row 3", "published")
    assert "summary" not in told

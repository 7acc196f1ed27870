"""Guards: an address that one published record has is told at a new row; one that anybody may have is not.

Costs 0.1 s.
"""

import pytest
from test_rules_likeness import actors, told


@pytest.mark.parametrize(
    ("published", "sent", "alike"),
    [
        (["https://www.toy.org/"], "http://toy.org", True),
        (["https://toy.org"], "https://toy.org/about/us", True),
        (["https://toy.org/en/"], "https://toy.org/about/us", True),
        (["https://facebook.com/toy"], "https://facebook.com/play", False),
        (["https://facebook.com/toy"], "https://www.facebook.com/toy/", True),
        (["https://toy.org", "https://toy.org/play"], "https://toy.org", True),
        (["https://toy.org", "https://toy.org/play"], "https://toy.org/other", False),
        (["https://toy.org"], "https://toy.wordpress.com", False),
        (["https://[toy"], "https://[toy", False),
    ],
)
def test_a_website_that_one_published_record_has(published: list[str], sent: str, alike: bool) -> None:
    known = [row | {"website_url": url} for row, url in zip(actors("Toy", "Play"), published, strict=False)]
    new = {"actor_id": "new-1", "name": "Something else", "website_url": sent}
    assert told({"actors": known}, {"actors": [new]}) == ([("same-website", "new-1", "actor-0")] if alike else [])


def test_editions_share_a_website_and_so_do_documents() -> None:
    forum = {"forum_id": "gfmd-2007", "name": "First", "series_forum_id": "gfmd", "website_url": "https://gfmd.org"}
    new = {"forum_id": "new-1", "name": "Meeting in Quito", "website_url": "https://gfmd.org"}
    assert told({"forums": [forum]}, {"forums": [new]}) == [("same-website", "new-1", "gfmd-2007")]
    assert told({"forums": [forum]}, {"forums": [new | {"series_forum_id": "gfmd"}]}) == []
    source = {"source_id": "one", "title": "A report", "canonical_url": "https://iom.int"}
    page = {"source_id": "new-1", "title": "Something else", "canonical_url": "https://iom.int/report"}
    assert told({"sources": [source]}, {"sources": [page]}) == []
    for address in ("https://iom.int/report", "http://www.iom.int/report/"):
        assert told({"sources": [source | {"canonical_url": address}]}, {"sources": [page]}) == [
            ("same-website", "new-1", "one")
        ]

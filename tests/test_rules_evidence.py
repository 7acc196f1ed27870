"""Guards the deny-list: no mirror, scraper or hijacked domain under any of its spellings. Costs nothing to speak of."""

import pytest
from conftest import world_of

from csodata.validation.rules.evidence import sources_are_originals


def told(url: str) -> list[str]:
    return [problem.code for problem in sources_are_originals(world_of({"sources": [{"canonical_url": url}]}))]


@pytest.mark.parametrize(
    "host",
    [
        "fanyjok.com",
        "www.fanyjok.com",
        "fanyjok.com.",
        "WWW.Fanyjok.COM",
        "fanyjok.com:8080",
        "chechnyapeaceforumcom.oss-cn-hangzhou.aliyuncs.com",
        "www.chechnyapeaceforumcom.oss-cn-hangzhou.aliyuncs.com",
        "docslib.org",
        "docslib.net",
        "www.fdocuments.in",
        "vdocuments.pub",
    ],
)
def test_a_denied_domain_is_told(host: str) -> None:
    assert told(f"https://{host}/x") == ["denied-domain"]


@pytest.mark.parametrize(
    "url", ["https://notfanyjok.com/x", "https://mydocslib.org/", "https://www.iom.int/fanyjok.com"]
)
def test_another_one_is_not(url: str) -> None:
    assert told(url) == []


@pytest.mark.parametrize("url", ["", "https://[x", "no address"])
def test_what_is_no_address_is_left_to_its_own_check(url: str) -> None:
    assert told(url) == []

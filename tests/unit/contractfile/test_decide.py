"""`contractfile.decide`: one more waiver, and nothing else changed."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assay.contractfile.decide import HEADING, CannotEdit, decided
from assay.contractfile.parse import parse
from cases.reading import good_files

ENTRY = {"clause": "shop/closeBasket/status/404", "reason": "OPS-1: soon", "owner": "ann@example.com",
         "until": "2099-01-31"}  # fmt: skip

BEFORE = """\
# decided in May
waivers:
  # the gateway
  - clause: shop/openBasket/status/201   # until it is replaced
    reason: >
      Known since
      2019.
    owner: ann
    until: 2099-06-01
# and that is all
pending:
  - shop/closeBasket
"""


def _both(text: str) -> tuple[list[dict[str, object]], list[str]]:
    read = yaml.safe_load(text)
    return read.get("waivers", []), read.get("pending", [])


@pytest.mark.parametrize(
    "before",
    [
        "", "# nothing yet\n", "pending: [shop/closeBasket]\n", "pending:\n- shop/closeBasket", "waivers: []\n",
        "waivers: [{clause: a/b, reason: r, owner: o, until: '2099-01-01'}]  # one line\npending: [shop/closeBasket]\n",
        "waivers:\n- clause: a/b\n  reason: r\n  owner: o\n  until: '2099-01-01'\n",
        "waivers:\n- {clause: a/b, reason: r, owner: o, until: '2099-01-01'}\n\n# end\n",
        BEFORE,
    ],
)  # fmt: skip
def test_the_entry_is_added_and_all_else_stays(before: str) -> None:
    after = decided(before, ENTRY)
    waivers, pending = _both(before) if yaml.safe_load(before) else ([], [])
    more, still = _both(after)
    assert more[:-1] == waivers
    assert {key: str(value) for key, value in more[-1].items()} == ENTRY
    assert still == pending
    comments = [line.partition("#")[2] for line in before.splitlines() if "#" in line]
    assert all(comment in after for comment in comments)


def test_comments_and_order_stay_byte_for_byte() -> None:
    after = decided(BEFORE, ENTRY)
    before, _, behind = BEFORE.partition("# and that is all")
    assert after.startswith(before)
    assert after.endswith(f"# and that is all{behind}")
    assert after[len(before) :].startswith("  - clause: shop/closeBasket/status/404\n    reason: ")


def test_a_new_file_tells_editors_its_schema() -> None:
    assert decided("", ENTRY).startswith(HEADING)


@pytest.mark.parametrize(
    "text", ["[1, 2]", "waivers: {a: b}", "{waivers: []}", "waivers: 'x'", "a: [", "just words"]
)
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(CannotEdit):
        decided(text, ENTRY)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60),
    st.sampled_from(["123456789012", "1e1234567890", "1234e5678901", "abcdef123456", "000000000001"]),
)
def test_whatever_is_written_is_read_again(reason: str, fingerprint: str) -> None:
    """Through our own reader, which is the one that counts."""
    entry = {"fingerprint": fingerprint, "reason": reason, "owner": "no", "until": "2099-01-31"}
    text = decided(BEFORE, entry)
    parsed = parse({**good_files(), "shop/waivers.yaml": text})
    assert parsed.contracts is not None, parsed.problems
    last = parsed.contracts.api("shop").waivers[-1]
    assert (last.matches, last.reason, last.owner) == (fingerprint, reason, "no")

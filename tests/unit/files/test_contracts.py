"""A contracts folder is read whole, and nothing from outside of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assay.contractfile.parse import parse
from assay.files.contracts import TreeError, read_tree


def lay(root: Path, *names: str) -> None:
    """Small files below `root`."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n", encoding="utf-8")


def refused(path: Path) -> list[tuple[str, str]]:
    """The rules that refuse a tree, and the files they name."""
    with pytest.raises(TreeError) as caught:
        read_tree(path)
    assert str(caught.value)
    return [(problem.rule, Path(problem.place.file).name) for problem in caught.value.problems]


def test_yaml_files_are_read_by_path(tmp_path: Path) -> None:
    """Every `*.yaml` and `*.yml`, however deep, and nothing else; hidden ones are passed over."""
    lay(
        tmp_path,
        "a/api.yaml",
        "a/lifecycles/x.yml",
        "a/notes.md",
        ".git/b.yaml",
        "a/.hidden.yaml",
        "c.schema.json",
    )
    found = read_tree(tmp_path)
    assert found == {
        f"{tmp_path.as_posix()}/a/api.yaml": "# a/api.yaml\n",
        f"{tmp_path.as_posix()}/a/lifecycles/x.yml": "# a/lifecycles/x.yml\n",
    }


def test_paths_are_as_the_user_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative folder gives relative paths."""
    lay(tmp_path, "contracts/a/api.yaml")
    monkeypatch.chdir(tmp_path)
    assert list(read_tree("contracts/")) == ["contracts/a/api.yaml"]
    assert list(read_tree(".")) == ["contracts/a/api.yaml"]


def test_an_api_folder_called_dot_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside an api's folder, `.` reads that api under its folder's name, by paths that lead there."""
    (tmp_path / "shop/lifecycles").mkdir(parents=True)
    (tmp_path / "shop/api.yaml").write_text("title: Shop\nversion: '1'\n", encoding="utf-8")
    for inside, spoken in (("shop", "."), ("shop/lifecycles", "..")):
        monkeypatch.chdir(tmp_path / inside)
        files = read_tree(spoken)
        assert all(Path(path).is_file() for path in files)
        contracts = parse(files).contracts
        assert contracts is not None
        assert [api.name for api in contracts.apis] == ["shop"]


def test_an_empty_folder_is_an_empty_tree(tmp_path: Path) -> None:
    """Whether that is a mistake is for `parse` to say."""
    assert read_tree(tmp_path) == {}


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there, and a file instead of one, with a hint."""
    assert refused(tmp_path / "nowhere") == [("no-such-folder", "nowhere")]
    lay(tmp_path, "shop/lifecycles/x.yaml", "shop/api.yaml")
    with pytest.raises(TreeError) as caught:
        read_tree(tmp_path / "shop/lifecycles/x.yaml")
    assert caught.value.problems[0].rule == "not-a-folder"
    assert caught.value.problems[0].fix.endswith("/shop")


def test_links_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    """A link to a file outside, to a folder anywhere, or to nothing: each is told; a link inside is fine."""
    lay(tmp_path, "outside/secret.yaml", "c/a/api.yaml")
    inside = tmp_path / "c/a"
    (inside / "same.yaml").symlink_to(inside / "api.yaml")
    assert len(read_tree(tmp_path / "c")) == 2
    (inside / "out.yaml").symlink_to(tmp_path / "outside/secret.yaml")
    (inside / "up.yaml").symlink_to("../../outside/secret.yaml")
    (inside / "gone.yaml").symlink_to(inside / "nothing.yaml")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "round").symlink_to(inside)
    assert refused(tmp_path / "c") == [
        ("link-to-folder", "folder"),
        ("unreadable-file", "gone.yaml"),
        ("link-leaves-folder", "out.yaml"),
        ("link-to-folder", "round"),
        ("link-leaves-folder", "up.yaml"),
    ]


def test_a_linked_root_is_the_users_choice(tmp_path: Path) -> None:
    """The folder itself may be a link: the user named it."""
    lay(tmp_path, "real/a/api.yaml")
    (tmp_path / "named").symlink_to(tmp_path / "real")
    assert [Path(path).name for path in read_tree(tmp_path / "named")] == ["api.yaml"]


def test_all_unreadable_files_at_once(tmp_path: Path) -> None:
    """Too large, not UTF-8 (with line and column), no ordinary file: all told together, none waited for."""
    lay(tmp_path, "a/api.yaml")
    (tmp_path / "a/big.yaml").write_bytes(b"x" * (1024 * 1024 + 1))
    (tmp_path / "a/latin.yaml").write_bytes(b"a: 1\nb: \xe9t\xe9\n")
    os.mkfifo(tmp_path / "a/pipe.yaml")
    with pytest.raises(TreeError) as caught:
        read_tree(tmp_path)
    assert [problem.rule for problem in caught.value.problems] == [
        "file-too-large",
        "not-utf-8",
        "unreadable-file",
    ]
    assert [Path(path).name for path in caught.value.texts] == ["api.yaml"], "the rest is there to be judged"
    place = caught.value.problems[1].place
    assert (place.line, place.column) == (2, 4)


def test_one_mebibyte_is_still_read(tmp_path: Path) -> None:
    """The bound is the last size that passes."""
    (tmp_path / "a.yaml").write_bytes(b"x" * (1024 * 1024))
    assert len(read_tree(tmp_path)) == 1

"""docs/commands.md says what the program has: each command, option, choice and default, the JSON line, the statuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from teststation import cli
from teststation.cli import commands, doctor, store
from teststation.settings import calibration_folder

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
ALL = "teststation"


def the_commands(command: click.Command, name: str = ALL) -> Iterator[tuple[str, click.Command]]:
    """Give every command and group of commands by its whole name."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found is not None
            yield from the_commands(found, f"{name} {each}")


def the_sections() -> dict[str, dict[str, str]]:
    """Give the rows of each command's table by their option; a heading may name several: `store info|verify`."""
    sections: dict[str, dict[str, str]] = {}
    for section in PAGE.split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        if heading.startswith(ALL):
            rows = {row.split("`")[1]: row for row in re.findall(r"^\| `.*", text, re.MULTILINE)}
            *before, last = heading.split(" ")
            sections |= {" ".join([*before, each]): rows for each in last.split("|")}
    return sections


SECTIONS = the_sections()
COMMANDS = dict(the_commands(commands))


def test_every_command_has_its_section_and_no_other() -> None:
    assert sorted(SECTIONS) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_has_every_option_with_its_choices_and_default(name: str) -> None:
    command = COMMANDS[name]
    rows = SECTIONS.get(name, {})
    assert list(rows) == [_name(command, parameter) for parameter in command.params]
    for parameter, row in zip(command.params, rows.values(), strict=True):
        if isinstance(parameter.type, click.Choice):
            assert [choice for choice in parameter.type.choices if f"`{choice}`" not in row] == []
        default = parameter.to_info_dict()["default"]
        if default is not None and not getattr(parameter, "is_flag", False):
            assert re.search(rf"\b{re.escape(str(default))}\b|`{re.escape(str(default))}`", row), (row, default)


def _name(command: click.Command, parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Argument):
        return parameter.make_metavar(click.Context(command))
    return parameter.opts[0]


def test_every_exit_status_is_told_of() -> None:
    told = [int(status) for status in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)]
    assert told == sorted({0, cli.INTERNAL, cli.REFUSED, cli.INTERRUPTED, doctor.FAULTY, store.NOT_WHOLE})


# The line of JSON


@pytest.mark.parametrize("name", ["gug_cannot_rise", "gug_rollator", "tcs_5"])
def test_the_line_of_json_has_what_is_told_and_nothing_else(name: str) -> None:
    file = calibration_folder() / "recordings" / f"{name}.csv.gz"
    result = CliRunner().invoke(commands, ["analyse", str(file), "--format", "jsonl"])
    assert result.exit_code == 0, result.output
    example = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    told = json.loads(example.group(1))
    for line in result.stdout.splitlines():
        assert_shaped(json.loads(line), told, "")


SOMETIMES = {"repetition", "at_least"}


def assert_shaped(found: Any, told: Any, where: str) -> None:
    """Check that two values have the same keys and kinds all through; `params` holds whatever a code needs."""
    if isinstance(told, dict):
        assert isinstance(found, dict), where
        if where.endswith(".params"):
            return
        assert set(found) ^ set(told) <= SOMETIMES, where
        for key in set(found) & set(told):
            assert_shaped(found[key], told[key], f"{where}.{key}")
    elif isinstance(told, list):
        assert isinstance(found, list), where
        for each in found:
            assert_shaped(each, told[0], f"{where}[]")
    else:
        assert isinstance(found, float | int if isinstance(told, float | int) else type(told)), where

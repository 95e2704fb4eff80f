"""`neovim-ai test --write` in a real sandbox: the file it writes passes with plain pytest."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.testgen.conftest import Make

from neovim_ai import cli
from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox.choose import choose

FILES = {
    "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['src']\n",
    "src/shop/__init__.py": "",
    "src/shop/rates.py": "RATES = {'eur': 1.0}\n",
    "src/shop/money.py": '''\
from .rates import RATES


def convert(amount: float, currency: str = "eur") -> float:
    """Convert an amount.

    >>> convert(2)
    2.0

    Raises:
        ValueError: If the amount is negative.
    """
    if amount < 0:
        raise ValueError("a debt cannot be converted")
    return amount * RATES[currency]


async def later(amount: float) -> float:
    """Convert it later."""
    return convert(amount)
''',
    "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef shop():\n    return 'shop'\n",
    "tests/test_rates.py": (
        "from shop.rates import RATES\n\n\ndef test_rates(shop):\n    assert RATES\n"
    ),
}


@pytest.fixture
def sandboxed() -> None:
    """Leave out where this machine can keep nothing in: there nothing is run at all."""
    try:
        asyncio.run(choose())
    except AiError as error:
        if error.kind is not Kind.SANDBOX:
            raise
        pytest.skip(str(error))


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("sandboxed")
def test_a_written_file_passes_plain_pytest_and_leaves_nothing_to_add(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make(FILES)
    before = snapshot(root)
    target = str(root / "src/shop/money.py")
    options = ["--no-model", "--budget", "10", "--runs", "2", "--python", sys.executable]
    assert cli.main(["test", target, "--write", *options]) == 0
    written = root / "tests/test_money.py"
    said = capsys.readouterr().err
    assert written.is_file(), said
    assert {k: v for k, v in snapshot(root).items() if k != written} == before
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "convert(2) == 2.0" in written.read_text()
    assert "100% lines and branches" in said


def snapshot(root: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in sorted(root.rglob("*.*")) if p.is_file()}

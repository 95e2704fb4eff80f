"""Secrets made up to the formats that their issuers document, and places where they stand.

Written by hand from the documentation, not from our patterns, so that the two check each other.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator

CLASSES = {
    "alnum": string.ascii_letters + string.digits,
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "base32": string.ascii_uppercase + "234567",
    "hex": "0123456789abcdef",
    "digit": string.digits,
    "url": string.ascii_letters + string.digits + "-_",
    "b64": string.ascii_letters + string.digits + "+/",
    "bech": "023456789ACDEFGHJKLMNPQRSTUVWXYZ",
}

TEMPLATES = (
    "AKIA{base32:16}",
    "ASIA{base32:16}",
    "ghp_{alnum:36}",
    "gho_{alnum:36}",
    "ghs_{alnum:36}",
    "github_pat_{alnum:22}_{alnum:59}",
    "glpat-{url:20}",
    "gldt-{url:20}",
    "sk-{alnum:48}",
    "sk-proj-{url:74}",
    "sk-ant-api03-{url:93}AA",
    "gsk_{alnum:52}",
    "xai-{alnum:80}",
    "r8_{alnum:37}",
    "pplx-{alnum:48}",
    "hf_{alnum:34}",
    "xoxb-{digit:12}-{digit:12}-{alnum:24}",
    "xoxp-{digit:12}-{digit:12}-{digit:12}-{hex:32}",
    "sk_live_{alnum:24}",
    "rk_test_{alnum:24}",
    "whsec_{alnum:32}",
    "AIza{url:35}",
    "GOCSPX-{url:28}",
    "ya29.{url:60}",
    "SK{hex:32}",
    "SG.{url:22}.{url:43}",
    "key-{hex:32}",
    "{hex:32}-us12",
    "npm_{alnum:36}",
    "pypi-AgEIcH{url:120}",
    "rubygems_{hex:48}",
    "dckr_pat_{url:27}",
    "dop_v1_{hex:64}",
    "dapi{hex:32}",
    "lin_api_{alnum:40}",
    "ntn_{alnum:46}",
    "figd_{url:40}",
    "PMAK-{hex:24}-{hex:34}",
    "shpat_{hex:32}",
    "sq0atp-{url:22}",
    "{digit:10}:AA{url:33}",
    "dp.pt.{alnum:43}",
    "glsa_{alnum:32}_{hex:8}",
    "hvs.{url:90}",
    "{alnum:14}.atlasv1.{url:67}",
    "NRAK-{upper:27}",
    "pscale_tkn_{url:43}",
    "pul-{hex:40}",
    "sntrys_{alnum:60}",
    "squ_{hex:40}",
    "sbp_{hex:40}",
    "ATATT3{url:186}",
    "pat{alnum:14}.{hex:64}",
    "tskey-auth-{alnum:12}-{alnum:32}",
    "CCIPAT_{alnum:22}_{hex:40}",
    "HRKU-{url:36}",
    "MTk4{url:22}.{url:6}.{url:38}",
    "fo1_{url:43}",
    "ops_eyJ{url:250}",
    "re_{alnum:8}_{alnum:24}",
    "sk.eyJ{url:60}.{url:22}",
    "sl.u.{url:130}",
    "tfp_{url:44}",
    "xapp-1-{upper:11}-{digit:13}-{hex:64}",
    "LTAI{alnum:20}",
    "nfp_{alnum:40}",
    "AGE-SECRET-KEY-1{bech:58}",
    "eyJ{url:33}.eyJ{url:60}.{url:43}",
)

PLACES = (
    'client = Client("{}")',
    "TOKEN = '{}'  # from the console",
    "def connect(key='{}', retries=3):",
    '"""Call it with {} as the key."""',
    "# curl -H 'X-Key: {}' https://host/",
    "export API={}",
    "- key: {}\n",
    "see `{}` in the notes",
    "{}",
    "f({}, 1)",
)

PEM = "-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----"


def planted(count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Yield pairs of a secret and a text that holds it."""
    dice = random.Random(seed)
    for number in range(count):
        secret = made(TEMPLATES[number % len(TEMPLATES)], dice)
        yield secret, dice.choice(PLACES).replace("{}", secret)


def keys(count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Yield pairs of a private key's first line and a text that holds the key."""
    dice = random.Random(seed)
    for number in range(count):
        lines = ["".join(dice.choices(CLASSES["b64"], k=64)) for _ in range(12)]
        kind = ("", "RSA ", "EC ", "OPENSSH ")[number % 4]
        pem = PEM.format(kind=kind, body="\n".join(lines))
        yield lines[0], f'KEY = """{pem}"""'


def made(template: str, dice: random.Random) -> str:
    """Fill a template: `{hex:32}` becomes 32 hexadecimal digits."""

    def drawn(match: re.Match[str]) -> str:
        return "".join(dice.choices(CLASSES[match[1]], k=int(match[2])))

    return re.sub(r"\{(\w+):(\d+)\}", drawn, template)

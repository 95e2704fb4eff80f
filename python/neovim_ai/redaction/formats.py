"""The known shapes of keys and tokens, as their issuers document them.

A shape has a prefix or a structure of its own, so that ordinary code does not look like it. What
has none (`password = "…"`) is `keywords`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """One kind of secret.

    Attributes:
        name: For people.
        held: A text with none of these holds no such secret.
        pattern: Its group 1, if it has one, is the secret.
        begins: A secret begins with what is held, so that it is looked for only there.
    """

    name: str
    held: tuple[str, ...]
    pattern: re.Pattern[str]
    begins: bool = False

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Find all in a text; they may overlap."""
        if self.begins:
            for part in self.held:
                yield from matches_at(self.pattern, text, part, text)
        elif any(part in text for part in self.held):
            yield from self.pattern.finditer(text)


@dataclass(frozen=True, order=True)
class Found:
    """Where a secret stands in a text, in characters, and what kind it is."""

    start: int
    end: int
    kind: str


def matches_at(
    pattern: re.Pattern[str], text: str, part: str, folded: str
) -> Iterator[re.Match[str]]:
    """Match a pattern wherever a part begins: fixed text is found far quicker than a pattern.

    Args:
        pattern: What may stand there.
        text: All of it.
        part: What every match begins with.
        folded: The text in which the part is looked for, of the same length.
    """
    at = folded.find(part)
    while at >= 0:
        match = pattern.match(text, at)
        if match:
            yield match
        at = folded.find(part, at + 1)


# Names of tokens that begin with a prefix of their issuer's own; what one of them always holds, by
# which most texts are found free of it without a search; and their whole shape.
_PREFIXED = {
    "AWS access key": (("AKIA", "ASIA", "ABIA", "ACCA"), r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
    "GitHub token": (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"gh[pousr]_[A-Za-z0-9]{30,}"),
    "GitHub fine-grained token": (("github_pat_",), r"github_pat_[A-Za-z0-9_]{22,}"),
    "GitLab token": (("gl",), r"gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|oas|imt)-[\w-]{18,}"),
    # Digits and capitals tell it from words joined by hyphens.
    "OpenAI or Anthropic key": (
        ("sk-",),
        r"sk-(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{20,}",
    ),
    "Groq key": (("gsk_",), r"gsk_[A-Za-z0-9]{40,}"),
    "xAI key": (("xai-",), r"xai-[A-Za-z0-9]{40,}"),
    "Replicate token": (("r8_",), r"r8_[A-Za-z0-9]{30,}"),
    "Perplexity key": (("pplx-",), r"pplx-[A-Za-z0-9]{40,}"),
    "Hugging Face token": (("hf_", "api_org_"), r"(?:hf|api_org)_[A-Za-z0-9]{30,}"),
    "Slack token": (("xox",), r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    "Slack app token": (("xapp-",), r"xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{30,}"),
    "Stripe key": (("_live_", "_test_"), r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}"),
    "Stripe webhook secret": (("whsec_",), r"whsec_[A-Za-z0-9+/=]{24,}"),
    "Google API key": (("AIza",), r"AIza[\w-]{35}"),
    "Google OAuth secret": (("GOCSPX-",), r"GOCSPX-[\w-]{28}"),
    "Google OAuth token": (("ya29.",), r"ya29\.[\w-]{20,}"),
    "Twilio key": (("SK",), r"SK[0-9a-f]{32}"),
    "SendGrid key": (("SG.",), r"SG\.[\w-]{16,}\.[\w-]{32,}"),
    "Mailgun key": (("key-",), r"key-[0-9a-f]{32}"),
    "Mailchimp key": (("-us",), r"[0-9a-f]{32}-us\d{1,2}"),
    "npm token": (("npm_",), r"npm_[A-Za-z0-9]{36}"),
    "PyPI token": (("pypi-AgE",), r"pypi-AgE[\w-]{50,}"),
    "RubyGems token": (("rubygems_",), r"rubygems_[0-9a-f]{48}"),
    "Docker token": (("dckr_",), r"dckr_(?:pat|oat)_[\w-]{20,}"),
    "DigitalOcean token": (("do",), r"do[opr]_v1_[0-9a-f]{64}"),
    "Databricks token": (("dapi",), r"dapi[0-9a-f]{32}(?:-\d)?"),
    "Heroku token": (("HRKU-",), r"HRKU-[\w-]{36,}"),
    "Linear key": (("lin_",), r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
    "Notion token": (("ntn_",), r"ntn_[A-Za-z0-9]{40,}"),
    "Figma token": (("fig",), r"fig[du]_[\w-]{20,}"),
    "Postman key": (("PMAK-",), r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    "Shopify token": (("shp",), r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    "Square token": (("sq0", "EAAA"), r"(?:sq0(?:atp|csp)-[\w-]{22,}|EAAA[\w-]{60})"),
    "Telegram bot token": ((":AA",), r"\d{8,10}:AA[\w-]{33}"),
    "Discord bot token": ((".",), r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}"),
    "Doppler token": (("dp.",), r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9]{40,}"),
    "Dropbox token": (("sl.",), r"sl\.(?:u\.)?[\w-]{100,}"),
    "Grafana token": (("glsa_", "glc_"), r"gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),
    "Vault token": (("hvs.", "hvb.", "hvr."), r"hv[sbr]\.[\w-]{24,}"),
    "Terraform token": ((".atlasv1.",), r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}"),
    "New Relic key": (("NRAK-",), r"NRAK-[A-Z0-9]{27}"),
    "PlanetScale secret": (("pscale_",), r"pscale_(?:tkn|oauth|pw)_[\w.-]{32,}"),
    "Pulumi token": (("pul-",), r"pul-[0-9a-f]{40}"),
    "Sentry token": (("sntr",), r"sntr(?:ys|yu)_[A-Za-z0-9+/=_]{40,}"),
    "SonarQube token": (("sq",), r"sq[upa]_[0-9a-f]{40}"),
    "Supabase token": (("sbp_",), r"sbp_[0-9a-f]{40}"),
    "Atlassian token": (("ATATT3",), r"ATATT3[\w=-]{60,}"),
    "Airtable token": (("pat",), r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    "CircleCI token": (("CCIPAT_",), r"CCIPAT_[A-Za-z0-9]{22}_[0-9a-f]{40}"),
    "Tailscale key": (
        ("tskey-",),
        r"tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]+-[A-Za-z0-9]{20,}",
    ),
    "Typeform token": (("tfp_",), r"tfp_[\w-]{40,}"),
    "Alibaba access key": (("LTAI",), r"LTAI[A-Za-z0-9]{16,24}"),
    "1Password token": (("ops_eyJ",), r"ops_eyJ[A-Za-z0-9_-]{60,}"),
    "Netlify token": (("nfp_",), r"nfp_[A-Za-z0-9]{36,}"),
    "Fly.io token": (("fo1_",), r"fo1_[\w-]{40,}"),
    "Resend key": (("re_",), r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}"),
    "Mapbox secret token": (("sk.eyJ",), r"sk\.eyJ[\w-]{40,}\.[\w-]{20,}"),
    "age key": (("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}"),
    "JSON web token": (("eyJ",), r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
}

# What is held stands within these, not at their beginning.
_WITHIN = {
    "Stripe key",
    "Mailchimp key",
    "Telegram bot token",
    "Discord bot token",
    "Terraform token",
}

# Secrets that are known by what stands around them; group 1 is the secret.
_SURROUNDED = {
    "private key": (
        ("PRIVATE KEY",),
        r"(-----BEGIN[ A-Z]* PRIVATE KEY(?: BLOCK)?-----[\s\S]{16,8000}?"
        r"-----END[ A-Z]* PRIVATE KEY(?: BLOCK)?-----)",
    ),
    "password in an address": (
        ("://",),
        r"[a-z][a-z0-9+.-]{1,15}://[^\s/:@'\"<>{}]{1,64}:([^\s/@'\"<>{}]{3,128})@",
    ),
    "authorization header": (
        ("earer", "asic", "EARER", "ASIC"),
        r"(?i:\b(?:bearer|basic)[ \t]+)([A-Za-z0-9._~+/-]{16,}={0,2})",
    ),
    "Slack webhook": (
        ("hooks.slack.com",),
        r"hooks\.slack\.com/(?:services|workflows)/([A-Za-z0-9/]{30,})",
    ),
    "Discord webhook": (("webhooks/",), r"discord(?:app)?\.com/api/webhooks/\d+/([\w-]{40,})"),
    "Azure storage key": (("AccountKey=",), r"AccountKey=([A-Za-z0-9+/]{80,}={0,2})"),
    "Azure shared signature": (("sig=",), r"[?&;]sig=([A-Za-z0-9%+/]{40,}(?:%3D|=)?)"),
}

# Not in the middle of a word; the `n` of an escaped line end is none.
_STARTS = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"

FORMATS: tuple[Format, ...] = tuple(
    Format(name, held, re.compile(rf"{_STARTS}(?:{body})(?![A-Za-z0-9])"), name not in _WITHIN)
    for name, (held, body) in _PREFIXED.items()
) + tuple(Format(name, held, re.compile(pattern)) for name, (held, pattern) in _SURROUNDED.items())


def known(text: str) -> Iterator[Found]:
    """Find every secret of a known shape; they may overlap."""
    for shape in FORMATS:
        for match in shape.matches(text):
            start, end = match.span(match.re.groups and 1)
            yield Found(start, end, shape.name)

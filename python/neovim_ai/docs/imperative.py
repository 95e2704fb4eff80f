"""Opens a summary with a verb in the imperative, where that is a matter of endings."""

from __future__ import annotations

import re

from neovim_ai.docs.wording import lexicon

_OPENING = re.compile(
    r"^(?:(?:this|the|a|an)\s+)(?:(?:\w+\s+)?(?:function|method|class ?method|static ?method|"
    r"coroutine|generator|decorator|property|helper|routine|constructor))\s+"
    r"(?:(?:that|which|to|will|is used to|is responsible for)\s+)?",
    re.I,
)
_ADVERB = re.compile(r"^(?:\w+ly|also|simply)\s+", re.I)
_IRREGULAR = {
    "is": "",
    "has": "",
    "does": "do",
    "caches": "cache",
    "aliases": "alias",
    "biases": "bias",
    "focuses": "focus",
}
_LATER = re.compile(
    r"(?<= and )(?:returns|yields|raises|stores|writes|saves|prints|creates|sets|adds|removes)"
    r"(?= (?:it|them|the|a|an|its|their)\b)"
)
_RESULT = re.compile(r"(?<= and )(?:returns|yields)(?= [a-z])")
_SECOND = re.compile(r"^((?:and|or)(?: then)? )([a-z]+s) (?=\w)")
# Words that end in `s` and are no third person, or nouns that often open a summary.
_KEPT = lexicon(
    "process access pass address discuss bypass compress express guess press toss cross dismiss "
    "focus bias alias class status canvas basis analysis series this its is his various args "
    "kwargs axis bus plus minus always perhaps else miss harness witness assess possess "
    "progress success less unless across was items keys values names files lines options settings "
    "parameters arguments tests results strings numbers words characters bytes types fields"
)
_ING = {
    "returning": "return",
    "getting": "get",
    "setting": "set",
    "creating": "create",
    "checking": "check",
    "parsing": "parse",
    "converting": "convert",
}
_LY_VERBS = frozenset({"apply", "reply", "multiply", "supply", "rely", "comply", "imply", "ally"})


def imperative(text: str) -> str:
    """Turn `This function returns the users.` into `Return the users.`; others stay as they are."""
    text = _OPENING.sub("", text, count=1)
    adverb = _ADVERB.match(text)
    lead = adverb.group() if adverb and adverb.group().strip().lower() not in _LY_VERBS else ""
    verb, space, rest = text[len(lead) :].partition(" ")
    if not space or not verb.isalpha() or (not verb.islower() and not verb.istitle()):
        return text
    bare = _ING.get(verb.lower()) if rest.split(" ")[0] in {"a", "an", "the"} else None
    bare = bare or _bare(verb.lower(), rest)
    if bare != verb.lower():
        rest = _SECOND.sub(lambda match: f"{match[1]}{_bare(match[2], '')} ", rest)
        rest = _LATER.sub(lambda match: _bare(match.group(), ""), rest)
    rest = _RESULT.sub(lambda match: match.group()[:-1], rest)
    return f"{lead}{bare.capitalize() if verb[0].isupper() and not lead else bare} {rest}"


def _bare(verb: str, rest: str) -> str:
    """Take the third person's ending off a verb: `tries` → `try`, `passes` → `pass`."""
    if verb in _KEPT or not verb.endswith("s") or verb.endswith(("ss", "us", "is", "ous")):
        return _IRREGULAR.get(verb, "") or verb
    if verb in _IRREGULAR:
        return _IRREGULAR[verb] or verb
    if re.match(r"(?:of|in|that|which|are|were|for|from|with)\b", rest) and not _takes(verb):
        return verb
    if verb.endswith("ies"):
        return verb[:-3] + "y" if len(verb) > 4 else verb[:-1]
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return verb[:-2]
    return verb[:-1]


def _takes(verb: str) -> bool:
    """Tell whether a verb is commonly followed by such a word: `waits for`, `reads from`."""
    return verb in {
        "waits", "reads", "looks", "searches", "asks", "listens", "subscribes", "returns", "checks",
        "fills", "iterates", "deals", "writes", "logs", "plugs", "gets", "fetches", "loads",
        "removes", "turns", "starts", "begins", "copies", "compares", "connects", "scans",
        "ensures", "verifies", "indicates", "determines",
    }  # fmt: skip

"""New candidates: from nothing, and from others."""

from __future__ import annotations

import random
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from .entries import METHOD, PROPERTY, Entry, Parameter
from .gene import Gene, variable
from .mutate import Mutator
from .values import WRONG, Maker, Pool
from .world import World

GIVEN = 0.45
"""How often an optional argument is given."""

STEPS = 0.4
"""How often something is done to an instance between its construction and the call."""


class Breeder:
    """Makes candidates of entries.

    Attributes:
        pools: What the code offers, by qualname of the entry.
        worlds: What of the world around each entry touches.
    """

    def __init__(
        self,
        chance: random.Random,
        names: Mapping[str, Any],
        pools: Mapping[str, Pool],
        worlds: Mapping[str, World],
    ) -> None:
        self.chance = chance
        self.pools = pools
        self.worlds = worlds
        self.maker = Maker(chance, names, Pool())
        self.mutator = Mutator(chance, Pool())
        self.often = GIVEN

    def _turn_to(self, entry: Entry) -> None:
        pool = self.pools[entry.qualname]
        self.maker.pool = pool
        self.mutator.pool = pool

    def fresh(self, entry: Entry) -> Gene:
        """Return a candidate from nothing."""
        self._turn_to(entry)
        self.maker.imports = {}
        given = self._given(entry)
        made = self._given(entry.owner) if entry.owner else {}
        steps = self._steps(entry) if self.chance.random() < STEPS else ()
        world = self.worlds[entry.qualname].lines(self.chance, self.maker)
        return self._gene(entry, given, made, steps, world, {})

    def _gene(
        self,
        entry: Entry,
        given: Mapping[str, str],
        made: Mapping[str, str],
        steps: Tuple[str, ...],
        world: Tuple[str, ...],
        files: Mapping[str, str],
        imports: Optional[Mapping[str, str]] = None,
    ) -> Gene:
        known = {**(imports or {}), **self.maker.imports, **self.worlds[entry.qualname].imports}
        gene = Gene(entry, given, made, steps, world, files, known)
        if any("'file.txt'" in s or "'other.txt'" in s for s in gene.sources()) and not files:
            return gene.copy(files={n: self._content() for n in ("file.txt", "other.txt")})
        return gene

    def _content(self) -> str:
        roll = self.chance.random()
        if roll < 0.15:
            return "''"
        lines = [self.maker.text() for _ in range(self.chance.randint(1, 3))]
        return repr("\n".join(lines) + "\n")

    def _given(self, entry: Optional[Entry]) -> Dict[str, str]:
        given: Dict[str, str] = {}
        count = len(entry.parameters) if entry else 0
        # Of many arguments one wrong one is enough, and few are read at a time.
        self.maker.wrong = WRONG * 2 / max(2, count)
        self.often = min(GIVEN, 3.0 / max(1, count))
        for parameter in entry.parameters if entry else ():
            source = self._argument(parameter)
            if source is not None:
                given[parameter.name] = source
        return given

    def _argument(self, parameter: Parameter, always: bool = False) -> Optional[str]:
        if parameter.kind == "VAR_POSITIONAL":
            count = self.chance.choice((0, 1, 1, 2, 2, 3))
            return ", ".join(self.maker.make(parameter.hint, 1) for _ in range(count))
        if parameter.kind == "VAR_KEYWORD":
            names = self.chance.sample(
                ("a", "b", "key", "name", "value"), self.chance.choice((0, 0, 1, 2))
            )
            return ", ".join(f"{n}={self.maker.make(parameter.hint, 1)}" for n in names)
        if parameter.optional and not always and self.chance.random() > self.often:
            return None
        return self.maker.make(parameter.hint)

    def _steps(self, entry: Entry) -> Tuple[str, ...]:
        """Return lines that do something to the instance before the call."""
        owner = entry.owner
        if owner is None:
            return ()
        name = variable(owner)
        lines = []
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            # The entry itself twice is the usual way to a second state.
            again = self.chance.random() < 0.25 or not owner.siblings
            chosen = entry if again else self._related(entry, owner.siblings)
            lines += self._step(chosen, name)
        if self.chance.random() < 0.25:
            lines += self._attribute(owner, name)
        return tuple(lines)

    def _related(self, entry: Entry, siblings: Sequence[Entry]) -> Entry:
        """Return something to do with an instance: what speaks of the same attributes first."""
        weights = [1.0 + 3.0 * len(entry.touches & other.touches) for other in siblings]
        return self.chance.choices(list(siblings), weights)[0]

    def _step(self, entry: Entry, name: str) -> List[str]:
        """Return a line that does something with an instance, as people would write it."""
        if entry.kind == PROPERTY:
            if entry.setter is not None and self.chance.random() < 0.7:
                return [f"{name}.{entry.name} = {self.maker.make(entry.setter)}"]
            return [f"before = {name}.{entry.name}"]
        if entry.kind != METHOD or entry.builtin:
            return []
        if entry.name == "__setitem__" and len(entry.parameters) == 2:
            key, value = (self.maker.make(p.hint) for p in entry.parameters)
            return [f"{name}[{key}] = {value}"]
        if entry.name == "__setattr__" and len(entry.parameters) == 2:
            attribute = self.chance.choice(("name", "value", "first", "other"))
            return [f"{name}.{attribute} = {self.maker.make(entry.parameters[1].hint)}"]
        if entry.name == "__call__":
            return [f"{name}({self._written(entry)})"]
        if entry.name.startswith("__"):
            return []
        return [f"{name}.{entry.name}({self._written(entry)})"]

    def _attribute(self, owner: Entry, name: str) -> List[str]:
        hints = self.worlds[owner.qualname].attributes if owner.qualname in self.worlds else {}
        if not hints:
            return []
        chosen = self.chance.choice(sorted(hints))
        return [f"{name}.{chosen} = {self.maker.make(hints[chosen])}"]

    def _written(self, entry: Entry) -> str:
        from .gene import _arguments

        given = self._given(entry)
        return ", ".join(f"{n}={s}" if n else s for n, s in _arguments(entry, given))

    def change(self, gene: Gene, pair: Optional[Sequence[Any]] = None) -> Gene:
        """Return a candidate near another.

        Args:
            gene: The other.
            pair: Both sides of a comparison that came out wrong, when it is known.
        """
        self._turn_to(gene.entry)
        self.maker.imports = {}
        if pair is not None and self.chance.random() < 0.4:
            turned = self._toward(gene, pair)
            if turned is not None:
                return turned
        times = self.chance.choice((1, 1, 1, 2, 3))
        for _ in range(times):
            gene = self._changed(gene)
        return gene

    def _toward(self, gene: Gene, pair: Sequence[Any]) -> Optional[Gene]:
        for group in ("given", "made"):
            sources: Dict[str, str] = dict(getattr(gene, group))
            names = list(sources)
            self.chance.shuffle(names)
            for name in names:
                new = self.mutator.toward(sources[name], pair)
                if new is not None and new != sources[name]:
                    sources[name] = new
                    return gene.copy(**{group: sources})
        return None

    def _changed(self, gene: Gene) -> Gene:
        parts = ["given"] * (3 if gene.entry.parameters else 0)
        if gene.entry.owner is not None:
            parts += ["made"] * (1 if gene.entry.owner.parameters else 0) + ["steps"]
        if gene.files:
            parts.append("files")
        if self.worlds[gene.entry.qualname].touched:
            parts.append("world")
        part = self.chance.choice(parts) if parts else "given"
        changed: Dict[str, Any] = {
            "given": gene.given,
            "made": gene.made,
            "steps": gene.steps,
            "world": gene.world,
            "files": gene.files,
        }
        if part in ("given", "made"):
            entry = gene.entry if part == "given" else gene.entry.owner
            changed[part] = self._arguments(entry, dict(changed[part]))
        elif part == "steps":
            changed["steps"] = self._other_steps(gene)
        elif part == "files":
            name = self.chance.choice(sorted(gene.files))
            content = self.mutator.source(gene.files[name]) or self._content()
            changed["files"] = {**gene.files, name: content}
        else:
            changed["world"] = self.worlds[gene.entry.qualname].lines(self.chance, self.maker)
        return self._gene(gene.entry, imports=gene.imports, **changed)

    def _arguments(self, entry: Optional[Entry], given: Dict[str, str]) -> Dict[str, str]:
        if entry is None or not entry.parameters:
            return given
        parameter = self.chance.choice(entry.parameters)
        source = given.get(parameter.name)
        roll = self.chance.random()
        if source is None:
            new = self._argument(parameter, always=True)
        elif parameter.optional and roll < 0.15:
            given.pop(parameter.name)
            return given
        elif roll < 0.75 and not parameter.kind.startswith("VAR"):
            new = self.mutator.source(source) or self._argument(parameter, always=True)
        else:
            new = self._argument(parameter, always=True)
        if new is not None:
            given[parameter.name] = new
        return given

    def _other_steps(self, gene: Gene) -> Tuple[str, ...]:
        steps = list(gene.steps)
        roll = self.chance.random()
        if steps and roll < 0.3:
            del steps[self.chance.randrange(len(steps))]
        elif steps and roll < 0.45:
            at = self.chance.randrange(len(steps))
            steps[at] = self.mutator._inside(steps[at]) or steps[at]
        else:
            steps += self._steps(gene.entry)
        return tuple(steps[-6:])

    def cross(self, gene: Gene, other: Gene) -> Gene:
        """Return a candidate with some of another's arguments; both of one entry."""
        mixed = {}
        for name in {*gene.given, *other.given}:
            source = self.chance.choice((gene, other)).given.get(name)
            if source is not None:
                mixed[name] = source
        missing = {n: s for n, s in gene.given.items() if n not in mixed}
        steps = self.chance.choice((gene.steps, other.steps))
        made = self.chance.choice((gene.made, other.made))
        files = {**other.files, **gene.files}
        imports = {**gene.imports, **other.imports}
        return gene.copy(
            given={**mixed, **missing}, steps=steps, made=made, files=files, imports=imports
        )

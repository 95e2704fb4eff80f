"""What runs inside the sandbox, under the project's own interpreter.

That may be any Python from 3.8 on without a package of ours: the standard library only, with
pytest and coverage where the project has them or they are lent to it. Nothing here
imports `neovim_ai`; the files are found by their path (`start.py`).
"""

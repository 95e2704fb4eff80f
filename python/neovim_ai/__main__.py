"""`python -m neovim_ai` is the command line."""

from neovim_ai.cli import main

raise SystemExit(main())

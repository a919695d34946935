EXTRA_DIST += docs/ARCHITECTURE.md docs/CONTRIBUTING.md docs/STYLE.md docs/TESTING.md docs/TRAPS.md

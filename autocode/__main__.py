"""`python -m autocode`: the same as the console script."""

from autocode.cli import main

if __name__ == "__main__":
    main()

"""``python -m simnet`` is the command line."""

from simnet.cli import main

if __name__ == "__main__":
    main()

"""`python -m standalone_ambulance`."""

import sys

from standalone_ambulance.cli import main

sys.exit(main())

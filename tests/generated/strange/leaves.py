# Leaves the program of whoever imports it.
import sys

sys.exit("no license")

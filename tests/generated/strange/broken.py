# Imports what is nowhere.
import a_module_that_nobody_has

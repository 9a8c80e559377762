"""Reference functions by the names of the operations: tables PRIMITIVE (static parameters by keyword) and COMPOSITE."""

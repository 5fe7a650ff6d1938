"""The test cases: one folder per access, one file per topic."""

"""The engine under the cases: pytest plugin, selection, verdicts, record, replay."""

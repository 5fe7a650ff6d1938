"""Pages of inquiries and measures: for officials who ask, and for the department that answers."""

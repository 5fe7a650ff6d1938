"""The rules of our document profile: most are XPath expressions kept as data, some are small functions."""

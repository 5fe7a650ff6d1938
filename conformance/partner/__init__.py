"""The partner file: ICS, IXIT, static review, starter file."""

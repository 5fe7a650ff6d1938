"""Pages about accounts: applying, joining, logging in, one's own account, and the department's decisions."""

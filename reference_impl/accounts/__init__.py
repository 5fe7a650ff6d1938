"""People with an account on the site: officials of partner countries and the staff of the department."""

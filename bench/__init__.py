"""How fast is Custody, beside raw SQL and what others use? Measured in one run, side by side."""

"""What can an auditor take along? One file that checks evidence and knows nothing of the rest."""

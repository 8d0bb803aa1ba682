"""What can an auditor take along? One file that checks evidence and knows nothing of the rest."""

from pathlib import Path

VERIFIER = Path(__file__).with_name("custody_verify.py")
"""The program: to be copied, not imported."""

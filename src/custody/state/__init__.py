"""What is so, as far as the facts say: what a decision may look at, and nothing more."""

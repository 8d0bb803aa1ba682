"""What is Custody measured against? One file a peer."""
